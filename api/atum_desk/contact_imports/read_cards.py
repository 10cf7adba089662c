"""Reads cards: vCard 2.1 (the versit specification), 3.0 (RFC 2426) and 4.0 (RFC 6350), as programs write them.

Bytes are read line by line: of 2.1, each value says its own encoding and charset.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from atum_desk.contact_imports.notices import NotACard
from atum_desk.contact_imports.problems import FileUnreadable
from atum_desk.mime import decode_text

# Of a card: the property, and what it is of a contact.
CARD: dict[str, str] = {
    "FN": "name",
    "EMAIL": "email",
    "TEL": "phone",
    "ORG": "organization",
    "UID": "external_id",
    "LANG": "language",
    "TZ": "time_zone",
    "NOTE": "note",
}
# What a contact has one of: the preferred, or the first.
_SINGLE = {"FN", "ORG", "UID", "LANG", "TZ"}
# Addresses of networks of before (2.1), which no mail reaches.
_OTHER_NETWORKS = {
    "X400",
    "AOL",
    "APPLELINK",
    "ATTMAIL",
    "CIS",
    "EWORLD",
    "IBMMAIL",
    "MCIMAIL",
    "POWERSHARE",
    "PRODIGY",
}
_QUOTED_PRINTABLE = "QUOTED-PRINTABLE"
_ENCODINGS = {_QUOTED_PRINTABLE, "BASE64", "B", "7BIT", "8BIT"}
# Name and parameters, of which quoted values may hold a colon.
_HEAD = re.compile(rb'((?:[^":]|"[^"]*")*):')
_LEAST_PREFERRED = 101


class _Line(msgspec.Struct, frozen=True):
    """A property of a card: its name, its parameters in upper case, each value of one after the other, its bytes."""

    name: str
    parameters: dict[str, list[str]]
    value: bytes

    @property
    def preference(self) -> int:
        """How much it is preferred: 1 is the most."""
        if "PREF" in self.parameters.get("TYPE", []):
            return 1
        given = self.parameters.get("PREF", [""])[0]
        return int(given) if given.isdecimal() and len(given) <= 3 else _LEAST_PREFERRED


def read_cards(raw: bytes) -> Iterator[list[str]]:
    """Yield the cells of each card by the columns of CARD; several values of one stand line by line.

    Raises FileUnreadable.
    """
    for number, (lines, is_whole) in enumerate(_cards(raw), 1):
        if not is_whole:
            raise FileUnreadable(reason=NotACard(number))
        yield _cells(lines, number)


def _cards(raw: bytes) -> Iterator[tuple[list[bytes], bool]]:
    """Yield the lines of each card and whether it ends; one within another (AGENT of 2.1) is left out."""
    lines: list[bytes] = []
    depth = 0
    for line in re.split(rb"\r\n|\n|\r", raw):
        marker = line.strip().upper()
        # Of 2.1, the card of an agent begins behind the name of the property.
        if marker == b"BEGIN:VCARD" or (depth and re.fullmatch(rb"AGENT:\s*BEGIN:VCARD", marker)):
            depth += 1
        elif marker == b"END:VCARD" and depth:
            depth -= 1
            if depth == 0:
                yield lines, True
                lines = []
        elif depth == 1:
            lines.append(line)
    if depth:
        yield lines, False


def _cells(lines: list[bytes], number: int) -> list[str]:
    found: dict[str, list[tuple[int, str]]] = {}
    for line in _properties(lines, number):
        if said := _said(line):
            found.setdefault(line.name, []).append((line.preference, said))
    if "FN" not in found and "N" in found:
        found["FN"] = found["N"]
    cells = []
    for name in CARD:
        values = [said for _, said in sorted(found.get(name, []), key=lambda one: one[0])]
        cells.append("\n".join(dict.fromkeys(values[:1] if name in _SINGLE else values)))
    return cells


def _properties(lines: list[bytes], number: int) -> Iterator[_Line]:
    """Yield the properties that are asked for; what is not asked for may be of any form."""
    is_2_1 = any(re.fullmatch(rb"VERSION:\s*2\.1\s*", line, re.IGNORECASE) for line in lines)
    for line in _unfolded(lines, b" " if is_2_1 else b""):
        # A group stands before a dot: item1.EMAIL.
        name = re.split(rb"[:;]", line, maxsplit=1)[0].rpartition(b".")[2].strip().upper().decode("latin-1")
        if name not in CARD and name != "N":
            continue
        head = _HEAD.match(line)
        if head is None:
            raise FileUnreadable(reason=NotACard(number))
        yield _Line(name, _parameters(head[1]), line[head.end() :])


def _unfolded(lines: list[bytes], blank: bytes) -> Iterator[bytes]:
    """Yield lines whole. `blank` is what stands where one was folded: of 2.1, lines are folded at blanks."""
    at = 0
    while at < len(lines):
        parts = [lines[at]]
        at += 1
        if _is_quoted_printable(parts[0]):
            while parts[-1].endswith(b"=") and at < len(lines):
                parts[-1] = parts[-1][:-1]
                parts.append(lines[at])
                at += 1
        else:
            while at < len(lines) and lines[at][:1] in (b" ", b"\t") and lines[at].strip():
                parts.append(blank + lines[at][1:])
                at += 1
        yield b"".join(parts)


def _is_quoted_printable(line: bytes) -> bool:
    head = line.partition(b":")[0].upper()
    return _QUOTED_PRINTABLE.encode() in re.split(rb"[;=,]", head)


def _parameters(head: bytes) -> dict[str, list[str]]:
    """Return parameters by name; of 2.1, a value may stand without one: an encoding, else a type."""
    found: dict[str, list[str]] = {}
    for part in re.findall(r'(?:[^";]|"[^"]*")+', head.decode("latin-1").upper())[1:]:
        name, has_name, text = part.partition("=")
        values = [one.strip(' "') for one in (text if has_name else part).split(",")]
        for value in values:
            key = name.strip() if has_name else "ENCODING" if value in _ENCODINGS else "TYPE"
            found.setdefault(key, []).append(value)
    return found


def _said(line: _Line) -> str:
    """Return what a property says of a contact, empty for nothing."""
    encoding = line.parameters.get("ENCODING", [""])[0]
    charset = line.parameters.get("CHARSET", [None])[0]
    # What is encoded is parted before it is decoded: what then looks like a mark is none.
    marks = rb"(?<!\\);" if line.name in ("N", "ORG") else rb"(?!)"
    parts = [_plain(_decoded(part, encoding, charset)).strip() for part in re.split(marks, line.value)]
    text = parts[0]
    types = line.parameters.get("TYPE", [])
    match line.name:
        case "N":
            family, given = [*parts, ""][:2]
            return f"{given} {family}".strip()
        case "EMAIL":
            return "" if _OTHER_NETWORKS.intersection(types) else _without(text, "mailto:")
        case "TEL":
            return _without(text, "tel:").partition(";ext=")[0]
        case "TZ":
            # An offset is no zone: it says nothing of summer.
            return "" if re.match(r"[+-]?\d", text) else text
    return text


def _decoded(value: bytes, encoding: str, charset: Any) -> str:
    if encoding == _QUOTED_PRINTABLE:
        value = quopri.decodestring(value)
    elif encoding in ("BASE64", "B"):
        try:
            value = binascii.a2b_base64(re.sub(rb"\s", b"", value))
        except binascii.Error:
            return ""
    return decode_text(value, charset)[0]


def _without(text: str, scheme: str) -> str:
    return text[len(scheme) :] if text.lower().startswith(scheme) else text


def _plain(value: str) -> str:
    """Undo the escapes of a value (RFC 6350, section 3.4)."""
    text = re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)
    return text.replace("\r\n", "\n").replace("\r", "\n")
