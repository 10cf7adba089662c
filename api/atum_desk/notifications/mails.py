"""Mail of notifications: one for each ticket with all that came within minutes and nobody read, or a digest."""

from __future__ import annotations

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.notifications.queries import mails
from atum_desk.notifications.queries.mails import DigestMail, DigestTicket, DueMail, News, NotificationMail
from atum_desk.outbox.public import Layout, MailAddress, MailNames, OutgoingMail, mail_text, queue_mail

# So long after the first of its news: what is read or undone until then is not mailed.
MAIL_AFTER_SECONDS = 120.0


async def send_due(worker: WorkerContext, actor: SystemActor, after_seconds: float = MAIL_AFTER_SECONDS) -> int:
    """Queue the mails of a workspace that are due, at most 200; return how many."""
    async with worker.database.reading(actor) as transaction:
        due = await mails.list_due(transaction, after_seconds)
    for one in due:
        await send_one(worker, actor, one)
    return len(due)


async def send_one(worker: WorkerContext, actor: SystemActor, due: DueMail) -> None:
    """Queue one mail, in the transaction that notes that it was; nothing when its news were read meanwhile."""
    async with worker.database.writing(actor, "notifications.mail") as work:
        work.may_be_empty = True
        ids = await mails.take_news(work, due)
        if not ids:
            return
        if due.about_id is None:
            digest = await mails.find_digest(work, due, ids)
            if digest is not None and not digest.stopped:
                work.summary = {"person_id": due.recipient_id}
                await queue_mail(work, worker.settings, digest_of(worker.settings, due, digest))
            return
        found = await mails.find_mail(work, due, ids)
        if found is not None and not found.stopped:
            work.ticket_id, work.summary = due.about_id, {"number": found.number, "person_id": due.recipient_id}
            await queue_mail(work, worker.settings, mail_of(worker.settings, due, found))


def mail_of(settings: Settings, due: DueMail, found: NotificationMail) -> OutgoingMail:
    """Return a mail with its news. An answer to one that tells of a note must not reach the requester."""
    return OutgoingMail(
        mailbox_id=found.mailbox_id,
        kind="reply",
        recipients=[MailAddress(found.name, found.email)],
        subject=found.subject,
        text=text_of(settings, found),
        ticket_id=due.about_id,
        ticket_number=found.number,
        names=MailNames(mailbox=found.mailbox_name),
        marker=True,
        language=found.language,
        notified_id=due.recipient_id,
        staff_only=any(one.message_kind == "note" for one in found.news),
    )


def digest_of(settings: Settings, due: DueMail, found: DigestMail) -> OutgoingMail:
    """Return a mail with the news of several tickets. It belongs to none, so an answer to it reaches none."""
    count = "one" if found.all_tickets == 1 else "many"
    kind = "summary" if due.after_absence else "digest"
    return OutgoingMail(
        mailbox_id=found.mailbox_id,
        kind="reply",
        opens_ticket=True,
        recipients=[MailAddress(found.name, found.email)],
        subject=mail_text(f"notification.{kind}_{count}", found.language, count=found.all_tickets),
        text=digest_text(settings, found),
        layout=Layout(footer=_footer(settings, found.language)),
        names=MailNames(mailbox=found.mailbox_name),
        language=found.language,
        notified_id=due.recipient_id,
        staff_only=True,
    )


def text_of(settings: Settings, found: NotificationMail) -> str:
    """Return the text of a mail: its news, the way to the ticket, and where to choose otherwise."""
    text = mail_text(
        "notification.text",
        found.language,
        news="\n\n".join(said(one, found.language) for one in found.news),
        link=f"{settings.web_url}/desk/tickets/{found.number}",
        settings=f"{settings.web_url}/desk/settings/notifications",
    ).strip()
    return f"{_for_whom(found.absent_name, found.language)}{text}"


def digest_text(settings: Settings, found: DigestMail) -> str:
    """Return the text of a digest: each ticket with its news, and where the others are."""
    parts = [_ticket_text(settings, one, found.language) for one in found.tickets]
    if (left := found.all_tickets - len(found.tickets)) > 0:
        parts.append(mail_text("notification.digest_more", found.language, count=left))
    return _for_whom(found.absent_name, found.language) + "\n\n\n".join(parts)


def said(one: News, language: str) -> str:
    """Return what one notification says: who did what, and the beginning of what they wrote."""
    line = line_of(one, language)
    return f"{line}:\n\n{one.text}" if one.text else f"{line}."


def line_of(one: News, language: str) -> str:
    """Return who did what, without a full stop."""
    key: str = one.reason
    if one.reason == "followed" and one.text is not None:
        key = "followed_message"
    if one.reason == "checklist" and one.actor is None:
        key = "checklist_due"
    actor = one.actor or mail_text("notification.somebody", language)
    line = mail_text(f"notification.{key}", language, actor=actor)
    return f"{line}, {mail_text('notification.note', language)}" if one.message_kind == "note" else line


def _ticket_text(settings: Settings, ticket: DigestTicket, language: str) -> str:
    news = [said(one, language) for one in ticket.news]
    if (left := ticket.count - len(ticket.news)) > 0:
        news.append(mail_text("notification.digest_more_news", language, count=left))
    head = f"#{ticket.number} {ticket.subject}\n{settings.web_url}/desk/tickets/{ticket.number}"
    return "\n\n".join([head, *news])


def _footer(settings: Settings, language: str) -> str:
    return mail_text(
        "notification.digest_footer",
        language,
        link=f"{settings.web_url}/desk/notifications",
        settings=f"{settings.web_url}/desk/settings/notifications",
    ).strip()


def _for_whom(absent_name: str | None, language: str) -> str:
    return mail_text("notification.stands_in", language, name=absent_name) + "\n\n" if absent_name else ""
