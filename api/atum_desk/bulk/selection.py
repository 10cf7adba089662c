"""Which tickets a bulk run takes: the whole result of a list or search, walked page by page as the asker sees it."""

from __future__ import annotations

from atum_desk.bulk.schemas import BulkSearch
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.kernel.value_lists import numbers_of, words_of, zone_of
from atum_desk.lifecycle.public import CATEGORIES
from atum_desk.tickets.public import (
    PRIORITIES,
    Parameters,
    TicketFilter,
    assignee_of,
    page_statement,
    search_tickets,
    view_of,
    with_condition,
)

PAGE = 1_000
SEARCH_PAGE = 100


async def wanted_of(transaction: ReadTransaction, actor: Actor, search: BulkSearch) -> TicketFilter:
    """Return the list that a search is of.

    Raises ConditionInvalid, ViewNotFound, and ValidationFailed for a parameter that lists would refuse.
    """
    named, view_id = view_of(search.view)
    wanted = TicketFilter(
        view=named,
        view_id=view_id,
        team_ids=numbers_of(search.team_id, "team_id"),
        assignee_id=assignee_of(search.assignee_id, actor),
        statuses=words_of(search.status, "status"),
        categories=words_of(search.category, "category", CATEGORIES),  # type: ignore[arg-type]
        priorities=words_of(search.priority, "priority", PRIORITIES),  # type: ignore[arg-type]
        tag=search.tag,
        requester_id=search.requester_id,
        organization_id=search.organization_id,
        # A ticket keeps its number whatever a run does to it, so no page is missed.
        sort="number",
    )
    return await with_condition(transaction, actor, wanted, search.q, zone_of(search.zone))


async def walk_numbers(
    transaction: ReadTransaction, wanted: TicketFilter, place: str | None, limit: int = PAGE
) -> tuple[list[int], str | None]:
    """Return the numbers of the next tickets of a list, and the place after them, None at its end.

    A list is walked by number. Words are searched from the newest mention back, page by page; raises
    SearchTooBroad and ListTooBroad.
    """
    if wanted.words:
        page = await search_tickets(transaction, wanted, place, min(limit, SEARCH_PAGE))
        return [row.number for row in page.items], page.next_cursor
    parameters = Parameters()
    statement = page_statement(wanted, place, limit, parameters)
    rows = await transaction.fetch(f"select number from ({statement}) t order by number", *parameters.values)
    numbers = [row["number"] for row in rows]
    return numbers, encode_cursor(numbers[-1]) if len(numbers) == limit else None
