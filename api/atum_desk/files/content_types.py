"""What a file is, by its content: the type that a sender names is only a hint among harmless ones."""

from __future__ import annotations

import re

import puremagic

# As much of a file's beginning as is looked at.
HEAD_BYTES = 4096
UNKNOWN_TYPE = "application/octet-stream"
TEXT_TYPE = "text/plain"
# Types a browser may show in place: pictures that cannot run anything. PDF is none of them.
SHOWN_IN_PLACE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})

_TYPE = re.compile(r"^[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}$")
# What must never be taken for something else. Each is tried in order at the file's beginning.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.S), "image/webp"),
    (re.compile(rb"....ftyp(avif|avis)", re.S), "image/avif"),
    (re.compile(rb"MZ|ZM"), "application/vnd.microsoft.portable-executable"),
    (re.compile(rb"\x7fELF"), "application/x-executable"),
    (re.compile(rb"\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]"), "application/x-mach-binary"),
    (re.compile(rb"L\x00\x00\x00\x01\x14\x02\x00"), "application/x-ms-shortcut"),
    (re.compile(rb"#!"), "text/x-shellscript"),
)
# Readers look for it within the first kilobyte.
_PDF = re.compile(rb"%PDF-")
_PDF_BYTES = 1024
# The WHATWG sniffing standard's marks of HTML, and what XML and SVG begin with.
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|img|form|base|meta|link)"
    rb"[\s>/]|<!--",
    re.I,
)
_SVG = re.compile(rb"<(?:[a-z0-9]+:)?svg[\s>]", re.I)
_XHTML = re.compile(rb"<(?:[a-z0-9]+:)?html[\s>]", re.I)
# A text's own type is believed, but for these, which a browser would run.
_ACTIVE_TEXT = re.compile(r"html|xml|svg|script|x-shockwave|hta$")
_CONTAINERS = ("application/vnd.openxmlformats", "application/vnd.oasis", "application/epub")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_TYPES = frozenset(
    {
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.ms-outlook",
        "application/vnd.visio",
    }
)


def detect_type(head: bytes, claimed: str) -> str:
    """Return the type of a file by its first `HEAD_BYTES` bytes.

    `claimed` is what its sender says. It chooses among the types that content cannot tell apart
    (kinds of text, of office files, of unknown bytes), and never makes a file one that is shown.
    """
    head, claimed = head[:HEAD_BYTES], clean_type(claimed)
    for signature, found in _SIGNATURES:
        if signature.match(head):
            return found
    if _PDF.search(head[:_PDF_BYTES]):
        return "application/pdf"
    text = _as_text(head)
    if text is not None:
        return _text_type(text, claimed)
    if head.startswith(_ZIP):
        return claimed if claimed.startswith(_CONTAINERS) else _guess(head, "application/zip")
    if head.startswith(_OLE) and claimed in _OLE_TYPES:
        return claimed
    return _guess(head, _unknown(claimed))


def clean_type(claimed: str) -> str:
    """Return a well-formed lower-case type, or the type of unknown bytes."""
    kind = claimed.partition(";")[0].strip().lower()
    return kind if _TYPE.match(kind) else UNKNOWN_TYPE


def _as_text(head: bytes) -> bytes | None:
    """Return the text of a file that is one, in UTF-8 for the looks below; None for other bytes."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "ignore").encode()
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return None
    return head.removeprefix(b"\xef\xbb\xbf")


def _text_type(text: bytes, claimed: str) -> str:
    begin = text.lstrip()
    if begin.startswith(b"<"):
        if _SVG.search(text):
            return "image/svg+xml"
        if _MARKUP.match(begin) or _XHTML.search(text):
            return "text/html"
        if begin.startswith((b"<?xml", b"<!")):
            return "application/xml"
    if claimed == UNKNOWN_TYPE or claimed.startswith(("image/", "audio/", "video/", "font/")):
        return TEXT_TYPE
    if claimed == "application/pdf" or _ACTIVE_TEXT.search(claimed):
        return TEXT_TYPE
    return claimed


def _guess(head: bytes, otherwise: str) -> str:
    """Return what the library knows these bytes by, unless it would be shown or run."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return otherwise
    types = [clean_type(one.mime_type) for one in found if one.mime_type]
    sound = [one for one in types if one not in SHOWN_IN_PLACE and not _ACTIVE_TEXT.search(one)]
    return otherwise if not sound or otherwise in sound else sound[0]


def _unknown(claimed: str) -> str:
    """Return a claimed type of bytes that nothing is known of, if no known signature goes with it."""
    known = claimed.startswith(("image/", "text/")) or claimed == "application/pdf"
    return UNKNOWN_TYPE if known or _ACTIVE_TEXT.search(claimed) else claimed
