"""What a row says that contacts and organizations have in common, and what is wrong with it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from atum_desk.contact_imports.field_columns import TRUE, known_zones, read_fields
from atum_desk.contact_imports.models import CUSTOM
from atum_desk.contact_imports.notices import ImportedValueTooLong, WrongLanguage, WrongZone
from atum_desk.custom_fields.public import Checked, CustomField
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.one_line_text import clean_line

_LENGTHS = {"name": 200, "organization": 200, "external_id": 200, "phone": 40, "note": 5_000}
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


class SaidCells(msgspec.Struct, kw_only=True):
    """What a row says of a record; columns of one kind of record alone are fields of the subclass."""

    number: int
    name: str = ""
    external_id: str | None = None
    language: str | None = None
    time_zone: str | None = None
    vip: bool | None = None
    note: str = ""
    # of custom fields, by key as the API takes them, and as they are stored
    values: dict[str, Any] = {}
    stored: Checked = {}
    wrong: list[Notice] = []

    def read(self, cells: list[str], mapping: list[str], fields: list[CustomField]) -> None:
        """Take what the cells say by the fields of their columns."""
        for cell, column in zip(cells, mapping, strict=False):
            value = cell.replace("\0", "").strip()
            if column == "" or not value or column.startswith(CUSTOM):
                continue
            if column == "note":
                self.note = self.short("note", value)
            elif not self.read_many(column, value) and (line := clean_line(value)):
                self._read_line(column, line)
        custom = [(column, cell) for cell, column in zip(cells, mapping, strict=False) if column.startswith(CUSTOM)]
        self.values, self.stored, wrong = read_fields(custom, fields)
        self.wrong = [*self.wrong, *wrong]

    def read_many(self, column: str, value: str) -> bool:
        """Take a cell of a column that may hold several values; False for a column that is none."""
        raise NotImplementedError

    def short(self, column: str, value: str) -> str:
        """Return the value; one that is too long is wrong."""
        if len(value) > _LENGTHS[column]:
            self.wrong = [*self.wrong, ImportedValueTooLong(column, _LENGTHS[column])]
        return value

    def _read_line(self, column: str, value: str) -> None:
        if column == "language":
            base, mark, region = value.replace("_", "-").partition("-")
            self.language = f"{base.lower()}{mark}{region.upper()}"
            if not _LANGUAGE.fullmatch(self.language):
                self.wrong = [*self.wrong, WrongLanguage(value[:40])]
        elif column == "time_zone":
            self.time_zone = value
            if value not in known_zones():
                self.wrong = [*self.wrong, WrongZone(value[:40])]
        elif column == "vip":
            self.vip = value.lower() in TRUE
        elif column in self.__struct_fields__:
            setattr(self, column, self.short(column, value))
