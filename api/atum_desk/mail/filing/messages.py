"""A mail as a message of a ticket: its body, its files, the people it names, what is shown beside it."""

from __future__ import annotations

from atum_desk.contacts.public import find_or_create_contacts
from atum_desk.files.public import FileStore, store_attachment
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.mail.filing import classify
from atum_desk.mail.filing.authors import Author
from atum_desk.mail.filing.bodies import find_held, served_html, shown_body
from atum_desk.mail.filing.classify import MOST_PEOPLE
from atum_desk.mail.incoming import IncomingMail
from atum_desk.mime import Address, MessageBody, ParsedMail
from atum_desk.outbox.public import MAX_REFERENCES, MailAddress, can_be_referenced
from atum_desk.sandbox.public import ForwardReading, MailReading
from atum_desk.tickets.public import MessageExtras, MessageKind, NewMessage


async def message_of(
    work: UnitOfWork,
    files: FileStore,
    incoming: IncomingMail,
    author: Author,
    *,
    kind: MessageKind,
    reading: MailReading | ForwardReading | None = None,
    forwarded_by: str | None = None,
    ticket_id: int | None = None,
) -> NewMessage:
    """Store the files of an incoming mail and return its message; images the HTML shows point at them.

    `reading` is what stands for it instead: the mail that was forwarded in it. `ticket_id` is the
    ticket it joins, None where it opens one.
    """
    mail, body = (reading.mail, reading.body) if reading else (incoming.mail, incoming.body)
    body = await _body_for(work, body, ticket_id, hides_all=kind == "note" or author.is_staff)
    attachment_ids, served = [], {}
    for part in mail.attachments:
        in_place = part.content_id in body.content_ids
        attachment_id = await store_attachment(
            work,
            files,
            filename=part.filename,
            mime_type=part.mime_type,
            content=part.content,
            inline=in_place,
            content_id=part.content_id,
        )
        attachment_ids.append(attachment_id)
        if part.content_id:
            served[part.content_id] = f"/api/v1/attachments/{attachment_id}?inline=1"
    return NewMessage(
        kind=kind,
        text=body.text,
        html=served_html(body, served),
        quoted=body.quoted,
        author_id=author.person.id,
        author_name=author.person.name,
        from_staff=author.is_staff,
        author_verdict=author.verdict,
        author_notice=author.notice,
        channel="email",
        recipients=_shown(mail.to[:MOST_PEOPLE]),
        cc=_shown(mail.cc[: cc_room(mail)]),
        attachment_ids=attachment_ids,
        mail_message_id=mail.message_id[:998] if mail.message_id else None,
        mail_id=incoming.source.id,
        mail_references=references_to_carry(mail),
        automatic=incoming.automatic,
        extras=extras_of(mail, body, forwarded_by),
    )


def references_to_carry(mail: ParsedMail) -> list[str]:
    """Return the ids that an answer to a mail has in front of the mail's own (RFC 5322, 3.6.4).

    Its references, else the one mail it says it answers; the root and the newest of them, and none
    that could not stand in a header of ours.
    """
    ids = mail.references or (mail.in_reply_to if len(mail.in_reply_to) == 1 else ())
    fit = [one for one in ids if can_be_referenced(one) and one != mail.message_id]
    return fit if len(fit) <= MAX_REFERENCES else [fit[0], *fit[1 - MAX_REFERENCES :]]


async def _body_for(work: UnitOfWork, body: MessageBody, ticket_id: int | None, *, hides_all: bool) -> MessageBody:
    """Return the body for a thread. What the staff answer by mail goes to the requester: without history."""
    if ticket_id is None:
        return shown_body(body, None)
    if hides_all or body.whole is None:
        return body
    return shown_body(body, await find_held(work, ticket_id))


def extras_of(mail: ParsedMail, body: MessageBody, forwarded_by: str | None = None) -> MessageExtras | None:
    """Return what a thread shows beside a mail's text, None when there is nothing."""
    left_out = max(0, len(mail.to) + len(mail.cc) - MOST_PEOPLE)
    if not (mail.invitations or mail.signature or forwarded_by or left_out or body.omitted):
        return None
    return MessageExtras(list(mail.invitations), mail.signature, forwarded_by, left_out, list(body.omitted))


def cc_room(mail: ParsedMail) -> int:
    """Return how many of a mail's Cc are shown beside those of its To."""
    return max(0, MOST_PEOPLE - len(mail.to))


def others_of(incoming: IncomingMail) -> list[Address]:
    """Return whom a mail went to besides us."""
    return classify.others_on(incoming.mail, incoming.sender, incoming.own)


async def people_copied(work: UnitOfWork, incoming: IncomingMail) -> list[int]:
    """Return the people a mail went to besides us, as contacts, each once."""
    others = [(one.address, one.name) for one in others_of(incoming)]
    people = await find_or_create_contacts(work, others)
    return list(dict.fromkeys(person.id for person in people.values()))


def _shown(addresses: tuple[Address, ...]) -> list[MailAddress]:
    return [MailAddress(one.name, one.address) for one in addresses]
