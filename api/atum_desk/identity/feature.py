"""What people, teams, roles, sessions and the workspace itself add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.identity.permissions import (
    CONTACT_READ,
    PEOPLE_READ,
    SETTINGS_PEOPLE_EDIT,
    SETTINGS_ROLES_EDIT,
    SETTINGS_TEAMS_EDIT,
)
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


SESSION_COMMANDS = (
    Command(name="session.start", permission=None, undo=SIGNED_IN, is_quiet=True, alters_powers=True),
    Command(name="session.end", permission=None, undo=SIGNED_IN, is_quiet=True, alters_powers=True),
    Command(name="session.end_others", permission=None, undo=SIGNED_IN, alters_powers=True),
    Command(name="session.end_of", permission=SETTINGS_PEOPLE_EDIT, undo=SIGNED_IN, alters_powers=True),
    Command(name="session.end_all_of", permission=SETTINGS_PEOPLE_EDIT, undo=SIGNED_IN, alters_powers=True),
    Command(
        name="token.make",
        permission=None,
        undo=Irreversible("a token was handed out; delete it instead."),
        alters_powers=True,
    ),
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
    Command(name="person.password", permission=None, undo=PASSWORD_SET, alters_powers=True),
    Command(name="person.reset_password", permission=SETTINGS_PEOPLE_EDIT, undo=PASSWORD_SET, alters_powers=True),
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

FEATURE = Feature(
    name="identity",
    permissions=(
        Permission(PEOPLE_READ, ALL_STAFF),
        Permission(SETTINGS_PEOPLE_EDIT, ADMINISTRATORS),
        Permission(SETTINGS_TEAMS_EDIT, ADMINISTRATORS),
        Permission(SETTINGS_ROLES_EDIT, ADMINISTRATORS),
    ),
    commands=(*SESSION_COMMANDS, *PEOPLE_COMMANDS, *WORKSPACE_COMMANDS),
    tables=(
        Table(name="people", live="people", reads=(PEOPLE_READ, CONTACT_READ), alters_powers=True),
        # An address that is taken away ends the sessions which links to it opened.
        Table(name="addresses", live="people", reads=(PEOPLE_READ, CONTACT_READ), alters_powers=True),
        Table(name="teams", live="teams", reads=(PEOPLE_READ,), alters_powers=True),
        Table(name="team_members", live="teams", reads=(PEOPLE_READ,), alters_powers=True),
        Table(name="roles", live="roles", reads=(PEOPLE_READ,), alters_powers=True),
        Table(name="workspaces", live="settings", reads=("settings:read",), alters_powers=True),
        Table(name="settings", live="settings", reads=("settings:read",)),
        Table(name="passwords", live=None),
    ),
    settings=("session_days",),
    routes=_routes,
    schedules=_schedules,
)
