"""Tells whoever sent a request that it arrived, with the link to it. Once a ticket, never in a loop."""

from __future__ import annotations

import msgspec

from atum_desk.calendars.public import get_calendar
from atum_desk.contacts.public import is_own
from atum_desk.kernel import clock
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.jobs.handlers import JobContext
from atum_desk.mail.automatic_replies.models import ReplyReader
from atum_desk.mail.automatic_replies.queries import count_recent, find_reply
from atum_desk.mail.automatic_replies.reply_text import banner_text, reply_text
from atum_desk.mail.filing.classify import is_robot
from atum_desk.outbox.public import (
    Layout,
    MailAddress,
    MailNames,
    OutgoingMail,
    StoppedAddress,
    layout_for,
    mail_text,
    queue_mail,
    stopped_among,
)
from atum_desk.tickets.public import request_link

# How many an address gets within the hour. A program may answer each by a new mail, so mail gets few;
# a request of the portal was typed by somebody, and its link comes by no other way.
MAX_HOURLY = {"email": 2, "portal": 10}


class ConfirmedRequest(msgspec.Struct, frozen=True):
    """What a confirmation needs to know of its ticket."""

    number: int
    channel: str
    subject: str
    requester_id: int
    name: str
    language: str
    time_zone: str | None
    email: str | None
    # whether that is an address of ours: its mailbox was added after the contact
    is_own: bool
    mailbox_id: int | None
    mailbox_name: str | None
    mailbox_address: str | None
    team_name: str
    layout: Layout | None
    stopped: list[StoppedAddress]
    confirmed: bool
    recently_confirmed: int
    # how often the requester's links to the ticket were revoked
    link_generation: int
    # its subject repeats that of a request of the same person that was confirmed within the hour
    echo: bool


async def confirm_request(job: JobContext, ticket_id: int) -> None:
    """Queue the confirmation of a ticket unless it has one already."""
    async with job.writing("mail.confirm") as work:
        request = await _lock_request(work, ticket_id)
        email, mailbox_id = (request.email, request.mailbox_id) if request else (None, None)
        if not request or not email or not mailbox_id or not _is_wanted(request, email):
            work.unchanged = True
            return
        link = request_link(job.settings, ticket_id, request.requester_id, request.link_generation)
        text = await _text(work, request, mailbox_id, link)
        if text is None:
            work.unchanged = True
            return
        work.ticket_id = ticket_id
        await queue_mail(
            work,
            job.settings,
            OutgoingMail(
                mailbox_id=mailbox_id,
                kind="confirmation",
                recipients=[MailAddress(request.name, email)],
                subject=request.subject,
                text=text,
                language=request.language,
                ticket_id=ticket_id,
                ticket_number=request.number,
                link=link,
                layout=_layout(request),
                names=MailNames(
                    team=request.team_name,
                    mailbox=request.mailbox_name or "",
                    mailbox_address=request.mailbox_address or "",
                    requester=request.name,
                ),
            ),
        )


async def _text(work: UnitOfWork, request: ConfirmedRequest, mailbox_id: int, link: str) -> str | None:
    """Return what the mailbox says, or the built-in text; None when this person was told a short while ago."""
    built_in = mail_text(
        "confirmation.text",
        request.language,
        name=request.name,
        subject=request.subject,
        number=request.number,
        link=link,
    )
    reply = await find_reply(work, mailbox_id)
    if reply is None or not reply.active:
        return built_in
    # The link to a request of the portal comes by no other way.
    may_pause = reply.pause_minutes > 0 and request.channel != "portal"
    if may_pause and await count_recent(work, mailbox_id, request.requester_id, reply.pause_minutes):
        return None
    calendar = await get_calendar(work, reply.calendar_id) if reply.calendar_id is not None else None
    reader, rules = _reader(request, link), reply.rules()
    parts = (banner_text(rules, calendar, reader), reply_text(rules, calendar, reader) or built_in)
    return "\n\n".join(part for part in parts if part)


def _reader(request: ConfirmedRequest, link: str) -> ReplyReader:
    return ReplyReader(
        name=request.name,
        language=request.language,
        time_zone=request.time_zone,
        number=request.number,
        subject=request.subject,
        team=request.team_name,
        mailbox=request.mailbox_name or "",
        mailbox_address=request.mailbox_address or "",
        link=link,
        at=clock.now(),
    )


def _is_wanted(request: ConfirmedRequest, email: str) -> bool:
    """Tell whether somebody is there to read a confirmation, and no program answers us with new mail."""
    if request.confirmed or request.echo or request.is_own:
        return False
    if request.recently_confirmed >= MAX_HOURLY.get(request.channel, MAX_HOURLY["email"]):
        return False
    return not request.stopped and not is_robot(email)


def _layout(request: ConfirmedRequest) -> Layout | None:
    """The team's layout without what belongs to an agent's answer: this one greets and is nobody's."""
    if request.layout is None:
        return None
    return msgspec.structs.replace(request.layout, sender="", intro="", signature="")


async def _lock_request(work: UnitOfWork, ticket_id: int) -> ConfirmedRequest | None:
    # Locked in a statement of its own: what stands below must see what the lock waited for.
    await work.execute("select from tickets where id = $1 for update", ticket_id)
    row = await work.fetchrow(
        f"""select t.number, t.channel, t.subject, t.requester_id, p.name, p.locale as language, p.time_zone, a.email,
                  {is_own("a.email")} as is_own,
                  b.id as mailbox_id, b.name as mailbox_name,
                  b.address as mailbox_address, g.name as team_name, {layout_for("t.team_id", "p.locale")} as layout,
                  {stopped_among("array[a.email]")} as stopped,
                  exists (select from outbox o where o.ticket_id = t.id and o.kind = 'confirmation') as confirmed,
                  portal_link_generation(t.requester_id, t.id) as link_generation,
                  (select count(*) from tickets x join outbox o on o.ticket_id = x.id
                    where x.requester_id = t.requester_id and x.created_at > moment() - interval '1 hour'
                      and o.kind = 'confirmation') as recently_confirmed,
                  exists (select from tickets x join outbox o on o.ticket_id = x.id
                    where x.requester_id = t.requester_id and x.id < t.id and o.kind = 'confirmation'
                      and x.created_at > moment() - interval '1 hour'
                      and strpos(lower(t.subject), lower(x.subject)) > 0) as echo
             from tickets t join people p on p.id = t.requester_id join teams g on g.id = t.team_id
             left join addresses a on a.person_id = p.id and a.is_primary
             left join mailboxes b on b.id = coalesce(t.mailbox_id,
                  (select min(m.id) from mailboxes m where m.active and m.workspace_id = t.workspace_id))
            where t.id = $1""",
        ticket_id,
    )
    return msgspec.convert(dict(row), ConfirmedRequest) if row else None
