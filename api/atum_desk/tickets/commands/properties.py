"""Changing a ticket's properties, one ticket or many, each permission and transition checked here."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec
from msgspec import UNSET

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, Work
from atum_desk.kernel.problems import Problem, ValidationFailed, require_text, require_version
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.bodies import normalise_tags
from atum_desk.tickets.commands.status import find_next_status
from atum_desk.tickets.list_row import priority_number
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.problems import (
    AssigneeUnknown,
    RequesterUnknown,
    TeamUnknown,
    TicketNotFound,
)
from atum_desk.tickets.queries import threads, writes
from atum_desk.tickets.schemas import BulkChange, BulkResult, Refused, Ticket, TicketChange

COMMANDS = {
    "subject": "ticket.rename",
    "status": "ticket.status",
    "priority": "ticket.priority",
    "assignee_id": "ticket.assign",
    "team_id": "ticket.move",
    "tags": "ticket.tag",
}
MOST_TAGS = 50
# What the requester notices of a change.
PUBLIC_FIELDS = {"status", "subject"}


class Edit(msgspec.Struct):
    """The columns to set of one ticket, and the team to hand it to."""

    columns: dict[str, Any]
    team_id: int | None = None


async def change_ticket(
    database: Database, actor: Actor, number: int, change: TicketChange, version: int | None
) -> Ticket | None:
    """Change a ticket's properties; None when the actor may not read it (any more).

    Raises TicketNotFound, TransitionForbidden, VersionConflict, PermissionMissing and the
    problems of unknown people, teams and statuses.
    """
    fields = _fields(change)
    command = COMMANDS.get(fields[0], "ticket.edit") if len(fields) == 1 else "ticket.edit"
    async with database.writing(actor, command) as work:
        ticket = await writes.lock_ticket(work, number)
        require_version(change.version if version is None else version, ticket.version)
        edit = await _plan(work, ticket, change)
        work.ticket_id, work.public = ticket.id, bool(PUBLIC_FIELDS & set(fields))
        work.summary = {"number": number, "fields": fields}
        work.unchanged = not edit.columns and edit.team_id is None
        await _apply(work, ticket, edit)
        # What may be written may not therefore be read: the answer would be the whole thread.
        if not work.actor.may(permissions.READ):
            return None
        try:
            return present_ticket(await threads.get_ticket(work, number), work.actor)
        except TicketNotFound:
            return None


async def change_tickets(database: Database, actor: Actor, bulk: BulkChange) -> BulkResult:
    """Change many tickets as one change; those that refuse are named and left alone."""
    async with database.writing(actor, "ticket.bulk") as work:
        _require_permissions(work, _bulk_fields(bulk))
        tickets = await writes.lock_tickets(work, bulk.numbers)
        seen = {ticket.number for ticket in tickets}
        refused = [
            Refused(n, TicketNotFound().body())
            for n in dict.fromkeys(bulk.numbers)
            if n not in seen
        ]
        plans: list[tuple[LockedTicket, Edit]] = []
        for ticket in tickets:
            try:
                plans.append((ticket, await _plan(work, ticket, _with_tags(bulk, ticket))))
            except Problem as problem:
                refused.append(Refused(ticket.number, problem.body()))
        changed = [
            (ticket, edit) for ticket, edit in plans if edit.columns or edit.team_id is not None
        ]
        for ticket, edit in changed:
            await _apply(work, ticket, edit)
        work.public = bool(PUBLIC_FIELDS & set(_fields(bulk.set)))
        # no numbers: whoever sees one of these tickets reads the summary, and may not see the others
        work.summary = {"fields": _bulk_fields(bulk)}
        work.unchanged = not changed
    return BulkResult(
        change_id=work.change_id, updated=[ticket.number for ticket, _ in plans], refused=refused
    )


def _fields(change: TicketChange) -> list[str]:
    return [name for name in permissions.OF_FIELD if getattr(change, name) is not UNSET]


def _bulk_fields(bulk: BulkChange) -> list[str]:
    tags = ["tags"] if bulk.add_tags or bulk.remove_tags else []
    return list(dict.fromkeys([*_fields(bulk.set), *tags]))


def _require_permissions(work: Work, fields: list[str]) -> None:
    for name in fields:
        work.actor.require(permissions.OF_FIELD[name])


def _with_tags(bulk: BulkChange, ticket: LockedTicket) -> TicketChange:
    if not bulk.add_tags and not bulk.remove_tags:
        return bulk.set
    removed = set(normalise_tags(bulk.remove_tags))
    tags = [tag for tag in ticket.tags if tag not in removed]
    return msgspec.structs.replace(bulk.set, tags=[*tags, *bulk.add_tags])


async def _plan(work: Work, ticket: LockedTicket, change: TicketChange) -> Edit:
    """Check everything before anything is written, and keep only what differs."""
    _require_permissions(work, _fields(change))
    wanted: dict[str, Any] = {}
    if change.subject is not UNSET:
        wanted["subject"] = require_text("subject", change.subject)
    if change.priority is not UNSET:
        wanted["priority"] = priority_number(change.priority)
    if change.type is not UNSET:
        wanted["type"] = change.type
    if change.tags is not UNSET:
        wanted["tags"] = _few_tags(normalise_tags(change.tags))
    await _plan_people(work, ticket, change, wanted)
    if change.status is not UNSET:
        status = await find_next_status(work, ticket, change.status)
        wanted |= {"status_id": status.id} if status else {}
    edit = Edit({name: value for name, value in wanted.items() if _differs(ticket, name, value)})
    if change.team_id is not UNSET and change.team_id != ticket.team_id:
        edit.team_id = change.team_id
    return edit


def _few_tags(tags: list[str]) -> list[str]:
    if len(tags) > MOST_TAGS:
        raise ValidationFailed.of("tags", f"are more than the {MOST_TAGS} that a ticket can have")
    return tags


def _differs(ticket: LockedTicket, column: str, value: Any) -> bool:
    return getattr(ticket, column) != value


async def _plan_people(
    work: Work, ticket: LockedTicket, change: TicketChange, wanted: dict[str, Any]
) -> None:
    team_id = ticket.team_id if change.team_id is UNSET else change.team_id
    if change.assignee_id is not UNSET:
        if change.assignee_id is not None and not await writes.can_be_assigned(
            work, change.assignee_id, team_id
        ):
            raise AssigneeUnknown
        wanted["assignee_id"] = change.assignee_id
    if change.requester_id is not UNSET:
        if await writes.find_person(work, change.requester_id) is None:
            raise RequesterUnknown
        wanted["requester_id"] = change.requester_id


async def _apply(work: Work, ticket: LockedTicket, edit: Edit) -> None:
    if edit.columns:
        try:
            await writes.update_ticket(work, ticket.id, edit.columns)
        except asyncpg.ForeignKeyViolationError:
            raise RequesterUnknown from None
    if "subject" in edit.columns:
        await writes.rename_first_message(work, ticket.id, edit.columns["subject"])
    if edit.team_id is not None and not await writes.move_ticket(work, ticket.id, edit.team_id):
        raise TeamUnknown
