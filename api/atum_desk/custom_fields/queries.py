"""All SQL of custom fields and their options."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.custom_fields.models import CustomField, Entity
from atum_desk.custom_fields.values import value_json
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

MOST_FIELDS = 200
MOST_OPTIONS = 1_000

DEFAULT = f"""case when f.default_value is not null then
    (select {value_json("r", "f.kind")} from jsonb_populate_record(null::ticket_field_values, f.default_value) r) end"""
# Every field of the workspace with its options as one text: what is made of it is kept by that text. What contacts
# may not read is not asked for.
FIELDS = f"""
    select coalesce(json_agg(f order by f.position, f.id), '[]')::text from (
      select f.id, f.entity, f.key, f.name, f.kind, f.help, {DEFAULT} as "default", f.pattern, f.currency,
             f.required_on, f.hand_over_team_ids, f.requesters, f.team_ids, f.ticket_types, f.position, f.active,
             f.version,
             (select coalesce(json_agg(json_build_object('key', o.key, 'name', o.name, 'color', o.color,
                                                         'parent', r.key, 'active', o.active)
                                       order by o.position, o.id), '[]')
                from custom_field_options o left join custom_field_options r on r.id = o.parent_id
               where o.field_id = f.id) as options
        from custom_fields f where f.workspace_id = (select ctx_workspace())) f"""

_fields = msgspec.json.Decoder(list[CustomField])


async def read_fields_text(transaction: ReadTransaction) -> str:
    """Return every custom field in order as JSON."""
    return await transaction.fetchval(FIELDS)


def decode_fields(text: str) -> list[CustomField]:
    """Return the fields of a text of `read_fields_text`."""
    return _fields.decode(text)


async def list_fields(transaction: ReadTransaction, entity: Entity | None = None) -> list[CustomField]:
    """Return every custom field in order, those out of use among them."""
    fields = decode_fields(await read_fields_text(transaction))
    return [one for one in fields if entity in (None, one.entity)]


async def lock_fields(work: UnitOfWork) -> list[CustomField]:
    """Let no other change of fields go on beside this one, and return all of them."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('custom_fields ' || ctx_workspace(), 0))")
    return await list_fields(work)


async def insert_field(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert a field behind all others of its kind of record and return its id."""
    names = ", ".join(columns)
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return await work.fetchval(
        f"""insert into custom_fields (workspace_id, position, {names})
            select ctx_workspace(), coalesce((select max(x.position) from custom_fields x), 0) + 1, {places}
            returning id""",
        *columns.values(),
    )


async def update_field(work: UnitOfWork, field_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a field; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update custom_fields set {assignments} where id = $1", field_id, *columns.values())


async def set_positions(work: UnitOfWork, field_ids: list[int]) -> None:
    """Give fields the positions 1, 2, 3 ... in this order."""
    await work.execute(
        """update custom_fields f set position = o.place from unnest($1::bigint[]) with ordinality o(id, place)
            where f.id = o.id and f.position <> o.place""",
        field_ids,
    )


async def set_options(work: UnitOfWork, field_id: int, options: list[dict[str, Any]]) -> None:
    """Insert or update options of a field in this order, parents before what lies beneath them."""
    await work.execute(
        """with given as (
             select o.* from rows from (jsonb_to_recordset($2::jsonb)
                      as (key text, name text, color text, active boolean)) with ordinality
                    o(key, name, color, active, place))
           insert into custom_field_options as x (workspace_id, field_id, key, name, color, active, position)
           select ctx_workspace(), $1, g.key, g.name, g.color, g.active, g.place from given g
           on conflict (field_id, key) do update
             set name = excluded.name, color = excluded.color, active = excluded.active, position = excluded.position
           where (x.name, x.color, x.active, x.position)
                 is distinct from (excluded.name, excluded.color, excluded.active, excluded.position)""",
        field_id,
        options,
    )
    parents = {one["key"]: one["parent"] for one in options if one["parent"]}
    if parents:
        await work.execute(
            """update custom_field_options o set parent_id = p.id
                 from unnest($2::text[], $3::text[]) g(key, parent), custom_field_options p
                where o.field_id = $1 and o.key = g.key and p.field_id = $1 and p.key = g.parent
                  and o.parent_id is distinct from p.id""",
            field_id,
            list(parents),
            list(parents.values()),
        )


async def list_unknown_teams(transaction: ReadTransaction, team_ids: list[int]) -> list[int]:
    """Return those of the ids that are no team's."""
    rows = await transaction.fetch(
        "select u from unnest($1::bigint[]) u where not exists (select from teams g where g.id = u) order by u",
        team_ids,
    )
    return [row["u"] for row in rows]
