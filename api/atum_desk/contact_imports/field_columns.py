"""Columns of a file that are custom fields: what a cell says is a value as the API takes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from atum_desk.contact_imports.models import CUSTOM
from atum_desk.contact_imports.notices import NoYesOrNo, WrongFieldValue
from atum_desk.custom_fields.public import Checked, CustomField, checked
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import ValidationFailed

TRUE = frozenset(("1", "true", "yes", "y", "x", "ja", "oui", "sí", "si", "sim", "vip", "wahr"))
_FALSE = frozenset(("0", "false", "no", "n", "-", "nein", "non", "não", "falsch"))
_CHOICES = frozenset(("choice", "multiple_choice", "tree"))
_ROWS = frozenset(("person", "contact", "organization"))


@cache
def known_zones() -> frozenset[str]:
    """Return the names of time zones; they are read from files, which thousands of rows need not do again."""
    return frozenset(available_timezones())


def read_fields(
    cells: Iterable[tuple[str, str]], fields: Iterable[CustomField]
) -> tuple[dict[str, Any], Checked, list[Notice]]:
    """Return what cells say of custom fields, each with its column's field: by key, as it is stored, and what is wrong.

    An empty cell says nothing.
    """
    by_key = {field.key: field for field in fields if field.active}
    values: dict[str, Any] = {}
    stored: Checked = {}
    wrong: list[Notice] = []
    for column, cell in cells:
        field = by_key.get(column.removeprefix(CUSTOM))
        text = cell.replace("\0", "").strip()
        if field is None or not text or field.key in values:
            continue
        value = _value_of(field, text)
        if value is None:
            wrong.append(NoYesOrNo(field.name))
            continue
        try:
            stored |= checked([field], {field.key: value})
            values[field.key] = value
        except ValidationFailed as refused:
            wrong += [WrongFieldValue(field.name, fault["message"]) for fault in refused.data["errors"]]
    return values, stored, wrong


def _value_of(field: CustomField, text: str) -> Any:
    """Return a cell as the API takes the field's value, None for a boolean that is none."""
    if field.kind == "boolean":
        lower = text.lower()
        return True if lower in TRUE else False if lower in _FALSE else None
    if field.kind in _ROWS:
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else text
    if field.kind not in _CHOICES:
        return text
    if field.kind == "multiple_choice":
        return [_option(field, one.strip()) for one in re.split(r"[,;\n]", text) if one.strip()]
    return _option(field, text)


def _option(field: CustomField, text: str) -> str:
    """Return the key of an option that a cell names by key or name."""
    lower = text.lower()
    named = (one.key for one in field.options if lower in (one.key, one.name.lower()))
    return next(named, text)


def is_same(field: CustomField, had: Any, said: Any) -> bool:
    """Tell whether a stored value, as the API shows it, is the one that a cell says."""
    if had is None:
        return False
    if field.kind in ("number", "money"):
        return Decimal(str(had)) == Decimal(str(said).strip())
    if field.kind == "multiple_choice":
        return sorted(had) == sorted(said)
    if field.kind == "moment":
        return datetime.fromisoformat(had) == datetime.fromisoformat(said)
    if field.kind in _ROWS:
        return bool(had["id"] == said)
    return bool(had == said)


def shown(field: CustomField, value: Any) -> str:
    """Return a value as people compare it; options by their names."""
    names = {one.key: one.name for one in field.options}
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(names.get(str(one), str(one)) for one in value)
    if isinstance(value, dict):
        return str(value.get("name", ""))
    return names.get(str(value), str(value))
