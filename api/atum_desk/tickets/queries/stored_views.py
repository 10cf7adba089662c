"""Stored conditions: what they name by id, which of it is gone, and the condition of a view."""

from __future__ import annotations

import msgspec

from atum_desk.conditions.public import (
    KEYED_KINDS,
    NAMED_KINDS,
    Condition,
    Group,
    Kind,
    Leaf,
    NamedValue,
    Register,
    Value,
    ValueNames,
    broken_leaves,
    leaves_of,
)
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.problems import ViewNotFound

# What the key of a custom field holds.
MARK = "field."
GONE = "it names something that does not exist any more"

# $1 the kinds and $2 the ids, as text; each with all that it is called, as conditions write it, best first.
NAMES_BY_ID = """
    select 'status' as kind, s.key as value, array[s.key, s.name] as names, null::bigint as living_id from statuses s
     where 'status' = any($1) and s.key = any($2)
    union all
    select 'resolution', z.key, array[z.key, z.name], null from resolutions z
     where 'resolution' = any($1) and z.key = any($2)
    union all
    select 'team', g.id::text, array[g.name], null from teams g
     where 'team' = any($1) and g.id = any(ids($2))
    union all
    select 'person', p.id::text, array[p.name, x.email], null from people p
      left join addresses x on x.person_id = p.id and x.is_primary
     where 'person' = any($1) and p.kind = 'staff' and p.id = any(ids($2))
    union all
    select 'contact', p.id::text, array[x.email], p.merged_into_id from people p
      left join addresses x on x.person_id = coalesce(p.merged_into_id, p.id) and x.is_primary
     where 'contact' = any($1) and p.id = any(ids($2))
    union all
    select 'organization', o.id::text, array[coalesce(l.name, o.name)], l.id from organizations o
      left join organizations l on l.id = o.merged_into_id
     where 'organization' = any($1) and o.id = any(ids($2))
    union all
    select 'mailbox', b.id::text, array[b.address, b.name], null from mailboxes b
     where 'mailbox' = any($1) and b.id = any(ids($2))""".replace(
    "ids($2)", "array(select v::bigint from unnest($2::text[]) v where v ~ '^[0-9]{1,18}$')"
)


class Known(msgspec.Struct, frozen=True):
    """What stored conditions name by id, as far as it exists."""

    register: Register
    names: ValueNames
    exists: frozenset[tuple[Kind, Value]]
    # The contact or organization into which another was merged.
    living_ids: dict[tuple[Kind, Value], Value]

    def living(self, condition: Condition) -> Condition:
        """Return a condition that names, for whoever was merged into another, that other one: tickets moved there.

        Custom fields keep the value that they were given.
        """
        if isinstance(condition, Group):
            return Group(condition.match, tuple(self.living(member) for member in condition.members))
        field = self.register.by_key.get(condition.field)
        if field is None or MARK in field.key:
            return condition
        values = [self.living_ids.get((field.kind, one), one) for one in condition.values]
        return Leaf(condition.field, condition.operator, tuple(dict.fromkeys(values)))

    def broken(self, condition: Condition) -> dict[int, str]:
        """Return what is wrong with leaves, by their places from left to right; empty when nothing is.

        One such leaf, and the whole condition matches nothing.
        """
        wrong = broken_leaves(condition, self.register)
        for place, leaf in enumerate(leaves_of(condition)):
            if place not in wrong and not set(_references(leaf.field, leaf.values, self.register)) <= self.exists:
                wrong[place] = GONE
        return wrong


async def read_known(transaction: ReadTransaction, register: Register, conditions: list[Condition]) -> Known:
    """Return what the conditions name by id, in one statement; in none when they name nothing so."""
    wanted = {
        reference
        for condition in conditions
        for leaf in leaves_of(condition)
        for reference in _references(leaf.field, leaf.values, register)
    }
    rows = []
    if wanted:
        kinds, values = sorted({kind for kind, _ in wanted}), sorted({str(value) for _, value in wanted})
        rows = await transaction.fetch(NAMES_BY_ID, kinds, values)
    named: dict[tuple[Kind, Value], NamedValue] = {}
    living_ids: dict[tuple[Kind, Value], Value] = {}
    for row in rows:
        kind, names = row["kind"], tuple(name for name in row["names"] if name)
        value: Value = row["value"] if kind in KEYED_KINDS else int(row["value"])
        if row["living_id"]:
            # Their names are those of the living one, who alone is called so.
            living_ids[kind, value] = row["living_id"]
            named[kind, value] = NamedValue(kind, value, ())
            value = row["living_id"]
        named[kind, value] = NamedValue(kind, value, names)
    # An id is unique within its kind: what else has the number was not asked for.
    return Known(register, ValueNames(named.values()), frozenset(named), living_ids)


async def find_view_condition(transaction: ReadTransaction, view_id: int) -> tuple[Condition, str]:
    """Return the condition of a view that the actor sees, and its order. Raises ViewNotFound."""
    row = await transaction.fetchrow("select v.condition, v.sort from views v where v.id = $1", view_id)
    if row is None:
        raise ViewNotFound
    return decoded(row["condition"]), row["sort"]


def decoded(stored: object) -> Condition:
    """Return the tree that a stored condition says."""
    return msgspec.convert(stored, Condition)


def _references(key: str, values: tuple[Value, ...], register: Register) -> list[tuple[Kind, Value]]:
    field = register.by_key.get(key)
    if field is None or field.kind not in NAMED_KINDS:
        return []
    return [(field.kind, one) for one in values if field.kind in KEYED_KINDS or isinstance(one, int)]
