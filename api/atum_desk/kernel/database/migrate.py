"""Brings a database to this release's schema: roles, then Alembic over plain SQL files.

Migrations only expand within a release (ADR 0005); each file runs in one transaction, or in steps
(kernel/database/migration_steps.py).
"""

from __future__ import annotations

from pathlib import Path

import asyncpg

from atum_desk.kernel.database.migration_steps import run_sql_file
from atum_desk.kernel.database.roles import link_key, prepare_roles

# Each migration module takes it from here.
__all__ = ["MIGRATIONS", "current_revision", "head_revision", "migrate", "run_sql_file"]

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"


def head_revision() -> str:
    """Return the revision this code needs: the highest numbered file of migrations/versions."""
    return max(p.name.partition("_")[0] for p in (MIGRATIONS / "versions").glob("*.sql"))


async def current_revision(connection: asyncpg.Connection) -> str | None:
    """Return the revision the database is at, or None when it is empty."""
    if not await connection.fetchval("select to_regclass('public.schema_revision')"):
        return None
    return await connection.fetchval("select version_num from public.schema_revision")


async def migrate(database_url: str, secret: str, revision: str = "head") -> bool:
    """Create roles and bring the schema to this release; return whether anything was to do.

    `database_url` logs in as the database's administrator (needs CREATEROLE). An earlier `revision`
    than this release's is for tests of what an upgrade finds.
    """
    connection = await asyncpg.connect(database_url)
    try:
        await prepare_roles(connection, secret)
        # Beyond it when a newer release was taken back: its additions stay and do no harm.
        is_current = (await current_revision(connection) or "") >= head_revision()
        if not is_current:
            await _upgrade(database_url, revision)
        await _set_link_key(connection, secret)
    finally:
        await connection.close()
    return not is_current


async def _set_link_key(connection: asyncpg.Connection, secret: str) -> None:
    """Tell the database the key of portal links, unless its schema is older than that."""
    if await connection.fetchval("select to_regprocedure('atum.set_link_key(bytea)')"):
        await connection.execute("select atum.set_link_key($1)", link_key(secret))


async def _upgrade(database_url: str, revision: str) -> None:
    # Alembic takes a third of a second to import, so a start that has nothing to do never does.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(database_url))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")

    def upgrade(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    try:
        async with engine.connect() as connection:
            await connection.run_sync(upgrade)
            await connection.commit()
    finally:
        await engine.dispose()
