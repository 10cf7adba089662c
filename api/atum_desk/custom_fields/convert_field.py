"""Changing the kind of a field: rehearsed first, then one change with one undo."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.custom_fields import queries
from atum_desk.custom_fields.checks import WrongValue, is_cleared, stored_of
from atum_desk.custom_fields.commands import found
from atum_desk.custom_fields.conversion import converted, text_of
from atum_desk.custom_fields.models import KINDS_OF_STAFF, KINDS_OF_TEXT, KINDS_WITH_OPTIONS, CustomField
from atum_desk.custom_fields.permissions import SETTINGS_FIELDS_EDIT
from atum_desk.custom_fields.problems import ConversionTooLarge, KindNotConverted
from atum_desk.custom_fields.schemas import ConversionReport, KindChange, LostValue, OptionInput
from atum_desk.custom_fields.settings_checks import merged_options, require_fitting
from atum_desk.custom_fields.values import count_values, list_distinct_values, rewrite_values
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import require_version

# So many values are rewritten in one change, and so many different ones are looked at.
MOST_VALUES = 100_000
MOST_DISTINCT = 10_000
MOST_SHOWN = 50
MOST_NEW_OPTIONS = 200


async def rehearse_conversion(database: Database, actor: Actor, key: str, change: KindChange) -> ConversionReport:
    """Return what would become of a field's values; nothing is written. Raises what converting raises."""
    async with database.reading(actor) as transaction:
        transaction.actor.require(SETTINGS_FIELDS_EDIT)
        field = found(await queries.list_fields(transaction), key)
        values = await list_distinct_values(transaction, field, MOST_DISTINCT + 1)
    _, report = _plan(field, change, values)
    return report


async def convert_field(database: Database, actor: Actor, key: str, change: KindChange) -> ConversionReport:
    """Change a field's kind and its values. Raises KindNotConverted when a value would be lost unsaid."""
    async with database.writing(actor, "custom_field.convert") as work:
        work.actor.require(SETTINGS_FIELDS_EDIT)
        field = found(await queries.lock_fields(work), key)
        require_version(change.version, field.version)
        if await count_values(work, field, MOST_VALUES + 1) > MOST_VALUES:
            raise ConversionTooLarge(limit=MOST_VALUES)
        after, report = _plan(field, change, await list_distinct_values(work, field, MOST_DISTINCT + 1))
        if report.refused:
            raise KindNotConverted(name=field.name, kind=change.kind, refused=report.refused)
        await _write(work, field, after, change)
        work.summary = {"key": key, "name": field.name}
    return report


async def _write(work: UnitOfWork, field: CustomField, after: CustomField, change: KindChange) -> None:
    if after.options:
        await queries.set_options(work, field.id, [msgspec.structs.asdict(one) for one in after.options])
    columns = {"kind": after.kind, "pattern": after.pattern, "currency": after.currency, "requesters": after.requesters}
    await queries.update_field(work, field.id, columns | {"default_value": None})
    values = await list_distinct_values(work, field, MOST_DISTINCT + 1)
    stored = {one.value: _stored(field, after, change, one.decoded) for one in values}
    await rewrite_values(work, field, after.column, stored)


def _plan(field: CustomField, change: KindChange, values: list[Any]) -> tuple[CustomField, ConversionReport]:
    if len(values) > MOST_DISTINCT:
        raise ConversionTooLarge(limit=MOST_DISTINCT)
    after = _field_after(field, change, [text_of(field, one.decoded) for one in values])
    require_fitting(after)
    lost: list[LostValue] = []
    kept = cleared = 0
    for one in values:
        try:
            is_empty = _stored(field, after, change, one.decoded) is None
        except WrongValue as wrong:
            lost.append(LostValue(text_of(field, one.decoded)[:200], one.count, one.example_id, wrong.fault.text))
            continue
        cleared += one.count * is_empty
        kept += one.count * (not is_empty)
    refused = sum(one.count for one in lost)
    return after, ConversionReport(kept, cleared, refused, lost[:MOST_SHOWN], after.options)


def _stored(field: CustomField, after: CustomField, change: KindChange, value: Any) -> Any:
    """Return what is stored of a value: what the request says of it, else what it is converted to; None for nothing."""
    text = text_of(field, value)
    if text in change.values:
        instead = change.values[text]
        return None if is_cleared(instead) else stored_of(after, instead)
    return converted(field, after, value)


def _field_after(field: CustomField, change: KindChange, texts: list[str]) -> CustomField:
    """Return the field as it will be; the options of a choice without any are made of the values."""
    options = field.options if change.kind in KINDS_WITH_OPTIONS else []
    if change.options is not None:
        options = merged_options(options, change.options)
    elif change.kind in KINDS_WITH_OPTIONS and not options:
        kept = [text for text in texts if text not in change.values and len(text) <= 100 and text.strip()]
        unique = list({" ".join(text.split()).casefold(): " ".join(text.split()) for text in reversed(kept)}.values())
        options = merged_options([], [OptionInput(name=text) for text in unique[::-1][:MOST_NEW_OPTIONS]])
    if change.kind != "tree":
        options = [msgspec.structs.replace(one, parent=None) for one in options]
    is_text = change.kind in KINDS_OF_TEXT and change.kind != "long_text"
    return msgspec.structs.replace(
        field,
        kind=change.kind,
        options=options,
        pattern=field.pattern if is_text else None,
        currency=change.currency if change.kind == "money" else None,
        requesters="none" if change.kind in KINDS_OF_STAFF else field.requesters,
        default=None,
    )
