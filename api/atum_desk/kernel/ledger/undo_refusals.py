"""Why an undo would be refused, told with each change before anybody tries.

One function of the database, `undo_refusals`, says it for all changes of a page; what somebody may
do and what their command declares is added here. Undo itself asks again, under locks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.feature import Command, declared
from atum_desk.kernel.notices import Notice

UNDO_ANY = "change:undo_any"
UndoRefusalCode = Literal[
    "undone",
    "unknown_command",
    "irreversible",
    "came_by_mail",
    "not_permitted",
    "out_of_sight",
    "texts_gone",
    "mail_left",
    "in_use",
    "value_taken",
    "changed_since",
]
# In this order one of several is told; what only the database knows comes last.
OF_RECORDS = ("out_of_sight", "texts_gone", "mail_left", "changed_since", "in_use", "value_taken")


class UndoneAlready(Notice, frozen=True):
    """it is undone already."""

    code = "undo.undone_already"


class TextsNotKept(Notice, frozen=True):
    """it is older than this desk keeps texts, and what it replaced is not kept any more."""

    code = "undo.texts_not_kept"


class MailStays(Notice, frozen=True):
    """mail that arrived stays; nothing received is ever taken back."""

    code = "undo.mail_stays"


class MailHasLeft(Notice, frozen=True):
    """its mail has left. Change the status or add another reply instead."""

    code = "undo.mail_has_left"


class ChangedUnseen(Notice, frozen=True):
    """it also changed what you do not see."""

    code = "undo.changed_unseen"


class MadeInUse(Notice, frozen=True):
    """what it made is in use, or what it would bring back is missing something."""

    code = "undo.made_in_use"


class ValueTaken(Notice, frozen=True):
    """a name or address that it would bring back is taken by now."""

    code = "undo.value_taken"


class ChangedSince(Notice, frozen=True):
    """what it wrote was changed again since. Undo that first."""

    code = "undo.changed_since"


REASONS: dict[str, Notice] = {
    "undone": UndoneAlready(),
    "came_by_mail": MailStays(),
    "out_of_sight": ChangedUnseen(),
    "texts_gone": TextsNotKept(),
    "mail_left": MailHasLeft(),
    "in_use": MadeInUse(),
    "value_taken": ValueTaken(),
    "changed_since": ChangedSince(),
}


class UndoRefusal(msgspec.Struct, frozen=True):
    """Why a change cannot be undone: a code, what it names, and the end of a sentence in English."""

    code: UndoRefusalCode
    reason: str
    params: dict[str, str] = {}


class ToUndo(msgspec.Struct, frozen=True):
    """What decides whether somebody may take a change back; `command` of an undo is what it took back."""

    command: str
    actor_id: int | None
    via: str
    codes: Collection[str]


def needed_for(command: Command, *, own: bool) -> tuple[str, ...]:
    """Return the permissions of which a command's undo needs one; none when it needs none."""
    return () if own and command.own_undo_is_free else command.permissions


def refusal_of(actor: Actor | SystemActor, change: ToUndo) -> UndoRefusal | None:
    """Return why an undo of a change would be refused to somebody, or None when it would not."""
    command = declared.commands.get(change.command)
    if "undone" in change.codes:
        return _refused("undone")
    if command is None:
        reason = f"this release does not know the command {change.command}."
        return UndoRefusal("unknown_command", reason, {"command": change.command})
    if command.refusal:
        return UndoRefusal("irreversible", command.refusal, {"command": change.command})
    if change.via == "mail":
        return _refused("came_by_mail")
    if missing := _missing_permission(actor, command, change):
        return UndoRefusal("not_permitted", f"it takes the permission {missing}.", {"permission": missing})
    return next((_refused(code) for code in OF_RECORDS if code in change.codes), None)


def refusal_of_run(actor: Actor | SystemActor, run: Sequence[ToUndo | None]) -> UndoRefusal | None:
    """Return why a run would not be taken back as one; newest first, None for what the actor does not see.

    What is undone already is passed over, as undo does.
    """
    for place, change in enumerate(run):
        if change is None:
            return _refused("out_of_sight")
        # What a later change of the run wrote over is taken back before it.
        codes = [code for code in change.codes if code != "changed_since" or place == 0]
        refusal = refusal_of(actor, msgspec.structs.replace(change, codes=codes))
        if refusal and refusal.code != "undone":
            return refusal
    return None


def _refused(code: str) -> UndoRefusal:
    return msgspec.convert({"code": code, "reason": REASONS[code].text}, UndoRefusal)


def _missing_permission(actor: Actor | SystemActor, command: Command, change: ToUndo) -> str | None:
    own = isinstance(actor, Actor) and actor.person_id == change.actor_id
    if not own and not actor.may(UNDO_ANY):
        return UNDO_ANY
    needed = needed_for(command, own=own)
    return needed[0] if needed and not any(map(actor.may, needed)) else None
