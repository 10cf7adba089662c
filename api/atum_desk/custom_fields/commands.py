"""Commands on custom fields: each is one change with one undo."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec
from msgspec import UNSET

from atum_desk.custom_fields import notices, queries
from atum_desk.custom_fields.checks import WrongValue, is_cleared, stored_of
from atum_desk.custom_fields.keys import key_of
from atum_desk.custom_fields.models import CustomField
from atum_desk.custom_fields.permissions import SETTINGS_FIELDS_EDIT
from atum_desk.custom_fields.problems import FieldNotFound, FieldOrderIncomplete, TooManyCustomFields
from atum_desk.custom_fields.schemas import CustomFieldChange, CustomFieldOrder, NewCustomField
from atum_desk.custom_fields.settings_checks import merged_options, require_fitting
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import AlreadyExists, ValidationFailed, require_text, require_version

MOST_KEY_CHARACTERS = 40
# What a change may set as it stands, besides name, options and default.
PLAIN = (
    *("help", "pattern", "currency", "required_on", "hand_over_team_ids"),
    *("requesters", "team_ids", "ticket_types", "active"),
)


async def add_field(database: Database, actor: Actor, new: NewCustomField) -> str:
    """Add a field and return its key. Raises AlreadyExists, TooManyCustomFields and ValidationFailed."""
    async with database.writing(actor, "custom_field.add") as work:
        work.actor.require(SETTINGS_FIELDS_EDIT)
        known = await queries.lock_fields(work)
        if len(known) >= queries.MOST_FIELDS:
            raise TooManyCustomFields(limit=queries.MOST_FIELDS)
        name = require_text("name", new.name)
        field = CustomField(
            id=0,
            entity=new.entity,
            key=new.key or key_of(name, {one.key for one in known}, "field", MOST_KEY_CHARACTERS),
            name=name,
            kind=new.kind,
            help=new.help.strip(),
            default=new.default,
            pattern=new.pattern,
            currency=new.currency,
            required_on=list(dict.fromkeys(new.required_on)),
            hand_over_team_ids=sorted(set(new.hand_over_team_ids)),
            requesters=new.requesters,
            team_ids=sorted(set(new.team_ids)),
            ticket_types=sorted(set(new.ticket_types)),
            position=0,
            active=True,
            version=1,
            options=merged_options([], new.options),
        )
        await _require_valid(work, field)
        names = ("entity", "key", "name", "kind", *(one for one in PLAIN if one != "active"))
        columns = {one: getattr(field, one) for one in names} | {"default_value": _default(field)}
        field_id = await _written(queries.insert_field(work, columns), field)
        await _write_options(work, field_id, field)
        work.summary = {"key": field.key, "name": name}
    return field.key


async def change_field(
    database: Database, actor: Actor, key: str, change: CustomFieldChange, version: int | None
) -> None:
    """Change a field. Raises FieldNotFound, AlreadyExists, VersionConflict and ValidationFailed."""
    async with database.writing(actor, "custom_field.edit") as work:
        work.actor.require(SETTINGS_FIELDS_EDIT)
        field = found(await queries.lock_fields(work), key)
        require_version(change.version if version is None else version, field.version)
        after = _changed(field, change)
        await _require_valid(work, after)
        columns = {name: getattr(after, name) for name in ("name", *PLAIN)}
        columns = {name: value for name, value in columns.items() if value != getattr(field, name)}
        if change.default is not UNSET:
            columns["default_value"] = _default(after)
        if after.options != field.options:
            await _write_options(work, field.id, after)
            # The version covers the options, which stand in another table.
            columns.setdefault("name", after.name)
        if columns:
            await _written(queries.update_field(work, field.id, columns), after)
        work.unchanged = not columns
        work.summary = {"key": key, "name": after.name}


async def order_fields(database: Database, actor: Actor, order: CustomFieldOrder) -> None:
    """Show the fields of one kind of record in another order. Raises FieldOrderIncomplete."""
    async with database.writing(actor, "custom_field.order") as work:
        work.actor.require(SETTINGS_FIELDS_EDIT)
        known = await queries.lock_fields(work)
        ids = {field.key: field.id for field in known if field.entity == order.entity}
        if sorted(order.keys) != sorted(ids):
            raise FieldOrderIncomplete
        others = [field.id for field in known if field.entity != order.entity]
        await queries.set_positions(work, [*(ids[key] for key in order.keys), *others])


def found(known: list[CustomField], key: str) -> CustomField:
    """Return the field of a key. Raises FieldNotFound."""
    for field in known:
        if field.key == key:
            return field
    raise FieldNotFound


def _changed(field: CustomField, change: CustomFieldChange) -> CustomField:
    values: dict[str, Any] = {name: given for name in PLAIN if (given := getattr(change, name)) is not UNSET}
    for name in ("required_on", "hand_over_team_ids", "team_ids", "ticket_types"):
        if name in values:
            kept = dict.fromkeys(values[name])
            values[name] = list(kept) if name == "required_on" else sorted(kept)
    if "help" in values:
        values["help"] = values["help"].strip()
    if change.name is not UNSET:
        values["name"] = require_text("name", change.name)
    if change.default is not UNSET:
        values["default"] = change.default
    if change.options is not UNSET:
        values["options"] = merged_options(field.options, change.options)
    return msgspec.structs.replace(field, **values)


async def _require_valid(work: UnitOfWork, field: CustomField) -> None:
    require_fitting(field)
    teams = [*field.team_ids, *field.hand_over_team_ids]
    if teams and await queries.list_unknown_teams(work, teams):
        raise ValidationFailed.of("team_ids", notices.NoSuchRow())


def _default(field: CustomField) -> dict[str, Any] | None:
    """Return the default as it is stored: the column of a row of values and what stands there."""
    if is_cleared(field.default):
        return None
    try:
        stored = stored_of(field, field.default)
    except WrongValue as wrong:
        raise ValidationFailed.of("default", wrong.fault) from None
    return {field.column: stored}


async def _write_options(work: UnitOfWork, field_id: int, field: CustomField) -> None:
    if field.options:
        await queries.set_options(work, field_id, [msgspec.structs.asdict(one) for one in field.options])


async def _written(statement: Any, field: CustomField) -> Any:
    try:
        return await statement
    except asyncpg.UniqueViolationError:
        raise AlreadyExists(what=notices.FieldNamed(field.name)) from None
