"""Content-Transfer-Encoding and text formats: encoded bytes to content bytes and lines."""

import binascii
import re

from atum_desk.kernel.notices import Notice

from . import oddities
from .encoded_words import decode_base64_chunk

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_IDENTITY = {"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "us-ascii", "ascii", "utf-8"}
_UU_BEGIN = re.compile(rb"^begin (?:[0-7]{3,4}) ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:`\r?\n)?end[ \t]*\r?$", re.MULTILINE)
_AFTER_PADDING = re.compile(rb"(=)[ \t]+[^\r\n]+")
_PADDED_END = re.compile(rb"=[ \t]*\r?\n")
_FOOTER = re.compile(rb"[^A-Za-z0-9+/=\s]|[^\s][ \t]+[^\s]")


def decode_transfer(data: bytes, encoding: str, *, is_text: bool) -> tuple[bytes, Notice | None]:
    """Undo the transfer `encoding`; return the content and what was odd or None.

    Broken base64 and quoted-printable give what can be read; an unknown encoding leaves the
    bytes as they are. A plain footer after encoded text is kept. Never raises.
    """
    if encoding in _IDENTITY:
        return data, None
    if encoding in ("base64", "base-64", "b"):
        padded = _PADDED_END.search(data) if is_text else None
        footer = data[padded.end() :] if padded else b""
        if padded and _FOOTER.search(footer):
            # List software appends its plain footer to a part that is encoded.
            content, _ = _decode_base64(data[: padded.end()])
            return content + b"\n" + footer, oddities.TextAfterBase64()
        return _decode_base64(data)
    if encoding in ("quoted-printable", "quotedprintable", "qp", "q"):
        return binascii.a2b_qp(data), None
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        found = find_uuencoded(data)
        return (found[0][1], None) if found else (data, oddities.NoUuencodeBegin())
    return data, oddities.UnknownEncoding(encoding[:40])


def _decode_base64(data: bytes) -> tuple[bytes, Notice | None]:
    letters = data.translate(None, _NOT_BASE64)
    foreign = len(data.translate(None, b" \t\r\n\v\f")) - len(letters)
    if foreign * 20 > len(letters):
        return data, oddities.NotBase64()
    # What follows the padding on its line is no data ("Cg== ignored").
    if b"= " in data or b"=\t" in data:
        letters = _AFTER_PADDING.sub(rb"\1", data).translate(None, _NOT_BASE64)
    chunks = [chunk for chunk in letters.split(b"=") if chunk]
    problem = oddities.BrokenBase64() if any(len(chunk) % 4 == 1 for chunk in chunks) else None
    return b"".join(decode_base64_chunk(chunk) for chunk in chunks), problem


def find_uuencoded(data: bytes) -> list[tuple[str, bytes, int, int]]:
    """Return (name, content, start, end) of each complete uuencoded file within `data`."""
    found: list[tuple[str, bytes, int, int]] = []
    position = 0
    while begin := _UU_BEGIN.search(data, position):
        end = _UU_END.search(data, begin.end())
        if not end:
            break
        position = end.end()
        content = _decode_uu_lines(data[begin.end() : end.start()])
        if content is not None:
            name = begin.group(1).decode("utf-8", "replace").strip()
            found.append((name, content, begin.start(), end.end()))
    return found


def _decode_uu_lines(block: bytes) -> bytes | None:
    decoded: list[bytes] = []
    for line in block.splitlines():
        if not line:
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                return None
    return b"".join(decoded)


def normalise_lines(text: str) -> str:
    """End every line with one line feed, whatever ended it before."""
    if "\r" not in text:
        return text
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def unwrap_flowed(text: str, *, deletes_space: bool) -> str:
    """Join the soft line breaks of format=flowed; `deletes_space` is DelSp=yes (RFC 3676)."""
    lines: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        is_signature = content == "-- "
        is_soft = content.endswith(" ") and not is_signature
        kept = content[:-1] if is_soft and deletes_space else content
        if open_depth == depth and not is_signature:
            lines[-1].append(kept)
        else:
            lines.append([">" * depth + (" " if depth and content else "") + kept])
        open_depth = depth if is_soft else None
    return "\n".join("".join(pieces) for pieces in lines)
