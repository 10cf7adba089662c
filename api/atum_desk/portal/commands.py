"""Use cases of requesters: ask without an account, follow a link, reply, resolve."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from atum_desk.contacts.public import find_or_create_contact, refuse_own
from atum_desk.custom_fields.public import list_fields
from atum_desk.files.public import FileStore, Incoming, find_claimed, receive_upload
from atum_desk.forms.public import (
    FormResult,
    OfferedForm,
    answers_of,
    fill_requesters_form,
    list_requesters_forms,
    offer_to_requester,
)
from atum_desk.identity.public import OpenedSession, PersonNotFound, end_session, start_link_session
from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, SystemActor, token_hash
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.problems import RateLimited, Unavailable, ValidationFailed, require_text
from atum_desk.outbox.public import MailAddress, MailNames, OutgoingMail, mail_text, queue_mail, without_blank_ends
from atum_desk.portal import queries
from atum_desk.portal.models import PortalField, PortalForm
from atum_desk.portal.notices import Confirmed, NotConfirmed, OfForms
from atum_desk.portal.problems import LinkExpired, LinkInvalid, NoMailbox, RequestNotFound, StaffAddress, UploadUnknown
from atum_desk.portal.schemas import Ask, PortalAnswer, PortalUpload
from atum_desk.tickets.public import (
    CONFIRM_REQUEST,
    ConfirmRequest,
    MailboxUnknown,
    NewMessage,
    NewTicket,
    RequestLink,
    TransitionForbidden,
    append_message,
    clean_text,
    end_of_link,
    fill_new_ticket,
    get_mail_context,
    has_unconfirmed,
    open_link,
    open_ticket,
    request_link,
    resolve_ticket,
)
from atum_desk.tickets.public import confirm_author as confirm_author_of_messages

LINK_LIFETIME = timedelta(days=30)
RateCount = Callable[[str, str], Awaitable[None]]


async def ask(database: Database, ask: Ask, wishes: Sequence[str] = ()) -> int:
    """Open a ticket for whoever asks, in nobody's name until the confirmation's link was followed.

    `wishes` are the languages that they read, the best first. Returns the ticket's number.

    Raises StaffAddress, NoMailbox, UploadUnknown, FieldsRequired, FormNotFound, FormRequired and
    ValidationFailed (an address of ours is refused, too).
    """
    actor = SystemActor(workspace_id=await _portal_workspace(database), via="link")
    email = read_address("email", ask.email)
    async with database.writing(actor, "ticket.open") as work:
        made = await _filled(work, ask, wishes)
        await refuse_own(work, "email", email)
        contact = await find_or_create_contact(work, email, require_text("name", ask.name))
        if contact.kind == "staff":
            raise StaffAddress
        message = NewMessage(
            kind="reply",
            text=_body_of(made.text),
            author_id=contact.id,
            author_name=contact.name,
            from_staff=False,
            channel="portal",
            attachment_ids=await _claimed(work, ask.attachment_ids),
            author_verdict="unknown",
            author_notice=NotConfirmed(),
        )
        new = NewTicket(
            subject=require_text("subject", made.subject),
            requester_id=contact.id,
            channel="portal",
            team_id=made.team_id,
            priority=made.priority,
            type=made.type,
            tags=made.tags,
            message=message,
        )
        try:
            opened = await open_ticket(work, new)
        except MailboxUnknown:
            raise NoMailbox from None
        await fill_new_ticket(work, opened.id, made.fields, for_requester=True, asked=made.asked)
        await _confirm(work, opened.id)
    return opened.number


async def _filled(work: UnitOfWork, ask: Ask, wishes: Sequence[str]) -> FormResult:
    """Return what the ticket gets, of the form that was filled in or, where the portal has none, as it was asked."""
    beside = {"priority": ask.priority, "type": ask.type, "team": ask.team_id and str(ask.team_id)}
    answers = answers_of(ask.subject, ask.text, ask.fields, beside)
    made = await fill_requesters_form(work, ask.form, answers, wishes)
    if made is not None:
        return made
    for field in ("priority", "type", "team_id"):
        if getattr(ask, field) is not None:
            raise ValidationFailed.of(field, OfForms())
    return FormResult(
        subject=ask.subject,
        text=ask.text,
        team_id=None,
        type="question",
        priority="normal",
        tags=[],
        fields=ask.fields,
        asked=None,
    )


async def list_forms(database: Database, wishes: Sequence[str]) -> list[PortalForm]:
    """Return the forms that the portal offers, in order, in the language that is wished for."""
    actor = SystemActor(workspace_id=await _portal_workspace(database), via="link")
    async with database.reading(actor) as transaction:
        found = await list_requesters_forms(transaction, wishes)
    return [PortalForm(one.key, one.name, one.help, one.language) for one in found]


async def read_form(database: Database, key: str, wishes: Sequence[str], *, at_public_address: bool) -> OfferedForm:
    """Return a form as a requester fills it in. Raises FormNotFound."""
    actor = SystemActor(workspace_id=await _portal_workspace(database), via="link")
    async with database.reading(actor) as transaction:
        return (await offer_to_requester(transaction, key, wishes, at_public_address=at_public_address))[1]


async def list_form_fields(database: Database) -> list[PortalField]:
    """Return the custom fields that a requester fills in, in order, with the options in use."""
    actor = SystemActor(workspace_id=await _portal_workspace(database), via="link")
    async with database.reading(actor) as transaction:
        fields = await list_fields(transaction, "ticket")
    return [
        PortalField(
            key=one.key,
            name=one.name,
            kind=one.kind,
            help=one.help,
            # Which team and type a request is of is decided when it comes.
            required="open" in one.required_on and not one.team_ids and not one.ticket_types,
            options=[option for option in one.options if option.active],
            default=one.default,
            pattern=one.pattern,
            currency=one.currency,
        )
        for one in fields
        if one.active and one.requesters == "edit"
    ]


async def upload_anonymously(
    database: Database,
    files: FileStore,
    settings: Settings,
    incoming: Incoming,
    *,
    count_piece: Callable[[int], Awaitable[None]],
) -> PortalUpload:
    """Keep a file for a request to come; only its token can claim it."""
    actor = SystemActor(workspace_id=await _portal_workspace(database), via="link")
    token = secrets.token_urlsafe(24)
    attachment = await receive_upload(
        database, files, settings, actor, incoming, claim_hash=token_hash(token), count_piece=count_piece
    )
    return PortalUpload(attachment.id, token, attachment.filename, attachment.size)


async def follow_link(
    database: Database, settings: Settings, token: str, *, user_agent: str, ip: str | None
) -> OpenedSession:
    """Open a session that shows exactly one request. Raises LinkInvalid and LinkExpired."""
    link = open_link(settings, token)
    if link is None:
        raise LinkInvalid
    left = await _time_left(database, settings, link)
    try:
        opened = await start_link_session(
            database, link.person_id, link.ticket_id, user_agent=user_agent, ip=ip, lifetime=min(LINK_LIFETIME, left)
        )
    except PersonNotFound:
        raise LinkInvalid from None
    try:
        # Links that were revoked meanwhile ended only the sessions that stood by then.
        await _time_left(database, settings, link)
    except (LinkInvalid, LinkExpired):
        contact = await database.authenticate(token_hash(opened.token), "contact")
        await end_session(database, contact, contact.session_id)
        raise
    return opened


async def _time_left(database: Database, settings: Settings, link: RequestLink) -> timedelta:
    """Return how long a link still opens its request. Raises LinkInvalid and LinkExpired."""
    async with database.connection("atum_desk_contact") as connection:
        state = await queries.find_link_state(connection, link.ticket_id, link.person_id)
    if state is None:
        raise LinkInvalid
    left = end_of_link(settings, link, state.active_at, state.dated_since) - clock.now()
    if link.generation != state.generation or left <= timedelta(0):
        raise LinkExpired
    return left


async def send_new_link(database: Database, settings: Settings, limits: RateCount, token: str) -> None:
    """Mail the requester of a link's request a new link, to their own address and to no other.

    Nobody learns whether that happened: not for links that are not ours, that belong to somebody
    who is not the requester (any more), or that were asked for too often.
    """
    link = open_link(settings, token)
    if link is None:
        return
    async with database.connection("atum_desk_contact") as connection:
        state = await queries.find_link_state(connection, link.ticket_id, link.person_id)
    if state is None or not state.is_requester:
        return
    try:
        await limits("portal_new_link", f"{link.ticket_id} {link.person_id}")
    except RateLimited:
        return
    actor = SystemActor(workspace_id=state.workspace_id, via="link")
    async with database.writing(actor, "mail.new_link") as work:
        if not await _queue_new_link(work, settings, link):
            work.unchanged = True


async def _queue_new_link(work: UnitOfWork, settings: Settings, link: RequestLink) -> bool:
    """Put the mail with a new link into the outbox; tell whether there is a way to send it."""
    number, subject = await queries.get_subject(work, link.ticket_id)
    context = await get_mail_context(work, link.ticket_id)
    stopped = {one.email for one in context.stopped}
    if not context.requester_email or context.requester_is_own or context.mailbox_id is None:
        return False
    if context.requester_email in stopped:
        return False
    address = request_link(settings, link.ticket_id, link.person_id, context.link_generation)
    work.ticket_id = link.ticket_id
    await queue_mail(
        work,
        settings,
        OutgoingMail(
            mailbox_id=context.mailbox_id,
            kind="confirmation",
            subject=subject,
            recipients=[MailAddress(context.requester_name, context.requester_email)],
            text=mail_text(
                "new_link.text",
                context.requester_language,
                name=context.requester_name,
                subject=subject,
                number=number,
                link=address,
            ),
            language=context.requester_language,
            ticket_id=link.ticket_id,
            ticket_number=number,
            link=address,
            names=MailNames(
                team=context.team_name,
                mailbox=context.mailbox_name or "",
                mailbox_address=context.mailbox_address or "",
                requester=context.requester_name,
            ),
        ),
    )
    return True


async def confirm_author(database: Database, contact: Actor) -> None:
    """Let a request of the portal count as the contact's who followed a link that only they were sent."""
    async with database.reading(contact) as transaction:
        if not await has_unconfirmed(transaction):
            return
    async with database.writing(contact, "ticket.confirm_author") as work:
        confirmed = await confirm_author_of_messages(work, Confirmed())
        work.unchanged = confirmed is None
        work.ticket_id, work.public = confirmed, True


async def answer_request(database: Database, contact: Actor, number: int, answer: PortalAnswer) -> None:
    """Add the requester's reply; it reopens what waited or ended, or begins a follow-up, as the team's rules have it.

    It runs as the system on the contact's behalf, after the contact's own view has found the
    request: a follow-up to an ended request needs a new ticket, which contacts cannot insert.
    """
    ticket_id = await _visible_id(database, contact, number)
    actor = SystemActor(workspace_id=contact.workspace_id, via=contact.via, person_id=contact.person_id)
    async with database.writing(actor, "ticket.reply") as work:
        message = NewMessage(
            kind="reply",
            text=_body_of(answer.text),
            author_id=contact.person_id,
            author_name=contact.name,
            from_staff=False,
            channel="portal",
            attachment_ids=await _claimed(work, answer.attachment_ids),
        )
        appended = await append_message(work, ticket_id, message)
        if appended.opened:
            # The requester's link shows the closed request only: the follow-up's comes by mail.
            await _confirm(work, appended.ticket_id)


async def resolve_request(database: Database, contact: Actor, number: int) -> None:
    """Mark a request as resolved: "It works now"."""
    async with database.writing(contact, "ticket.status") as work:
        request = await queries.lock_request(work, number)
        if request["category"] in ("resolved", "closed"):
            work.unchanged = True
            return
        if not await resolve_ticket(work, request["id"]):
            raise TransitionForbidden(current=request["key"], wanted="resolved", allowed=[])
        work.ticket_id, work.public = request["id"], True
        work.summary = {"number": number, "fields": ["status"]}


async def _confirm(work: UnitOfWork, ticket_id: int) -> None:
    await work.enqueue(CONFIRM_REQUEST, ConfirmRequest(ticket_id=ticket_id))


async def _portal_workspace(database: Database) -> int:
    async with database.connection("atum_desk_contact") as connection:
        found = await queries.find_portal_workspace(connection)
    if found is None:
        raise Unavailable
    return found.id


async def _visible_id(database: Database, contact: Actor, number: int) -> int:
    async with database.reading(contact) as transaction:
        ticket_id = await queries.find_visible_id(transaction, number)
    if ticket_id is None:
        raise RequestNotFound
    return ticket_id


async def _claimed(work: UnitOfWork, tokens: list[str]) -> list[int]:
    if not tokens:
        return []
    hashes = list({token_hash(token) for token in tokens})
    attachment_ids = await find_claimed(work, hashes)
    if len(attachment_ids) != len(hashes):
        raise UploadUnknown
    return attachment_ids


def _body_of(text: str) -> str:
    cleaned = without_blank_ends(clean_text(text))
    if not cleaned:
        raise ValidationFailed.of("text", Empty())
    return cleaned
