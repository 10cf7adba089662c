"""Databases for tests: a template is made once per schema, and every test gets a copy of its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from atum_desk.entry.prepare import prepare_database
from atum_desk.kernel.config.setting_kinds import AllowList
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.migrate import MIGRATIONS, migrate
from atum_desk.kernel.database.stored_reads import store_reads
from atum_desk.launch.project_rules import PACKAGE
from atum_desk.tickets.queries.stored import stored_reads
from local_rules import THIS_MACHINE

# Roles and their passwords belong to the cluster, so every test on it uses the same secret.
SECRET = "x" * 40
ADMIN_EMAIL = "admin@atum.localhost"
ADMIN_PASSWORD = "first light over the desk"
LOCK = 5_470_213
# The clock of a real database is nobody's to move.
MOVED_CLOCK = Path(__file__).with_name("moved_clock.sql")

_numbers = count(1)


def with_database(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def template_name(*, seeded: bool) -> str:
    """Return a name that changes with everything the template is made from."""
    sources = [*sorted(MIGRATIONS.rglob("*.sql")), MOVED_CLOCK]
    if seeded:
        for name in ("seed.py", "feature.py", "permissions.py"):
            sources += sorted(PACKAGE.glob(f"*/{name}"))
    content = b"".join(path.read_bytes() for path in sources)
    content += "".join(read.name for read in stored_reads()).encode()
    kind = "seeded" if seeded else "bare"
    return f"atum_template_{kind}_{hashlib.sha256(content).hexdigest()[:12]}"


async def ensure_template(cluster_url: str, settings: Settings, *, seeded: bool) -> str:
    """Make the template unless it is there, and return its name; safe across processes."""
    name = template_name(seeded=seeded)
    async with administering(cluster_url) as connection:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
            await _drop_stale_templates(connection)
            await _make_template(connection, cluster_url, name, settings, seeded)
    return name


@asynccontextmanager
async def copied_database(cluster_url: str, template: str) -> AsyncIterator[str]:
    """Yield the URL of a fresh copy of the template, dropped afterwards."""
    name = f"atum_test_{os.getpid()}_{next(_numbers)}"
    async with administering(cluster_url) as connection:
        # Of the two ways the cheaper one, as long as a checkpoint costs nothing (fsync is off).
        await connection.execute(f"create database {name} template {template} strategy file_copy")
        try:
            yield with_database(cluster_url, name)
        finally:
            await connection.execute(f"drop database {name} with (force)")


@asynccontextmanager
async def connected_as_superuser(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Yield a connection that finds our tables by their names alone."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "atum, public"})
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def administering(cluster_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Yield a connection that makes and drops databases."""
    connection = await asyncpg.connect(with_database(cluster_url, "postgres"))
    try:
        yield connection
    finally:
        await connection.close()


async def _make_template(
    connection: asyncpg.Connection, cluster_url: str, name: str, settings: Settings, seeded: bool
) -> None:
    draft = f"{name}_draft"
    await connection.execute(f"drop database if exists {draft} with (force)")
    await connection.execute(f"create database {draft} template template0")
    url = with_database(cluster_url, draft)
    if seeded:
        await prepare_database(url, settings)
    else:
        await migrate(url, settings.secret)
        await _store_reads(url)
    await _let_clock_move(url)
    # Under its final name it exists only when it is complete.
    await connection.execute(f"alter database {draft} rename to {name}")


async def _store_reads(url: str) -> None:
    connection = await asyncpg.connect(url, server_settings={"search_path": "atum, public"})
    try:
        await store_reads(connection, stored_reads())
    finally:
        await connection.close()


async def _let_clock_move(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(MOVED_CLOCK.read_text(encoding="utf-8"))
    finally:
        await connection.close()


async def _drop_stale_templates(connection: asyncpg.Connection) -> None:
    stale = await connection.fetch(
        """select datname from pg_database where datname like 'atum_template_%' and datname not like '%_draft'
              and (pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - interval '1 day'"""
    )
    for row in stale:
        await connection.execute(f"drop database if exists {row['datname']} with (force)")


def make_settings(data: Path, **given: Any) -> Settings:
    """Return settings for a test; `given` goes before what suits most tests."""
    usual: dict[str, Any] = {
        "data": data,
        "secret": SECRET,
        "admin_email": ADMIN_EMAIL,
        "admin_password": ADMIN_PASSWORD,
        "undo_send_seconds": 0,
        "pool_size": 4,
        "mail_dns": "off",
        # The servers of tests stand on this machine.
        "outgoing_allow": AllowList(THIS_MACHINE),
    }
    return Settings(**(usual | given))
