"""What can be said of a raw mail without parsing it: its Message-ID and whether it came before."""

from __future__ import annotations

import hashlib
import re

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:[ \t]*<?([^<>\s]+)>?", re.IGNORECASE | re.MULTILINE)
_WRITTEN_ONCE = re.compile(rb"^(?:from|date|subject)[ \t]*:.*$", re.IGNORECASE | re.MULTILINE)
HEADER_BYTES = 200_000
ID_CHARACTERS = 998


def split_mail(raw: bytes) -> tuple[bytes, bytes]:
    """Return the unfolded header and the body."""
    blank = _BLANK_LINE.search(raw, 0, HEADER_BYTES)
    if blank is None:
        return _FOLD.sub(b" ", raw[:HEADER_BYTES]), b""
    return _FOLD.sub(b" ", raw[: blank.start()]), raw[blank.end() :]


def read_message_id(header: bytes) -> str | None:
    """Return the Message-ID without brackets, or None."""
    found = _MESSAGE_ID.search(header)
    if found is None:
        return None
    return found.group(1).decode("utf-8", "replace").replace("\0", "")[:ID_CHARACTERS] or None


def dedupe_key(header: bytes, body: bytes) -> bytes:
    """Return 32 bytes that are equal for the same message by whatever way it came.

    The Message-ID and the body without its line ends; where there is no id, the lines that the
    author's software wrote. Trace headers differ between deliveries and stay out.
    """
    found = _MESSAGE_ID.search(header)
    digest = hashlib.sha256()
    if found:
        digest.update(found.group(1))
    else:
        for line in sorted(_WRITTEN_ONCE.findall(header)):
            digest.update(line.strip() + b"\n")
    digest.update(b"\0")
    digest.update(body.replace(b"\r\n", b"\n").rstrip(b"\n"))
    return digest.digest()
