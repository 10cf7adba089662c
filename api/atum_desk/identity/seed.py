"""What a fresh installation starts with: one workspace, one team, one administrator, and what slices seed."""

from __future__ import annotations

import asyncpg

from atum_desk.identity.models import FirstSignIn
from atum_desk.identity.password_strength import require_strong_password
from atum_desk.identity.passwords import hash_password, make_password
from atum_desk.identity.problems import WeakPassword
from atum_desk.kernel.config.setting_kinds import SettingError
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.feature import BUILT_IN_ROLES, declared

# Rows are forced to obey the policies, also for the migrating owner unless a superuser; the gate's let all pass.
AS_GATE = "set local role atum_desk_gate"


async def seed_workspace(owner: asyncpg.Connection, database: Database, settings: Settings) -> FirstSignIn | None:
    """Fill an empty database and return the first sign-in; an installation that has a workspace is left alone."""
    if await _has_workspace(owner):
        return None
    password = settings.admin_password or make_password()
    await _require_strong_setting(settings)
    hashed = await hash_password(password)
    workspace_id = await _create_workspace(owner)
    async with database.writing(SystemActor(workspace_id=workspace_id, via="cli"), "workspace.prepare") as work:
        team_id = await work.fetchval(
            "insert into teams (workspace_id, name) values (ctx_workspace(), 'Support') returning id"
        )
        await _insert_people(work, settings.admin_email, hashed, team_id)
        for seed in declared.seeds():
            await seed(work, settings)
    return FirstSignIn(email=settings.admin_email, password=password)


async def _require_strong_setting(settings: Settings) -> None:
    if not settings.admin_password:
        return
    try:
        await require_strong_password("ATUM_ADMIN_PASSWORD", settings.admin_password, [settings.admin_email])
    except WeakPassword as refusal:
        raise SettingError(f"ATUM_ADMIN_PASSWORD: {refusal.detail}") from None


async def _has_workspace(owner: asyncpg.Connection) -> bool:
    async with owner.transaction():
        await owner.execute(AS_GATE)
        return await owner.fetchval("select exists (select from atum.workspaces)")


async def _create_workspace(owner: asyncpg.Connection) -> int:
    async with owner.transaction():
        await owner.execute(AS_GATE)
        workspace_id = await owner.fetchval("select nextval('atum.workspaces_id_seq')")
        await owner.execute("select atum.enter_system($1), atum.open_change()", workspace_id)
        await owner.execute("insert into atum.workspaces (id, name) values ($1, 'main')", workspace_id)
        await owner.execute("insert into atum.ticket_counters (workspace_id) values ($1)", workspace_id)
        await owner.execute("select atum.finish_change('workspace.create', 'cli', null, false, '{}', null, null)")
        # A desk that begins with this release was never served by the one before.
        await owner.execute("select atum.close_previous_doors(interval '0')")
    return workspace_id


async def _insert_people(work: UnitOfWork, email: str, hashed: str, team_id: int) -> None:
    for name in BUILT_IN_ROLES:
        await work.execute(
            """insert into roles (workspace_id, name, permissions, offered, built_in)
               values (ctx_workspace(), $1, $2, $2, true)""",
            name,
            list(declared.permissions_of(name)),
        )
    person_id = await work.fetchval(
        """insert into people (workspace_id, kind, name, role_id)
           select ctx_workspace(), 'staff', 'Administrator', id from roles
            where name = 'Administrator' and workspace_id = ctx_workspace() returning id"""
    )
    await work.execute(
        "insert into addresses (workspace_id, person_id, email) values (ctx_workspace(), $1, lower($2))",
        person_id,
        email,
    )
    await work.execute("select set_password($1, $2)", person_id, hashed)
    await work.execute(
        "insert into team_members (workspace_id, team_id, person_id) values (ctx_workspace(), $1, $2)",
        team_id,
        person_id,
    )
