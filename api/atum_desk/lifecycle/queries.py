"""All SQL of statuses and transitions."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.lifecycle.models import DEFAULT_RULES, Category, Resolution, Rules, Status, TeamRules, Transition

STATUS = """
    select s.id, s.key, s.name, s.category, s.position, s.color, s.active, s.version,
           (select coalesce(json_agg(json_build_object('key', y.key, 'role_ids', x.role_ids)
                                     order by y.position, y.id), '[]')::text
              from status_transitions x join statuses y on y.id = x.to_id where x.from_id = s.id) as next
      from statuses s"""
# Of `x`, a row of status_transitions to `y`: whether the actor may make it. Who has no role makes those of everybody.
MAY_MAKE = """y.active and (x.role_ids = '{}' or
    (select p.role_id from people p where p.id = (select ctx_person())) = any(x.role_ids))"""
RESOLUTION = ", ".join(Resolution.__struct_fields__)
RULES = ", ".join(Rules.__struct_fields__)
_transitions = msgspec.json.Decoder(list[Transition])


async def list_statuses(transaction: ReadTransaction) -> list[Status]:
    """Return every status in order, those out of use among them."""
    return [_status(row) for row in await transaction.fetch(f"{STATUS} order by s.position, s.id limit 200")]


async def get_status(transaction: ReadTransaction, key: str) -> Status | None:
    """Return a status by key."""
    row = await transaction.fetchrow(f"{STATUS} where s.key = $1", key)
    return _status(row) if row else None


async def lock_statuses(work: UnitOfWork) -> None:
    """Let no other change of statuses go on beside this one: each looks at all of them."""
    await work.execute("select id from statuses order by id for update")


async def insert_status(work: UnitOfWork, key: str, name: str, category: Category, color: str | None) -> int:
    """Insert a status behind all others and return its id."""
    return await work.fetchval(
        """insert into statuses (workspace_id, key, name, category, color, position)
           select ctx_workspace(), $1, $2, $3, $4, coalesce(max(position), 0) + 1 from statuses
            where workspace_id = ctx_workspace() returning id""",
        key,
        name,
        category,
        color,
    )


async def update_status(work: UnitOfWork, status_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a status; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update statuses set {assignments} where id = $1", status_id, *columns.values())


async def set_positions(work: UnitOfWork, status_ids: list[int]) -> None:
    """Give statuses the positions 1, 2, 3 ... in this order."""
    await work.execute(
        """update statuses s set position = o.place from unnest($1::bigint[]) with ordinality o(id, place)
            where s.id = o.id and s.position <> o.place""",
        status_ids,
    )


async def set_transitions(work: UnitOfWork, from_id: int, wanted: dict[int, list[int]]) -> None:
    """Let a status lead exactly to these, by id, each for the roles named with it."""
    ids, roles = list(wanted), ["{" + ",".join(map(str, one)) + "}" for one in wanted.values()]
    await work.execute("delete from status_transitions where from_id = $1 and to_id <> all($2)", from_id, ids)
    await work.execute(
        """insert into status_transitions as x (workspace_id, from_id, to_id, role_ids)
           select ctx_workspace(), $1, w.id, w.roles::bigint[] from unnest($2::bigint[], $3::text[]) w(id, roles)
           on conflict (from_id, to_id) do update set role_ids = excluded.role_ids
            where x.role_ids <> excluded.role_ids""",
        from_id,
        ids,
        roles,
    )


async def follow_category(work: UnitOfWork, status_id: int, category: Category) -> None:
    """Let a new status lead where the first other of its category leads, and be led to as that one is."""
    await work.execute(
        """with like_it as (
             select s.id from statuses s where s.category = $2::text and s.id <> $1::bigint and s.active
              order by s.position, s.id limit 1),
           led as (
             select $1::bigint as from_id, x.to_id, x.role_ids
               from status_transitions x where x.from_id = (select id from like_it)
             union select x.from_id, $1::bigint, x.role_ids
               from status_transitions x where x.to_id = (select id from like_it)
             union select $1::bigint, id, '{}'::bigint[] from like_it where $2 not in ('new', 'closed')
             union select id, $1::bigint, '{}'::bigint[] from like_it where $2 not in ('new', 'closed'))
           insert into status_transitions (workspace_id, from_id, to_id, role_ids)
           select ctx_workspace(), from_id, to_id, role_ids from led where from_id <> to_id
           on conflict (from_id, to_id) do nothing""",
        status_id,
        category,
    )


async def set_active(work: UnitOfWork, status_ids: list[int]) -> None:
    """Put exactly these statuses into use."""
    await work.execute(
        "update statuses set active = id = any($1::bigint[]) where active <> (id = any($1::bigint[]))", status_ids
    )


async def list_roles_named(transaction: ReadTransaction, names: list[str]) -> list[int]:
    """Return the ids of the roles of these names."""
    rows = await transaction.fetch("select id from roles where name = any($1::text[]) order by id limit 50", names)
    return [row["id"] for row in rows]


async def list_unknown_roles(transaction: ReadTransaction, role_ids: list[int]) -> list[int]:
    """Return those of the ids that are no role's."""
    rows = await transaction.fetch(
        """select u from unnest($1::bigint[]) u
            where not exists (select from roles r where r.id = u) order by u limit 50""",
        role_ids,
    )
    return [row["u"] for row in rows]


async def list_next_statuses(transaction: ReadTransaction, status_id: int) -> list[str]:
    """Return the keys of what a status may become, as far as the actor may do it, in order."""
    rows = await transaction.fetch(
        f"""select y.key from status_transitions x join statuses y on y.id = x.to_id
             where x.from_id = $1 and {MAY_MAKE} order by y.position, y.id limit 200""",
        status_id,
    )
    return [row["key"] for row in rows]


async def find_next_in_category(transaction: ReadTransaction, status_id: int, category: Category) -> int | None:
    """Return the first status of a category that another may become, as far as the actor may do it."""
    return await transaction.fetchval(
        f"""select y.id from status_transitions x join statuses y on y.id = x.to_id
             where x.from_id = $1 and y.category = $2 and {MAY_MAKE} order by y.position, y.id limit 1""",
        status_id,
        category,
    )


async def find_reopened(transaction: ReadTransaction, status_id: int) -> int | None:
    """Return the status that a requester's answer takes a ticket to.

    It is one that the ticket's own may become, else any that is open: nobody chooses it, so no role is
    asked for, and an answer is never lost in a workspace whose transitions forgot it.
    """
    return await transaction.fetchval(
        """select y.id from statuses y where y.category = 'open' and y.active
            order by exists (select from status_transitions x where x.from_id = $1 and x.to_id = y.id) desc,
                     y.position, y.id limit 1""",
        status_id,
    )


async def get_rules(transaction: ReadTransaction, team_id: int | None) -> Rules:
    """Return the rules that hold for a team's tickets: its own, else the workspace's; without a team the latter."""
    row = await transaction.fetchrow(
        f"""select {RULES} from lifecycle_rules
             where workspace_id = (select ctx_workspace()) and (team_id = $1 or team_id is null)
             order by team_id nulls last limit 1""",
        team_id,
    )
    return msgspec.convert(dict(row), Rules) if row else DEFAULT_RULES


async def list_team_rules(transaction: ReadTransaction) -> list[TeamRules]:
    """Return the rules of teams that have their own and that the actor sees."""
    rows = await transaction.fetch(
        f"""select team_id, {RULES} from lifecycle_rules
             where workspace_id = (select ctx_workspace()) and team_id in (select id from teams)
             order by team_id limit 1000"""
    )
    return [msgspec.convert(dict(row), TeamRules) for row in rows]


async def lock_rules(work: UnitOfWork) -> None:
    """Let no other change of rules go on beside this one: a row that is not there yet cannot be locked."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('lifecycle rules', ctx_workspace()))")


async def find_own_rules(work: UnitOfWork, team_id: int | None) -> Rules | None:
    """Return the rules that a team, or the workspace, has itself."""
    row = await work.fetchrow(
        f"""select {RULES} from lifecycle_rules
             where workspace_id = (select ctx_workspace()) and team_id is not distinct from $1""",
        team_id,
    )
    return msgspec.convert(dict(row), Rules) if row else None


async def sees_team(transaction: ReadTransaction, team_id: int) -> bool:
    """Tell whether there is such a team that the actor sees."""
    return await transaction.fetchval("select exists (select from teams where id = $1)", team_id)


async def set_rules(work: UnitOfWork, team_id: int | None, columns: dict[str, Any]) -> None:
    """Set columns of a team's or the workspace's rules; their names come from this slice's commands."""
    names = ", ".join(columns)
    values = ", ".join(f"${place}" for place in range(2, len(columns) + 2))
    assignments = ", ".join(f"{name} = excluded.{name}" for name in columns)
    await work.execute(
        f"""insert into lifecycle_rules (workspace_id, team_id, {names}) values (ctx_workspace(), $1, {values})
            on conflict (workspace_id, team_id) do update set {assignments}""",
        team_id,
        *columns.values(),
    )


async def delete_rules(work: UnitOfWork, team_id: int) -> None:
    """Let a team follow the workspace's rules."""
    await work.execute("delete from lifecycle_rules where team_id = $1", team_id)


async def list_resolutions(transaction: ReadTransaction) -> list[Resolution]:
    """Return every reason for resolving in order, those out of use among them."""
    rows = await transaction.fetch(f"select {RESOLUTION} from resolutions order by position, id limit 200")
    return [msgspec.convert(dict(row), Resolution) for row in rows]


async def insert_resolution(work: UnitOfWork, key: str, name: str, description: str) -> None:
    """Insert a reason behind all others."""
    await work.execute(
        """insert into resolutions (workspace_id, key, name, description, position)
           select ctx_workspace(), $1, $2, $3, coalesce(max(position), 0) + 1 from resolutions
            where workspace_id = ctx_workspace()""",
        key,
        name,
        description,
    )


async def update_resolution(work: UnitOfWork, resolution_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a reason; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update resolutions set {assignments} where id = $1", resolution_id, *columns.values())


async def order_resolutions(work: UnitOfWork, ids: list[int]) -> None:
    """Give reasons the positions 1, 2, 3 ... in this order."""
    await work.execute(
        """update resolutions z set position = o.place from unnest($1::bigint[]) with ordinality o(id, place)
            where z.id = o.id and z.position <> o.place""",
        ids,
    )


async def lock_resolutions(work: UnitOfWork) -> None:
    """Let no other change of reasons go on beside this one."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('resolutions', ctx_workspace()))")


def _status(row: Any) -> Status:
    return msgspec.convert(dict(row) | {"next": _transitions.decode(row["next"])}, Status)
