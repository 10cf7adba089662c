"""How large the mail of a reply may be."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.outbox.public import LIMIT_OF_MAILBOX
from atum_desk.tickets.problems import TicketNotFound

# The mailbox that a reply leaves from, as writes.MAIL_CONTEXT has it.
MAIL_LIMIT = f"""
    select {LIMIT_OF_MAILBOX} as max_bytes
      from tickets t
      left join mailboxes b on b.id = coalesce(t.mailbox_id, (select x.id from mailboxes x
                                                               where x.active and x.workspace_id = t.workspace_id
                                                               order by x.id limit 1))
      left join mailbox_sending s on s.mailbox_id = b.id
     where t.workspace_id = (select ctx_workspace()) and t.number = $1"""


async def get_mail_limit(transaction: ReadTransaction, number: int) -> int | None:
    """Return how many bytes a reply's mail may have on its way, None where nobody said. Raises TicketNotFound."""
    row = await transaction.fetchrow(MAIL_LIMIT, number)
    if row is None:
        raise TicketNotFound
    limit: int | None = row["max_bytes"]
    return limit
