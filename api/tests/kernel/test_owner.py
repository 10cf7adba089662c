"""A database is made and seeded by its owner, who is no superuser: as on a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from atum_desk.entry.prepare import prepare_database
from atum_desk.identity.commands import sign_in
from atum_desk.kernel.database.roles import GROUP_ROLES, LOGIN_ROLES, prepare_roles
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.launch.postgres import EmbeddedPostgres
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD, SECRET, make_settings

OWNER = "create role atum_desk_owner login createrole; alter database atum_desk owner to atum_desk_owner"


@pytest.fixture
async def superuser(tmp_path: Path) -> AsyncIterator[str]:
    """A cluster of one's own: roles belong to the cluster, and the shared one has them already."""
    server = EmbeddedPostgres(data_directory=tmp_path / "postgres", durable=False)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.mark.parametrize("made_beforehand", [False, True])
async def test_an_owner_without_superuser_migrates_and_seeds(
    superuser: str, tmp_path: Path, made_beforehand: bool
) -> None:
    admin = await asyncpg.connect(superuser)
    await admin.execute(OWNER)
    if made_beforehand:
        for role in (*GROUP_ROLES, *LOGIN_ROLES):
            if role != "atum_desk_owner":
                login = "login" if role in LOGIN_ROLES else "nologin"
                await admin.execute(f"create role {role} {login}")
                await admin.execute(f"grant {role} to atum_desk_owner with admin option")
    settings = make_settings(tmp_path / "data")
    owner = superuser.replace("postgres@", "atum_desk_owner@")

    first = await prepare_database(owner, settings)
    again = await prepare_database(owner, settings)

    assert first is not None
    assert first.email == ADMIN_EMAIL
    assert again is None
    await _assert_can_sign_in(owner, tmp_path)
    await _assert_powers(admin)
    await admin.close()


async def test_desks_of_one_cluster_that_start_together_all_get_their_roles(superuser: str) -> None:
    connections = [await asyncpg.connect(superuser) for _ in range(4)]
    for _ in range(10):
        await asyncio.gather(*(prepare_roles(connection, SECRET) for connection in connections))
    for connection in connections:
        await connection.close()


async def _assert_can_sign_in(url: str, tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "data")
    database = Database(settings, url, SECRET)
    await database.open(*LOGIN_ROLES, size=2)
    try:
        assert await sign_in(database, ADMIN_EMAIL, ADMIN_PASSWORD, user_agent="", ip=None, lifetime_days=1)
    finally:
        await database.close()


async def _assert_powers(admin: asyncpg.Connection) -> None:
    mighty = await admin.fetch(
        """select rolname from pg_roles
            where rolname like 'atum_desk_%' and (rolsuper or rolbypassrls or rolreplication)"""
    )
    foreign = await admin.fetch(
        """select relname from pg_class c join pg_namespace n on n.oid = relnamespace
            where nspname in ('atum', 'jobs') and relkind in ('r', 'S', 'v')
              and pg_get_userbyid(relowner) <> 'atum_desk_owner'"""
    )
    assert (mighty, foreign) == ([], [])
