"""Use cases that end sessions and tokens: one's own, and those of somebody whom one administers."""

from __future__ import annotations

from typing import Any

from atum_desk.identity import queries
from atum_desk.identity.models import EndedSession
from atum_desk.identity.permissions import SETTINGS_PEOPLE_EDIT
from atum_desk.identity.powers import lock_powers, require_covers
from atum_desk.identity.problems import SessionNotFound
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork

MAX_TOLD = 20


async def end_session(database: Database, actor: Actor, session_id: int) -> None:
    """End one of the actor's own sessions or tokens, and the tokens made by it."""
    async with database.writing(actor, "session.end") as work:
        ended = await queries.end_session(work, actor.person_id, session_id)
        if not ended:
            raise SessionNotFound
        work.summary = {"session_id": session_id, **ended_in_words(ended)}
    if session_id == actor.session_id:
        database.forget(actor.token_hash)


async def end_other_sessions(database: Database, actor: Actor, *, keep_tokens: bool) -> None:
    """End all of the actor's sessions, links and tokens but the one that asks."""
    async with database.writing(actor, "session.end_others") as work:
        ended = await queries.end_sessions(work, actor.person_id, actor.session_id, keep_tokens=keep_tokens)
        work.summary = ended_in_words(ended)


async def end_session_of(database: Database, actor: Actor, person_id: int, session_id: int) -> None:
    """End one of somebody's sessions or tokens. Raises SessionNotFound, GrantTooWide for who may more."""
    async with database.writing(actor, "session.end_of") as work:
        name = await _require_administrable(work, person_id)
        ended = await queries.end_session(work, person_id, session_id)
        if not ended:
            raise SessionNotFound
        work.summary = {"person_id": person_id, "name": name, **ended_in_words(ended)}


async def end_sessions_of(database: Database, actor: Actor, person_id: int) -> None:
    """End all of somebody's sessions, tokens and links; of one's own all but the one that asks."""
    async with database.writing(actor, "session.end_all_of") as work:
        name = await _require_administrable(work, person_id)
        ended = await queries.end_sessions(work, person_id, actor.session_id if person_id == actor.person_id else None)
        work.summary = {"person_id": person_id, "name": name, **ended_in_words(ended)}


async def end_access_before_undo(work: UnitOfWork, change_id: int) -> dict[str, Any]:
    """End the sessions and tokens that undoing a change takes from people; return what the summary says.

    Called before the undo: afterwards the database has ended them itself, and nobody could tell which.
    """
    return ended_in_words(await queries.end_access_before_undo(work, change_id))


def ended_in_words(ended: list[EndedSession]) -> dict[str, Any]:
    """Return what a change's summary says of the sessions and tokens that it ended."""
    if not ended:
        return {}
    told = [{"id": one.id, "kind": one.kind, "name": one.name} for one in ended[:MAX_TOLD]]
    return {"ended": told, "ended_count": len(ended)}


async def _require_administrable(work: UnitOfWork, person_id: int) -> str:
    """Return a member's name. Raises PersonNotFound, PermissionMissing, or GrantTooWide."""
    work.actor.require(SETTINGS_PEOPLE_EDIT)
    before = await lock_powers(work)
    person = await queries.get_person(work, person_id)
    require_covers(before, person_id)
    return person.name
