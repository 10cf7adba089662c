"""How a value of a custom field is checked, and what is stored of it, by kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from atum_desk.custom_fields import notices
from atum_desk.custom_fields.models import CustomField, FieldKind
from atum_desk.custom_fields.patterns import MOST_CHARACTERS, fits
from atum_desk.kernel.field_notices import Empty, NotAnAddress, TooLong
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import ValidationFailed

MOST_LINE = 500
MOST_TEXT = 20_000
MOST_OPTIONS = 50
MOST_NUMBER = Decimal(10) ** 12
DECIMALS: dict[FieldKind, int] = {"number": 6, "money": 2}
LARGEST_ID = 2**63 - 1
_URL = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_PHONE = re.compile(r"[0-9+()./ -]{3,40}")


class WrongValue(ValueError):
    """A value that a field cannot have."""

    def __init__(self, fault: Notice) -> None:
        super().__init__(fault.text)
        self.fault = fault


def stored_of(field: CustomField, value: Any) -> Any:
    """Return what is stored of a value, as JSON for the field's column.

    Rows that it names (people, organizations) are looked for when it is written. Raises WrongValue.
    """
    return _CHECKS[field.kind](field, value)


def is_cleared(value: Any) -> bool:
    """Tell whether a value means none: null, an empty text or an empty list."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _line(field: CustomField, value: Any) -> str:
    text = _text_of(value)
    if any(one in text for one in "\n\r\v\f\x85\u2028\u2029"):
        raise WrongValue(notices.NotOneLine())
    line = clean_line(text)
    if not line:
        raise WrongValue(Empty())
    return _fitting(field, line, MOST_LINE)


def _long_text(field: CustomField, value: Any) -> str:
    lines = _text_of(value).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(one for one in lines if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs")).strip()
    if not text:
        raise WrongValue(Empty())
    return _fitting(field, text, MOST_TEXT)


def _text_of(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongValue(notices.NoText())
    return value


def _fitting(field: CustomField, text: str, most: int) -> str:
    if len(text) > (MOST_CHARACTERS if field.pattern else most):
        raise WrongValue(TooLong(MOST_CHARACTERS if field.pattern else most))
    if field.pattern and not fits(field.pattern, text):
        raise WrongValue(notices.NotOfPattern(field.pattern))
    return text


def _number(field: CustomField, value: Any) -> str:
    decimals = DECIMALS[field.kind]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise WrongValue(notices.NoNumber(decimals))
    text = value.strip() if isinstance(value, str) else repr(value)
    try:
        number = Decimal(text) if len(text) <= 40 and "_" not in text else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) >= MOST_NUMBER:
        raise WrongValue(notices.NoNumber(decimals))
    if number != round(number, decimals):
        raise WrongValue(notices.NoNumber(decimals))
    return f"{number.normalize() + 0:f}"


def _date(_field: CustomField, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise WrongValue(notices.NoDate())
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise WrongValue(notices.NoDate()) from None


def _moment(_field: CustomField, value: Any) -> str:
    if not isinstance(value, str) or not 16 <= len(value) <= 40:
        raise WrongValue(notices.NoMoment())
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise WrongValue(notices.NoMoment()) from None
    # Years at the ends of the calendar have no moment in other zones.
    if moment.tzinfo is None or not 2 <= moment.year <= 9998:
        raise WrongValue(notices.NoMoment())
    return moment.isoformat()


def _boolean(_field: CustomField, value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongValue(notices.NoBoolean())
    return value


def _choice(field: CustomField, value: Any) -> list[str]:
    option = field.option(value)
    if option is None or not option.active:
        raise WrongValue(notices.NoOption(_active(field)))
    return [option.key]


def _multiple(field: CustomField, value: Any) -> list[str]:
    active = _active(field, most=None)
    if not isinstance(value, list) or len(value) > MOST_OPTIONS or any(one not in active for one in value):
        raise WrongValue(notices.NoOptions(_active(field)))
    # In the order of the options, so that the same choice is the same value.
    return [key for key in active if key in value]


def _tree(field: CustomField, value: Any) -> list[str]:
    option = field.option(value)
    if option is None or not option.active:
        raise WrongValue(notices.NoOption(_active(field)))
    return field.path(option.key)


def _active(field: CustomField, most: int | None = 20) -> list[str]:
    return [one.key for one in field.options if one.active][:most]


def _reference(_field: CustomField, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_ID:
        raise WrongValue(notices.NoSuchRow())
    return value


def _url(field: CustomField, value: Any) -> str:
    line = _line(field, value)
    if not _URL.fullmatch(line):
        raise WrongValue(notices.NoUrl())
    return line


def _email(field: CustomField, value: Any) -> str:
    line = _line(field, value)
    try:
        return read_address(field.key, line)
    except ValidationFailed:
        raise WrongValue(NotAnAddress(line[:100], "")) from None


def _phone(field: CustomField, value: Any) -> str:
    line = _line(field, value)
    if not _PHONE.fullmatch(line) or sum(one.isdigit() for one in line) < 3:
        raise WrongValue(notices.NoPhone())
    return line


_CHECKS: dict[FieldKind, Callable[[CustomField, Any], Any]] = {
    "text": _line,
    "long_text": _long_text,
    "number": _number,
    "money": _number,
    "date": _date,
    "moment": _moment,
    "boolean": _boolean,
    "choice": _choice,
    "multiple_choice": _multiple,
    "tree": _tree,
    "person": _reference,
    "contact": _reference,
    "organization": _reference,
    "url": _url,
    "email": _email,
    "phone": _phone,
}
