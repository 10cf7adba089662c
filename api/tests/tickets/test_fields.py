"""The table of a ticket's properties (tickets/fields.py) agrees with the database, the API and the commands.

Each failure names the property, or the column, and what is missing.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from atum_desk.kernel.feature import declared
from atum_desk.kernel.ledger.undo_refusals import needed_for
from atum_desk.tickets import fields
from atum_desk.tickets.commands.properties import CHECKS
from atum_desk.tickets.fields import NO_PROPERTY, PROPERTIES, SETTABLE
from atum_desk.tickets.property import NAME_SOURCES, SET_SEVERAL, SQL_TYPES, Property
from atum_desk.tickets.queries.lists import ORDERS
from atum_desk.tickets.schemas import Sort, TicketFilter
from desk import Desk

OPENAPI = Path(__file__).parents[2] / "openapi.json"
# What a list or a single ticket shows that is no property: it differs by reader, or is of the thread.
BESIDE_PROPERTIES = {
    "TicketRow": {"unread", "starred", "match", "fields"},
    "Ticket": {
        *("id", "unread", "cc", "fields", "can", "allowed_statuses", "thread", "thread_cursor"),
        *("thread_earlier", "first_message", "first_unread_id", "notices"),
    },
    "TicketChange": {"fields", "version"},
}
# As PostgreSQL names the types.
TYPE_NAMES = {"int": "integer", "timestamptz": "timestamp with time zone"}
# What a filter of a list asks for that is no property; a group is a condition of whichever field it names.
NOT_NARROWING = {
    *("view_id", "view", "field_key", "starred", "words", "where", "group"),
    *("sort", "fields", "field_sort", "without_field"),
}


async def read_columns(desk: Desk) -> dict[str, dict[str, Any]]:
    """Return the columns of `tickets` by name, as the migrated database has them."""
    rows = await desk.rows(
        """select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
                  has_column_privilege('atum_desk_contact', a.attrelid, a.attnum, 'select') as granted
             from pg_attribute a
            where a.attrelid = 'atum.tickets'::regclass and a.attnum > 0 and not a.attisdropped"""
    )
    return {row["name"]: row for row in rows}


@pytest.fixture
async def table(shared_desk: Desk) -> dict[str, dict[str, Any]]:
    return await read_columns(shared_desk)


async def definition(desk: Desk, function: str) -> str:
    text: str = await desk.value("select pg_get_functiondef(to_regproc($1))", function)
    return text


def require_none(found: set[str], words: str) -> None:
    assert not found, f"{words}: {', '.join(sorted(found))}"


def of_columns() -> dict[str, Property]:
    return {column: one for one in PROPERTIES for column in one.columns}


async def test_every_column_is_a_property_or_left_out_with_a_reason(table: dict[str, dict[str, Any]]) -> None:
    known = [*of_columns(), *NO_PROPERTY]
    assert sorted(known) == sorted(set(known)), "a column is there twice"
    require_none(set(table) - set(known), "tickets/fields.py does not name these columns of tickets")
    require_none(set(known) - set(table), "no migration makes these columns of tickets")
    assert all(NO_PROPERTY.values())


async def test_the_types_are_the_columns(table: dict[str, dict[str, Any]]) -> None:
    for one in (one for one in PROPERTIES if one.columns):
        assert one.column in table, f"{one.key}: a migration must add {one.column}"
        for selected in one.read_columns:
            if selected.sql.startswith("t."):
                column = table[selected.sql.removeprefix("t.")]
                told = (TYPE_NAMES.get(selected.type, selected.type), selected.nullable)
                assert told == (column["type"], column["nullable"]), f"{one.key}: {selected.name}"
        column = table[one.column]["type"]
        type_ = SQL_TYPES[one.kind]
        assert column == TYPE_NAMES.get(type_, type_), f"{one.key}: a {one.kind} is stored as {type_}"


async def test_contacts_read_what_the_table_says(table: dict[str, dict[str, Any]]) -> None:
    for name, one in of_columns().items():
        granted = table.get(name, {}).get("granted", one.granted)
        assert granted == one.granted, f"{one.key}: granted, and the grants of {name}"
    for one in PROPERTIES:
        assert one.granted or not one.told, f"{one.key}: contacts hear of what they may not read"


async def test_what_can_be_set_is_history_and_raises_the_version(shared_desk: Desk) -> None:
    ledger = await definition(shared_desk, "atum.ledger_tickets")
    traced = set(re.findall(r"new\.(\w+) is distinct from old\.\1 then", ledger))
    settable = {name for one in SETTABLE.values() for name in (one.columns if one.shown_by else one.columns[:1])}
    missing = "its migration must call atum.renew_ticket_triggers()"
    require_none(settable - traced, missing)
    touch = await definition(shared_desk, "atum.touch_ticket")
    [row] = re.findall(r"case when \(([^)]*)\)", touch)
    raising = set(re.findall(r"new\.(\w+)", row))
    # That a ticket woke is nobody's edit: whoever has it open may go on.
    settable.discard("woken_at")
    require_none(settable - raising, missing)
    require_none(
        # It counts writes of custom fields, which are edits as well.
        raising - settable - {"field_writes"},
        "nobody sets these, so a change of them must not raise the version: name them in renew_ticket_triggers",
    )


async def test_only_what_can_be_set_raises_the_version(shared_desk: Desk) -> None:
    """The trigger is one that works: a column that it names raises the version, another does not."""
    ticket = await shared_desk.given.ticket()

    async def version_after(assignment: str) -> int:
        async with shared_desk.database.writing(shared_desk.given.system, "ticket.edit") as work:
            version: int = await work.fetchval(
                f"update tickets set {assignment} where id = $1 returning version", ticket.id
            )
        return version

    assert await version_after("priority = 4") == 2
    assert await version_after("message_count = 7, first_response_at = now()") == 2
    assert await version_after("priority = 4") == 2
    assert await version_after("tags = '{a}', assignee_id = null") == 3


def test_the_openapi_shows_every_property() -> None:
    schemas = json.loads(OPENAPI.read_text())["components"]["schemas"]
    shown = {
        "TicketRow": {one.key for one in PROPERTIES if one.in_list},
        "Ticket": {one.key for one in PROPERTIES if one.in_ticket},
        "TicketChange": set(SETTABLE),
    }
    for name, keys in shown.items():
        told = set(schemas[name]["properties"]) - BESIDE_PROPERTIES[name]
        require_none(told ^ keys, f"{name}: run python -m atum_desk.entry.openapi")
    named = schemas["FieldChange"]["properties"]["field"]["enum"]
    assert named == [one.key for one in SETTABLE.values()]


def test_keys_and_names_are_there_once() -> None:
    for names in (
        [one.key for one in PROPERTIES],
        [selected.name for one in PROPERTIES for selected in one.read_columns],
        [one.setting.name for one in PROPERTIES if one.setting],
    ):
        assert sorted(names) == sorted(set(names))


def test_a_kind_says_how_its_values_are_checked_and_named() -> None:
    for name, one in SETTABLE.items():
        assert one.kind in CHECKS, f"{name}: commands/properties.py has no check for a {one.kind}"
        if SQL_TYPES[one.kind] == "bigint":
            assert one.kind in NAME_SOURCES, f"{name}: history would show the id of a {one.kind}"
        assert (one.kind == "ranked_choice") == bool(one.ranks), f"{name}: ranks"


def test_who_may_set_it_is_a_permission_that_somebody_has() -> None:
    administrator = set(declared.permissions_of("Administrator"))
    for name, permission in fields.PERMISSION_TO_SET.items():
        assert permission in administrator, f"{name}: no role has {permission}"


def test_a_command_of_its_own_needs_one_permission() -> None:
    """The undo of a change knows its command alone, and must need what the change needed."""
    for name, one in SETTABLE.items():
        assert one.setting
        if one.setting.command != SET_SEVERAL:
            needed = needed_for(declared.commands[one.setting.command], own=False)
            assert needed == (one.setting.permission,), f"{name}: {one.setting.command}"


def test_lists_are_sorted_and_narrowed_by_what_the_table_says() -> None:
    sorts = [name for one in PROPERTIES for name in one.sorts]
    assert sorted(sorts) == sorted(get_args(Sort)) == sorted(ORDERS)
    narrowing = [name for one in PROPERTIES for name in one.narrowed_by]
    filters = {field.name for field in msgspec.structs.fields(TicketFilter)}
    assert sorted(narrowing) == sorted(filters - NOT_NARROWING)
