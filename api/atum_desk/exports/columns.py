"""The columns of an export: fields of the register, each with the SQL of what people read of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from atum_desk.conditions.public import Field, Register
from atum_desk.exports.problems import TooManyColumns
from atum_desk.exports.words import Words
from atum_desk.tickets.public import ColumnUnknown

CellKind = Literal["number", "moment", "boolean", "rank", "choice", "text"]

MOST_COLUMNS = 60
# Of what a ticket may have many, such as participants.
MOST_OF_MANY = 50
DEFAULT_KEYS = (
    *("number", "subject", "status", "priority", "type", "team", "assignee", "requester", "requester.email"),
    *("organization", "tags", "channel", "created_at", "updated_at", "resolved_at"),
)
# The name of what a field of this kind points to.
_NAMES = {
    "status": "(select n.name from statuses n where n.id = {value})",
    "resolution": "(select n.name from resolutions n where n.id = {value})",
    "team": "(select n.name from teams n where n.id = {value})",
    "person": "(select n.name from people n where n.id = {value})",
    "contact": "(select n.name from people n where n.id = {value})",
    "organization": "(select n.name from organizations n where n.id = {value})",
    "mailbox": "(select n.address from mailboxes n where n.id = {value})",
}
_CELLS: dict[str, CellKind] = {
    "number": "number",
    "ticket": "number",
    "moment": "moment",
    "boolean": "boolean",
    "ranked_choice": "rank",
    "choice": "choice",
}
# What is asked of a row of another table, as the register writes it, and what asks for its values instead.
_FINDS, _READS = "(select true from ", "array(select {value} from "
_FINDS_END, _READS_END = "and {test} limit 1)", f"limit {MOST_OF_MANY})"


class Column(msgspec.Struct, frozen=True):
    """A column: its field, what stands above it, what its cells are, and its SQL over `tickets t`."""

    key: str
    heading: str
    kind: CellKind
    choices: tuple[str, ...]
    sql: str


def exported_fields(register: Register) -> list[Field]:
    """Return the fields that may be columns, in the register's order: what a ticket has at most few of."""
    return [field for field in register.fields if field.source != "messages" and field.kind != "words"]


def columns_of(register: Register, asked: Iterable[str], words: Words) -> list[Column]:
    """Return the columns of these names or keys, each once, in this order; without any those by default.

    Raises ColumnUnknown and TooManyColumns.
    """
    known = {field.key: field for field in exported_fields(register)}
    found: dict[str, Column] = {}
    for name in list(asked) or [key for key in DEFAULT_KEYS if key in known]:
        field = register.named(name)
        if field is None or field.key not in known:
            raise ColumnUnknown(column=name)
        found[field.key] = _column_of(field, words)
    if len(found) > MOST_COLUMNS:
        raise TooManyColumns(limit=MOST_COLUMNS)
    return list(found.values())


def rows_statement(columns: list[Column]) -> str:
    """Return the statement of the cells of tickets whose ids are $1, in their order."""
    cells = ", ".join(f"{column.sql} as c{place}" for place, column in enumerate(columns))
    return f"""
        select {cells} from unnest($1::bigint[]) with ordinality as w(id, place)
          join tickets t on t.id = w.id order by w.place"""


def _column_of(field: Field, words: Words) -> Column:
    value = _NAMES.get(field.kind, "{value}").format(value=field.sql)
    if field.within != "{test}":
        return Column(field.key, _heading(field, words), "text", (), _values_of(field, value))
    return Column(field.key, _heading(field, words), _CELLS.get(field.kind, "text"), field.choices, value)


def _values_of(field: Field, value: str) -> str:
    """Return the SQL of all values that a ticket has of a field of another table."""
    start, where, end = field.within.partition(" where ")
    if not (start.startswith(_FINDS) and end.endswith(_FINDS_END)):
        raise ValueError(f"the field {field.key} is not asked for as `{_FINDS}... {_FINDS_END}`")
    read = _READS.format(value=value) + start.removeprefix(_FINDS)
    return f"{read}{where}{end.removesuffix(_FINDS_END)}{_READS_END}"


def _heading(field: Field, words: Words) -> str:
    return words.get("column", field.key, field.name)
