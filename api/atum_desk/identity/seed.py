"""What a fresh installation starts with: one workspace, one team, one mailbox, one administrator."""

from __future__ import annotations

import asyncpg

from atum_desk.identity.models import FirstSignIn
from atum_desk.identity.passwords import hash_password, make_password
from atum_desk.identity.permissions import BUILT_IN_ROLES
from atum_desk.identity.problems import WeakPassword
from atum_desk.identity.strength import require_strong_password
from atum_desk.kernel.config.setting_kinds import SettingError
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database, Work

STATUSES = (
    ("new", "New", "new"),
    ("open", "Open", "open"),
    ("waiting", "Waiting on requester", "waiting"),
    ("on_hold", "On hold", "on_hold"),
    ("resolved", "Resolved", "resolved"),
    ("closed", "Closed", "closed"),
    ("cancelled", "Cancelled", "closed"),
)
WORKING = ("open", "waiting", "on_hold", "resolved", "closed", "cancelled")
# Nothing returns to New, and nothing leaves the closed category: a late answer opens a follow-up.
TRANSITIONS = [
    (start, end)
    for start in ("new", "open", "waiting", "on_hold", "resolved")
    for end in WORKING
    if start != end
]
# Rows are forced to obey the policies, also for the migrating owner unless a superuser; the gate's let all pass.
AS_GATE = "set local role atum_desk_gate"


async def seed_workspace(
    owner: asyncpg.Connection, database: Database, settings: Settings
) -> FirstSignIn | None:
    """Fill an empty database and return the first sign-in; an installation that has a workspace is left alone."""
    if await _has_workspace(owner):
        return None
    password = settings.admin_password or make_password()
    await _require_strong_setting(settings)
    hashed = await hash_password(password)
    workspace_id = await _create_workspace(owner)
    async with database.writing(
        SystemActor(workspace_id=workspace_id, via="cli"), "workspace.prepare"
    ) as work:
        team_id = await work.fetchval(
            "insert into teams (workspace_id, name) values (ctx_workspace(), 'Support') returning id"
        )
        await work.execute(
            """insert into mailboxes (workspace_id, address, name, team_id)
               values (ctx_workspace(), lower($1), 'Support', $2)""",
            settings.mail_address, team_id,
        )  # fmt: skip
        await _insert_lifecycle(work)
        await _insert_people(work, settings.admin_email, hashed, team_id)
    return FirstSignIn(email=settings.admin_email, password=password)


async def _require_strong_setting(settings: Settings) -> None:
    if not settings.admin_password:
        return
    try:
        await require_strong_password(
            "ATUM_ADMIN_PASSWORD", settings.admin_password, [settings.admin_email]
        )
    except WeakPassword as refusal:
        raise SettingError(f"ATUM_ADMIN_PASSWORD: {refusal.detail}") from None


async def _has_workspace(owner: asyncpg.Connection) -> bool:
    async with owner.transaction():
        await owner.execute(AS_GATE)
        return await owner.fetchval("select exists (select from atum.workspaces)")


async def _renew_built_in_roles(database: Database, workspace_id: int) -> None:
    """Give built-in roles the permissions that this release names for them."""
    actor = SystemActor(workspace_id=workspace_id, via="cli")
    async with database.writing(actor, "role.renew") as work:
        renewed = [
            await work.fetchval(
                """update roles set permissions = $2
                    where name = $1 and built_in and permissions <> $2 returning id""",
                name, list(permissions),
            )
            for name, permissions in BUILT_IN_ROLES.items()
        ]  # fmt: skip
        work.unchanged = not any(renewed)


async def _create_workspace(owner: asyncpg.Connection) -> int:
    async with owner.transaction():
        await owner.execute(AS_GATE)
        workspace_id = await owner.fetchval("select nextval('atum.workspaces_id_seq')")
        await owner.execute("select atum.enter_system($1), atum.open_change()", workspace_id)
        await owner.execute(
            "insert into atum.workspaces (id, name) values ($1, 'main')", workspace_id
        )
        await owner.execute(
            "insert into atum.ticket_counters (workspace_id) values ($1)", workspace_id
        )
        await owner.execute(
            "select atum.finish_change('workspace.create', 'cli', null, false, '{}', null, null)"
        )
        # A desk that begins with this release was never served by the one before.
        await owner.execute("select atum.close_previous_doors(interval '0')")
    return workspace_id


async def _insert_lifecycle(work: Work) -> None:
    await work.execute(
        """insert into statuses (workspace_id, key, name, category, position)
           select ctx_workspace(), k, n, c, p
             from unnest($1::text[], $2::text[], $3::text[]) with ordinality as s(k, n, c, p)""",
        *(list(column) for column in zip(*STATUSES, strict=True)),
    )
    await work.execute(
        """insert into status_transitions (workspace_id, from_id, to_id)
           select ctx_workspace(), f.id, t.id from unnest($1::text[], $2::text[]) as x(a, b)
             join statuses f on f.key = x.a and f.workspace_id = ctx_workspace()
             join statuses t on t.key = x.b and t.workspace_id = ctx_workspace()""",
        *(list(column) for column in zip(*TRANSITIONS, strict=True)),
    )


async def _insert_people(work: Work, email: str, hashed: str, team_id: int) -> None:
    for name, permissions in BUILT_IN_ROLES.items():
        await work.execute(
            "insert into roles (workspace_id, name, permissions, built_in) values (ctx_workspace(), $1, $2, true)",
            name, list(permissions),
        )  # fmt: skip
    person_id = await work.fetchval(
        """insert into people (workspace_id, kind, name, role_id)
           select ctx_workspace(), 'staff', 'Administrator', id from roles
            where name = 'Administrator' and workspace_id = ctx_workspace() returning id"""
    )
    await work.execute(
        "insert into addresses (workspace_id, person_id, email) values (ctx_workspace(), $1, lower($2))",
        person_id, email,
    )  # fmt: skip
    await work.execute("select set_password($1, $2)", person_id, hashed)
    await work.execute(
        "insert into team_members (workspace_id, team_id, person_id) values (ctx_workspace(), $1, $2)",
        team_id, person_id,
    )  # fmt: skip
