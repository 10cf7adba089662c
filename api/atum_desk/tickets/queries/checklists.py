"""What the checklists of a ticket require before it is resolved; the slice itself stands above."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import ReadTransaction

# One probe of an index for a ticket without a checklist.
OPEN_REQUIRED = """
    select i.text from checklist_items i
     where i.ticket_id = $1 and i.deleted_at is null and i.required and i.done_at is null
     order by i.checklist_id, i.position, i.id limit $2"""


async def list_required_items(transaction: ReadTransaction, ticket_id: int, limit: int) -> list[str]:
    """Return what must still be done before a ticket is resolved, in order."""
    return [row["text"] for row in await transaction.fetch(OPEN_REQUIRED, ticket_id, limit)]
