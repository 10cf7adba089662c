"""Applying a macro: its text, its actions and its files as one change of a ticket, undone as one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from atum_desk.actions.public import (
    Action,
    SetField,
    SetStatus,
    WriteNote,
    WriteReply,
    change_of,
    require_sound,
    templates_of,
)
from atum_desk.checklists.public import add_of_template
from atum_desk.files.public import AttachmentNotFound, KeptFile
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.macros import problems, queries
from atum_desk.macros.models import Macro
from atum_desk.macros.permissions import NOTE, REPLY
from atum_desk.macros.presentation import FilledIn, fill_in, which_fit
from atum_desk.macros.schemas import MacroApplied, MacroUse, MessageWithActions
from atum_desk.tickets.public import (
    FurtherActions,
    LockedTicket,
    MessageAdded,
    MessageInput,
    act_on_ticket,
    answer_ticket,
)


class Prepared(msgspec.Struct, frozen=True):
    """A macro that is to be applied to a ticket, filled in for it; None where only actions are."""

    macro: Macro | None
    filled: FilledIn
    files: list[KeptFile]


async def write_message(
    database: Database, settings: Settings, actor: Actor, number: int, given: MessageWithActions
) -> MessageAdded:
    """Add a message and do what its macro and its actions say, in one change.

    Raises what `answer_ticket` raises, MacroNotFound, MacroRetired, MacroUnfit, MacroWritesOther, and the
    problems of actions and templates.
    """
    message = MessageInput(**{name: getattr(given, name) for name in MessageInput.__struct_fields__})
    if given.macro_id is None and not given.actions:
        return await answer_ticket(database, settings, actor, number, message)
    use = MacroUse(actions=given.actions, file_ids=given.file_ids)
    prepared = await _prepare(database, actor, number, given.macro_id, use)
    if given.text is None and given.html is None and prepared.macro:
        _fill_message(message, prepared)
    further = _further(prepared, actor, sets_status=given.status is not None)
    return await answer_ticket(database, settings, actor, number, message, further)


async def apply_macro(
    database: Database, settings: Settings, actor: Actor, number: int, macro_id: int, use: MacroUse
) -> MacroApplied:
    """Apply a macro as it stands: with its message, if it writes one. Raises what `write_message` raises."""
    prepared = await _prepare(database, actor, number, macro_id, use)
    assert prepared.macro
    further = _further(prepared, actor, sets_status=False)
    if prepared.macro.kind == "none":
        async with database.writing(actor, "macro.apply") as work:
            ticket = await act_on_ticket(work, number, further)
        return MacroApplied(change_id=work.change_id, undo_seconds=0, message=None, ticket=ticket)
    # Asked before the text is read: who may not write learns that first.
    actor.require(REPLY if prepared.macro.kind == "reply" else NOTE)
    message = MessageInput(kind=prepared.macro.kind)
    _fill_message(message, prepared)
    added = await answer_ticket(database, settings, actor, number, message, further)
    return MacroApplied(
        change_id=added.change_id, undo_seconds=added.undo_seconds, message=added.message, ticket=added.ticket
    )


async def _prepare(database: Database, actor: Actor, number: int, macro_id: int | None, use: MacroUse) -> Prepared:
    if use.actions:
        if any(isinstance(one, WriteReply) for one in use.actions):
            raise problems.MacroReplies
        require_sound(use.actions)
    async with database.reading(actor) as transaction:
        macro = None if macro_id is None else await _usable(transaction, actor, number, macro_id)
        actions = list((macro.actions if macro else []) if use.actions is None else use.actions)
        texts = macro.texts if macro else []
        needs_values = texts or any(isinstance(one, WriteNote) for one in actions)
        filled = FilledIn(language="", text="", html=None, actions=actions)
        if needs_values:
            filled = await fill_in(transaction, actor, number, texts, actions)
    return Prepared(macro, filled, _files(macro, use.file_ids))


async def _usable(transaction: ReadTransaction, actor: Actor, number: int, macro_id: int) -> Macro:
    macro = await queries.get_macro(transaction, macro_id)
    if not macro.active:
        raise problems.MacroRetired
    if macro.condition is not None and not (await which_fit(transaction, actor, number, [macro.condition]))[0]:
        raise problems.MacroUnfit
    return macro


def _files(macro: Macro | None, wanted: list[int] | None) -> list[KeptFile]:
    held = {file.id: file for file in macro.files} if macro else {}
    if wanted is None:
        return list(held.values())
    if not set(wanted) <= held.keys():
        raise AttachmentNotFound
    return [held[one] for one in dict.fromkeys(wanted)]


def _fill_message(message: MessageInput, prepared: Prepared) -> None:
    assert prepared.macro
    if prepared.macro.kind != message.kind:
        raise problems.MacroWritesOther(kind=prepared.macro.kind)
    if prepared.filled.html is None:
        message.text = prepared.filled.text
    else:
        message.html = prepared.filled.html


def _further(prepared: Prepared, actor: Actor, *, sets_status: bool) -> FurtherActions:
    """What a macro does besides its message; a status that the message sets outdoes its own."""
    actions = [one for one in prepared.filled.actions if not (sets_status and _is_status(one))]
    macro, templates = prepared.macro, templates_of(actions)
    return FurtherActions(
        change=change_of(actions, actor.person_id),
        notes=[one.text for one in actions if isinstance(one, WriteNote)],
        files=prepared.files,
        marks={"macro_id": macro.id, "name": macro.name} if macro else {},
        first=partial(_add_checklists, template_ids=templates) if templates else None,
        also=partial(queries.count_use, macro_id=macro.id) if macro else None,
    )


async def _add_checklists(work: UnitOfWork, ticket: LockedTicket, template_ids: Sequence[int]) -> None:
    for template_id in template_ids:
        await add_of_template(work, ticket, template_id)


def _is_status(action: Action) -> bool:
    return isinstance(action, SetStatus) or (isinstance(action, SetField) and action.field == "status")
