"""Mail of notifications: one for each person and ticket, with all that came within minutes and nobody read."""

from __future__ import annotations

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.notifications.queries import mails
from atum_desk.notifications.queries.mails import DueMail, News, NotificationMail
from atum_desk.outbox.public import MailAddress, MailNames, OutgoingMail, mail_text, queue_mail

# So long after the first of its news: what is read or undone until then is not mailed.
MAIL_AFTER_SECONDS = 120.0


async def send_due(worker: WorkerContext, actor: SystemActor, after_seconds: float = MAIL_AFTER_SECONDS) -> int:
    """Queue the mails of a workspace that are due, at most 200; return to how many people and tickets."""
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
        found = await mails.find_mail(work, due, ids) if ids else None
        if found is None or found.stopped:
            return
        work.ticket_id, work.summary = due.ticket_id, {"number": found.number, "person_id": due.person_id}
        await queue_mail(work, worker.settings, mail_of(worker.settings, due, found))


def mail_of(settings: Settings, due: DueMail, found: NotificationMail) -> OutgoingMail:
    """Return a mail with its news. An answer to one that tells of a note must not reach the requester."""
    return OutgoingMail(
        mailbox_id=found.mailbox_id,
        kind="reply",
        recipients=[MailAddress(found.name, found.email)],
        subject=found.subject,
        text=text_of(settings, found),
        ticket_id=due.ticket_id,
        ticket_number=found.number,
        names=MailNames(mailbox=found.mailbox_name),
        marker=True,
        language=found.language,
        notified_id=due.person_id,
        staff_only=any(one.message_kind == "note" for one in found.news),
    )


def text_of(settings: Settings, found: NotificationMail) -> str:
    """Return the text of a mail: its news, the way to the ticket, and where to choose otherwise."""
    return mail_text(
        "notification.text",
        found.language,
        news="\n\n".join(_said(one, found.language) for one in found.news),
        link=f"{settings.web_url}/desk/tickets/{found.number}",
        settings=f"{settings.web_url}/desk/settings/notifications",
    ).strip()


def _said(news: News, language: str) -> str:
    key = "followed_message" if news.reason == "followed" and news.text is not None else news.reason
    actor = news.actor or mail_text("notification.somebody", language)
    line = mail_text(f"notification.{key}", language, actor=actor)
    if news.message_kind == "note":
        line = f"{line}, {mail_text('notification.note', language)}"
    return f"{line}:\n\n{news.text}" if news.text else f"{line}."
