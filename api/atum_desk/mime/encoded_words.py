"""Encoded words of header fields (RFC 2047), broken ones as far as possible."""

import binascii
import re
from collections.abc import Iterator

from .charset import clean_text, decode_text

_SPACES = re.compile(r"[ \t\r\n]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_words(text: str) -> str:
    """Decode the encoded words of RFC 2047 in `text`, broken ones as far as possible.

    Neighbouring words of one charset are joined before decoding, because many senders split a
    character between two words.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending: tuple[str, str, list[str]] | None = None
    position = 0
    for start, end, charset, encoding, payload in _encoded_words(text):
        gap = text[position:start]
        if pending and not gap.strip() and pending[:2] == (charset, encoding):
            pending[2].append(payload)
        else:
            _flush_words(pieces, pending)
            if gap.strip() or not pending:
                pieces.append(gap)
            pending = (charset, encoding, [payload])
        position = end
    _flush_words(pieces, pending)
    pieces.append(text[position:])
    return clean_text("".join(pieces))


def _encoded_words(text: str) -> Iterator[tuple[int, int, str, str, str]]:
    position = 0
    while (start := text.find("=?", position)) >= 0:
        charset_end = text.find("?", start + 2, start + 80)
        if charset_end < 0 or text[charset_end + 2 : charset_end + 3] != "?":
            position = start + 2
            continue
        encoding = text[charset_end + 1].lower()
        if encoding not in "bq":
            position = start + 2
            continue
        end = text.find("?=", charset_end + 3)
        if end < 0:
            # Nothing that follows ends either; to look again for each would take the square of the time.
            return
        # A quoted-printable payload may begin with "=": "?q?=41?=" must not end at "?=41".
        if end == charset_end + 2:
            end = text.find("?=", charset_end + 4)
            if end < 0:
                return
        charset = text[start + 2 : charset_end].split("*", 1)[0].strip().lower()
        yield start, end + 2, charset, encoding, text[charset_end + 3 : end]
        position = end + 2


def _flush_words(pieces: list[str], pending: tuple[str, str, list[str]] | None) -> None:
    if not pending:
        return
    charset, encoding, payloads = pending
    is_base64 = encoding == "b"
    data = _decode_base64_words(payloads) if is_base64 else b"".join(map(_decode_q, payloads))
    text, _ = decode_text(data, charset)
    pieces.append(_SPACES.sub(" ", text) if "\n" in text or "\r" in text else text)


def _decode_base64_words(payloads: list[str]) -> bytes:
    chunks = [_NOT_BASE64.sub(b"", payload.encode("ascii", "ignore")) for payload in payloads]
    # Padding inside means each word was encoded by itself; otherwise one text was cut anywhere.
    if any("=" in payload for payload in payloads[:-1]):
        return b"".join(decode_base64_chunk(chunk) for chunk in chunks)
    return decode_base64_chunk(b"".join(chunks))


def decode_base64_chunk(chunk: bytes) -> bytes:
    """Decode base64 letters without padding; a lone last letter, which holds no byte, is left."""
    remainder = len(chunk) % 4
    if remainder == 1:
        chunk = chunk[:-1]
    elif remainder:
        chunk += b"=" * (4 - remainder)
    return binascii.a2b_base64(chunk)


def _decode_q(payload: str) -> bytes:
    return binascii.a2b_qp(payload.encode("utf-8", "replace"), header=True)
