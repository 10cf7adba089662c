"""Reads files of contacts: CSV of any usual encoding and delimiter, vCard 3.0 (RFC 2426) and 4.0 (RFC 6350).

Bounds are checked while reading, so that a hostile file costs no more than its bytes.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from typing import Any

from atum_desk.contact_imports.models import ContactColumn, ReadFile
from atum_desk.contact_imports.notices import CellTooLong, HasNul, HasTooMany, IsEmpty, NotACard, QuotesOpen
from atum_desk.contact_imports.problems import FileUnreadable

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 5_000

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Name and parameters of a line of a card, of which quoted values may hold a colon.
_HEAD = re.compile(r'(?:[^":]|"[^"]*")*:')
_DELIMITERS = ",;\t|"
# What headers of other systems call the fields, in lower case and without blanks and marks.
_HEADERS: dict[ContactColumn, str] = {
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


def read_file(filename: str, raw: bytes) -> ReadFile:
    """Return what a file says. Raises FileUnreadable with the reason."""
    text = _decoded(raw)
    nul = text.find("\0")
    if nul >= 0:
        raise FileUnreadable(reason=HasNul(text.count("\n", 0, nul) + 1))
    if re.match(r"\s*BEGIN:VCARD\b", text, re.IGNORECASE):
        return _read_cards(text)
    return _read_csv(text)


def _decoded(raw: bytes) -> str:
    """Return the text by its byte-order mark, as UTF-8, or as Windows-1252, which old spreadsheets write."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw[len(bom) :].decode(encoding, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _read_csv(text: str) -> ReadFile:
    rows = list(_csv_rows(text))
    if len(rows) < 2:
        raise FileUnreadable(reason=IsEmpty())
    columns = [name.strip()[:200] or str(place + 1) for place, name in enumerate(rows[0])]
    width = len(columns)
    filled = [(row + [""] * width)[:width] for row in rows[1:]]
    return ReadFile("csv", columns, guess_columns(columns), filled)


def _csv_rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # csv calls a field of over 131,072 characters an error, wherever it stands.
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
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


def guess_columns(columns: list[str]) -> list[ContactColumn]:
    """Return what each column probably is by its name; a field is guessed twice only for addresses and phones."""
    found: list[ContactColumn] = []
    for column in columns:
        name = re.sub(r"[\s.:*()/#-]+", "", column.lower())
        fits = (field for field, words in _HEADERS.items() if re.fullmatch(words, name))
        field: ContactColumn = next(fits, "")
        found.append("" if field in found and field not in ("email", "phone") else field)
    return found


# Of a card: the property, and what it is of a contact.
_CARD: dict[str, ContactColumn] = {
    "FN": "name",
    "EMAIL": "email",
    "TEL": "phone",
    "ORG": "organization",
    "UID": "external_id",
    "LANG": "language",
    "TZ": "time_zone",
    "NOTE": "note",
}


def _read_cards(text: str) -> ReadFile:
    """Return a file of cards as a table: several addresses or phones of one stand in one cell, line by line."""
    columns = list(_CARD)
    rows = []
    cards = re.split(r"(?im)^BEGIN:VCARD[ \t]*\r?$\n?", text)[1:]
    if len(cards) > MOST_ROWS:
        raise FileUnreadable(reason=HasTooMany(MOST_ROWS, "rows"))
    for number, card in enumerate(cards, 1):
        end = re.search(r"(?im)^END:VCARD[ \t]*\r?$", card)
        if end is None:
            raise FileUnreadable(reason=NotACard(number))
        found = _card(card[: end.start()], number)
        cells = ["\n".join(dict.fromkeys(found.get(name, []))) for name in columns]
        if any(len(cell) > MOST_CHARACTERS for cell in cells):
            raise FileUnreadable(reason=CellTooLong(number, MOST_CHARACTERS))
        rows.append(cells)
    return ReadFile("vcard", columns, list(_CARD.values()), rows)


def _card(body: str, number: int) -> dict[str, list[str]]:
    # Imported where it is used: it and its time zones take 3 MB.
    from icalendar.parser import Contentlines

    found: dict[str, list[str]] = {}
    try:
        lines: list[Any] = list(Contentlines.from_ical(body))  # type: ignore[no-untyped-call]
        for line in lines:
            # A group stands before a dot: item1.EMAIL. What is not asked for may be of any form.
            name = line.partition(":")[0].partition(";")[0].rpartition(".")[2].upper()
            if name not in _CARD and name != "N":
                continue
            head = _HEAD.match(line)
            if head is None:
                raise FileUnreadable(reason=NotACard(number))
            if said := _said(name, line[head.end() :]):
                found.setdefault(name, []).append(said)
    except ValueError:
        raise FileUnreadable(reason=NotACard(number)) from None
    if "FN" not in found and (names := found.get("N")):
        found["FN"] = names[:1]
    return found


def _said(name: str, value: str) -> str:
    parts = [_plain(part).strip() for part in re.split(r"(?<!\\);", value)]
    if name == "N":
        family, given = [*parts, "", ""][:2]
        return f"{given} {family}".strip()
    if name == "ORG":
        return parts[0]
    text = _plain(value).strip()
    if name == "TEL":
        return text.removeprefix("tel:")
    return text.removeprefix("mailto:") if name == "EMAIL" else text


def _plain(value: str) -> str:
    """Undo the escapes of a value (RFC 6350, section 3.4)."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)
