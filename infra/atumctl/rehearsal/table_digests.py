"""Counts and digests of every table, which show what a migration did to its rows.

A migration may add: tables, columns, rows. What was there stays as it was, for the release before
goes on using it (ADR 0005). Columns that the database computes itself are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from atumctl.core.postgres import Postgres, literal

COLUMNS = """
select format('%I.%I', n.nspname, c.relname), string_agg(quote_ident(a.attname), ',' order by a.attname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
 where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and (n.nspname, c.relname) <> ('public', 'schema_revision')
 group by 1 order by 1"""
# The sum does not depend on the order of rows; `old` are those no later transaction has written.
DIGEST = """
select {name}, count(*), coalesce(sum(h), 0), count(*) filter (where old), coalesce(sum(h) filter (where old), 0)
  from (select hashtextextended(row({columns})::text, 0)::numeric as h,
               age(t.xmin) > age(({mark}::xid8)::xid) as old from {table} t) rows"""
# What is never deleted, whatever people do.
LASTING = ("tickets", "messages", "attachments", "mails", "people", "changes", "row_changes")
# Uploads that no message took are: the ledger keeps each, and so they count still.
COUNTS = {name: f"select '{name}', count(*) from atum.{name}" for name in LASTING} | {
    "attachments": """select 'attachments', (select count(*) from atum.attachments)
       + (select count(*) from atum.row_changes where table_name = 'attachments' and operation = 'D')"""
}


@dataclass(frozen=True)
class Digest:
    """One table: its columns, and count and digest of all rows and of those that were there."""

    columns: tuple[str, ...]
    rows: int
    digest: str
    old_rows: int
    old_digest: str


Digests = dict[str, Digest]


def mark(postgres: Postgres, database: str) -> str:
    """Return a transaction that comes after everything that is there now."""
    return postgres.value("select pg_current_xact_id()", database)


def columns_of(postgres: Postgres, database: str) -> dict[str, tuple[str, ...]]:
    """Return every table with its columns."""
    return {table: tuple(names.split(",")) for table, names in postgres.query(COLUMNS, database)}


def read_digests(postgres: Postgres, database: str, columns: dict[str, tuple[str, ...]], since: str) -> Digests:
    """Return the digests of these columns of these tables."""
    if not columns:
        return {}
    statements = (
        DIGEST.format(
            name=literal(table), table=table, mark=literal(since), columns=", ".join(f"t.{name}" for name in names)
        )
        for table, names in columns.items()
    )
    found = postgres.query(" union all ".join(statements), database)
    return {row[0]: Digest(columns[row[0]], int(row[1]), row[2], int(row[3]), row[4]) for row in found}


def read_before(postgres: Postgres, database: str) -> tuple[Digests, str]:
    """Return what is there before a migration, and the mark that `compare` needs."""
    since = mark(postgres, database)
    return read_digests(postgres, database, columns_of(postgres, database), since), since


def compare(postgres: Postgres, database: str, before: Digests, since: str) -> list[str]:
    """Return, in words, what a migration did to what was there; nothing when it only added."""
    there = columns_of(postgres, database)
    words: list[str] = []
    kept: dict[str, tuple[str, ...]] = {}
    for table, digest in before.items():
        if table not in there:
            words.append(f"the table {table} is gone, with {digest.rows:,} rows")
            continue
        lost = [name for name in digest.columns if name not in there[table]]
        if lost:
            words.append(f"{table} lost {', '.join(lost)}")
        else:
            kept[table] = digest.columns
    after = read_digests(postgres, database, kept, since)
    return words + [said for table in kept if (said := _differs(table, before[table], after[table]))]


def _differs(table: str, before: Digest, after: Digest) -> str:
    if (after.rows, after.digest) == (before.rows, before.digest):
        return ""
    if (after.old_rows, after.old_digest) == (before.rows, before.digest):
        return ""
    if after.rows < before.rows:
        return f"{table} has {after.rows:,} rows, it had {before.rows:,}"
    altered = before.rows - after.old_rows
    return f"{table}: {altered:,} of {before.rows:,} rows are not what they were"


def lasting_counts(postgres: Postgres, database: str | None = None) -> dict[str, int]:
    """Return how many rows there are of what is never deleted."""
    rows = postgres.query(" union all ".join(COUNTS.values()), database)
    return {name: int(n) for name, n in rows}


def fallen(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """Return, in words, of what there is less."""
    return [
        f"{name} has {now.get(name, 0):,} rows, it had {count:,}"
        for name, count in before.items()
        if now.get(name, 0) < count
    ]
