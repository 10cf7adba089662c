"""The balance of outgoing mail, counted: every mail that was written is in exactly one state."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.outbox.models import MAIL_STATES, MailboxSent

_COUNTS = ", ".join(f"count(*) filter (where o.state = '{one}') as {one}" for one in MAIL_STATES)


async def audit_outbox(transaction: ReadTransaction) -> list[MailboxSent]:
    """Return every mailbox's outgoing mails by state, counted exactly.

    Astray: one that waits for a moment it does not name, one that was sent at no time, one that is
    being sent for a day, a second one for the same message, and one whose moves, as the ledger has
    them, did not follow the permitted moves (`outbox_arrows`).
    """
    rows = await transaction.fetch(
        f"""select b.address as mailbox, count(*) as written, {_COUNTS},
                   count(*) filter (where (o.state = 'held' and o.held_until is null)
                     or (o.state = 'sent' and o.sent_at is null)
                     or (o.state = 'sending'
                         and coalesce(o.claimed_at, '-infinity') < moment() - interval '1 day')
                     or exists (select from outbox twin where twin.message_id = o.message_id and twin.id < o.id)
                     or exists (
                       select from row_changes r
                        where r.table_name = 'outbox' and r.row_id = o.id and r.operation = 'U' and r.new ? 'state'
                          and (r.old->>'state') || '>' || (r.new->>'state') <> all (outbox_arrows()))) as astray
              from outbox o join mailboxes b on b.id = o.mailbox_id
             where o.workspace_id = (select ctx_workspace()) group by b.address order by b.address"""
    )
    return [MailboxSent(**row) for row in rows]
