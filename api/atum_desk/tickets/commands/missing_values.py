"""What a change of many tickets gives only to those that need it: a reason for resolving, required fields."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from atum_desk.custom_fields.public import CustomField, checked, list_fields
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.lifecycle.public import list_resolutions
from atum_desk.tickets.bulk_schemas import MissingValues
from atum_desk.tickets.commands.custom_fields import list_missing_fields
from atum_desk.tickets.commands.resolutions import reasons_to_choose
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.problems import ResolutionUnknown
from atum_desk.tickets.schemas import TicketChange


async def with_missing(
    work: UnitOfWork, ticket: LockedTicket, change: TicketChange, given: MissingValues, fields: list[CustomField]
) -> TicketChange:
    """Return a change of one ticket that also sets what it lacks of the values given; what it has stays."""
    also: dict[str, Any] = {}
    if given.resolution is not None and await _lacks_resolution(work, ticket, change):
        also["resolution"] = given.resolution
    if given.fields:
        missing = [field.key for field in await list_missing_fields(work, ticket, change, fields)]
        if values := {key: given.fields[key] for key in missing if key in given.fields}:
            also["fields"] = values if change.fields is UNSET else {**change.fields, **values}
    return msgspec.structs.replace(change, **also) if also else change


async def _lacks_resolution(work: UnitOfWork, ticket: LockedTicket, change: TicketChange) -> bool:
    left = ticket.columns["resolution_id"] if change.resolution is UNSET else change.resolution
    if left is not None:
        return False
    status = None if change.status is UNSET else change.status
    team_id = ticket.team_id if change.team_id is UNSET else change.team_id
    return bool(await reasons_to_choose(work, ticket, status=status, team_id=team_id))


async def require_fit(transaction: ReadTransaction, given: MissingValues) -> None:
    """Refuse values that no ticket could get, before any is changed.

    Raises ResolutionUnknown, and ValidationFailed with every wrong value as `fields.<key>`.
    """
    if given.resolution is not None:
        allowed = {one.key: one.name for one in await list_resolutions(transaction) if one.active}
        if given.resolution not in allowed:
            raise ResolutionUnknown(wanted=given.resolution, allowed=allowed)
    if given.fields:
        checked(await list_fields(transaction, "ticket"), given.fields)
