"""The statement that puts a mail into the outbox and its job into the queue."""

from __future__ import annotations

from datetime import timedelta

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.outbox.feature import SEND_MAIL
from atum_desk.outbox.mail_sizes import FILE_BYTES, LIMIT, text_bytes
from atum_desk.outbox.models import OutgoingMail, WrittenMail
from atum_desk.outbox.problems import MailTooLarge

MAX_REFERENCES = 20
# An outbox row and its job. A thread's ids are found by its ticket: said as `is not null`, the planner
# of a desk with few mails reads all their ids instead. Each mail follows those that it answers, the root
# stays, and of the rest the newest.
ENQUEUE = f"""
    with box as (
      select b.id, b.name, b.address, split_part(b.address, '@', 1) as local, split_part(b.address, '@', 2) as domain,
             coalesce($18, s.plain_text, false) as plain_text, {LIMIT} as max_bytes
        from mailboxes b left join mailbox_sending s on s.mailbox_id = b.id where b.id = $1),
    thread as (
      select mail_message_id as id, mail_references as refs, created_at as at, true as came from messages
       where ticket_id = $8 and kind = 'reply' and coalesce(mail_message_id, '') <> '' and $12::text[] is null
      union all
      select mail_message_id, mail_references, created_at, false from outbox
       where ticket_id = $8 and state <> 'cancelled' and notified_id is null and conversation_id is null
         and $12::text[] is null),
    latest as (select *, row_number() over (order by at) as rank from (
      select * from thread order by at desc limit {MAX_REFERENCES}) t),
    ids as (select x.id, row_number() over (order by min(l.rank * 100 + x.n)) as place, count(*) over () as all_ids
              from latest l, unnest(l.refs || l.id) with ordinality x(id, n) group by x.id),
    held as (select greatest(case when $15 > interval '0' then moment() + $15 end, $16::timestamptz) as until),
    sent as (
      insert into outbox (workspace_id, ticket_id, message_id, mailbox_id, kind, mail_message_id,
          envelope_from, sender, recipients, cc, bcc, reply_to, subject, in_reply_to, mail_references,
          text, html, plain_text, quoted_messages, held_until, send_at, state, notified_id, staff_only,
          conversation_id)
      select ctx_workspace(), $8, $9, b.id, $2, $10 || '@' || b.domain, b.address,
          jsonb_build_object('name', coalesce(nullif($3, ''), b.name), 'address', b.address), $4, $5, $17,
          b.local || '+' || $11 || '@' || b.domain, $6,
          coalesce($13, (select id from latest where came order by at desc limit 1),
                   (select id from latest order by at desc limit 1)),
          coalesce($12, (select array_agg(id order by place) from ids
                           where place = 1 or place > all_ids - {MAX_REFERENCES - 1}), '{{}}'),
          case when b.plain_text then $19 else $7 end, $14, b.plain_text, $20, h.until, $16,
          case when h.until is null then 'queued' else 'held' end, $22, $23, $24
        from box b, held h returning id, held_until)
    select id, (select max_bytes from box) as max_bytes, {FILE_BYTES.format(message="$9")} as file_bytes
      from sent, atum.enqueue_workspace_job($21, jsonb_build_object('outbox_id', sent.id),
      coalesce(sent.held_until - moment(), interval '0'), 'outbox:' || sent.id || ':0')"""


async def insert_mail(
    work: UnitOfWork, mail: OutgoingMail, written: WrittenMail, *, token: str | None, mail_id: str
) -> int | None:
    """Insert an outbox row and its job in one statement; None when the mailbox does not exist.

    Raises MailTooLarge for what its relay would refuse.

    `token` is the signed part of the reply address, `mail_id` the Message-ID up to its @. The
    thread's ids are looked up where the mail names none, and whether its text travels alone. The
    return path is signed when it leaves.
    """
    row = await work.fetchrow(
        ENQUEUE,
        mail.mailbox_id,
        mail.kind,
        written.sender,
        mail.recipients,
        mail.cc,
        written.subject,
        written.text,
        mail.ticket_id,
        mail.message_id,
        mail_id,
        token,
        mail.references,
        mail.in_reply_to,
        written.html,
        timedelta(seconds=mail.hold_seconds),
        mail.send_at,
        mail.bcc,
        mail.plain_text,
        written.plain,
        mail.quoted_messages,
        SEND_MAIL.name,
        mail.notified_id,
        mail.staff_only,
        mail.conversation_id,
    )
    if row is None:
        return None
    size = text_bytes(written.plain if mail.plain_text else written.text, written.html) + row["file_bytes"]
    if row["max_bytes"] is not None and size > row["max_bytes"]:
        raise MailTooLarge(size_bytes=size, max_bytes=row["max_bytes"])
    return row["id"]


async def move_mails(work: UnitOfWork, from_id: int, to_id: int, message_ids: list[int]) -> None:
    """Let the mails of messages that go to another ticket go there, too."""
    await work.execute(
        "update outbox set ticket_id = $2 where ticket_id = $1 and message_id = any($3)", from_id, to_id, message_ids
    )
