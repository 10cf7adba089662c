"""HTTP routes that write to a ticket with a macro, and those that show what it would do."""

from __future__ import annotations

import msgspec
from litestar import post

from atum_desk.checklists.public import ChecklistTemplateNotFound, TooManyChecklists
from atum_desk.conditions.public import ConditionInvalid
from atum_desk.custom_fields.public import FieldsRequired
from atum_desk.files.public import AttachmentNotFound, AttachmentTaken
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.macros import apply, commands, problems, queries
from atum_desk.macros.permissions import MACRO_EDIT, NOTE, READ, REPLY, TO_APPLY
from atum_desk.macros.presentation import made_safe, preview_of
from atum_desk.macros.routes import ACTION_PROBLEMS, TEXT_PROBLEMS
from atum_desk.macros.schemas import (
    MacroApplied,
    MacroDraft,
    MacroPreview,
    MacroTicket,
    MacroUse,
    MessageWithActions,
    present_file,
)
from atum_desk.outbox.public import AddressStopped, MailTooLarge
from atum_desk.tickets.public import (
    AssigneeUnknown,
    ItemsRequired,
    MailboxUnknown,
    ManyRecipients,
    MentionOutOfSight,
    MentionUnknown,
    MergedElsewhere,
    MessageAdded,
    NewerMessages,
    RequesterUnknown,
    StatusUnknown,
    TagRetired,
    TeamUnknown,
    TicketNotFound,
    TransitionForbidden,
    parse_condition,
)

OF_MESSAGES = (
    *(
        TicketNotFound,
        TransitionForbidden,
        ManyRecipients,
        MergedElsewhere,
        NewerMessages,
        AddressStopped,
        MailTooLarge,
    ),
    *(AssigneeUnknown, TeamUnknown, RequesterUnknown, MailboxUnknown, StatusUnknown, TagRetired, AttachmentTaken),
    *(FieldsRequired, ItemsRequired, AttachmentNotFound, MentionUnknown, MentionOutOfSight),
    *(ChecklistTemplateNotFound, TooManyChecklists),
)
OF_MACROS = (
    *(problems.MacroNotFound, problems.MacroRetired, problems.MacroUnfit, problems.MacroWritesOther),
    *(problems.MacroReplies, *TEXT_PROBLEMS, *ACTION_PROBLEMS),
)


@post("/tickets/{number:int}/messages", opt=needs(NOTE, REPLY), responses=answers(*OF_MESSAGES, *OF_MACROS))
async def add_message(
    database: Database, settings: Settings, actor: Actor, number: int, data: MessageWithActions
) -> MessageAdded:
    """Add a reply, which leaves as mail, or a note that only staff see; with a macro all that it does."""
    return await apply.write_message(database, settings, actor, number, data)


@post(
    "/tickets/{number:int}/macros/{macro_id:int}",
    opt=needs(*TO_APPLY),
    status_code=200,
    responses=answers(*OF_MESSAGES, *OF_MACROS),
)
async def apply_macro(
    database: Database, settings: Settings, actor: Actor, number: int, macro_id: int, data: MacroUse
) -> MacroApplied:
    """Apply a macro to a ticket as one change: its message, its actions and its files."""
    return await apply.apply_macro(database, settings, actor, number, macro_id, data)


@post(
    "/macros/{macro_id:int}/preview",
    opt=needs(READ),
    status_code=200,
    responses=answers(problems.MacroNotFound, TicketNotFound, *TEXT_PROBLEMS),
)
async def preview_macro(
    database: Database, settings: Settings, actor: Actor, macro_id: int, data: MacroTicket
) -> MacroPreview:
    """Show what a macro would do to a ticket; nothing is changed."""
    async with database.reading(actor) as transaction:
        macro = await queries.get_macro(transaction, macro_id)
        preview = await preview_of(transaction, actor, data.ticket, macro, macro.condition)
    preview.files = [present_file(file) for file in macro.files]
    return await made_safe(preview, settings.web_url)


@post(
    "/macros/preview",
    opt=needs(MACRO_EDIT),
    status_code=200,
    responses=answers(
        *(TicketNotFound, ConditionInvalid, problems.MacroTextMissing, problems.MacroEmpty, problems.MacroReplies),
        *(*TEXT_PROBLEMS, *ACTION_PROBLEMS),
    ),
)
async def preview_draft(database: Database, settings: Settings, actor: Actor, data: MacroDraft) -> MacroPreview:
    """Show what a macro that is being written would do to a ticket; it is refused as saving it would be."""
    data.texts = await commands.read_texts(data.texts, settings.web_url)
    commands.require_sense(data.kind, data.texts, data.actions)
    async with database.reading(actor) as transaction:
        condition, _ = await parse_condition(transaction, data.condition)
        stored = None if condition is None else msgspec.to_builtins(condition)
        preview = await preview_of(transaction, actor, data.ticket, data, stored)
    return await made_safe(preview, settings.web_url)


routes = [add_message, apply_macro, preview_macro, preview_draft]
