"""What a property of a ticket consists of; the properties themselves are in fields.py.

A property's kind decides what belongs to the kind and not to the property: the type its column has,
how a value that somebody sets is checked, and where the thread finds the names of its values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from types import NoneType
from typing import Any, Literal, get_args

import msgspec
from msgspec import UNSET, UnsetType

from atum_desk.conditions.public import Kind
from atum_desk.tickets.values import Moment

SqlType = Literal["bigint", "int", "smallint", "text", "text[]", "timestamptz", "boolean"]

# The type of the column that holds a property, where the property does not say otherwise.
SQL_TYPES: dict[Kind, SqlType] = {
    "text": "text",
    "number": "int",
    "moment": "timestamptz",
    "boolean": "boolean",
    "choice": "text",
    "ranked_choice": "smallint",
    "tags": "text[]",
    "status": "bigint",
    "resolution": "bigint",
    "team": "bigint",
    "person": "bigint",
    "contact": "bigint",
    "organization": "bigint",
    "mailbox": "bigint",
    "ticket": "bigint",
}
PYTHON_TYPES: dict[SqlType, Any] = {
    "bigint": int,
    "int": int,
    "smallint": int,
    "text": str,
    "text[]": list[str],
    "timestamptz": datetime,
    "boolean": bool,
}
# The command of a change that sets several properties, or one that has no command of its own.
SET_SEVERAL = "ticket.edit"
# Whose names replace the ids of a property in the history of a ticket (queries/threads.py, NAMES).
NAME_SOURCES: dict[Kind, str] = {
    "status": "status_id",
    "resolution": "resolution_id",
    "team": "team_id",
    "person": "person",
    "contact": "person",
}


class Selected(msgspec.Struct, frozen=True):
    """A column of the statements that read tickets `t`: its name there, its SQL and its type."""

    name: str
    sql: str
    type: SqlType
    nullable: bool = False

    def __str__(self) -> str:
        """Return it as a SELECT names it."""
        return self.sql if self.sql == f"t.{self.name}" else f"{self.sql} as {self.name}"

    @property
    def python_type(self) -> Any:
        """The type of its values."""
        type_ = PYTHON_TYPES[self.type]
        return type_ | None if self.nullable else type_


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """How a property is set: its name in a request, the permission and, set alone, the command.

    `type` is what a request may hold, unless that is what clients get.
    """

    name: str
    permission: str
    command: str = SET_SEVERAL
    type: Any = None


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One property of tickets.

    `wire` is the type that clients get; `columns` are the columns of `tickets` that hold it, the one
    that is set first; none where rows of another table hold it. `selected`, `join` and `read` say how a row
    is read and made the value, where it is not simply the column. `in_list` and `in_ticket`: whether lists
    (live frames with them) and a single ticket show it. `narrowed_by`: the filter of lists that asks for
    it. `granted`: contacts may read its columns; `told`: they hear when it changes. `live`: the word for it
    in live frames, where it is not the key of one that somebody sets. `sorts`: the orders of lists that it
    leads. `written`: its name in the text form of conditions, where it is not the key (a moment's is
    without `_at`); `not_compared`: why conditions lack it. `shown_by` and `tell`: the columns whose change
    history shows, and what it makes of a row's old or new values, where that is not the one column that is
    set.
    """

    key: str
    kind: Kind
    wire: Any
    columns: tuple[str, ...]
    selected: tuple[Selected, ...] = ()
    join: str = ""
    read: Callable[[Any], Any] | None = None
    # the names of values that are stored as numbers, 1 for the first
    ranks: tuple[str, ...] = ()
    in_list: bool = True
    in_ticket: bool = True
    narrowed_by: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    setting: Setting | None = None
    granted: bool = False
    told: bool = False
    live: str | None = None
    written: str = ""
    not_compared: str = ""
    shown_by: tuple[str, ...] = ()
    tell: Callable[[Mapping[str, Any]], Any] | None = None

    @property
    def history_columns(self) -> tuple[str, ...]:
        """The columns whose change history shows."""
        return self.shown_by or (self.column,)

    @property
    def column(self) -> str:
        """The column that is set; empty for what has none."""
        return self.columns[0] if self.columns else ""

    @property
    def read_columns(self) -> tuple[Selected, ...]:
        """What a statement selects for it."""
        if self.selected:
            return self.selected
        nullable = NoneType in get_args(self.wire)
        return (Selected(self.column, f"t.{self.column}", SQL_TYPES[self.kind], nullable),)

    @property
    def reader(self) -> Callable[[Any], Any]:
        """What makes its value of a row."""
        return self.read or itemgetter(self.column)

    @property
    def live_word(self) -> str | None:
        """The word for it in live frames; None when a change of it alone is not told."""
        return self.live or (self.key if self.setting else None)

    @property
    def set_type(self) -> Any:
        """What a request that sets it may hold; moments name their zone."""
        if self.setting and self.setting.type is not None:
            return self.setting.type
        if self.kind == "moment":
            return Moment | None if NoneType in get_args(self.wire) else Moment
        return self.wire

    def told_in(self, values: Mapping[str, Any], names: dict[str, dict[str, Any] | None]) -> Any:
        """Return what history shows of a row's old or new values."""
        return self.tell(values) if self.tell else self.named(values.get(self.column), names)

    def named(self, stored: Any, names: dict[str, dict[str, Any] | None]) -> Any:
        """Return a stored value as history shows it; `names` are the keys or ids and names of each source, by id."""
        if stored is None:
            return None
        if self.ranks:
            return self.ranks[stored - 1]
        source = NAME_SOURCES.get(self.kind)
        return stored if source is None else (names.get(source) or {}).get(str(stored), stored)


def wire_shape(name: str, properties: Iterable[Property]) -> Any:
    """Return a struct with a field for each property, of the type that clients get."""
    return msgspec.defstruct(name, [(one.key, one.wire) for one in properties])


def change_shape(name: str, properties: Iterable[Property]) -> Any:
    """Return a struct of what somebody may set, each field unset unless given."""
    return msgspec.defstruct(
        name,
        [(one.setting.name, one.set_type | UnsetType, UNSET) for one in properties if one.setting],
        frozen=True,
        forbid_unknown_fields=True,
    )


def stored_shape(name: str, properties: Iterable[Property], base: type[msgspec.Struct]) -> Any:
    """Return a struct of the columns that a statement selects for the properties."""
    selected = [column for one in properties for column in one.read_columns]
    fields = [(column.name, column.python_type) for column in selected]
    return msgspec.defstruct(name, fields, bases=(base,), frozen=True, kw_only=True)
