"""Databases with the bench's data: each size is loaded once for all test processes, and every module gets a copy."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import dataset
from scratch_databases import administering, copied_database, with_database

LOCK = 5_470_300


@asynccontextmanager
async def loaded_database(
    cluster_url: str, template: str, tickets: int, *, with_messages: bool = True
) -> AsyncIterator[str]:
    """Yield the superuser's URL of a copy with so many tickets, dropped afterwards."""
    loaded = await _ensure_loaded(cluster_url, template, tickets, with_messages)
    async with copied_database(cluster_url, loaded) as url:
        yield url


async def _ensure_loaded(cluster_url: str, template: str, tickets: int, with_messages: bool) -> str:
    """Load a copy of the template unless it is there, and return its name; safe across processes."""
    name = f"{template}_{tickets}_{_key(with_messages)}"
    async with administering(cluster_url) as connection:
        await connection.execute("select pg_advisory_lock($1)", LOCK + tickets)
        if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
            draft = f"{name}_draft"
            await connection.execute(f"drop database if exists {draft} with (force)")
            await connection.execute(f"create database {draft} template {template} strategy file_copy")
            await dataset.load(with_database(cluster_url, draft), tickets, with_messages=with_messages)
            # Under its final name it exists only when it is complete.
            await connection.execute(f"alter database {draft} rename to {name}")
    return name


def _key(with_messages: bool) -> str:
    """Return what changes with the data: its source, what is left out, and the day that its times lead up to."""
    sources = [Path(dataset.__file__), *sorted(dataset.SQL.glob("load*.sql"))]
    content = b"".join(path.read_bytes() for path in sources)
    content += f"{with_messages} {datetime.now(UTC):%F}".encode()
    return hashlib.sha256(content).hexdigest()[:8]
