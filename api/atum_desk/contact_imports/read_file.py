"""Reads files of contacts: CSV of any usual encoding and delimiter, and cards (`read_cards.py`).

Bounds are checked while reading, so that a hostile file costs no more than its bytes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping

from atum_desk.contact_imports.models import CUSTOM, ImportEntity, ReadFile
from atum_desk.contact_imports.notices import CellTooLong, HasNul, HasTooMany, IsEmpty, QuotesOpen
from atum_desk.contact_imports.problems import FileUnreadable
from atum_desk.contact_imports.read_cards import CARD, read_cards

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 5_000

_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DELIMITERS = ",;\t|"
# What headers of other systems call the fields, in lower case and without blanks and marks.
_HEADERS: dict[str, str] = {
    "name": r"(full|display|contact)?name|nombre|nom|kontakt",
    "email": r"e?mail(address|adresse)?\d*|emails|primaryemail|workemail|correo|courriel",
    "phone": r"(business|home|mobile|work)?(tele)?(phone|fon)(number|nummer)?\d*|mobile|handy|tel|telefono",
    "organization": r"organi[sz]ation(name)?|company(name)?|account(name)?|firma|empresa|societe",
    "external_id": r"external_?id|id|contactid|customerid|kundennummer|nummer",
    "language": r"(preferred)?(language|locale)|sprache|idioma|langue",
    "time_zone": r"time_?zone|zeitzone|tz",
    "vip": r"vip",
    "note": r"notes?|comments?|remarks?|notiz|description",
}
# Where organizations are read, the company is the name.
_ORGANIZATION_HEADERS: dict[str, str] = {
    "name": rf"name|{_HEADERS['organization']}",
    "domain": r"(e?mail)?domains?(names?)?|website|homepage|url|dominio|domaine",
    **{field: _HEADERS[field] for field in ("external_id", "language", "time_zone", "vip", "note")},
}


def read_file(
    filename: str, raw: bytes, entity: ImportEntity = "contact", fields: Mapping[str, str] | None = None
) -> ReadFile:
    """Return what a file says of contacts or organizations. Raises FileUnreadable with the reason.

    `fields` are the names of custom fields by key.
    """
    text = _decoded(raw)
    nul = text.find("\0")
    if nul >= 0:
        raise FileUnreadable(reason=HasNul(text.count("\n", 0, nul) + 1))
    if re.match(r"\s*BEGIN:VCARD\b", text, re.IGNORECASE):
        # Without a mark of UTF-16, each value of a card may be of another charset.
        return _read_cards(text.encode() if raw.startswith(_WIDE_BOMS) else raw, entity)
    columns, rows = _read_csv(text)
    return ReadFile("csv", columns, guess_columns(columns, entity, fields or {}), rows)


def _decoded(raw: bytes) -> str:
    """Return the text by its byte-order mark, as UTF-8, or as Windows-1252, which old spreadsheets write."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw[len(bom) :].decode(encoding, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _read_csv(text: str) -> tuple[list[str], list[list[str]]]:
    rows = list(_csv_rows(text))
    if len(rows) < 2:
        raise FileUnreadable(reason=IsEmpty())
    columns = [name.strip()[:200] or str(place + 1) for place, name in enumerate(rows[0])]
    width = len(columns)
    return columns, [(row + [""] * width)[:width] for row in rows[1:]]


def _csv_rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # csv calls a field of over 131,072 characters an error, wherever it stands.
    # Lines end as files end them: a cell may hold U+2028 and the like.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise FileUnreadable(reason=HasTooMany(MOST_COLUMNS, "columns"))
            if not any(cell.strip() for cell in row):
                continue
            if any(len(cell) > MOST_CHARACTERS for cell in row):
                raise FileUnreadable(reason=CellTooLong(count, MOST_CHARACTERS))
            if count > MOST_ROWS:
                raise FileUnreadable(reason=HasTooMany(MOST_ROWS, "rows"))
            yield row
            count += 1
    except csv.Error as error:
        if "larger than field limit" in str(error):
            raise FileUnreadable(reason=CellTooLong(count, MOST_CHARACTERS)) from None
        raise FileUnreadable(reason=QuotesOpen(count)) from None


def guess_columns(
    columns: list[str], entity: ImportEntity = "contact", fields: Mapping[str, str] | None = None
) -> list[str]:
    """Return what each column probably is by its name; a field is guessed twice only where a record has several."""
    headers = _HEADERS if entity == "contact" else _ORGANIZATION_HEADERS
    custom = {one: key for key, name in (fields or {}).items() for one in (key, f"{CUSTOM}{key}", name.lower())}
    found: list[str] = []
    for column in columns:
        name = re.sub(r"[\s.:*()/#-]+", "", column.lower())
        fits = (field for field, words in headers.items() if re.fullmatch(words, name))
        own = custom.get(column.strip().lower())
        field = f"{CUSTOM}{own}" if own else next(fits, "")
        found.append("" if field in found and field not in ("email", "phone", "domain") else field)
    return found


def _read_cards(raw: bytes, entity: ImportEntity) -> ReadFile:
    """Return a file of cards as a table: several addresses or phones of one stand in one cell, line by line."""
    rows: list[list[str]] = []
    for cells in read_cards(raw):
        if len(rows) == MOST_ROWS:
            raise FileUnreadable(reason=HasTooMany(MOST_ROWS, "rows"))
        if any(len(cell) > MOST_CHARACTERS for cell in cells):
            raise FileUnreadable(reason=CellTooLong(len(rows) + 1, MOST_CHARACTERS))
        rows.append(cells)
    mapping = list(CARD.values())
    if entity == "organization":
        # A card is somebody's: of their organization it says the name.
        mapping = ["name" if field == "organization" else "" for field in mapping]
    return ReadFile("vcard", list(CARD), mapping, rows)
