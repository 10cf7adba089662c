"""Changing a ticket's properties, one ticket or many, each permission and transition checked here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
from msgspec import UNSET

from atum_desk.conditions.public import Kind
from atum_desk.custom_fields.public import Checked, CustomField, write_values
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import Problem, ValidationFailed, require_text, require_version
from atum_desk.tickets import permissions
from atum_desk.tickets.bulk_schemas import BulkChange, BulkResult, Refused
from atum_desk.tickets.commands.absent_assignees import absence_notices, add_notices, note_absence
from atum_desk.tickets.commands.bodies import normalise_tags
from atum_desk.tickets.commands.custom_fields import fields_for, plan_fields
from atum_desk.tickets.commands.managed_tags import admitted_tags
from atum_desk.tickets.commands.missing_values import require_fit, with_missing
from atum_desk.tickets.commands.resolutions import (
    category_after,
    find_resolution_id,
    require_items_done,
    require_resolution,
)
from atum_desk.tickets.commands.snoozes import SNOOZE, snooze_columns
from atum_desk.tickets.commands.status import find_next_status
from atum_desk.tickets.fields import COMMAND_OF_ONE, PERMISSION_TO_SET, SETTABLE, TOLD_WHEN_SET
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.notices import TooManyTags
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.problems import AssigneeUnknown, RequesterUnknown, TeamUnknown, TicketNotFound
from atum_desk.tickets.property import SET_SEVERAL, Property
from atum_desk.tickets.queries import threads, writes
from atum_desk.tickets.schemas import Ticket, TicketChange

MAX_TAGS = 50
# The name in a request of all custom fields together.
CUSTOM = "fields"
# The command of a change that only wakes a ticket.
WAKE = "ticket.wake"


class AskedValue(msgspec.Struct, frozen=True):
    """One property that a change of a ticket sets, and to what."""

    work: UnitOfWork
    ticket: LockedTicket
    change: TicketChange
    property: Property
    value: Any


class Plan(msgspec.Struct, frozen=True):
    """What a change writes: the columns that get another value, and values of custom fields."""

    columns: dict[str, Any]
    fields: Checked


async def change_ticket(
    database: Database, actor: Actor, number: int, change: TicketChange, version: int | None
) -> Ticket | None:
    """Change a ticket's properties; None when the actor may not read it (any more).

    Raises TicketNotFound, TransitionForbidden, VersionConflict, PermissionMissing and the
    problems of unknown people, teams and statuses.
    """
    names = _names_set(change)
    command = COMMAND_OF_ONE.get(names[0], SET_SEVERAL) if len(names) == 1 else SET_SEVERAL
    if names == [SNOOZE] and change.snooze is None:
        command = WAKE
    async with database.writing(actor, command) as work:
        ticket = await writes.lock_ticket(work, number)
        require_version(change.version if version is None else version, ticket.version)
        plan = await _plan(work, ticket, change, await fields_for(work, change))
        work.ticket_id, work.public = ticket.id, is_told(names, [plan])
        work.summary = {"number": number, "fields": names}
        work.unchanged = not await apply_plan(work, ticket, plan)
        # What may be written may not therefore be read: the answer would be the whole thread.
        if not work.actor.may(permissions.READ):
            return None
        try:
            return add_notices(work, present_ticket(await threads.get_ticket(work, number), work.actor))
        except TicketNotFound:
            return None


async def change_tickets(database: Database, actor: Actor, bulk: BulkChange) -> BulkResult:
    """Change many tickets as one change; those that refuse are named and left alone."""
    async with database.writing(actor, "ticket.bulk") as work:
        _require_permissions(work, names_set_in_bulk(bulk))
        await require_fit(work, bulk.where_missing)
        tickets = await writes.lock_tickets(work, bulk.numbers)
        seen = {ticket.number for ticket in tickets}
        refused = [Refused(n, TicketNotFound().body()) for n in dict.fromkeys(bulk.numbers) if n not in seen]
        fields = await fields_for(work, bulk.set)
        plans: list[tuple[LockedTicket, Plan]] = []
        for ticket in tickets:
            try:
                plans.append((ticket, await plan_bulk(work, ticket, bulk, fields)))
            except Problem as problem:
                refused.append(Refused(ticket.number, problem.body()))
        changed = [await apply_plan(work, ticket, plan) for ticket, plan in plans]
        work.public = is_told(_names_set(bulk.set), [plan for _, plan in plans])
        # no numbers: whoever sees one of these tickets reads the summary, and may not see the others
        work.summary = {"fields": names_set_in_bulk(bulk)}
        work.unchanged = not any(changed)
        notices = absence_notices(work)
    return BulkResult(work.change_id, [ticket.number for ticket, _ in plans], refused, notices)


def _names_set(change: TicketChange) -> list[str]:
    names = [name for name in SETTABLE if getattr(change, name) is not UNSET]
    return names if change.fields is UNSET else [*names, CUSTOM]


def is_told(names: list[str], plans: list[Plan]) -> bool:
    """Tell whether requesters notice what is set."""
    shown = any(field.requesters != "none" for plan in plans for field, _ in plan.fields.values())
    return shown or not TOLD_WHEN_SET.isdisjoint(names)


def names_set_in_bulk(bulk: BulkChange) -> list[str]:
    """Return the properties that a change of many tickets sets."""
    tags = ["tags"] if bulk.add_tags or bulk.remove_tags else []
    return list(dict.fromkeys([*_names_set(bulk.set), *tags]))


def _require_permissions(work: UnitOfWork, names: list[str]) -> None:
    for name in names:
        work.actor.require(permissions.EDIT if name == CUSTOM else PERMISSION_TO_SET[name])


async def plan_bulk(work: UnitOfWork, ticket: LockedTicket, bulk: BulkChange, fields: list[CustomField]) -> Plan:
    """Check what a change of many tickets does to one; `fields` are those of `fields_for`, asked once for all."""
    change = await with_missing(work, ticket, _with_tags(bulk, ticket), bulk.where_missing, fields)
    return await _plan(work, ticket, change, fields)


def _with_tags(bulk: BulkChange, ticket: LockedTicket) -> TicketChange:
    if not bulk.add_tags and not bulk.remove_tags:
        return bulk.set
    removed = set(normalise_tags(bulk.remove_tags))
    tags = [tag for tag in ticket.tags if tag not in removed]
    return msgspec.structs.replace(bulk.set, tags=[*tags, *bulk.add_tags])


async def _plan(work: UnitOfWork, ticket: LockedTicket, change: TicketChange, custom_fields: list[CustomField]) -> Plan:
    """Check everything before anything is written."""
    names = _names_set(change)
    _require_permissions(work, names)
    wanted: dict[str, Any] = {}
    for name in (name for name in names if name not in (CUSTOM, SNOOZE)):
        asked = AskedValue(work, ticket, change, SETTABLE[name], getattr(change, name))
        wanted[asked.property.column] = await _checked(asked)
    status = None if change.status is UNSET else change.status
    if change.snooze is not UNSET:
        wanted |= snooze_columns(ticket, change.snooze, await category_after(work, ticket, status))
    columns = {name: value for name, value in wanted.items() if ticket.columns[name] != value}
    await require_items_done(work, ticket, status)
    await require_resolution(
        work,
        ticket,
        status=status,
        team_id=ticket.team_id if change.team_id is UNSET else change.team_id,
        resolution_id=wanted.get("resolution_id", ticket.columns["resolution_id"]),
    )
    return Plan(columns, await plan_fields(work, ticket, change, custom_fields))


async def _checked(asked: AskedValue) -> Any:
    """Return what is stored of a value; of many tickets that are alike the database is asked once."""
    ticket, known = asked.ticket, asked.work.known
    if asked.property.kind not in ASKED_ONCE:
        return await CHECKS[asked.property.kind](asked)
    team_id = ticket.team_id if asked.change.team_id is UNSET else asked.change.team_id
    held = ticket.columns["resolution_id"] if asked.property.kind == "resolution" else None
    question = (asked.property.key, asked.value, ticket.status_id, team_id, held)
    if question not in known:
        known[question] = await CHECKS[asked.property.kind](asked)
    return known[question]


async def _as_given(asked: AskedValue) -> Any:
    return asked.value


async def _text(asked: AskedValue) -> str | None:
    if asked.value is None:
        return None
    return require_text(asked.property.key, asked.value)


async def _rank(asked: AskedValue) -> int | None:
    return None if asked.value is None else asked.property.ranks.index(asked.value) + 1


async def _tags(asked: AskedValue) -> list[str]:
    tags = await admitted_tags(asked.work, normalise_tags(asked.value), held=asked.ticket.tags)
    if len(tags) > MAX_TAGS:
        raise ValidationFailed.of(asked.property.key, TooManyTags(MAX_TAGS))
    return tags


async def _status(asked: AskedValue) -> int:
    status_id = await find_next_status(asked.work, asked.ticket, asked.value)
    return asked.ticket.status_id if status_id is None else status_id


async def _resolution(asked: AskedValue) -> int | None:
    return await find_resolution_id(asked.work, asked.value, asked.ticket.columns["resolution_id"])


async def _staff(asked: AskedValue) -> int | None:
    """Return somebody of the staff who sees the ticket in the team that it has, or gets with this change."""
    team_id = asked.ticket.team_id if asked.change.team_id is UNSET else asked.change.team_id
    if asked.value is not None and not await writes.can_be_assigned(asked.work, asked.value, team_id):
        raise AssigneeUnknown
    return asked.value


async def _contact(asked: AskedValue) -> int:
    person = await writes.find_person(asked.work, asked.value)
    if person is None:
        raise RequesterUnknown
    return person.id


# How a value is checked and what is stored of it, by kind; a team is looked for when the ticket moves.
CHECKS: dict[Kind, Callable[[AskedValue], Awaitable[Any]]] = {
    "text": _text,
    "number": _as_given,
    "moment": _as_given,
    "boolean": _as_given,
    "choice": _as_given,
    "ranked_choice": _rank,
    "tags": _tags,
    "status": _status,
    "resolution": _resolution,
    "team": _as_given,
    "person": _staff,
    "contact": _contact,
}
# What decides about these kinds is the ticket's status or team, and the value.
ASKED_ONCE: frozenset[Kind] = frozenset({"status", "resolution", "person", "contact"})
for _name, _property in SETTABLE.items():
    if _property.kind not in CHECKS:
        raise TypeError(
            f"tickets/fields.py lets {_name} be set; CHECKS here has no check for its kind, {_property.kind}"
        )


async def apply_plan(work: UnitOfWork, ticket: LockedTicket, plan: Plan) -> bool:
    """Write what a plan sets; tell whether any of it was another before."""
    columns = plan.columns
    changed = await write_values(work, "ticket", ticket.id, plan.fields)
    own = {name: value for name, value in columns.items() if name != "team_id"}
    if own:
        try:
            await writes.update_ticket(work, ticket.id, own)
        except asyncpg.ForeignKeyViolationError:
            raise RequesterUnknown from None
    if "subject" in own:
        await writes.rename_first_message(work, ticket.id, own["subject"])
    # Last, for it may leave the actor's sight.
    if "team_id" in columns and not await writes.move_ticket(work, ticket.id, columns["team_id"]):
        raise TeamUnknown
    if columns.get("assignee_id") is not None:
        await note_absence(work, columns["assignee_id"], columns.get("team_id", ticket.team_id))
    return changed or bool(columns)
