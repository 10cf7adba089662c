"""Statements of what leaves as mail: whom it is due to, and what it says."""

from __future__ import annotations

import msgspec

from atum_desk.identity.public import sees_tickets_of
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.notifications.models import Reason
from atum_desk.notifications.queries.unsent import unsent
from atum_desk.outbox.public import StoppedAddress, stopped_among

MOST_DUE = 200
MOST_NEWS = 20
TEXT_CHARACTERS = 2000
# A digest tells of so many tickets, and the beginning of each text.
DIGEST_TICKETS = 50
DIGEST_TEXT_CHARACTERS = 300
DUE = f"""
    with {unsent("by_mail", "mailed_at")}
    select s.person_id, s.recipient_id, case when s.frequency = 'at_once' then s.ticket_id end as about_id,
           array_agg(s.id order by s.id) as ids, bool_or(s.frequency = 'summary') as after_absence
      from settled s
     where case s.frequency when 'hourly' then s.created_at < date_trunc('hour', moment())
                            when 'daily' then s.created_at < s.daily_until else true end
     group by s.person_id, s.recipient_id, about_id
    having case when bool_and(s.frequency = 'at_once') then min(s.created_at) <= moment() - make_interval(secs => $1)
                else true end
     order by min(s.created_at) limit {MOST_DUE}"""
# A mailbox that sends, for mail that is about no ticket or about one without.
ANY_MAILBOX = "(select min(x.id) from mailboxes x where x.active and x.workspace_id = ctx_workspace())"
# Columns of MailReader. $1 is the reader, $2 whose notifications they are.
READER = f"""p.name, a.email, p.locale as language, b.id as mailbox_id, b.name as mailbox_name,
             (select o.name from people o where o.id = $2 and o.id <> p.id) as absent_name,
             {stopped_among("array[a.email]")} as stopped"""
NEWS = """jsonb_build_object('reason', n.reason, 'actor', coalesce(c.name, m.author_name), 'message_kind', m.kind,
                             'text', left(coalesce(m.text, nullif(n.about, '')), {characters}))"""


class DueMail(msgspec.Struct, frozen=True):
    """A mail that is due: whose notifications, to whom, about which ticket (None: a digest), and which ones."""

    person_id: int
    recipient_id: int
    about_id: int | None
    ids: list[int]
    after_absence: bool


class News(msgspec.Struct, frozen=True):
    """One thing that a mail tells; `text` is the beginning of the message, where there is one."""

    reason: Reason
    actor: str | None
    message_kind: str | None
    text: str | None


class MailReader(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a mail and from which mailbox; `absent_name` is for whom they stand in."""

    name: str
    email: str
    language: str
    absent_name: str | None
    mailbox_id: int
    mailbox_name: str
    stopped: list[StoppedAddress]


class NotificationMail(MailReader, frozen=True, kw_only=True):
    """All that a mail about one ticket needs."""

    number: int
    subject: str
    news: list[News]


class DigestTicket(msgspec.Struct, frozen=True):
    """A ticket of a digest with the newest of its `count` news."""

    number: int
    subject: str
    count: int
    news: list[News]


class DigestMail(MailReader, frozen=True, kw_only=True):
    """All that a digest needs: its tickets, the last told first, and how many there are in all."""

    all_tickets: int
    tickets: list[DigestTicket]


async def list_due(transaction: ReadTransaction, after_seconds: float) -> list[DueMail]:
    """Return the mails that are due: the oldest unread of a ticket is so old, or the time of a digest has come."""
    return [DueMail(**row) for row in await transaction.fetch(DUE, after_seconds)]


async def take_news(work: UnitOfWork, due: DueMail) -> list[int]:
    """Note that what is still unread is mailed by this unit of work; return its ids, the oldest first."""
    rows = await work.fetch(
        """update notifications set mailed_at = moment()
            where id = any($1) and by_mail and mailed_at is null and read_at is null returning id""",
        due.ids,
    )
    return sorted(row["id"] for row in rows)


async def find_mail(work: UnitOfWork, due: DueMail, ids: list[int]) -> NotificationMail | None:
    """Return what a mail says of some notifications; None for who has no address or no longer sees the ticket."""
    row = await work.fetchrow(
        f"""select {READER}, t.number, t.subject,
                   (select jsonb_agg({NEWS.format(characters=TEXT_CHARACTERS)} order by n.id)
                      from notifications n left join messages m on m.id = n.message_id
                      left join people c on c.id = n.actor_id
                     where n.id = any($3)) as news
              {_joined("t.mailbox_id", "join tickets t on t.id = $4")}
             where p.id = $1 and {sees_tickets_of("p", "t.team_id")}""",
        due.recipient_id,
        due.person_id,
        ids[-MOST_NEWS:],
        due.about_id,
    )
    return msgspec.convert(dict(row), NotificationMail) if row else None


async def find_digest(work: UnitOfWork, due: DueMail, ids: list[int]) -> DigestMail | None:
    """Return what a digest says of some notifications; None for who has no address or sees none of the tickets."""
    row = await work.fetchrow(
        f"""with mine as (
              select t.id, t.number, t.subject, count(*) as count, max(n.id) as latest
                from notifications n join tickets t on t.id = n.ticket_id join people p on p.id = $1
               where n.id = any($3) and {sees_tickets_of("p", "t.team_id")}
               group by t.id)
            select {READER}, (select count(*) from mine) as all_tickets,
                   (select jsonb_agg(jsonb_build_object('number', k.number, 'subject', k.subject, 'count', k.count,
                                                        'news', w.news) order by k.latest desc)
                      from (select * from mine order by latest desc limit {DIGEST_TICKETS}) k
                      cross join lateral (
                        select jsonb_agg(x.news order by x.id) as news from (
                          select n.id, {NEWS.format(characters=DIGEST_TEXT_CHARACTERS)} as news
                            from notifications n left join messages m on m.id = n.message_id
                            left join people c on c.id = n.actor_id
                           where n.id = any($3) and n.ticket_id = k.id order by n.id desc limit {MOST_NEWS}) x) w
                   ) as tickets
              {_joined("null::bigint")}
             where p.id = $1 and exists (select from mine)""",
        due.recipient_id,
        due.person_id,
        ids,
    )
    return msgspec.convert(dict(row), DigestMail) if row else None


def _joined(mailbox: str, tickets: str = "") -> str:
    return f"""from people p join addresses a on a.person_id = p.id and a.is_primary {tickets}
               join mailboxes b on b.id = coalesce({mailbox}, {ANY_MAILBOX})"""
