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
    narrowed,
    page_statement,
    parse_condition,
    reader_of,
    search_tickets,
)

PAGE = 1_000
SEARCH_PAGE = 100


async def wanted_of(transaction: ReadTransaction, actor: Actor, search: BulkSearch) -> TicketFilter:
    """Return the list that a search is of; stored views come in here.

    Raises ConditionInvalid, and ValidationFailed for a parameter that lists would refuse.
    """
    wanted = TicketFilter(
        view=search.view,
        team_ids=numbers_of(search.team_id, "team_id"),
        assignee_id=_assignee(search.assignee_id, actor),
        statuses=words_of(search.status, "status"),
        categories=words_of(search.category, "category", CATEGORIES),  # type: ignore[arg-type]
        priorities=words_of(search.priority, "priority", PRIORITIES),  # type: ignore[arg-type]
        tag=search.tag,
        requester_id=search.requester_id,
        organization_id=search.organization_id,
        # A ticket keeps its number whatever a run does to it, so no page is missed.
        sort="number",
    )
    if search.q.strip():
        condition, _ = await parse_condition(transaction, search.q)
        if condition is not None:
            wanted = narrowed(wanted, condition, reader_of(actor, zone_of(search.zone)))
    return wanted


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


def _assignee(text: str | None, actor: Actor) -> int | None:
    if not text:
        return None
    if text == "me":
        return actor.person_id
    [number] = [0] if text == "none" else numbers_of(text, "assignee_id")[:1]
    return number
