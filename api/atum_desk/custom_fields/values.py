"""All SQL of the values of custom fields: how they are read as JSON, written, and found missing."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from atum_desk.custom_fields import notices
from atum_desk.custom_fields.models import COLUMNS, CustomField, Entity
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.problems import ValidationFailed

# By kind of record: the table of its values and the column that says whose they are.
TABLES: dict[Entity, tuple[str, str]] = {
    "ticket": ("ticket_field_values", "ticket_id"),
    "contact": ("contact_field_values", "person_id"),
    "organization": ("organization_field_values", "organization_id"),
}
# The bits of a row's id that say which field it is; the others say whose (migration 0039).
FIELD_BITS = 20


def value_json(row: str, kind: str, *, with_rows: bool = True) -> str:
    """Return the SQL of a value as clients get it: a choice by key, a person or organization by id and name.

    Requesters get no value that is a person or organization, `with_rows` false.
    """
    rows = f"""
        when {row}.person_value is not null then json_build_object('id', {row}.person_value, 'name',
             (select n.name from people n where n.id = {row}.person_value))
        when {row}.organization_value is not null then json_build_object('id', {row}.organization_value, 'name',
             (select n.name from organizations n where n.id = {row}.organization_value))"""
    return f"""case
        when {row}.options is not null then case {kind} when 'multiple_choice' then to_json({row}.options)
                                              else to_json({row}.options[cardinality({row}.options)]) end
        when {row}.number_value is not null then to_json(trim_scale({row}.number_value))
        when {row}.boolean_value is not null then to_json({row}.boolean_value)
        when {row}.date_value is not null then to_json({row}.date_value)
        when {row}.moment_value is not null then to_json({row}.moment_value){rows if with_rows else ""}
        else to_json({row}.text_value) end"""


def history_json(values: str, field: str) -> str:
    """Return the SQL of a value as history says it, of the ledger's columns of a row; options by their names."""
    return f"""(select case when h.options is null then {value_json("h", f"{field}.kind")}
                  when {field}.kind = 'multiple_choice' then to_json({_names_of("h", field)})
                  else to_json(array_to_string({_names_of("h", field)}, ' / ')) end
             from jsonb_populate_record(null::ticket_field_values, {values}) h)"""


def shown_json(owner: str) -> str:
    """Return the SQL of a ticket's values as its requester sees them, in order; options by their names."""
    first, after = ids_of(owner)
    return f"""(select coalesce(json_agg(json_build_object('key', f.key, 'name', f.name, 'kind', f.kind, 'value',
                        case when v.options is null then {value_json("v", "f.kind", with_rows=False)}
                             when f.kind = 'multiple_choice' then to_json({_names_of("v", "f")})
                             else to_json(array_to_string({_names_of("v", "f")}, ' / ')) end)
                        order by f.position, f.id), '[]')
                  from ticket_field_values v join custom_fields f on f.id = v.field_id and f.active
                 where v.id >= {first} and v.id < {after})"""


def _names_of(row: str, field: str) -> str:
    return f"""array(select o.name from unnest({row}.options) with ordinality x(key, place)
                     join custom_field_options o on o.field_id = {field}.id and o.key = x.key order by x.place)"""


def ids_of(owner: str) -> tuple[str, str]:
    """Return the SQL of the first id of an owner's values and of the first one after them."""
    return f"({owner} << {FIELD_BITS})", f"(({owner} + 1) << {FIELD_BITS})"


def fields_json(entity: Entity, owner: str) -> str:
    """Return the SQL of a record's values as an object by key, of fields in use; `owner` is the SQL of its id."""
    table, _ = TABLES[entity]
    first, after = ids_of(owner)
    return f"""(select coalesce(json_object_agg(f.key, {value_json("v", "f.kind")} order by f.position, f.id), '{{}}')
                  from {table} v join custom_fields f on f.id = v.field_id and f.active
                 where v.id >= {first} and v.id < {after})"""


def listed_json(owner: str, keys: str | None = None) -> str:
    """Return the SQL of a ticket's values as lists show them, an object by key.

    Long texts are left out. `keys` is the SQL of the keys of fields that are asked for, all without.
    """
    first, after = ids_of(owner)
    asked = f" and f.key = any({keys})" if keys else ""
    return f"""(select coalesce(json_object_agg(f.key, {value_json("v", "f.kind")} order by f.position, f.id), '{{}}')
                  from ticket_field_values v
                  join custom_fields f on f.id = v.field_id and f.active and f.kind <> 'long_text'{asked}
                 where v.id >= {first} and v.id < {after})"""


async def list_values(transaction: ReadTransaction, entity: Entity, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return the values of many records by id and key, in one statement; records without any are left out."""
    table, owner = TABLES[entity]
    text = await transaction.fetchval(
        f"""select coalesce(json_agg(r), '[]')::text from (
              select v.{owner} as id, f.key, {value_json("v", "f.kind")} as value
                from unnest($1::bigint[]) g(id)
                join {table} v on v.id >= (g.id << {FIELD_BITS}) and v.id < ((g.id + 1) << {FIELD_BITS})
                join custom_fields f on f.id = v.field_id and f.active) r""",
        ids,
    )
    found: dict[int, dict[str, Any]] = {}
    for row in msgspec.json.decode(text):
        found.setdefault(row["id"], {})[row["key"]] = row["value"]
    return found


async def write_values(
    work: UnitOfWork, entity: Entity, owner_id: int, stored: dict[int, tuple[CustomField, Any]]
) -> bool:
    """Set the values of a record by field id, None clears one; tell whether any was another before.

    Raises ValidationFailed for a person or organization that there is not.
    """
    if not stored:
        return False
    await _require_rows(work, [one for one in stored.values() if one[1] is not None])
    table, owner = TABLES[entity]
    columns = list(dict.fromkeys(COLUMNS.values()))
    rows = [{"field_id": id_, field.column: value} for id_, (field, value) in stored.items() if value is not None]
    names = ", ".join(columns)
    try:
        return await work.fetchval(
            f"""with gone as (
                delete from {table} v where v.id = any(array(
                  select ($1::bigint << {FIELD_BITS}) + f from unnest($3::bigint[]) f)) returning v.id),
                written as (
                insert into {table} as v (workspace_id, {owner}, field_id, {names})
                select ctx_workspace(), $1, r.field_id, {", ".join(f"r.{one}" for one in columns)}
                  from jsonb_populate_recordset(null::{table}, $2::jsonb) r order by r.field_id
                on conflict (id) do update set ({names}) = ({", ".join(f"excluded.{one}" for one in columns)})
                 where ({", ".join(f"v.{one}" for one in columns)})
                       is distinct from ({", ".join(f"excluded.{one}" for one in columns)})
                returning v.id)
                select exists (select from gone) or exists (select from written)""",
            owner_id,
            rows,
            [id_ for id_, (_, value) in stored.items() if value is None],
        )
    except asyncpg.ForeignKeyViolationError:
        raise ValidationFailed.of("fields", notices.NoSuchRow()) from None


async def _require_rows(work: UnitOfWork, stored: list[tuple[CustomField, Any]]) -> None:
    """Raise ValidationFailed unless each person, contact and organization that is named is one of the workspace."""
    named = [(field, value) for field, value in stored if field.kind in ("person", "contact", "organization")]
    if not named:
        return
    rows = await work.fetch(
        """select w.place from unnest($1::text[], $2::bigint[]) with ordinality w(kind, id, place)
            where not case w.kind
                when 'organization' then exists (select from organizations o where o.id = w.id)
                when 'person' then exists (select from people p where p.id = w.id and p.kind = 'staff')
                else exists (select from people p where p.id = w.id and p.kind = 'contact') end
            order by 1""",
        [field.kind for field, _ in named],
        [value for _, value in named],
    )
    if rows:
        faults = [(f"fields.{named[row['place'] - 1][0].key}", notices.NoSuchRow()) for row in rows]
        raise ValidationFailed(faults)


class DistinctValue(msgspec.Struct, frozen=True):
    """A value as clients get it, in JSON, how many records have it, and the least id of these."""

    value: str
    count: int
    example_id: int

    @property
    def decoded(self) -> Any:
        """The value itself."""
        return msgspec.json.decode(self.value)


async def count_values(transaction: ReadTransaction, field: CustomField, most: int) -> int:
    """Return how many records have a value of a field, `most` at most."""
    table, _ = TABLES[field.entity]
    return await transaction.fetchval(
        f"select count(*) from (select from {table} v where v.field_id = $1 limit $2) x", field.id, most
    )


async def list_distinct_values(transaction: ReadTransaction, field: CustomField, most: int) -> list[DistinctValue]:
    """Return the different values of a field, most used first."""
    table, owner = TABLES[field.entity]
    rows = await transaction.fetch(
        f"""select value, count(*) as count, min(owner) as example_id
              from (select {value_json("v", "$2::text")}::text as value, v.{owner} as owner
                      from {table} v where v.field_id = $1) x
             group by value order by count(*) desc, value limit $3""",
        field.id,
        field.kind,
        most,
    )
    return [DistinctValue(row["value"], row["count"], row["example_id"]) for row in rows]


async def rewrite_values(work: UnitOfWork, field: CustomField, column: str, stored: dict[str, Any]) -> None:
    """Put what is stored in place of each value, given as clients get it in JSON; None removes it."""
    table, _ = TABLES[field.entity]
    columns = list(dict.fromkeys(COLUMNS.values()))
    rows = [{"was": was, column: value} for was, value in stored.items() if value is not None]
    # A column holds the value of one kind, so all others are emptied in the same statement.
    now = ", ".join(f"r.{one}" for one in columns)
    await work.execute(
        f"delete from {table} v where v.field_id = $1 and {value_json('v', '$2::text')}::text = any($3::text[])",
        field.id,
        field.kind,
        [was for was, value in stored.items() if value is None],
    )
    await work.execute(
        f"""with given as materialized (
             select g->>'was' as was, r.*
               from jsonb_array_elements($3::jsonb) g, jsonb_populate_record(null::{table}, g - 'was') r)
           update {table} v set ({", ".join(columns)}) = ({now}) from given r
            where v.field_id = $1 and {value_json("v", "$2::text")}::text = r.was""",
        field.id,
        field.kind,
        rows,
    )


async def copy_missing_values(work: UnitOfWork, entity: Entity, source_id: int, target_id: int) -> None:
    """Give a record the values of another that it is merged with, where it has none itself.

    Those of the other stay: a row's id says whose it is, and an undo finds both as they were.
    """
    table, owner = TABLES[entity]
    columns = ", ".join(dict.fromkeys(COLUMNS.values()))
    await work.execute(
        f"""insert into {table} (workspace_id, {owner}, field_id, {columns})
            select workspace_id, $2, field_id, {columns} from {table} where {owner} = $1
            on conflict (id) do nothing""",
        source_id,
        target_id,
    )
