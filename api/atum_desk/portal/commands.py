"""Use cases of requesters: ask without an account, follow a link, reply, resolve."""

from __future__ import annotations

import secrets
from datetime import timedelta

from atum_desk.contacts.public import find_or_create_contact
from atum_desk.files.public import FileStore, find_claimed, upload_attachment
from atum_desk.identity.public import OpenedSession, PersonNotFound, start_link_session
from atum_desk.kernel.context import Actor, SystemActor, token_hash
from atum_desk.kernel.db import Database, Work
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.problems import Unavailable, ValidationFailed
from atum_desk.kernel.settings import Settings
from atum_desk.portal import queries
from atum_desk.portal.problems import (
    LinkInvalid,
    NoMailbox,
    RequestNotFound,
    StaffAddress,
    UploadUnknown,
)
from atum_desk.portal.schemas import Ask, PortalAnswer, PortalUpload
from atum_desk.tickets.public import (
    MailboxUnknown,
    NewMessage,
    NewTicket,
    TransitionForbidden,
    append_message,
    clean_text,
    open_link,
    open_ticket,
)

LINK_LIFETIME = timedelta(days=30)
UNCONFIRMED = "Sent from the portal. The link of its confirmation has not been followed."
CONFIRMED = "Sent from the portal. The link in a mail to this address was followed."


async def ask(database: Database, ask: Ask) -> None:
    """Open a ticket for whoever asks, in nobody's name until the confirmation's link was followed.

    Raises StaffAddress, NoMailbox, UploadUnknown and ValidationFailed.
    """
    actor = SystemActor(workspace_id=await _portal_workspace(database), via="link")
    text, email = _body_of(ask.text), read_address("email", ask.email)
    async with database.writing(actor, "ticket.open") as work:
        contact = await find_or_create_contact(work, email, ask.name)
        if contact.kind == "staff":
            raise StaffAddress
        message = NewMessage(
            kind="reply", text=text, author_id=contact.id, author_name=contact.name, from_staff=False,
            channel="portal", attachment_ids=await _claimed(work, ask.attachment_ids),
            author_verdict="unknown", author_words=UNCONFIRMED,
        )  # fmt: skip
        new = NewTicket(
            subject=ask.subject, requester_id=contact.id, channel="portal", message=message
        )
        try:
            opened = await open_ticket(work, new)
        except MailboxUnknown:
            raise NoMailbox from None
        await _confirm(work, actor.workspace_id, opened.id)


async def upload_anonymously(
    database: Database,
    files: FileStore,
    *,
    filename: str,
    mime_type: str,
    content: bytes,
    limit_bytes: int,
) -> PortalUpload:
    """Keep a file for a request to come; only its token can claim it."""
    actor = SystemActor(workspace_id=await _portal_workspace(database), via="link")
    token = secrets.token_urlsafe(24)
    attachment = await upload_attachment(
        database, files, actor, filename=filename, mime_type=mime_type, content=content,
        limit_bytes=limit_bytes, claim_hash=token_hash(token),
    )  # fmt: skip
    return PortalUpload(attachment.id, token, attachment.filename, attachment.size)


async def follow_link(
    database: Database, settings: Settings, token: str, *, user_agent: str, ip: str | None
) -> OpenedSession:
    """Open a session that shows exactly one request. Raises LinkInvalid."""
    parts = open_link(settings, token)
    if parts is None:
        raise LinkInvalid
    ticket_id, person_id = parts
    try:
        return await start_link_session(
            database, person_id, ticket_id, user_agent=user_agent, ip=ip, lifetime=LINK_LIFETIME
        )
    except PersonNotFound:
        raise LinkInvalid from None


async def confirm_author(database: Database, contact: Actor) -> None:
    """Let a request of the portal count as the contact's who followed a link that only they were sent."""
    async with database.reading(contact) as view:
        if not await queries.has_unconfirmed(view):
            return
    async with database.writing(contact, "ticket.confirm_author") as work:
        confirmed = await queries.confirm_author(work, CONFIRMED)
        work.unchanged = confirmed is None
        work.ticket_id, work.public = confirmed, True


async def answer_request(
    database: Database, contact: Actor, number: int, answer: PortalAnswer
) -> None:
    """Add the requester's reply; it reopens what waited or was resolved.

    It runs as the system on the contact's behalf, after the contact's own view has found the
    request: a follow-up to a closed request needs a new ticket, which contacts cannot insert.
    """
    ticket_id = await _visible_id(database, contact, number)
    actor = SystemActor(
        workspace_id=contact.workspace_id, via=contact.via, person_id=contact.person_id
    )
    async with database.writing(actor, "ticket.reply") as work:
        message = NewMessage(
            kind="reply", text=_body_of(answer.text), author_id=contact.person_id, author_name=contact.name,
            from_staff=False, channel="portal", attachment_ids=await _claimed(work, answer.attachment_ids),
        )  # fmt: skip
        appended = await append_message(work, ticket_id, message)
        if appended.opened:
            # The requester's link shows the closed request only: the follow-up's comes by mail.
            await _confirm(work, contact.workspace_id, appended.ticket_id)


async def resolve_request(database: Database, contact: Actor, number: int) -> None:
    """Mark a request as resolved: "It works now"."""
    async with database.writing(contact, "ticket.status") as work:
        request = await queries.lock_request(work, number)
        if request["category"] in ("resolved", "closed"):
            work.unchanged = True
            return
        if not await queries.resolve_ticket(work, request["id"]):
            raise TransitionForbidden(current=request["key"], wanted="resolved", allowed=[])
        work.ticket_id, work.public = request["id"], True
        work.summary = {"number": number, "fields": ["status"]}


async def _confirm(work: Work, workspace_id: int, ticket_id: int) -> None:
    await work.enqueue("mail.confirm", {"workspace_id": workspace_id, "ticket_id": ticket_id})


async def _portal_workspace(database: Database) -> int:
    async with database.connection("atum_desk_contact") as connection:
        found = await queries.find_portal_workspace(connection)
    if found is None:
        raise Unavailable
    return found[0]


async def _visible_id(database: Database, contact: Actor, number: int) -> int:
    async with database.reading(contact) as view:
        ticket_id = await queries.find_visible_id(view, number)
    if ticket_id is None:
        raise RequestNotFound
    return ticket_id


async def _claimed(work: Work, tokens: list[str]) -> list[int]:
    if not tokens:
        return []
    hashes = list({token_hash(token) for token in tokens})
    attachment_ids = await find_claimed(work, hashes)
    if len(attachment_ids) != len(hashes):
        raise UploadUnknown
    return attachment_ids


def _body_of(text: str) -> str:
    cleaned = clean_text(text).strip()
    if not cleaned:
        raise ValidationFailed.of("text", "is empty")
    return cleaned
