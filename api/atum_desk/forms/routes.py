"""HTTP routes of forms: their definitions, and tickets that the staff make with them."""

from __future__ import annotations

from litestar import delete, get, patch, post, put

from atum_desk.conditions.public import ConditionInvalid
from atum_desk.custom_fields.public import FieldsRequired
from atum_desk.files.public import AttachmentTaken
from atum_desk.forms import commands, problems, queries
from atum_desk.forms.form_languages import in_language, wished_languages
from atum_desk.forms.form_tickets import open_ticket_by_form
from atum_desk.forms.models import Form
from atum_desk.forms.offered_form import offer
from atum_desk.forms.permissions import SETTINGS_FORMS_EDIT, TICKET_OPEN, TICKET_READ
from atum_desk.forms.schemas import FormChange, FormList, FormOrder, FormTicket, NewForm, OfferedFormList
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Language, version_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, VersionConflict
from atum_desk.outbox.public import AddressStopped, MailTooLarge
from atum_desk.templates.public import FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown
from atum_desk.tickets.public import (
    AssigneeUnknown,
    MailboxUnknown,
    ManyRecipients,
    RequesterUnknown,
    TagRetired,
    TeamUnknown,
    Ticket,
    present_ticket,
    read_ticket,
    with_notices,
)

WRONG_INPUT = (
    *(AlreadyExists, TeamUnknown, ConditionInvalid),
    *(FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown),
)


@get("/forms", opt=needs(TICKET_READ))
async def list_forms(database: Database, actor: Actor) -> FormList:
    """List the forms in order, retired ones among them."""
    async with database.reading(actor) as transaction:
        return FormList(await queries.list_forms(transaction))


@get("/forms/offered", opt=needs(TICKET_READ))
async def list_offered_forms(database: Database, actor: Actor, lang: Language = None) -> OfferedFormList:
    """List the forms that the desk offers for a new ticket, as they are filled in: in the reader's language."""
    wishes = wished_languages(lang, actor.locale)
    async with database.reading(actor) as transaction:
        known = await queries.read_known_fields(transaction)
        found = await queries.list_forms(transaction, "desk")
    return OfferedFormList([offer(in_language(one, wishes), known, for_requester=False) for one in found])


@post("/forms", opt=needs(SETTINGS_FORMS_EDIT), responses=answers(problems.TooManyForms, *WRONG_INPUT))
async def add_form(database: Database, actor: Actor, data: NewForm) -> Form:
    """Add a form behind the others."""
    return await _read(database, actor, await commands.add_form(database, actor, data))


@patch(
    "/forms/{form_id:int}",
    opt=needs(SETTINGS_FORMS_EDIT),
    responses=answers(problems.FormNotFound, VersionConflict, *WRONG_INPUT),
)
async def change_form(
    database: Database, actor: Actor, form_id: int, data: FormChange, if_match: IfMatch = None
) -> Form:
    """Change a form, retire it or bring it back."""
    await commands.change_form(database, actor, form_id, data, version_of(if_match))
    return await _read(database, actor, form_id)


@delete(
    "/forms/{form_id:int}", opt=needs(SETTINGS_FORMS_EDIT), responses=answers(problems.FormNotFound, VersionConflict)
)
async def delete_form(database: Database, actor: Actor, form_id: int, if_match: IfMatch = None) -> None:
    """Delete a form; its undo brings it back."""
    await commands.delete_form(database, actor, form_id, version_of(if_match))


@put("/forms/order", opt=needs(SETTINGS_FORMS_EDIT), responses=answers(problems.FormOrderIncomplete))
async def order_forms(database: Database, actor: Actor, data: FormOrder) -> FormList:
    """Show the forms in another order."""
    await commands.order_forms(database, actor, data.ids)
    async with database.reading(actor) as transaction:
        return FormList(await queries.list_forms(transaction))


@post(
    "/forms/{form_id:int}/tickets",
    opt=needs(TICKET_OPEN),
    responses=answers(
        *(problems.FormNotFound, FieldsRequired, ManyRecipients, AddressStopped, MailTooLarge, AttachmentTaken),
        *(AssigneeUnknown, TeamUnknown, RequesterUnknown, MailboxUnknown, TagRetired),
    ),
)
async def open_ticket_with_form(
    database: Database, settings: Settings, actor: Actor, form_id: int, data: FormTicket
) -> Ticket:
    """Open a ticket with a form that the desk offers; what the form hides or does not offer is refused."""
    number, notices = await open_ticket_by_form(database, settings, actor, form_id, data)
    return with_notices(present_ticket(*await read_ticket(database, actor, number)), notices)


async def _read(database: Database, actor: Actor, form_id: int) -> Form:
    async with database.reading(actor) as transaction:
        return await queries.get_form(transaction, form_id)


routes = [list_forms, list_offered_forms, add_form, change_form, delete_form, order_forms, open_ticket_with_form]
