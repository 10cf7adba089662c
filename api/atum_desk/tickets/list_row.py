"""What a list shows of a ticket, whoever reads it: columns, joins and the struct made of them.

The live service sends the same row with a change (ADR 0026) and takes it from here; so this module
imports nothing but the kernel and the table of properties, and that process stays small.
"""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from atum_desk.custom_fields.public import listed_json
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.fields import IN_LIST, columns_of, joins_of, readers_of
from atum_desk.tickets.property import wire_shape

# Longer values of custom fields, as JSON, are not told with a row: who shows them asks for them.
MOST_TOLD_CHARACTERS = 4_000
# More tickets than one batch of changes concerns; it tells the planner that they are few.
MOST_ROWS = 2_000

COLUMNS = f"t.id, {columns_of(IN_LIST)}"
JOINS = joins_of(IN_LIST)
ROWS = f"""
    select {COLUMNS},
           case when t.field_writes = 0 then '{{}}'
                else (select case when length(o.fields) <= {MOST_TOLD_CHARACTERS} then o.fields end
                        from (select {listed_json("t.id")}::text as fields) o) end as own_fields
      from (select t.* from tickets t where t.id = any($1::bigint[]) and t.team_id = any($2::bigint[])
             limit {MOST_ROWS}) t {JOINS}"""

_READERS = readers_of(IN_LIST)


class TicketFacts(wire_shape("ListedProperties", IN_LIST)):  # type: ignore[misc]
    """A ticket as a list shows it to everybody who may read it."""


class ToldFacts(TicketFacts):
    """A ticket as a frame tells it; `fields` are its custom fields by key, null where they are too long to be told."""

    fields: dict[str, Any] | None


def facts_of(row: asyncpg.Record) -> list[Any]:
    """Return the fields of TicketFacts in their order, of the columns in COLUMNS."""
    return [read(row) for read in _READERS]


async def list_facts(transaction: ReadTransaction, ticket_ids: list[int], team_ids: list[int]) -> dict[int, ToldFacts]:
    """Return those of the tickets that are in one of the teams, by id, as they stand."""
    rows = await transaction.fetch(ROWS, ticket_ids, team_ids)
    return {row["id"]: ToldFacts(*facts_of(row), _fields_of(row["own_fields"])) for row in rows}


def _fields_of(text: str | None) -> dict[str, Any] | None:
    return None if text is None else msgspec.json.decode(text, type=dict[str, Any])
