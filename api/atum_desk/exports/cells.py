"""What stands in a cell: texts, numbers, moments in a person's zone, words in their language."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from atum_desk.exports.columns import Column
from atum_desk.exports.words import Words

Cell = str | int | float | bool | datetime | None

# Nothing else than these reaches a cell: XML has no place for other control characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class CellMaker:
    """Makes cells of the values of a database row."""

    def __init__(self, columns: list[Column], zone: ZoneInfo, words: Words) -> None:
        self._columns = columns
        self._zone = zone
        self._words = words

    def row(self, values: Any) -> list[Cell]:
        """Return the cells of a row; moments have the zone's time and no zone."""
        return [self._cell(column, value) for column, value in zip(self._columns, values, strict=True)]

    def _cell(self, column: Column, value: Any) -> Cell:
        if value is None:
            return None
        if column.kind == "rank":
            name = column.choices[value - 1]
            return self._words.get("value", name, name)
        if column.kind == "choice":
            return self._words.get("value", value, value)
        if isinstance(value, list):
            return ", ".join(clean(str(one)) for one in value if one is not None)
        if isinstance(value, datetime):
            return value.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
        if isinstance(value, bool | int | float):
            return value
        return clean(str(value))


def clean(text: str) -> str:
    """Return a text without the control characters that no file of an export may hold."""
    return _UNPRINTABLE.sub("", text)
