"""Counts what a database holds: it must be equal before a dump and after its restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from atumctl.core.desk_database import SCHEMA
from atumctl.core.postgres import Rows

# Every table of ours with its number of rows, in one statement and so in one snapshot.
COUNTS = """
select n.nspname || '.' || c.relname, (xpath('/row/n/text()',
       query_to_xml(format('select count(*) as n from %I.%I', n.nspname, c.relname), false, true, '')))[1]::text
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by 1"""
# The sum does not depend on the order of rows. A change's xid stays out: a restore into another
# cluster numbers it anew.
LEDGER = """
select (select coalesce(max(id), 0) from atum.changes),
       (select coalesce(max(at)::text, '') from atum.changes),
       (select coalesce(sum(hashtextextended((to_jsonb(c) - 'xid')::text, 0)::numeric), 0) from atum.changes c),
       (select coalesce(sum(hashtextextended(r::text, 0)::numeric), 0) from atum.row_changes r)"""


@dataclass(frozen=True)
class DatabaseContents:
    """The schema's revision, the rows of every table, and the ledger's end and seal."""

    schema: str
    rows: dict[str, int]
    last_change: int
    last_change_at: str
    ledger_seal: str

    def differences(self, found: DatabaseContents) -> list[str]:
        """Return, in words, where what was found is not this."""
        words = []
        if found.schema != self.schema:
            words.append(f"schema {found.schema or 'none'}, not {self.schema}")
        for table in sorted(self.rows.keys() | found.rows.keys()):
            wanted, there = self.rows.get(table), found.rows.get(table)
            if there is None:
                words.append(f"table {table} is missing")
            elif wanted is None:
                words.append(f"table {table} is one too many")
            elif wanted != there:
                words.append(f"table {table} has {there:,} rows, not {wanted:,}")
        if found.last_change != self.last_change:
            words.append(f"the ledger ends at change {found.last_change}, not {self.last_change}")
        elif found.ledger_seal != self.ledger_seal:
            words.append("the ledger's seal differs: a change or what it did was altered")
        return words


def read_database_contents(ask: Callable[[str], Rows]) -> DatabaseContents:
    """Return what a database holds; `ask` runs a statement there."""
    last, at, changes, row_changes = ask(LEDGER)[0]
    return DatabaseContents(
        schema=ask(SCHEMA)[0][0],
        rows={table: int(count) for table, count in ask(COUNTS)},
        last_change=int(last),
        last_change_at=at,
        ledger_seal=f"{changes}:{row_changes}",
    )
