"""The SQL that names whom a row concerns, made from what the slices declare of their tables."""

from __future__ import annotations

from collections.abc import Iterable

from atum_desk.kernel.audience import Audience
from atum_desk.kernel.feature import Table, declared


def columns_told() -> str:
    """Return the tables that are told by column, as the items of an SQL list."""
    return ", ".join(f"'{one.name}'" for one in declared.tables.values() if one.live_by_column)


def concerned_column() -> str:
    """Return an expression over `row_changes r`: by column, the people or teams that a row names.

    A row that moved names those before and after; one that names none has a null among them.
    """
    cases = "".join(_case(table) for table in declared.tables.values() if _naming(table.audiences))
    return f"case {cases} else '{{}}'::jsonb end"


def _naming(audiences: Iterable[Audience]) -> list[Audience]:
    return [one for one in audiences if one.column]


def _case(table: Table) -> str:
    naming = sorted(_naming(table.audiences), key=lambda one: one.column)
    # Of a row of a ticket its ticket tells who sees it, so its teams are not asked for.
    free = "" if any(one.scope == "person" for one in naming) else " and r.ticket_id is null"
    named = ", ".join(f"'{one.column}', to_jsonb({_ids(table.name, one)})" for one in naming)
    return f"when r.table_name = '{table.name}'{free} then jsonb_build_object({named}) "


def _ids(table: str, audience: Audience) -> str:
    column = audience.column
    if column == "id":
        return "array[r.row_id]"
    written = (
        f"case when r.operation = 'I' then array[r.new->>'{column}'] "
        f"when r.operation = 'D' then array[r.old->>'{column}'] "
        f"when r.new ? '{column}' then array[r.old->>'{column}', r.new->>'{column}'] "
        f"else array[(select x.{column}::text from {table} x where x.id = r.row_id)] end"
    )
    value = "v.id::bigint"
    if audience.through:
        # One that is gone is nobody's, which is not the same as none.
        found = f"(select x.team_id from {audience.through} x where x.id = v.id::bigint)"
        value = f"case when v.id is not null then coalesce({found}, 0) end"
    return f"array(select {value} from unnest({written}) v(id))"
