"""What people, teams, roles, sessions and the workspace itself add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.identity.permissions import (
    CONTACT_READ,
    PEOPLE_READ,
    SETTINGS_MAILBOXES_EDIT,
    SETTINGS_PEOPLE_EDIT,
    SETTINGS_READ,
    SETTINGS_ROLES_EDIT,
    SETTINGS_TEAMS_EDIT,
    STAFF_READ,
)
from atum_desk.kernel.audience import ACTOR, TICKET_READ, Audience, person, seeing_team, staff
from atum_desk.kernel.feature import ADMINISTRATORS, ALL_STAFF, Command, Feature, Irreversible, Permission, Table

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule

SIGNED_IN = Irreversible("a sign-in has happened; end the session instead.")
PASSWORD_SET = Irreversible("passwords are kept out of history; set a new one.")
WORKSPACE_STANDS = Irreversible("the workspace stands.")


def _routes() -> Sequence[Any]:
    from atum_desk.identity import routes

    return routes.routes


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.identity import jobs

    return jobs.schedules


# Sessions and tokens stand in no table of the ledger; they are told to the one person whose they are.
OWN_SESSIONS = (person(ACTOR),)
THEIR_SESSIONS = (person("person_id"),)


def _session_command(
    name: str,
    undo: Irreversible = SIGNED_IN,
    audience: tuple[Audience, ...] = OWN_SESSIONS,
    permission: str | None = None,
    *,
    is_quiet: bool = False,
) -> Command:
    return Command(
        name=name,
        permission=permission,
        undo=undo,
        is_quiet=is_quiet,
        alters_powers=True,
        live="sessions",
        audience=audience,
    )


SESSION_COMMANDS = (
    _session_command("session.start", is_quiet=True),
    _session_command("session.end", is_quiet=True),
    _session_command("session.end_others"),
    _session_command("session.end_of", SIGNED_IN, THEIR_SESSIONS, SETTINGS_PEOPLE_EDIT),
    _session_command("session.end_all_of", SIGNED_IN, THEIR_SESSIONS, SETTINGS_PEOPLE_EDIT),
    _session_command("token.make", Irreversible("a token was handed out; delete it instead.")),
    _session_command("person.password", PASSWORD_SET),
    _session_command("person.reset_password", PASSWORD_SET, THEIR_SESSIONS, SETTINGS_PEOPLE_EDIT),
)
PEOPLE_COMMANDS = (
    Command(
        name="person.add",
        permission=SETTINGS_PEOPLE_EDIT,
        undo="inverse",
        leaves=("A password is kept out of history: set a new one if this person is to sign in.",),
        alters_powers=True,
    ),
    Command(
        name="person.edit",
        permission=SETTINGS_PEOPLE_EDIT,
        undo="inverse",
        leaves=("Sessions and tokens that ended stay ended.",),
        alters_powers=True,
    ),
    Command(
        name="person.profile",
        permission=SETTINGS_PEOPLE_EDIT,
        own_undo_is_free=True,
        undo="inverse",
        alters_powers=True,
    ),
    Command(name="team.add", permission=SETTINGS_TEAMS_EDIT, undo="inverse", alters_powers=True),
    Command(name="team.edit", permission=SETTINGS_TEAMS_EDIT, undo="inverse", alters_powers=True),
)
WORKSPACE_COMMANDS = (
    Command(name="workspace.create", permission=None, undo=WORKSPACE_STANDS),
    Command(name="workspace.prepare", permission=None, undo=WORKSPACE_STANDS),
    Command(name="workspace.rename", permission=SETTINGS_ROLES_EDIT, undo="inverse"),
    Command(
        name="role.renew",
        permission=None,
        undo=Irreversible("a built-in role is what the release says."),
        alters_powers=True,
    ),
)

# Names stand in the rows of tickets, too; whatever is written of people concerns themselves.
NAMED = (staff(*STAFF_READ, CONTACT_READ, TICKET_READ),)
TABLES = (
    Table(
        name="people",
        live="people",
        live_by_column={
            "name": "people",
            "kind": "people",
            "role_id": "people",
            "organization_id": "people",
            "organization_manager": "people",
            "sees_all_teams": "people",
            "active": "people",
            "vip": "people",
            "external_id": "people",
            "merged_into_id": "people",
        },
        audience=NAMED,
        # What they set for themselves is told to nobody else.
        own=("profile", "id"),
        alters_powers=True,
    ),
    # An address that is taken away ends the sessions which links to it opened.
    Table(name="addresses", live="people", audience=NAMED, own=("profile", "person_id"), alters_powers=True),
    Table(
        name="teams", live="teams", audience=(staff(*STAFF_READ), seeing_team("id", TICKET_READ)), alters_powers=True
    ),
    Table(name="team_members", live="teams", audience=(staff(*STAFF_READ), person("person_id")), alters_powers=True),
    Table(name="roles", live="roles", audience=(staff(*STAFF_READ),), alters_powers=True),
    # Its name and logo stand on every page.
    Table(name="workspaces", live="settings", audience=(staff(),), alters_powers=True),
    Table(name="settings", live="settings", audience=(staff(SETTINGS_READ, SETTINGS_MAILBOXES_EDIT),)),
    Table(name="passwords", live=None, audience=()),
)

FEATURE = Feature(
    name="identity",
    permissions=(
        Permission(PEOPLE_READ, ALL_STAFF),
        Permission(SETTINGS_PEOPLE_EDIT, ADMINISTRATORS),
        Permission(SETTINGS_TEAMS_EDIT, ADMINISTRATORS),
        Permission(SETTINGS_ROLES_EDIT, ADMINISTRATORS),
    ),
    commands=(*SESSION_COMMANDS, *PEOPLE_COMMANDS, *WORKSPACE_COMMANDS),
    tables=TABLES,
    settings=("session_days",),
    routes=_routes,
    schedules=_schedules,
)
