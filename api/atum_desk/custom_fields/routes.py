"""HTTP routes of custom fields."""

from __future__ import annotations

from typing import Annotated

from litestar import get, patch, post, put
from litestar.params import Parameter

from atum_desk.custom_fields import commands, problems, queries
from atum_desk.custom_fields.convert_field import convert_field, rehearse_conversion
from atum_desk.custom_fields.models import CustomField
from atum_desk.custom_fields.permissions import CONTACT_READ, SETTINGS_FIELDS_EDIT, TICKET_READ
from atum_desk.custom_fields.schemas import (
    ConversionReport,
    CustomFieldChange,
    CustomFieldList,
    CustomFieldOrder,
    KindChange,
    NewCustomField,
)
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, VersionConflict

Key = Annotated[str, Parameter(max_length=40)]


@get("/custom-fields", opt=needs(TICKET_READ, CONTACT_READ))
async def list_custom_fields(database: Database, actor: Actor) -> CustomFieldList:
    """List the custom fields in order, with their options; those out of use among them."""
    async with database.reading(actor) as transaction:
        return CustomFieldList(await queries.list_fields(transaction))


@post("/custom-fields", opt=needs(SETTINGS_FIELDS_EDIT), responses=answers(AlreadyExists, problems.TooManyCustomFields))
async def add_custom_field(database: Database, actor: Actor, data: NewCustomField) -> CustomField:
    """Add a field to tickets, contacts or organizations."""
    return await _read(database, actor, await commands.add_field(database, actor, data))


@patch(
    "/custom-fields/{key:str}",
    opt=needs(SETTINGS_FIELDS_EDIT),
    responses=answers(problems.FieldNotFound, AlreadyExists, VersionConflict),
)
async def change_custom_field(
    database: Database, actor: Actor, key: Key, data: CustomFieldChange, if_match: IfMatch = None
) -> CustomField:
    """Rename a field, change its options or rules, or put it out of use."""
    await commands.change_field(database, actor, key, data, version_of(if_match))
    return await _read(database, actor, key)


@put("/custom-fields/order", opt=needs(SETTINGS_FIELDS_EDIT), responses=answers(problems.FieldOrderIncomplete))
async def order_custom_fields(database: Database, actor: Actor, data: CustomFieldOrder) -> CustomFieldList:
    """Show the fields of one kind of record in another order."""
    await commands.order_fields(database, actor, data)
    async with database.reading(actor) as transaction:
        return CustomFieldList(await queries.list_fields(transaction))


@post(
    "/custom-fields/{key:str}/type",
    opt=needs(SETTINGS_FIELDS_EDIT),
    status_code=200,
    responses=answers(problems.FieldNotFound, problems.KindNotConverted, problems.ConversionTooLarge, VersionConflict),
)
async def change_type(database: Database, actor: Actor, key: Key, data: KindChange) -> ConversionReport:
    """Change the type of a field and convert its values, or rehearse that and write nothing."""
    convert = rehearse_conversion if data.rehearse else convert_field
    return await convert(database, actor, key, data)


async def _read(database: Database, actor: Actor, key: str) -> CustomField:
    async with database.reading(actor) as transaction:
        return commands.found(await queries.list_fields(transaction), key)


routes = [list_custom_fields, add_custom_field, change_custom_field, order_custom_fields, change_type]
