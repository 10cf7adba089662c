"""What can be said of a raw mail without parsing it: its Message-ID and whether it came before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:[ \t]*<?([^<>\s]+)>?", re.IGNORECASE | re.MULTILINE)
_WRITTEN_ONCE = re.compile(rb"^(?:message-id|from|date|subject)[ \t]*:[^\r\n]*", re.IGNORECASE | re.MULTILINE)
HEADER_BYTES = 200_000
BLOCK_BYTES = 1 << 20
ID_CHARACTERS = 998


def read_header(raw: bytes) -> tuple[bytes, int]:
    """Return the unfolded header and where the body begins (the end, when there is none)."""
    blank = _BLANK_LINE.search(raw, 0, HEADER_BYTES)
    if blank is None:
        return _FOLD.sub(b" ", raw[:HEADER_BYTES]), len(raw)
    return _FOLD.sub(b" ", raw[: blank.start()]), blank.end()


def read_message_id(raw: bytes) -> str | None:
    """Return the Message-ID without brackets, or None."""
    header, _ = read_header(raw)
    found = _MESSAGE_ID.search(header)
    if found is None:
        return None
    return found.group(1).decode("utf-8", "replace").replace("\0", "")[:ID_CHARACTERS] or None


def dedupe_key(raw: bytes) -> bytes:
    """Return 32 bytes that are equal for the same message by whatever way it came.

    The lines that the author's software wrote once (Message-ID, From, Date, Subject) and the body
    without its line ends; trace headers differ between deliveries and stay out. A mail that does not
    say who wrote it when is the same only when every byte is: a false duplicate would be a lost mail.
    """
    header, begin = read_header(raw)
    written = {line.partition(b":")[0].strip().lower(): line for line in _WRITTEN_ONCE.findall(header)}
    digest = hashlib.sha256()
    if begin == len(raw) or not (b"message-id" in written or {b"from", b"date"} <= written.keys()):
        digest.update(b"bytes\0" + raw)
        return digest.digest()
    for name in sorted(written):
        digest.update(b" ".join(written[name].split()) + b"\n")
    digest.update(b"\0")
    for block in _without_line_ends(raw, begin):
        digest.update(block)
    return digest.digest()


def _without_line_ends(raw: bytes, begin: int) -> Iterator[bytes]:
    """Yield the body with plain line ends and none at its end, in blocks: a mail may be large."""
    end = len(raw)
    while end > begin and raw[end - 1] in b"\r\n":
        end -= 1
    while begin < end:
        stop = min(begin + BLOCK_BYTES, end)
        if raw[stop - 1 : stop] == b"\r":
            stop = min(stop + 1, end)
        yield raw[begin:stop].replace(b"\r\n", b"\n")
        begin = stop
