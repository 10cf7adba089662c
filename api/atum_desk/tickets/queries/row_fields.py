"""Values of custom fields on the rows of a list: of those that were asked for, in one statement for a page."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.custom_fields.public import listed_json
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.schemas import TicketRow

FIELDS_OF_PAGE = f"""
    select t.number, {listed_json("t.id", "$2::text[]")}::text as fields
      from tickets t
     where t.workspace_id = (select ctx_workspace()) and t.number = any($1::int[]) and t.field_writes > 0"""

_decoder = msgspec.json.Decoder(dict[str, Any])


async def add_fields(transaction: ReadTransaction, rows: list[TicketRow], keys: list[str]) -> None:
    """Give rows the values of custom fields by key; a field that is unknown or out of use has none.

    Asks the database nothing where no field is asked for.
    """
    if not keys:
        return
    found = await transaction.fetch(FIELDS_OF_PAGE, [row.number for row in rows], keys) if rows else []
    values = {one["number"]: _decoder.decode(one["fields"]) for one in found}
    for row in rows:
        row.fields = values.get(row.number, {})
