"""Who may take back what: whoever may do a thing may undo their own, and a lead anybody's."""

from __future__ import annotations

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.feature import Command, declared

TICKET_READ = "ticket:read"
UNDO_ANY = "change:undo_any"
AUDIT_READ = "audit:read"


def needed_for(command: Command, *, own: bool) -> tuple[str, ...]:
    """Return the permissions of which a command's undo needs one; none when it needs none."""
    return () if own and command.own_undo_is_free else command.permissions


def may_undo(actor: Actor | SystemActor, command: str, *, via: str, actor_id: int | None, undone: bool) -> bool:
    """Return whether an undo of a change is worth offering to somebody; trying it decides.

    What stands in its way among the records, and mail that has left, only shows then.
    """
    known = declared.commands.get(command)
    if undone or via == "mail" or known is None or known.refusal:
        return False
    own = isinstance(actor, Actor) and actor.person_id == actor_id
    needed = needed_for(known, own=own)
    return (own or actor.may(UNDO_ANY)) and (not needed or any(map(actor.may, needed)))
