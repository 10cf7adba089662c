"""The reason for which a ticket is resolved: which ones there are, and when a ticket needs one."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.lifecycle.public import Resolution, get_rules, get_status, list_resolutions
from atum_desk.tickets.commands.status import ENDED
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.problems import MAX_NAMED, ItemsRequired, NotEnded, ResolutionRequired, ResolutionUnknown
from atum_desk.tickets.queries.checklists import list_required_items


async def find_resolution_id(work: UnitOfWork, key: str | None, held_id: int | None) -> int | None:
    """Return the id of a reason in use, or of the one that the ticket has. Raises ResolutionUnknown."""
    if key is None:
        return None
    known = await _known(work)
    for one in known:
        if one.key == key and (one.active or one.id == held_id):
            return one.id
    raise ResolutionUnknown(wanted=key, allowed=_allowed(known))


async def require_resolution(
    work: UnitOfWork, ticket: LockedTicket, *, status: str | None, team_id: int, resolution_id: int | None
) -> None:
    """Check the reason that a ticket has after a change.

    A ticket that is not resolved or closed then has none (reopening clears it), and one that the change ends needs one
    where its team's rules say so, as long as there is one to choose. Raises NotEnded and ResolutionRequired.
    """
    if resolution_id is not None:
        if resolution_id != ticket.columns["resolution_id"] and await category_after(work, ticket, status) not in ENDED:
            raise NotEnded
    elif allowed := await reasons_to_choose(work, ticket, status=status, team_id=team_id):
        raise ResolutionRequired(allowed=allowed)


async def reasons_to_choose(
    work: UnitOfWork, ticket: LockedTicket, *, status: str | None, team_id: int
) -> dict[str, str]:
    """Return the reasons, their names by key, of which a change that leaves a ticket without one must name one.

    Empty where none is needed.
    """
    if await category_after(work, ticket, status) not in ENDED:
        return {}
    if ticket.category in ENDED and ticket.columns["resolution_id"] is None:
        return {}
    if allowed := _allowed(await _known(work)):
        rules = work.known.get(("rules", team_id)) or await get_rules(work, team_id)
        work.known["rules", team_id] = rules
        return allowed if rules.resolution_required else {}
    return {}


async def require_items_done(work: UnitOfWork, ticket: LockedTicket, status: str | None) -> None:
    """Raise ItemsRequired when a status ends a ticket whose checklists require what nobody did yet."""
    if ticket.category in ENDED or await category_after(work, ticket, status) not in ENDED:
        return
    if names := await list_required_items(work, ticket.id, MAX_NAMED):
        raise ItemsRequired(names=names)


async def _known(work: UnitOfWork) -> list[Resolution]:
    """Return all reasons, asked for once for all tickets of a change."""
    if "resolutions" not in work.known:
        work.known["resolutions"] = await list_resolutions(work)
    known: list[Resolution] = work.known["resolutions"]
    return known


async def category_after(work: UnitOfWork, ticket: LockedTicket, status: str | None) -> str:
    """Return the category that a ticket has with a status, None being the one that it has."""
    return (await _category(work, status) if status is not None else None) or ticket.category


async def _category(work: UnitOfWork, status: str) -> str | None:
    question = ("category of status", status)
    if question not in work.known:
        found = await get_status(work, status)
        work.known[question] = found.category if found else None
    category: str | None = work.known[question]
    return category


def _allowed(known: list[Resolution]) -> dict[str, str]:
    """Return the reasons in use: their names by key, in order."""
    return {one.key: one.name for one in known if one.active}
