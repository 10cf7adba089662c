"""TNEF, the winmail.dat of Outlook: attachments and the HTML body, read without trust.

Source: [MS-OXTNEF] "Transport Neutral Encapsulation Format Data Algorithm" and the property
layout of [MS-OXCDATA]. Lengths are checked against the data; what does not fit ends the reading.
"""

import struct
from collections.abc import Iterator

import msgspec

from .charset import decode_text

MAX_FILES = 500

_SIGNATURE = 0x223E9F78
_ATTACH_DATA = 0x800F
_ATTACH_TITLE = 0x8010
_ATTACH_BEGIN = 0x9002
_MESSAGE_PROPERTIES = 0x9003
_ATTACH_PROPERTIES = 0x9005
_PROPERTY_HTML = 0x1013
_PROPERTY_LONG_NAME = 0x3707
_FIXED_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_STRING_TYPES = {13, 30, 31, 258}


class Unpacked(msgspec.Struct):
    """What a TNEF stream held: (name, content) of its files and its HTML body, if any."""

    files: list[tuple[str, bytes]]
    html: str | None


def unpack_tnef(data: bytes) -> Unpacked | None:
    """Return the files and HTML in a TNEF stream, None when `data` is none. Never raises."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    unpacked = Unpacked([], None)
    name = ""
    content: bytes | None = None
    for attribute, value in _attributes(data):
        if attribute == _ATTACH_BEGIN:
            _add_file(unpacked, name, content)
            name, content = "", None
        elif attribute == _ATTACH_TITLE:
            name = name or _read_string(value)
        elif attribute == _ATTACH_DATA:
            content = value
        elif attribute == _ATTACH_PROPERTIES:
            name = next((_read_string(text) for key, text in _properties(value) if key == _PROPERTY_LONG_NAME), name)
        elif attribute == _MESSAGE_PROPERTIES:
            for key, text in _properties(value):
                if key == _PROPERTY_HTML:
                    unpacked.html = decode_text(text, None)[0]
    _add_file(unpacked, name, content)
    return unpacked


def _add_file(unpacked: Unpacked, name: str, content: bytes | None) -> None:
    if content is not None and len(unpacked.files) < MAX_FILES:
        unpacked.files.append((name, content))


def _read_string(value: bytes) -> str:
    if len(value) >= 2 and value[1::2].count(0) > len(value) // 4:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    return decode_text(value.rstrip(b"\x00"), None)[0]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    while position + 9 <= len(data):
        _, attribute, _, length = struct.unpack_from("<BHHI", data, position)
        begin = position + 9
        if begin + length > len(data):
            return
        yield attribute, data[begin : begin + length]
        position = begin + length + 2


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (property id, value) of string and binary properties."""
    try:
        (count,) = struct.unpack_from("<I", data)
        position = 4
        for _ in range(min(count, 2_000)):
            kind, key = struct.unpack_from("<HH", data, position)
            position += 4
            if key >= 0x8000:
                position = _skip_name(data, position)
            values, position = _property_values(data, position, kind)
            if values:
                yield key, values[0]
    except struct.error:
        return


def _skip_name(data: bytes, position: int) -> int:
    kind, length = struct.unpack_from("<II", data, position + 16)
    return position + 24 + (length + 3) // 4 * 4 if kind else position + 24


def _property_values(data: bytes, position: int, kind: int) -> tuple[list[bytes], int]:
    base = kind & 0x0FFF
    count = 1
    if kind & 0x1000 or base in _STRING_TYPES:
        (count,) = struct.unpack_from("<I", data, position)
        position += 4
    if base not in _STRING_TYPES:
        size = _FIXED_SIZES.get(base)
        if size is None or count > len(data):
            raise struct.error
        return [], position + size * count
    values: list[bytes] = []
    for _ in range(min(count, 1_000)):
        (length,) = struct.unpack_from("<I", data, position)
        begin = position + 4
        if begin + length > len(data):
            raise struct.error
        values.append(data[begin : begin + length])
        position = begin + (length + 3) // 4 * 4
    return values, position
