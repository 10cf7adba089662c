"""Tickets that are made with a form: by the staff here, by requesters through `fill_requesters_form`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from atum_desk.forms import queries
from atum_desk.forms.evaluation import is_blank
from atum_desk.forms.filled_form import FilledForm, fill, subject_of, text_of
from atum_desk.forms.form_languages import in_language
from atum_desk.forms.models import CUSTOM, Form, OfferedForm
from atum_desk.forms.offered_form import offer
from atum_desk.forms.permissions import TICKET_OPEN
from atum_desk.forms.problems import FormNotFound, FormRequired
from atum_desk.forms.schemas import FormTicket
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.notices import NoticeRef
from atum_desk.tickets.public import Priority, TicketInput, TicketType, open_ticket_for

# What an agent sets of any ticket; a form that asks for one says what it may be.
SET_BESIDE = ("priority", "type", "team")


class FormResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket gets that is made with a form, or plainly.

    `asked` are the custom fields that the form asked for, by key; None without one.
    """

    subject: str
    text: str
    team_id: int | None
    type: TicketType
    priority: Priority
    tags: list[str]
    fields: dict[str, Any]
    asked: frozenset[str] | None


async def open_ticket_by_form(
    database: Database, settings: Settings, actor: Actor, form_id: int, data: FormTicket
) -> tuple[int, list[NoticeRef]]:
    """Open a ticket with a form of the desk; return its number and what `open_ticket_for` has to say.

    Raises FormNotFound, ValidationFailed for what the form does not take, and what `open_ticket_for` raises.
    """
    async with database.reading(actor) as transaction:
        actor.require(TICKET_OPEN)
        form = await queries.get_form(transaction, form_id)
        if not (form.active and form.in_desk):
            raise FormNotFound
        form = in_language(form, [actor.locale])
        offered = offer(form, await queries.read_known_fields(transaction), for_requester=False)
    beside = {"priority": data.priority, "type": data.type, "team": _text_of(data.team_id)}
    has = {one.field for one in offered.fields}
    asked_for = {name: value for name, value in beside.items() if name in has}
    answers = answers_of(data.subject, data.text or data.html or "", data.fields, asked_for)
    result = _result(
        form, offered, fill(offered, answers), {name: beside[name] for name in SET_BESIDE if name not in has}
    )
    return await open_ticket_for(database, settings, actor, _ticket_input(data, result), result.asked)


async def fill_requesters_form(
    transaction: ReadTransaction, key: str | None, answers: Mapping[str, Any], wishes: Sequence[str]
) -> FormResult | None:
    """Check what a requester filled in, as `answers_of` gives it; None where no form is asked for.

    `wishes` are the languages they read, the best first. Raises FormNotFound, FormRequired where the portal
    has forms and none is named, and ValidationFailed.
    """
    if key is None:
        if await queries.list_forms(transaction, "portal"):
            raise FormRequired
        return None
    form, offered = await offer_to_requester(transaction, key, wishes)
    return _result(form, offered, fill(offered, answers), {})


async def offer_to_requester(
    transaction: ReadTransaction, key: str, wishes: Sequence[str], *, at_public_address: bool = False
) -> tuple[Form, OfferedForm]:
    """Return a form as requesters fill it in, in the language that they wish for.

    Raises FormNotFound, also where it has no such address.
    """
    form = await queries.get_requesters_form(transaction, key, at_public_address=at_public_address)
    form = in_language(form, wishes)
    return form, offer(form, await queries.read_known_fields(transaction), for_requester=True)


async def list_requesters_forms(transaction: ReadTransaction, wishes: Sequence[str]) -> list[Form]:
    """Return the forms that the portal offers, in order, in the language that is wished for."""
    return [in_language(one, wishes) for one in await queries.list_forms(transaction, "portal")]


def answers_of(subject: str, text: str, fields: Mapping[str, Any], beside: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers by fields of a form; what is left empty of these begins as the form says."""
    given = {name: value for name, value in beside.items() if value is not None}
    given |= {name: value for name, value in (("subject", subject), ("text", text)) if not is_blank(value)}
    return given | {f"{CUSTOM}{key}": value for key, value in fields.items()}


def _result(form: Form, offered: OfferedForm, filled: FilledForm, beside: Mapping[str, str | None]) -> FormResult:
    """Return what a ticket gets: what was filled in, what an agent set beside it, or what the form says."""
    given = {name: value for name, value in beside.items() if value is not None} | filled.given
    team = given.get("team")
    return FormResult(
        subject=subject_of(form, offered, filled),
        text=text_of(form, offered, filled),
        team_id=form.team_id if team is None else int(team),
        type=msgspec.convert(given.get("type") or form.ticket_type or "question", TicketType),
        priority=msgspec.convert(given.get("priority") or form.priority or "normal", Priority),
        tags=form.tags,
        fields=filled.fields,
        asked=filled.asked,
    )


def _ticket_input(data: FormTicket, result: FormResult) -> TicketInput:
    given = msgspec.structs.asdict(data)
    written = bool(data.html) and not data.text
    made = {
        "subject": result.subject,
        "text": None if written else result.text,
        "team_id": result.team_id,
        "type": result.type,
        "priority": result.priority,
        "tags": [*data.tags, *(tag for tag in result.tags if tag not in data.tags)],
        "fields": result.fields,
    }
    return TicketInput(**(given | made))


def _text_of(team_id: int | None) -> str | None:
    return None if team_id is None else str(team_id)
