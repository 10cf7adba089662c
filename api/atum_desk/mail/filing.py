"""Files one received mail: exactly one of ticketed, appended, refused or quarantined, in one commit.

The law: whatever a mail becomes is written in the same unit of work as the ticket or message it
became, so a crash at any moment leaves it received and it is filed anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import msgspec

from atum_desk.contacts.public import ContactRef, find_or_create_contact
from atum_desk.files.public import FileStore, store_attachment
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.db import Database, Work
from atum_desk.kernel.jobs import RetryLater
from atum_desk.kernel.settings import Settings
from atum_desk.mail import judging, queries
from atum_desk.mail.bodies import message_body
from atum_desk.mail.memory import give_back_memory
from atum_desk.mail.models import MailFacts, MailSource, MailState
from atum_desk.mime import Address, Bounce, ParsedMail, parse_mail
from atum_desk.outbox.public import MailAddress, fail_bounced_mail
from atum_desk.tickets.public import (
    NewMessage,
    NewTicket,
    append_message,
    ensure_participants,
    open_ticket,
)

P = ParamSpec("P")
T = TypeVar("T")
WAIT_SECONDS = 1.0
LARGE_BYTES = 50_000
# A parsed mail takes several times its size in memory, so of these one is parsed at a time.
HUGE_BYTES = 5_000_000
SUBJECT_CHARACTERS = 500
SHOWN_RECIPIENTS = 200
UNIMPORTANT_REPORTS = ("delayed", "delivered", "relayed", "expanded")

_huge = asyncio.Semaphore(1)


class Refused(Exception):
    """The mail is kept and becomes no message; the words say why."""


class Unfileable(Exception):
    """The mail cannot be filed without a person; the words say why."""


class Letter(msgspec.Struct, frozen=True):
    """A mail on its way: its stored row, what the parser saw, who speaks and what is known."""

    source: MailSource
    mail: ParsedMail
    sender: Address
    facts: MailFacts
    automatic: bool

    @property
    def own(self) -> frozenset[str]:
        """The workspace's own addresses."""
        return frozenset(self.facts.own_addresses)


async def file_mail(
    database: Database, settings: Settings, files: FileStore, workspace_id: int, mail_id: int
) -> None:
    """File a mail that is still received; another's result is left alone.

    Raises RetryLater while a mail that it answers is not filed yet, and whatever goes wrong.
    """
    actor = SystemActor(workspace_id=workspace_id, via="mail")
    async with database.reading(actor) as view:
        source = await queries.find_source(view, mail_id)
    if source is None or source.state != "received":
        return
    if len(source.raw) < HUGE_BYTES:
        await _file_source(database, settings, files, actor, source)
        return
    async with _huge:
        await _file_source(database, settings, files, actor, source)
        del source
        give_back_memory()


async def _file_source(
    database: Database, settings: Settings, files: FileStore, actor: SystemActor, source: MailSource
) -> None:
    mail = await _off_loop(source, parse_mail, source.raw)
    # Files are written before the transaction, so that no lock waits for a disk.
    for attachment in mail.attachments:
        await files.put(attachment.content)
    async with database.writing(actor, "mail.file") as work:
        if await queries.lock_for_filing(work, source.id) != "received":
            work.unchanged = True
            return
        await _file(work, settings, files, source, mail)


async def _file(
    work: Work, settings: Settings, files: FileStore, source: MailSource, mail: ParsedMail
) -> None:
    sender = judging.sender_of(mail, source.envelope_from)
    try:
        if sender is None:
            raise Unfileable("It names no sender whom an answer could reach.")
        facts = await queries.get_facts(
            work, source.id, mail_message_id=mail.message_id, references=judging.references_of(mail),
            signed_ticket_ids=judging.signed_tickets(settings, mail, source.envelope_to),
        )  # fmt: skip
        automatic = judging.answers_by_itself(mail, source.envelope_from)
        letter = Letter(source, mail, sender, facts, automatic)
        _refuse_what_is_no_request(settings, letter)
        contact = await find_or_create_contact(work, sender.address, sender.name or None)
        await queries.act_for(work, contact.id)
        if mail.bounce:
            await _note_bounce(work, files, letter, contact, mail.bounce)
        else:
            await _join_or_open(work, settings, files, letter, contact)
    except Refused as words:
        work.command = "mail.refuse"
        await _settle(work, source, mail, sender, "refused", str(words))
    except Unfileable as words:
        work.command = "mail.quarantine"
        await _settle(work, source, mail, sender, "quarantined", str(words))


def _refuse_what_is_no_request(settings: Settings, letter: Letter) -> None:
    facts, mail = letter.facts, letter.mail
    if facts.duplicate_of_id is not None:
        raise Refused(f"Duplicate of mail {facts.duplicate_of_id}")
    if judging.is_own_mail(settings, mail) or facts.is_ours:
        raise Refused("Our own mail came back")
    if letter.sender.address.lower() in letter.own:
        raise Refused("It claims to come from one of our own mailboxes")
    ticket_id = facts.signed_ticket_id or facts.referenced_ticket_id
    if mail.bounce:
        if ticket_id is None:
            raise Refused("A delivery report about a mail that is not ours")
        if mail.bounce.action in UNIMPORTANT_REPORTS:
            raise Refused(f"A delivery report that needs nobody: {mail.bounce.action}")
    elif facts.waiting_for_id is not None:
        raise RetryLater(
            WAIT_SECONDS, f"it answers mail {facts.waiting_for_id}, which is not filed yet"
        )
    elif letter.automatic and ticket_id is None:
        raise Refused("Automatic reply")


async def _note_bounce(
    work: Work, files: FileStore, letter: Letter, contact: ContactRef, bounce: Bounce
) -> None:
    """A report about a mail of ours becomes a note on its ticket; the mail itself is marked failed."""
    ticket_id = letter.facts.referenced_ticket_id or letter.facts.signed_ticket_id
    assert ticket_id is not None, "refused before"
    status = " ".join(filter(None, [bounce.status, bounce.diagnostic])) or bounce.reason
    words = f"Came back from {bounce.recipient or 'a recipient'}: {status}"
    if letter.facts.referenced_outbox_id is not None:
        await fail_bounced_mail(work, letter.facts.referenced_outbox_id, words)
    work.command = "ticket.note"
    message = await _message_of(work, files, letter, contact, kind="note")
    message.text = f"{words}\n\n{message.text}".strip()
    appended = await append_message(work, ticket_id, message)
    await _settle(
        work, letter.source, letter.mail, letter.sender, "appended", None, appended.ticket_id
    )


async def _join_or_open(
    work: Work, settings: Settings, files: FileStore, letter: Letter, contact: ContactRef
) -> None:
    ticket_id = await _ticket_of(work, letter, contact)
    if ticket_id is not None:
        await _append(work, files, letter, contact, ticket_id)
        return
    if letter.automatic:
        raise Refused("Automatic reply")
    await _open(work, files, letter, contact)


async def _ticket_of(work: Work, letter: Letter, contact: ContactRef) -> int | None:
    """The ticket whose signed address was used; else the one referred to, if the sender is on it.

    Never by subject: whoever guesses a Message-ID or a number must not join a stranger's ticket.
    """
    if letter.facts.signed_ticket_id is not None:
        return letter.facts.signed_ticket_id
    ticket_id = letter.facts.referenced_ticket_id
    if ticket_id is None:
        return None
    return ticket_id if await _is_on(work, ticket_id, contact) else None


async def _is_on(work: Work, ticket_id: int, contact: ContactRef) -> bool:
    return contact.kind == "staff" or await queries.is_participant(work, ticket_id, contact.id)


async def _append(
    work: Work, files: FileStore, letter: Letter, contact: ContactRef, ticket_id: int
) -> None:
    """Add the mail to a ticket: a requester's side replies, a member of the staff leaves a note."""
    kind = "note" if contact.kind == "staff" else "reply"
    work.command = f"ticket.{kind}"
    message = await _message_of(work, files, letter, contact, kind=kind)
    appended = await append_message(work, ticket_id, message)
    if letter.facts.signed_ticket_id is None or await _is_on(work, ticket_id, contact):
        await ensure_participants(work, appended.ticket_id, await _people_copied(work, letter))
    state: MailState = "ticketed" if appended.opened else "appended"
    if appended.opened:
        work.command = "ticket.open"
    await _settle(work, letter.source, letter.mail, letter.sender, state, None, appended.ticket_id)


async def _open(work: Work, files: FileStore, letter: Letter, contact: ContactRef) -> None:
    work.command = "ticket.open"
    message = await _message_of(work, files, letter, contact, kind="reply")
    # Before the ticket: its number is a lock that everybody who opens one waits for.
    copied = await _people_copied(work, letter)
    opened = await open_ticket(
        work,
        NewTicket(
            subject=letter.mail.subject[:SUBJECT_CHARACTERS] or "(no subject)", requester_id=contact.id,
            channel="email", mailbox_id=letter.source.mailbox_id, cc_ids=copied, message=message,
        ),
    )  # fmt: skip
    await _settle(work, letter.source, letter.mail, letter.sender, "ticketed", None, opened.id)
    if letter.facts.confirms_email_tickets and not letter.mail.auto_reply:
        payload = {"workspace_id": work.actor.workspace_id, "ticket_id": opened.id}
        await work.enqueue("mail.confirm", payload, key=f"confirm:{opened.id}")


async def _people_copied(work: Work, letter: Letter) -> list[int]:
    """Return the people a mail went to besides us, as contacts, each once."""
    others = judging.others_on(letter.mail, letter.sender, letter.own)
    # In one order everywhere, so that two mails that name the same strangers wait instead of deadlock.
    others.sort(key=lambda one: one.address.lower())
    people = [await find_or_create_contact(work, one.address, one.name or None) for one in others]
    return list(dict.fromkeys(person.id for person in people))


async def _message_of(
    work: Work, files: FileStore, letter: Letter, contact: ContactRef, *, kind: str
) -> NewMessage:
    """Store the mail's files and return its message; images the HTML shows in place point at them."""
    mail = letter.mail
    shown = mail.html_raw or ""
    attachment_ids, served = [], {}
    for part in mail.attachments:
        in_place = bool(part.content_id and f"cid:{part.content_id}" in shown)
        attachment_id = await store_attachment(
            work, files, filename=part.filename, mime_type=part.mime_type, content=part.content,
            inline=in_place, content_id=part.content_id,
        )  # fmt: skip
        attachment_ids.append(attachment_id)
        if part.content_id:
            served[part.content_id] = f"/api/v1/attachments/{attachment_id}?inline=1"
    body = await _off_loop(letter.source, message_body, mail, served)
    return NewMessage(
        kind="note" if kind == "note" else "reply", text=body.text, html=body.html, quoted=body.quoted,
        author_id=contact.id, author_name=contact.name, from_staff=contact.kind == "staff",
        channel="email", recipients=_shown(mail.to), cc=_shown(mail.cc), attachment_ids=attachment_ids,
        mail_message_id=mail.message_id[:998] if mail.message_id else None, mail_id=letter.source.id,
        automatic=letter.automatic,
    )  # fmt: skip


async def _off_loop(
    source: MailSource, work: Callable[P, T], *given: P.args, **named: P.kwargs
) -> T:
    """Do a large mail's work in a thread, so that nobody waits for it; a small one is done at once."""
    if len(source.raw) < LARGE_BYTES:
        return work(*given, **named)
    return await asyncio.to_thread(work, *given, **named)


def _shown(addresses: tuple[Address, ...]) -> list[MailAddress]:
    return [MailAddress(one.name, one.address) for one in addresses[:SHOWN_RECIPIENTS]]


async def _settle(
    work: Work, source: MailSource, mail: ParsedMail, sender: Address | None, state: MailState,
    reason: str | None, ticket_id: int | None = None,
) -> None:  # fmt: skip
    work.summary = {**work.summary, "mail_id": source.id, "state": state}
    if reason:
        work.summary["reason"] = reason
    await queries.settle(
        work, source.id, state, reason=reason, ticket_id=ticket_id,
        from_address=sender.address[:1000] if sender else None,
        from_name=sender.name[:1000] if sender else None,
        subject=mail.subject[:SUBJECT_CHARACTERS],
        mail_message_id=mail.message_id[:998] if mail.message_id else None,
    )  # fmt: skip
