"""The list that query parameters ask for, for every route that takes them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.notices import NoAssigneeFilter
from atum_desk.tickets.queries.conditions import parse_condition, reader_of
from atum_desk.tickets.schemas import TicketFilter


def assignee_of(text: str | None, actor: Actor) -> int | None:
    """Return the assignee that a parameter asks for: None is any, 0 is nobody. Raises ValidationFailed."""
    if text is None or text == "":
        return None
    if text == "me":
        return actor.person_id
    if text == "none":
        return 0
    if text.isascii() and text.isdigit() and 0 < len(text) < 19 and int(text) > 0:
        return int(text)
    raise ValidationFailed.of("assignee_id", NoAssigneeFilter())


async def with_condition(
    transaction: ReadTransaction, actor: Actor, wanted: TicketFilter, text: str, zone: ZoneInfo
) -> TicketFilter:
    """Return a list that is also narrowed by the condition of a text. Raises ConditionInvalid."""
    condition, _ = await parse_condition(transaction, text)
    return wanted if condition is None else narrowed(wanted, condition, reader_of(actor, zone))
