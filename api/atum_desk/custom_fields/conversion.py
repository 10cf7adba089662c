"""What a value of one kind becomes in another: pure, so that a rehearsal says what a conversion does."""

from __future__ import annotations

from typing import Any

from atum_desk.custom_fields.checks import stored_of
from atum_desk.custom_fields.models import KINDS_OF_TEXT, KINDS_WITH_OPTIONS, CustomField

_BOOLEANS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def converted(before: CustomField, after: CustomField, value: Any) -> Any:
    """Return what is stored of a value, as clients get it from the field before, in the field after.

    Raises WrongValue for a value that would be lost.
    """
    return stored_of(after, _given(before, after, value))


def text_of(field: CustomField, value: Any) -> str:
    """Return a value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return str(value.get("name") or "")
    if isinstance(value, list):
        return ", ".join(_name_of(field, one) for one in value)
    return _name_of(field, value) if field.kind in KINDS_WITH_OPTIONS else str(value)


def _name_of(field: CustomField, key: Any) -> str:
    return " / ".join(option.name for one in field.path(str(key)) if (option := field.option(one))) or str(key)


def _given(before: CustomField, after: CustomField, value: Any) -> Any:
    """Return the value as somebody would give it to the field after."""
    if before.kind in KINDS_WITH_OPTIONS and after.kind in KINDS_WITH_OPTIONS:
        return _keys_as(after, value if isinstance(value, list) else [value])
    if before.kind == after.kind or (isinstance(value, dict) and after.kind not in KINDS_OF_TEXT):
        return value.get("id") if isinstance(value, dict) and before.kind == after.kind else value
    text = text_of(before, value)
    if after.kind in KINDS_WITH_OPTIONS:
        parts = text.split(",") if after.kind == "multiple_choice" else [text]
        return _keys_as(after, [_key_named(after, part.strip()) for part in parts])
    match after.kind:
        case "boolean":
            return _BOOLEANS.get(text.strip().lower())
        case "date":
            return text[:10] if before.kind == "moment" else text.strip()
        case "moment":
            return f"{text}T00:00:00+00:00" if before.kind == "date" else text.strip()
        case "text" | "url" | "email" | "phone":
            return " ".join(text.split()) if before.kind == "long_text" else text
    return text


def _keys_as(after: CustomField, keys: list[Any]) -> Any:
    """A choice that was several is one only where it was one."""
    if after.kind == "multiple_choice":
        return keys
    return keys[0] if len(keys) == 1 else keys


def _key_named(field: CustomField, name: str) -> str:
    """Return the option in use that is called so, whatever the case, or the name itself."""
    called = [one.key for one in field.options if one.active and one.name.casefold() == name.casefold()]
    return called[0] if len(called) == 1 else name
