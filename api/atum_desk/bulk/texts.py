"""The message of a run: one template, filled in for each ticket."""

from __future__ import annotations

from datetime import datetime

from atum_desk.actions.public import read_template
from atum_desk.bulk.schemas import BulkMessage
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.problems import Problem, ValidationFailed
from atum_desk.templates.public import LiquidText
from atum_desk.tickets.public import ManyMessage, TextAgent, list_template_values


def read_text(message: BulkMessage) -> LiquidText:
    """Return the text of a message, read. Raises the problems of templates."""
    return read_template(message.text)


async def fill_in(
    transaction: ReadTransaction,
    actor: Actor,
    message: BulkMessage,
    text: LiquidText,
    ticket_ids: list[int],
    send_at: datetime | None,
) -> dict[int, ManyMessage | Problem]:
    """Return the message of each ticket by id, or why its text cannot be filled in; one statement for all."""
    values = await list_template_values(transaction, ticket_ids, TextAgent(actor.name, actor.email))
    messages: dict[int, ManyMessage | Problem] = {}
    for ticket_id, of_ticket in values.items():
        try:
            filled = text.filled_in(of_ticket)
        except Problem as problem:
            messages[ticket_id] = problem
            continue
        messages[ticket_id] = (
            ManyMessage(message.kind, filled, actor.person_id, actor.name, send_at)
            if filled.strip()
            else ValidationFailed.of("text", Empty())
        )
    return messages
