"""Statements of what leaves as mail: whom it is due to, and what it says."""

from __future__ import annotations

import msgspec

from atum_desk.identity.public import sees_tickets_of
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.notifications.models import Reason
from atum_desk.outbox.public import StoppedAddress, stopped_among

MOST_DUE = 200
MOST_NEWS = 20
TEXT_CHARACTERS = 2000
# Whether it is quiet for somebody now; over midnight, too.
QUIET = """(o.quiet_from is not null and case
    when o.quiet_from < o.quiet_until then (moment() at time zone o.quiet_zone)::time >= o.quiet_from
                                       and (moment() at time zone o.quiet_zone)::time < o.quiet_until
    else (moment() at time zone o.quiet_zone)::time >= o.quiet_from
      or (moment() at time zone o.quiet_zone)::time < o.quiet_until end)"""


class DueMail(msgspec.Struct, frozen=True):
    """Whom a mail about a ticket is due to."""

    person_id: int
    ticket_id: int


class News(msgspec.Struct, frozen=True):
    """One thing that a mail tells; `text` is the beginning of the message, where there is one."""

    reason: Reason
    actor: str | None
    message_kind: str | None
    text: str | None


class NotificationMail(msgspec.Struct, frozen=True, kw_only=True):
    """All that a mail to one of the staff needs: who gets it, about which ticket, from where, with what news."""

    name: str
    email: str
    language: str
    number: int
    subject: str
    mailbox_id: int
    mailbox_name: str
    stopped: list[StoppedAddress]
    news: list[News]


async def list_due(transaction: ReadTransaction, after_seconds: float) -> list[DueMail]:
    """Return to whom mails are due: the oldest unread of a ticket is so old, and it is not quiet."""
    rows = await transaction.fetch(
        f"""select n.person_id, n.ticket_id from notifications n
              left join notification_settings o on o.person_id = n.person_id
             where n.workspace_id = (select ctx_workspace()) and n.by_mail and n.mailed_at is null and n.read_at is null
               and not {QUIET}
             group by n.person_id, n.ticket_id having min(n.created_at) <= moment() - make_interval(secs => $1)
             order by min(n.created_at) limit {MOST_DUE}""",
        after_seconds,
    )
    return [DueMail(row["person_id"], row["ticket_id"]) for row in rows]


async def take_news(work: UnitOfWork, due: DueMail) -> list[int]:
    """Note that what is unread is mailed by this unit of work; return its ids, the oldest first."""
    rows = await work.fetch(
        """update notifications set mailed_at = moment()
            where person_id = $1 and ticket_id = $2 and by_mail and mailed_at is null and read_at is null
           returning id""",
        due.person_id,
        due.ticket_id,
    )
    return sorted(row["id"] for row in rows)


async def find_mail(work: UnitOfWork, due: DueMail, ids: list[int]) -> NotificationMail | None:
    """Return what a mail says of some notifications; None for who has no address or no longer sees the ticket."""
    row = await work.fetchrow(
        f"""select p.name, a.email, p.locale as language, t.number, t.subject,
                   b.id as mailbox_id, b.name as mailbox_name, {stopped_among("array[a.email]")} as stopped,
                   (select jsonb_agg(jsonb_build_object(
                             'reason', n.reason, 'actor', coalesce(c.name, m.author_name), 'message_kind', m.kind,
                             'text', left(m.text, {TEXT_CHARACTERS})) order by n.id)
                      from notifications n left join messages m on m.id = n.message_id
                      left join people c on c.id = n.actor_id
                     where n.id = any($3)) as news
              from people p join addresses a on a.person_id = p.id and a.is_primary
              join tickets t on t.id = $2
              join mailboxes b on b.id = coalesce(t.mailbox_id,
                   (select min(x.id) from mailboxes x where x.active and x.workspace_id = t.workspace_id))
             where p.id = $1 and {sees_tickets_of("p", "t.team_id")}""",
        due.person_id,
        due.ticket_id,
        ids[-MOST_NEWS:],
    )
    return msgspec.convert(dict(row), NotificationMail) if row else None
