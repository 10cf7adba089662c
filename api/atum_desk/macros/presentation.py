"""Macros as somebody reads them: lists, those that fit a ticket, and what one would do to it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from atum_desk.actions.public import Action, WriteNote, change_of, read_template
from atum_desk.conditions.public import print_text
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.macros import queries
from atum_desk.macros.commands import may_edit
from atum_desk.macros.models import Macro, MacroText, text_for
from atum_desk.macros.schemas import MacroDraft, MacroItem, MacroPreview, MacroSummary, present_file
from atum_desk.tickets.public import (
    Known,
    MissingCounter,
    TextAgent,
    TicketNotFound,
    decoded,
    evaluate,
    list_ids,
    list_template_values,
    read_body,
    read_known,
    reader_of,
    register_of,
)

EXCERPT_CHARACTERS = 200
UTC = ZoneInfo("UTC")


class FilledIn(msgspec.Struct, frozen=True, kw_only=True):
    """A macro's text and the notes of its actions, for one ticket."""

    language: str
    text: str
    html: str | None
    actions: list[Action]


async def list_fitting(transaction: ReadTransaction, actor: Actor, number: int, words: list[str]) -> list[int]:
    """Return the ids of the macros in use that fit a ticket; their conditions are judged in one statement.

    Raises TicketNotFound.
    """
    keys = await queries.list_offered(transaction, words)
    fits = await which_fit(transaction, actor, number, [key.condition for key in keys])
    return [key.id for key, is_fit in zip(keys, fits, strict=True) if is_fit]


async def which_fit(
    transaction: ReadTransaction, actor: Actor, number: int, stored: list[dict[str, object] | None]
) -> list[bool]:
    """Tell of each condition whether a ticket meets it; None is met by all, a broken one by none.

    Raises TicketNotFound.
    """
    conditions = [decoded(one) for one in stored if one is not None]
    known = await read_known(transaction, await register_of(transaction), conditions) if conditions else None
    conditions = [known.living(one) for one in conditions] if known else []
    sound = [one for one in conditions if known and not known.broken(one)]
    held: list[bool] = []
    if known and sound:
        held = await evaluate(transaction, number, sound, reader_of(actor, UTC), known.register)
    elif not await list_ids(transaction, [number]):
        raise TicketNotFound
    met = dict(zip(map(id, sound), held, strict=True))
    judged = iter([met.get(id(one), False) for one in conditions])
    return [one is None or next(judged) for one in stored]


async def read_summaries(
    transaction: ReadTransaction, macros: list[Macro], actor: Actor | SystemActor
) -> list[MacroSummary]:
    """Return macros for a list, their conditions with the names of today."""
    known = await _known(transaction, macros)
    return [
        msgspec.convert(msgspec.structs.asdict(_item(macro, known, actor)), MacroSummary, from_attributes=True)
        for macro in macros
    ]


async def read_item(transaction: ReadTransaction, macro: Macro, actor: Actor | SystemActor) -> MacroItem:
    """Return a macro with its texts."""
    return _item(macro, await _known(transaction, [macro]), actor)


async def fill_in(
    transaction: ReadTransaction, actor: Actor, number: int, texts: list[MacroText], actions: list[Action]
) -> FilledIn:
    """Fill a text in the requester's language and the notes of actions in for a ticket.

    Raises TicketNotFound, TemplateInvalid, TemplateTooLong.
    """
    ids = await list_ids(transaction, [number])
    values = (await list_template_values(transaction, ids, TextAgent(actor.name, actor.email))).get(
        ids[0] if ids else 0
    )
    if values is None:
        raise TicketNotFound
    chosen = text_for(texts, values["requester"]["language"])
    text, html = "", None
    if chosen and chosen.html is not None:
        html = read_template(chosen.html, html=True).filled_in(values)
    if chosen:
        text = read_template(chosen.text).filled_in(values)
    filled: list[Action] = [
        WriteNote(text=read_template(one.text).filled_in(values)) if isinstance(one, WriteNote) else one
        for one in actions
    ]
    return FilledIn(language=chosen.language if chosen else "", text=text, html=html, actions=filled)


async def preview_of(
    transaction: ReadTransaction,
    actor: Actor,
    number: int,
    shown: Macro | MacroDraft,
    condition: dict[str, object] | None,
) -> MacroPreview:
    """Return what a macro would do to a ticket, its HTML not made safe yet.

    Raises TicketNotFound, TemplateInvalid, TemplateTooLong.
    """
    filled = await fill_in(transaction, actor, number, shown.texts, shown.actions)
    [fits] = await which_fit(transaction, actor, number, [condition])
    missing = MissingCounter(transaction, change_of(shown.actions, actor.person_id))
    await missing.add([number])
    return MacroPreview(
        kind=shown.kind,
        language=filled.language,
        text=filled.text,
        html=filled.html,
        actions=filled.actions,
        files=[],
        fits=fits,
        missing=missing.counts,
    )


async def made_safe(preview: MacroPreview, web_url: str) -> MacroPreview:
    """Make the HTML of a preview safe, as that of a message: a value may stand in an address.

    Call it outside a transaction.
    """
    if preview.html is not None:
        preview.text, preview.html = await read_body(None, preview.html, web_url=web_url)
    return preview


async def _known(transaction: ReadTransaction, macros: list[Macro]) -> Known | None:
    conditions = [decoded(macro.condition) for macro in macros if macro.condition is not None]
    return await read_known(transaction, await register_of(transaction), conditions) if conditions else None


def _item(macro: Macro, known: Known | None, actor: Actor | SystemActor) -> MacroItem:
    text, broken = "", None
    if macro.condition is not None and known:
        condition = decoded(macro.condition)
        broken = next(iter(known.broken(condition).values()), None)
        # What is gone has no name any more: what was written then says more than its id.
        text = macro.condition_text if broken else print_text(known.living(condition), known.register, known.names)
    same = ("id", "name", "folder", "kind", "texts", "actions", "scope", "owner_id", "owner_name", "team_id")
    return MacroItem(
        **{name: getattr(macro, name) for name in (*same, "active", "version", "uses", "own_uses")},
        excerpt=macro.texts[0].text[:EXCERPT_CHARACTERS] if macro.texts else "",
        languages=[one.language for one in macro.texts],
        files=[present_file(file) for file in macro.files],
        condition=text,
        broken=broken,
        can_edit=may_edit(actor, macro),
    )
