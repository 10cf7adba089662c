"""What a list of actions comes to: the change of a ticket's properties that its commands take, and its texts."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import msgspec

from atum_desk.actions.models import (
    Action,
    AddChecklist,
    AddTags,
    Assign,
    RemoveTags,
    SetField,
    SetStatus,
    SnoozeTicket,
    WriteNote,
    WriteReply,
)
from atum_desk.actions.problems import AssignNobodyNamed, FieldNotSettable, ValueUnfit
from atum_desk.templates.public import LiquidText
from atum_desk.tickets.public import SETTABLE, VARIABLES, BulkChange, TicketChange

CUSTOM = "field."


def change_of(actions: Sequence[Action], me: int | None) -> BulkChange:
    """Return what actions set of a ticket; a later action outdoes an earlier one of the same field.

    `me` is the person that acts. Raises FieldNotSettable, ValueUnfit and AssignNobodyNamed.
    """
    given: dict[str, Any] = {}
    added: list[str] = []
    removed: list[str] = []
    for action in actions:
        match action:
            case AddTags(tags=tags):
                added = [*added, *tags]
                removed = [tag for tag in removed if tag not in tags]
            case RemoveTags(tags=tags):
                removed = [*removed, *tags]
                added = [tag for tag in added if tag not in tags]
            case WriteNote() | WriteReply() | AddChecklist():
                pass
            case _:
                _set(given, action, me)
    return BulkChange(numbers=[], set=_change(given), add_tags=_each_once(added), remove_tags=_each_once(removed))


def require_sound(actions: Sequence[Action]) -> None:
    """Refuse actions that could never be carried out, and texts that cannot be filled in.

    Raises what `change_of` raises, and the problems of templates.
    """
    change_of(actions, None)
    for text in texts_of(actions):
        read_template(text)


def templates_of(actions: Sequence[Action]) -> list[int]:
    """Return the templates whose checklists actions add, each once."""
    return list(dict.fromkeys(one.template_id for one in actions if isinstance(one, AddChecklist)))


def texts_of(actions: Sequence[Action]) -> list[str]:
    """Return the texts that actions write."""
    return [one.text for one in actions if isinstance(one, WriteNote | WriteReply)]


def read_template(text: str, *, html: bool = False) -> LiquidText:
    """Return a text that names only variables that there are. Raises the problems of templates."""
    return LiquidText(text, VARIABLES, html=html)


def list_of_changes(change: TicketChange, add_tags: list[str], remove_tags: list[str]) -> list[Action]:
    """Return the actions that a change of properties comes to: bulk changes are asked for in that short form."""
    given = msgspec.to_builtins(change)
    given.pop("version", None)
    own: dict[str, Any] = given.pop("fields", {})
    actions: list[Action] = [SetField(field=name, value=value) for name, value in given.items()]
    actions += [SetField(field=f"{CUSTOM}{key}", value=value) for key, value in own.items()]
    # In this form what is removed goes first: a tag that stands in both lists is there afterwards.
    if remove_tags:
        actions.append(RemoveTags(tags=remove_tags))
    if add_tags:
        actions.append(AddTags(tags=add_tags))
    return actions


def _set(given: dict[str, Any], action: Action, me: int | None) -> None:
    match action:
        case SetStatus(status=status):
            given["status"] = status
        case SnoozeTicket(minutes=minutes, on_reply=on_reply, reason=reason):
            if minutes is None and not on_reply:
                raise ValueUnfit(field="snooze")
            given["snooze"] = {"minutes": minutes, "on_reply": on_reply, "reason": reason}
        case Assign(to=to, id=named):
            if (named is None) != (to in ("me", "nobody")):
                raise AssignNobodyNamed
            if to == "team":
                given["team_id"] = named
            else:
                given["assignee_id"] = me if to == "me" else named
        case SetField(field=field, value=value) if field.startswith(CUSTOM):
            given.setdefault("fields", {})[field.removeprefix(CUSTOM)] = value
        case SetField(field=field, value=value):
            if field not in SETTABLE:
                raise FieldNotSettable(field=field, suggestion=_nearest(field))
            given[field] = value


def _change(given: dict[str, Any]) -> TicketChange:
    try:
        return msgspec.convert(given, TicketChange)
    except msgspec.ValidationError as error:
        raise ValueUnfit(field=_field_of(error, given)) from None


def _field_of(error: msgspec.ValidationError, given: dict[str, Any]) -> str:
    told = str(error)
    return next((name for name in given if f"$.{name}" in told), "fields")


def _nearest(field: str) -> str:
    found = get_close_matches(field, SETTABLE, n=1, cutoff=0.0)
    return found[0] if found else ""


def _each_once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))
