"""A ticket's custom fields: set with its other properties, and asked for when it is opened, handed over or resolved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import UNSET

from atum_desk.custom_fields.public import (
    Checked,
    CustomField,
    checked,
    filled_keys,
    list_fields,
    require_all,
    required_fields,
    write_values,
)
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.lifecycle.public import Category, get_status
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.queries import writes
from atum_desk.tickets.schemas import TicketChange

ENDED: tuple[Category, ...] = ("resolved", "closed")


async def fields_for(work: UnitOfWork, *changes: TicketChange) -> list[CustomField]:
    """Return the workspace's fields of tickets where a change may need them, in one statement for all tickets."""
    needs = any(
        change.fields is not UNSET or change.status is not UNSET or change.team_id is not UNSET for change in changes
    )
    return await list_fields(work, "ticket") if needs else []


async def plan_fields(
    work: UnitOfWork, ticket: LockedTicket, change: TicketChange, fields: list[CustomField]
) -> Checked:
    """Return what is stored of the values that a change sets.

    Raises ValidationFailed for wrong values, and FieldsRequired when the change resolves a ticket or hands
    it over that lacks what is required then.
    """
    stored = checked(fields, change.fields) if change.fields is not UNSET else {}
    await _require(work, ticket.id, await _required_for(work, ticket, change, fields), stored)
    return stored


async def list_missing_fields(
    work: UnitOfWork, ticket: LockedTicket, change: TicketChange, fields: list[CustomField]
) -> list[CustomField]:
    """Return the fields that a change requires and that the ticket neither has nor gets. Raises ValidationFailed."""
    required = await _required_for(work, ticket, change, fields)
    if not required:
        return []
    stored = checked(fields, change.fields) if change.fields is not UNSET else {}
    filled = await filled_keys(work, ticket.id, stored)
    return [field for field in required if field.key not in filled]


async def _required_for(
    work: UnitOfWork, ticket: LockedTicket, change: TicketChange, fields: list[CustomField]
) -> list[CustomField]:
    ticket_type = ticket.columns["type"] if change.type is UNSET else change.type
    team_id = ticket.team_id if change.team_id is UNSET else change.team_id
    required: list[CustomField] = []
    if team_id != ticket.team_id:
        required += required_fields(fields, "hand_over", team_id=team_id, ticket_type=ticket_type)
    if change.status is not UNSET:
        required += await _required_to_end(work, ticket, change.status, fields, team_id, ticket_type)
    return required


async def require_to_end(work: UnitOfWork, ticket: LockedTicket, status: str) -> None:
    """Raise FieldsRequired when a status resolves a ticket that lacks what is required then."""
    fields = await list_fields(work, "ticket")
    ticket_type = ticket.columns["type"]
    required = await _required_to_end(work, ticket, status, fields, ticket.team_id, ticket_type)
    await _require(work, ticket.id, required, {})


async def fill_new_ticket(
    work: UnitOfWork,
    ticket_id: int,
    given: Mapping[str, Any],
    *,
    for_requester: bool = False,
    asked: Collection[str] | None = None,
) -> None:
    """Set the fields of a ticket that was just opened by a person, beside their defaults.

    A requester fills in what is for requesters; with a form, only what it `asked` for, by key, is required.
    Raises ValidationFailed, and FieldsRequired for what is missing. A ticket that mail opens never comes
    here: a mail is not refused for a field.
    """
    fields = await list_fields(work, "ticket")
    usable = [one for one in fields if not for_requester or one.requesters == "edit"]
    stored = checked(usable, given)
    await write_values(work, "ticket", ticket_id, stored)
    if asked is not None:
        usable = [one for one in usable if one.key in asked]
    if not any("open" in one.required_on for one in usable):
        return
    ticket = await writes.lock_ticket_by_id(work, ticket_id)
    required = required_fields(usable, "open", team_id=ticket.team_id, ticket_type=ticket.columns["type"])
    await _require(work, ticket_id, required, {})


async def _required_to_end(
    work: UnitOfWork, ticket: LockedTicket, status: str, fields: list[CustomField], team_id: int, ticket_type: str
) -> list[CustomField]:
    required = required_fields(fields, "resolve", team_id=team_id, ticket_type=ticket_type)
    if not required or ticket.category in ENDED:
        return []
    found = await get_status(work, status)
    return required if found is not None and found.category in ENDED else []


async def _require(work: UnitOfWork, ticket_id: int, required: list[CustomField], stored: Checked) -> None:
    if required:
        require_all(required, await filled_keys(work, ticket_id, stored))
