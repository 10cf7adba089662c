"""Follows the ledger and notifies people of what concerns them, each once for a change of a ticket."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.ledger.consumers import Consumer, HandedChange, lane_by_workspace
from atum_desk.kernel.ledger.tail import LedgerChange
from atum_desk.notifications.queries import told

# Changes of these concern people also where they name no ticket.
CONCERNING = ("ticket.", "reminder.fire")


def may_concern(change: LedgerChange) -> bool:
    """Tell whether a change may have written a ticket or a message."""
    if change.command.startswith("outbox."):
        return False
    return change.ticket_id is not None or change.undo_of is not None or change.command.startswith(CONCERNING)


async def notify(work: UnitOfWork, change: HandedChange) -> None:
    """Write the notifications of a change; an undo takes back those that nobody has read.

    What is done again after an undo is told again.
    """
    work.command = "notifications.follow"
    people: list[int] = []
    if change.undo_of is not None:
        withdrawn = await told.withdraw(work, change.undo_of)
        people += withdrawn.people
    if change.undo_of is None or withdrawn.is_redone:
        people += await told.insert_notifications(work, change.id, change.actor_id)
    if people:
        await told.count_unread(work, people)


consumers = {
    # In one lane for each workspace: an undo comes after what it takes back, which may be on another ticket.
    "notifications": Consumer(handler=notify, wants=may_concern, lanes=lane_by_workspace, with_rows=False)
}
