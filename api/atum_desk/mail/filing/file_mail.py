"""Files one received mail: exactly one of ticketed, appended, refused or quarantined, in one commit.

Whatever a mail becomes is written in the same unit of work as the ticket or message it
became, so a crash at any moment leaves it received and it is filed anew.
"""

from __future__ import annotations

import asyncio

import msgspec

from atum_desk.contacts.public import create_contact, find_or_create_contact
from atum_desk.files.public import FileStore
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.jobs.handlers import JobContext, RetryLater
from atum_desk.kernel.notices import Sayable
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.mail import notices, queries
from atum_desk.mail.feature import FILED_AT_ONCE
from atum_desk.mail.filing import classify, facts
from atum_desk.mail.filing.authors import Author, act_as, author_named_by_reply_to, author_of
from atum_desk.mail.filing.bounces import ReportedMail, find_reported_mails, note_bounce, tell_outbox
from atum_desk.mail.filing.conversation_mail import add_to_conversation
from atum_desk.mail.filing.find_ticket import Place, hints_of, is_on, may_speak_on, place_of, thread_ids, thread_locks
from atum_desk.mail.filing.forwarding import find_original, open_forwarded
from atum_desk.mail.filing.messages import message_of, others_of, people_copied
from atum_desk.mail.filing.quarantine_rules import hold_echo, hold_suspects, refuse_blocked
from atum_desk.mail.filing.release_memory import give_back_memory
from atum_desk.mail.filing.staff_mail import answer_as_mailbox, answer_as_staff, is_written_elsewhere
from atum_desk.mail.filing.waiting_mail import find_waiting
from atum_desk.mail.incoming import IncomingMail, MailRefused, Quarantined
from atum_desk.mail.models import Cause, Evidence, MailFacts, MailSource, MailState, WaitingMail
from atum_desk.mail.sender_checks.examine import examine
from atum_desk.mail.sender_checks.smime_trust import checked_signature
from atum_desk.mime import Address, ParsedMail
from atum_desk.outbox.public import mails_reported_on
from atum_desk.sandbox.public import ReadMail, run_in_child
from atum_desk.tickets.public import (
    CONFIRM_REQUEST,
    Automatic,
    ConfirmRequest,
    MessageKind,
    NewTicket,
    append_message,
    ensure_participants,
    link_possibly_same,
    open_ticket,
)

WAIT_SECONDS = 1.0
# A parsed mail takes several times its size in memory, so of these one is parsed at a time.
HUGE_BYTES = 5_000_000
SUBJECT_CHARACTERS = 500
UNIMPORTANT_REPORTS = ("delivered", "relayed", "expanded")

_filing = asyncio.Semaphore(FILED_AT_ONCE)
_huge = asyncio.Semaphore(1)


class FilingOutcome(msgspec.Struct):
    """What a mail became."""

    state: MailState
    ticket_id: int | None = None
    reason: Sayable | None = None
    cause: Cause | None = None
    forwarded: bool = False


async def file_mail(job: JobContext, mail_id: int) -> None:
    """File a mail that is still received; another's result is left alone.

    Raises RetryLater while a mail that it answers is not filed yet or the virus scanner is away,
    and whatever goes wrong.
    """
    waiting = await find_waiting(job.database, job.actor, mail_id)
    if waiting is None or waiting.state != "received":
        return
    async with _filing:
        if waiting.size < HUGE_BYTES:
            await _file_read(job, waiting)
            return
        async with _huge:
            await _file_read(job, waiting)
            give_back_memory()


async def _file_read(job: JobContext, waiting: WaitingMail) -> None:
    source = waiting.source
    if source is None:
        async with job.reading() as transaction:
            source = await queries.find_source(transaction, waiting.id)
    if source is not None:
        await _file_source(job, source)


async def _file_source(job: JobContext, source: MailSource) -> None:
    settings, files = job.settings, job.files
    reading = await run_in_child(ReadMail(source.raw))
    mail, body = reading.mail, reading.body
    evidence = await examine(settings, source, mail)
    mail = await checked_signature(settings, source, mail)
    # Files are written before the transaction, so that no lock waits for a disk.
    if source.released or evidence.scan is None or evidence.scan.verdict == "clean":
        for attachment in mail.attachments:
            await files.put(attachment.content)
    locking = queries.locking_for_filing(source.id, thread_locks(job.actor.workspace_id, mail))
    async with job.writing("mail.file", locking) as work:
        sender = classify.sender_of(mail, source.envelope_from)
        known = await _facts(work, settings, source, mail, sender) if sender else None
        state = known.state if known else await queries.find_state(work, source.id)
        if state != "received":
            work.unchanged = True
            return
        incoming = None
        if sender and known:
            automatic = classify.answers_by_itself(mail, source.envelope_from)
            incoming = IncomingMail(source, mail, sender, evidence, known.rules, known, automatic, body)
        outcome = await _file(work, settings, files, incoming)
        await _settle(work, source, mail, sender, evidence, outcome)


async def _facts(
    work: UnitOfWork, settings: Settings, source: MailSource, mail: ParsedMail, sender: Address
) -> MailFacts:
    return await facts.get_facts(
        work,
        source.id,
        mail_message_id=mail.message_id,
        sender=sender.address,
        references=classify.references_of(mail),
        signed_ticket_ids=classify.signed_tickets(settings, mail, source.envelope_to),
        signed_conversation_ids=classify.signed_conversations(settings, mail, source.envelope_to),
        returned_to=mails_reported_on(settings, source.envelope_to),
        hints=hints_of(mail),
        list_id=classify.list_id_of(mail),
    )


async def _file(work: UnitOfWork, settings: Settings, files: FileStore, incoming: IncomingMail | None) -> FilingOutcome:
    """Return what a mail became; `incoming` is None for one that names no sender."""
    try:
        if incoming is None:
            raise Quarantined("unreadable", notices.NamesNoSender())
        reported = await find_reported_mails(work, settings, incoming)
        if incoming.mail.bounce:
            await tell_outbox(work, incoming.mail.bounce, reported)
        _refuse_what_is_no_request(settings, incoming, reported)
        hold_suspects(incoming)
        contact = incoming.facts.person
        if contact is None:
            contact = await create_contact(
                work, incoming.sender.address, incoming.sender.name or None, may_be_own=is_written_elsewhere(incoming)
            )
        author = author_of(incoming, contact)
        # Which of the team wrote in the mailbox itself, nobody knows: nobody acts.
        if not is_written_elsewhere(incoming):
            await act_as(work, author)
        if incoming.mail.bounce:
            return FilingOutcome("appended", await note_bounce(work, files, incoming, author, reported))
        return await _join_or_open(work, settings, files, incoming, author)
    except MailRefused as refused:
        work.command = "mail.refuse"
        return FilingOutcome("refused", reason=refused.notice)
    except Quarantined as held:
        work.command = "mail.quarantine"
        return FilingOutcome("quarantined", reason=held.notice, cause=held.cause)


def _refuse_what_is_no_request(settings: Settings, incoming: IncomingMail, reported: list[ReportedMail]) -> None:
    known, mail = incoming.facts, incoming.mail
    if known.duplicate_of_id is not None:
        raise MailRefused(notices.DuplicateOf(known.duplicate_of_id))
    if classify.is_own_mail(settings, mail) or known.is_ours:
        raise MailRefused(notices.OwnMail())
    if incoming.sender.address.lower() in incoming.own and not is_written_elsewhere(incoming):
        raise MailRefused(notices.ClaimsOwnMailbox())
    refuse_blocked(incoming)
    if classify.is_read_receipt(mail):
        raise MailRefused(notices.ReadReceipt())
    if mail.bounce:
        # Only what names a mail that left us: anything else would let a stranger write on a ticket.
        tickets = [one.ticket_id for one in reported if one.ticket_id is not None]
        if not (tickets or known.signed_ticket_id or known.answered_ticket_id):
            raise MailRefused(notices.ReportOfOthers())
        if mail.bounce.action in UNIMPORTANT_REPORTS:
            raise MailRefused(notices.NeedlessReport(notices.ReportAction(mail.bounce.action)))
    elif known.waiting_for_id is not None:
        raise RetryLater(WAIT_SECONDS, f"it answers mail {known.waiting_for_id}, which is not filed yet")
    elif incoming.automatic and not known.belongs:
        raise MailRefused(notices.AutomaticReply())


async def _join_or_open(
    work: UnitOfWork, settings: Settings, files: FileStore, incoming: IncomingMail, author: Author
) -> FilingOutcome:
    place = await place_of(work, incoming, author.person)
    if place.ticket_id is not None and place.conversation_id is not None:
        await add_to_conversation(work, files, incoming, author, place.ticket_id, place.conversation_id)
        return FilingOutcome("appended", work.ticket_id)
    if place.ticket_id is not None:
        return await _append(work, settings, files, incoming, author, place.ticket_id)
    if incoming.automatic:
        raise MailRefused(notices.AutomaticReply())
    hold_echo(incoming)
    return await _open(work, files, incoming, author, place)


async def _append(
    work: UnitOfWork, settings: Settings, files: FileStore, incoming: IncomingMail, author: Author, ticket_id: int
) -> FilingOutcome:
    """Add the mail to a ticket: a requester's side replies, a member of the staff as the rules say.

    What claims to be of the staff without proof is a note: neither the requester nor anybody
    outside reads it as an answer, and colleagues see that it is claimed.
    """
    kind: MessageKind = "note" if author.person.kind == "staff" else "reply"
    work.command = f"ticket.{kind}"
    message = await message_of(work, files, incoming, author, kind=kind, ticket_id=ticket_id)
    if is_written_elsewhere(incoming):
        appended = await answer_as_mailbox(work, incoming, ticket_id, message)
    elif author.is_staff:
        appended = await answer_as_staff(work, settings, incoming, author.person, ticket_id, message)
    else:
        appended = await append_message(work, ticket_id, message)
    copies = bool(others_of(incoming)) and may_speak_on(incoming, ticket_id)
    if copies and await is_on(work, ticket_id, author.person):
        await ensure_participants(work, appended.ticket_id, await people_copied(work, incoming), "copied")
    if appended.opened:
        work.command = "ticket.open"
    return FilingOutcome("ticketed" if appended.opened else "appended", appended.ticket_id)


async def _open(
    work: UnitOfWork, files: FileStore, incoming: IncomingMail, author: Author, place: Place
) -> FilingOutcome:
    work.command = "ticket.open"
    opened, forwarded = None, False
    if original := await find_original(incoming, author):
        opened = await open_forwarded(work, files, incoming, author.person, original)
        forwarded = opened is not None
    if opened is None:
        asked_by = await _author_of_request(work, incoming, author)
        # A program that names somebody else to answer to wrote for them, as forms do.
        automatic = None if asked_by is not author else _automatic_kind(incoming)
        author = asked_by
        message = await message_of(work, files, incoming, author, kind="reply")
        # Before the ticket: its number is a lock that everybody who opens one waits for.
        copied = await people_copied(work, incoming)
        opened = await open_ticket(
            work,
            NewTicket(
                subject=incoming.mail.subject[:SUBJECT_CHARACTERS] or "(no subject)",
                requester_id=author.person.id,
                channel="email",
                mailbox_id=incoming.source.mailbox_id,
                cc_ids=copied,
                automatic=automatic,
                message=message,
            ),
        )
    if place.possibly_id is not None and place.why is not None:
        await link_possibly_same(work, opened.id, place.possibly_id, place.why)
    if incoming.rules.confirm_email_tickets and not _is_of_a_program(incoming):
        await work.enqueue(CONFIRM_REQUEST, ConfirmRequest(ticket_id=opened.id), key=f"confirm:{opened.id}")
    return FilingOutcome("ticketed", opened.id, forwarded=forwarded)


def _automatic_kind(incoming: IncomingMail) -> Automatic | None:
    return classify.automatic_kind(incoming.mail, incoming.sender.address, incoming.source.envelope_from)


def _is_of_a_program(incoming: IncomingMail) -> bool:
    """Tell whether nobody is there to read a confirmation: a null envelope sender takes no answers."""
    return incoming.mail.auto_reply or incoming.source.envelope_from == ""


async def _author_of_request(work: UnitOfWork, incoming: IncomingMail, author: Author) -> Author:
    """Return the author of a new request: whoever its Reply-To names, unless that is of the staff."""
    named = classify.reply_to_of(incoming.mail, incoming.sender, incoming.own)
    if named is None:
        return author
    person = await find_or_create_contact(work, named.address, named.name or None)
    return author if person.kind == "staff" else author_named_by_reply_to(incoming, person)


async def _settle(
    work: UnitOfWork,
    source: MailSource,
    mail: ParsedMail,
    sender: Address | None,
    evidence: Evidence,
    outcome: FilingOutcome,
) -> None:
    work.summary = {**work.summary, "mail_id": source.id, "state": outcome.state}
    if outcome.reason:
        work.summary |= {"reason": outcome.reason.text, "notice": outcome.reason.ref}
    if outcome.forwarded:
        evidence = msgspec.structs.replace(evidence, forwarded=True)
    await queries.settle(
        work,
        source.id,
        outcome.state,
        reason=outcome.reason,
        ticket_id=outcome.ticket_id,
        from_address=sender.address[:1000] if sender else None,
        from_name=clean_line(sender.name)[:1000] if sender else None,
        subject=clean_line(mail.subject)[:SUBJECT_CHARACTERS],
        mail_message_id=mail.message_id[:998] if mail.message_id else None,
        cause=outcome.cause,
        evidence=evidence,
        thread_key=mail.thread_key,
        thread_root=next(iter(thread_ids(mail)), None),
    )
