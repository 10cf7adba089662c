"""The data set: a workspace skewed like life in one database, and a copy without ledger and policies."""

import re
from pathlib import Path

import asyncpg
import msgspec

TEAMS = 12
AGENTS = 60
# A busy team's backlog, at any size of the desk; a small data set has one in ten.
MOST_OPEN = 10_000
SQL = Path(__file__).with_name("sql")
BIG_TABLES = ("tickets", "messages", "changes", "row_changes", "people", "addresses", "ticket_tags")
BARE_DATABASE = "atum_bare"
# Texts are made of so many paragraphs; where none are wanted, lists show a few.
PARAGRAPHS, FEW_PARAGRAPHS = 8_192, 256
_PLACE = re.compile(r"(?<!:):(tickets|open|teams|agents|paragraphs)\b")


class Dataset(msgspec.Struct, frozen=True):
    """What the load may ask for."""

    tickets: int
    administrator_id: int
    first_contact_id: int
    contacts: int


async def load(url: str, tickets: int, *, with_messages: bool = True) -> Dataset:
    """Fill a seeded database. `url` is a superuser's: triggers are off while it is filled.

    Messages, mails and the ledger take most of the time; lists read none of them.
    """
    connection = await asyncpg.connect(url, server_settings={"search_path": "atum, public"})
    try:
        if not await connection.fetchval("select exists (select from tickets)"):
            open_tickets = min(MOST_OPEN, tickets // 10)
            values = {
                "tickets": tickets,
                "open": open_tickets,
                "teams": TEAMS,
                "agents": AGENTS,
                "paragraphs": PARAGRAPHS if with_messages else FEW_PARAGRAPHS,
            }
            async with connection.transaction():
                indexes = await _drop_indexes(connection)
                for name in ("load.sql", "load_messages.sql")[: 1 + with_messages]:
                    text = (SQL / name).read_text()
                    await connection.execute(_PLACE.sub(lambda m: str(values[m.group(1)]), text))
                for index in indexes:
                    await connection.execute(index)
            await connection.execute("vacuum analyze")
        return await _describe(connection)
    finally:
        await connection.close()


async def describe(url: str) -> Dataset:
    """Return what a filled database holds. `url` is a superuser's."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "atum, public"})
    try:
        return await _describe(connection)
    finally:
        await connection.close()


async def copy_bare(admin_url: str, source: str, bare_url: str) -> None:
    """Copy a loaded database and take triggers of the ledger and all policies away."""
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(f"drop database if exists {BARE_DATABASE} with (force)")
        await connection.execute(f"create database {BARE_DATABASE} template {source} strategy file_copy")
    finally:
        await connection.close()
    bare = await asyncpg.connect(bare_url, server_settings={"search_path": "atum, public"})
    try:
        tables = await bare.fetch(
            "select schemaname as s, tablename as t from pg_tables where schemaname in ('atum', 'jobs')"
        )
        for row in tables:
            await bare.execute(
                f"alter table {row['s']}.{row['t']} no force row level security, disable row level security;"
                f"drop trigger if exists ledger on {row['s']}.{row['t']};"
                f"drop trigger if exists no_truncate on {row['s']}.{row['t']}"
            )
        await bare.execute("vacuum analyze")
        # The copy is younger than the last checkpoint. After the next one a page's first write costs
        # either side its whole image in the log.
        await bare.execute("checkpoint")
    finally:
        await bare.close()


async def _drop_indexes(connection: asyncpg.Connection) -> list[str]:
    """Drop what is no constraint, and return how to make it again: filling bare tables is faster."""
    rows = await connection.fetch(
        """select i.indexname as name, i.indexdef as made from pg_indexes i
            where i.schemaname = 'atum' and i.tablename = any($1) and i.indexdef not like 'CREATE UNIQUE%'
              and not exists (select from pg_constraint c where c.conname = i.indexname)""",
        list(BIG_TABLES),
    )
    for row in rows:
        await connection.execute(f"drop index atum.{row['name']}")
    # Of a table in parts, that of all of them.
    return [row["made"].replace(" ON ONLY ", " ON ") for row in rows]


async def _describe(connection: asyncpg.Connection) -> Dataset:
    # Contacts that came by mail later are left out: their ids have holes.
    row = await connection.fetchrow(
        """select (select max(number) from tickets) as tickets,
                  min(id) filter (where kind = 'staff') as administrator_id,
                  min(id) filter (where name like 'Contact %') as first_contact_id,
                  count(*) filter (where name like 'Contact %') as contacts
             from people"""
    )
    assert row
    return Dataset(**row)
