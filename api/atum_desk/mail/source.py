"""What can be said of a raw mail without parsing it: its Message-ID and whether it came before."""

from __future__ import annotations

import hashlib
import re

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:[ \t]*<?([^<>\s]+)>?", re.IGNORECASE | re.MULTILINE)
_WRITTEN_ONCE = re.compile(
    rb"^(?:message-id|from|date|subject)[ \t]*:[^\r\n]*", re.IGNORECASE | re.MULTILINE
)
HEADER_BYTES = 200_000
ID_CHARACTERS = 998


def split_mail(raw: bytes) -> tuple[bytes, bytes]:
    """Return the unfolded header and the body."""
    blank = _BLANK_LINE.search(raw, 0, HEADER_BYTES)
    if blank is None:
        return _FOLD.sub(b" ", raw[:HEADER_BYTES]), b""
    return _FOLD.sub(b" ", raw[: blank.start()]), raw[blank.end() :]


def read_message_id(raw: bytes) -> str | None:
    """Return the Message-ID without brackets, or None."""
    header, _ = split_mail(raw)
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
    header, body = split_mail(raw)
    written = {
        line.partition(b":")[0].strip().lower(): line for line in _WRITTEN_ONCE.findall(header)
    }
    digest = hashlib.sha256()
    if not body or not (b"message-id" in written or {b"from", b"date"} <= written.keys()):
        digest.update(b"bytes\0" + raw)
        return digest.digest()
    for name in sorted(written):
        digest.update(b" ".join(written[name].split()) + b"\n")
    digest.update(b"\0" + body.replace(b"\r\n", b"\n").rstrip(b"\n"))
    return digest.digest()
