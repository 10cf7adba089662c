"""The page of a list, read by walking indexes in the list's order: what it costs grows with no table.

An index that begins with what a list is narrowed to gives its tickets in order, and the walk ends
with the page. Where no single index does, a page is made of few walks, each as long as a page: one
for each team of somebody who sees few, one for open tickets and one for the others, one for each
status. The plans hold for every value, so PostgreSQL may keep them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atum_desk.tickets.schemas import TicketFilter
from atum_desk.tickets.starred import STARS_OF_READER
from atum_desk.tickets.values import priority_number

if TYPE_CHECKING:
    from atum_desk.tickets.queries.lists import Order, Parameters

RECENT_DAYS = 7
# Somebody with more teams than that is taken for one who sees all: a walk for each would cost more.
MOST_TEAM_WALKS = 24
SEES_MOST = f"""(select cardinality(ctx_teams()) > {MOST_TEAM_WALKS}
                     or cardinality(ctx_teams()) >= (select count(*) from teams))"""
# Asked once and not of every ticket: who sees none shall not look through all of them.
SEES_ANY = "(select cardinality(ctx_teams()) > 0)"
OWN_TEAMS = f"(select unnest(ctx_teams()) as id where not {SEES_MOST}) x"

OPEN, DONE = "t.is_open", "not t.is_open"
SCOPES = {"recently_resolved": [DONE], "all": [OPEN, DONE]}
# The views that say so themselves: said twice, the planner takes a condition for two and expects too few tickets.
SCOPED_VIEWS = ("my_open", "unassigned", "all_open", "snoozed", "recently_resolved")

# As their indexes have it; nobody is 0.
ASSIGNEE = "case when t.assignee_id is null then 0 else t.assignee_id end"

BY_UPDATE = ("-updated_at", "updated_at")
BY_NUMBER = ("-number", "number", "-created_at", "created_at")

# Where a walk begins, and what it adds to the conditions of the list.
Walk = tuple[str, list[str]]


def driver_of(wanted: TicketFilter) -> str | None:
    """Return the filter that the walks of a list are led by; its condition is theirs to say.

    Said twice it would count twice in what the planner expects.
    """
    if wanted.starred:
        return "starred"
    if wanted.tag:
        return "tag"
    if wanted.field_key:
        return "field_key"
    if wanted.view == "my_open" or wanted.requester_id is not None or wanted.organization_id is not None:
        return None
    if wanted.assignee_id is not None:
        return "assignee_id"
    for name in ("team_ids", "statuses", "categories"):
        if getattr(wanted, name):
            return name
    return "priorities" if wanted.priorities and wanted.view in ("all", "all_open") else None


def page_of(
    wanted: TicketFilter,
    order: Order,
    conditions: list[str],
    after: str,
    parameters: Parameters,
    rows: int,
    *,
    is_sorted: bool = True,
) -> str:
    """Return the statement of a page's tickets, at most `rows` of them, in order.

    `conditions` say what the list holds, all but its driver; `after` is the cursor's, or `true`.
    """
    if wanted.starred:
        return _starred(order, [*conditions, after], rows)
    if wanted.tag or wanted.field_key:
        return _keyed(wanted, order, conditions, after, parameters, rows)
    conditions = [*conditions, after]
    said = (OPEN, DONE) if wanted.view in SCOPED_VIEWS else ()
    walks = [
        _as_sql(source, [*(c for c in own if c not in said), *conditions], order, rows)
        for source, own in _walks(wanted, parameters)
    ]
    if len(walks) == 1:
        return walks[0]
    either = " union all ".join(f"({walk})" for walk in walks)
    by = f"order by {order.by}" if is_sorted else ""
    return f"select * from ({either}) t {by} limit {rows:d}"


def _starred(order: Order, conditions: list[str], rows: int) -> str:
    """Sort what the reader starred, which is little."""
    where = " and ".join([SEES_ANY, *conditions])
    return f"""
        select t.* from ({STARS_OF_READER}) k join tickets t on t.id = k.ticket_id
         where {where} order by {order.by} limit {rows:d}"""


def _as_sql(source: str, conditions: list[str], order: Order, rows: int) -> str:
    where = " and ".join(conditions)
    walk = f"select t.* from tickets t where {where} order by {order.by} limit {rows:d}"
    return f"select t.* from {source} cross join lateral ({walk}) t" if source else walk


def _walks(wanted: TicketFilter, parameters: Parameters) -> list[Walk]:
    scopes = SCOPES.get(wanted.view, [OPEN])
    match driver_of(wanted):
        case "assignee_id":
            place = parameters.add(wanted.assignee_id)
            return [walk for scope in scopes for walk in _assigned(wanted.assignee_id, scope, place)]
        case "team_ids":
            teams = f"unnest({parameters.add(wanted.team_ids)}::bigint[])"
            seen = f"select distinct g as id from {teams} g where g = any((select ctx_teams())::bigint[])"
            return [(f"({seen}) x", [scope, "t.team_id = x.id"]) for scope in scopes]
        case "statuses":
            place = parameters.add(wanted.statuses)
            return [walk for scope in scopes for walk in _of_statuses("key", place, scope, wanted)]
        case "priorities":
            given = parameters.add([priority_number(one) for one in wanted.priorities])
            return _of_priorities(given, scopes, by_number=wanted.sort in BY_NUMBER)
        case "categories":
            place = parameters.add(list(wanted.categories))
            return [walk for scope in scopes for walk in _of_statuses("category", place, scope, wanted)]
    if wanted.view == "my_open" or wanted.requester_id is not None or wanted.organization_id is not None:
        # One index holds all tickets of each in the order of updates.
        one = wanted.view == "all" and wanted.sort in BY_UPDATE
        return [("", [SEES_ANY])] if one else [("", [scope, SEES_ANY]) for scope in scopes]
    return _everything(scopes, together=wanted.view != "all")


def _everything(scopes: list[str], *own: str, together: bool = True) -> list[Walk]:
    """One walk through all for who sees most teams; for others one through each of theirs."""
    return [
        ("", [*(scopes if together else ()), *own, SEES_MOST]),
        *((OWN_TEAMS, [scope, *own, "t.team_id = x.id"]) for scope in scopes),
    ]


def _of_priorities(place: str, scopes: list[str], *, by_number: bool) -> list[Walk]:
    """A walk for each priority: some have few tickets, and those far apart."""
    each = f"(select distinct p as id from unnest({place}::smallint[]) p where {SEES_MOST}) x"
    # In the order of updates one index holds all tickets; by number the open ones and the others have one each.
    whole = [[scope] for scope in scopes] if by_number or len(scopes) == 1 else [[]]
    given = f"t.priority = any({place}::smallint[])"
    return [
        *((each, [*scope, "t.priority = x.id"]) for scope in whole),
        *((OWN_TEAMS, [scope, given, "t.team_id = x.id"]) for scope in scopes),
    ]


def _assigned(assignee_id: int | None, scope: str, place: str) -> list[Walk]:
    if scope == DONE:
        return [("", [DONE, SEES_ANY, f"{ASSIGNEE} = {place}::bigint"])]
    if assignee_id == 0:
        return _everything([OPEN], "t.assignee_id is null", f"{place}::bigint = 0")
    return [("", [OPEN, SEES_ANY, f"t.assignee_id = {place}"])]


def _of_statuses(column: str, place: str, scope: str, wanted: TicketFilter) -> list[Walk]:
    """Among open tickets every status is frequent; of the others some are rare.

    A status that the view leaves out is not looked for.
    """
    held = "('waiting')" if wanted.view == "waiting" else "('new', 'open', 'waiting', 'on_hold')"
    statuses = f"""select s.id from statuses s where s.{column} = any({place})
                      and s.category {"in" if scope == OPEN else "not in"} {held}"""
    if scope == DONE:
        return [(f"({statuses} and {SEES_ANY}) x", [DONE, "t.status_id = x.id"])]
    return _everything([OPEN], f"exists ({statuses})", f"t.status_id = any(array({statuses}))")


def _keyed(
    wanted: TicketFilter, order: Order, conditions: list[str], after: str, parameters: Parameters, rows: int
) -> str:
    """Walk the rows of a tag or of a custom field's value, which are ordered as their tickets are."""
    source, column = ("ticket_tags", "tag") if wanted.tag else ("ticket_field_keys", "key")
    key = (wanted.tag or "").lower() or wanted.field_key
    by, scope = _of_key(order.by), "true" if wanted.view == "all" else "k.is_open"
    if wanted.view == "recently_resolved":
        # Few enough to be sorted, some by a moment that the rows of keys do not hold.
        scope = f"not k.is_open and k.updated_at > moment() - interval '{RECENT_DAYS} days'"
        by = order.by
    else:
        after = _of_key(after)
    return f"""
        select t.* from {source} k join tickets t on t.id = k.ticket_id
         where k.workspace_id = (select ctx_workspace()) and {SEES_ANY} and {scope} and {after}
           and k.{column} = {parameters.add(key)} and {" and ".join(conditions)}
         order by {by} limit {rows:d}"""


def _of_key(sql: str) -> str:
    return sql.replace("t.id", "k.ticket_id").replace("t.", "k.")
