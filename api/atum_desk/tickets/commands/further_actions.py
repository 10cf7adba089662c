"""What is done to a ticket in one change with a message, or without one: properties, notes, files for the message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from atum_desk.custom_fields.public import CustomField
from atum_desk.files.public import KeptFile, copy_files
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.tickets import permissions
from atum_desk.tickets.bulk_schemas import BulkChange
from atum_desk.tickets.commands.absent_assignees import add_notices
from atum_desk.tickets.commands.bodies import clean_text
from atum_desk.tickets.commands.custom_fields import fields_for
from atum_desk.tickets.commands.living_tickets import require_living
from atum_desk.tickets.commands.new_tickets import add_message
from atum_desk.tickets.commands.properties import Plan, apply_plan, is_told, names_set_in_bulk, plan_bulk
from atum_desk.tickets.models import LockedTicket, NewMessage
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.problems import TicketNotFound
from atum_desk.tickets.queries import threads, writes
from atum_desk.tickets.schemas import Ticket

WriteFirst = Callable[[UnitOfWork, LockedTicket], Awaitable[None]]


class FurtherActions(msgspec.Struct, frozen=True, kw_only=True):
    """Properties to set, notes to add, files that the message gets, and what the change's summary says of it.

    `change` names no tickets. `marks` stand in the summary. `first` is written to the ticket before its properties are
    checked, `also` is what else is written in the same unit of work.
    """

    change: BulkChange
    notes: list[str] = []
    files: list[KeptFile] = []
    marks: dict[str, Any] = {}
    first: WriteFirst | None = None
    also: Callable[[UnitOfWork], Awaitable[None]] | None = None


class FurtherPlan(msgspec.Struct, frozen=True):
    """Further actions that were checked against a ticket, with its message's files stored."""

    actions: FurtherActions
    properties: Plan
    attachment_ids: list[int]

    @property
    def sets_status(self) -> bool:
        """Tell whether the ticket gets another status."""
        return "status_id" in self.properties.columns

    @property
    def moves(self) -> bool:
        """Tell whether the ticket goes to another team, and so may leave the actor's sight."""
        return "team_id" in self.properties.columns


async def plan_further(work: UnitOfWork, ticket: LockedTicket, actions: FurtherActions) -> FurtherPlan:
    """Check all that further actions set, and add their notes; the properties are written by `finish_further`.

    Raises what a change of the properties raises, and PermissionMissing for notes.
    """
    if actions.first:
        await actions.first(work, ticket)
    fields: list[CustomField] = await fields_for(work, actions.change.set)
    properties = await plan_bulk(work, ticket, actions.change, fields)
    for text in actions.notes:
        work.actor.require(permissions.NOTE)
        await add_message(work, ticket, _note(work, text), None)
    return FurtherPlan(actions, properties, await copy_files(work, actions.files))


async def finish_further(work: UnitOfWork, ticket: LockedTicket, plan: FurtherPlan) -> bool:
    """Write the properties of a plan and say in the summary what was done; tell whether any was another before."""
    changed = await apply_plan(work, ticket, plan.properties)
    if plan.actions.also:
        await plan.actions.also(work)
    names = names_set_in_bulk(plan.actions.change)
    work.ticket_id = ticket.id
    work.public = work.public or (changed and is_told(names, [plan.properties]))
    work.summary = {"number": ticket.number, **work.summary, "fields": names, **plan.actions.marks}
    return changed


async def act_on_ticket(work: UnitOfWork, number: int, actions: FurtherActions) -> Ticket | None:
    """Do further actions to a ticket without a message; return it as the actor gets it, None out of sight.

    Raises TicketNotFound, MergedElsewhere, and what `plan_further` raises.
    """
    ticket = await writes.lock_ticket(work, number)
    require_living(ticket)
    plan = await plan_further(work, ticket, actions)
    work.public = False
    changed = await finish_further(work, ticket, plan)
    work.unchanged = not (changed or actions.notes or actions.first)
    if not work.actor.may(permissions.READ):
        return None
    try:
        return add_notices(work, present_ticket(await threads.get_ticket(work, number), work.actor))
    except TicketNotFound:
        return None


def _note(work: UnitOfWork, text: str) -> NewMessage:
    actor = work.actor
    assert isinstance(actor, Actor)
    return NewMessage(
        kind="note",
        text=clean_text(text),
        author_id=actor.person_id,
        author_name=actor.name,
        from_staff=True,
        channel="api",
    )
