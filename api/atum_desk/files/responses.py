"""How a file leaves: as a download, or shown in place when its content cannot run anything."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import msgspec

from atum_desk.files.content_types import SHOWN_IN_PLACE, UNKNOWN_TYPE
from atum_desk.files.filenames import content_disposition
from atum_desk.files.models import AttachmentContent
from atum_desk.files.problems import RangeNotSatisfiable
from atum_desk.files.store import FileStore

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


class Download(msgspec.Struct, frozen=True):
    """Bytes as they are read, and the headers that keep a browser from guessing what they are."""

    pieces: AsyncIterator[bytes]
    status: int
    headers: dict[str, str]


async def download(attachment: AttachmentContent, files: FileStore, *, inline: bool, wanted: str | None) -> Download:
    """Return the response to a download; `inline` is granted to harmless types only.

    `wanted` is the Range header: one range is honoured (RFC 9110, 14.2), several are not. Raises
    FileMissing and RangeNotSatisfiable.
    """
    shown = inline and attachment.mime_type in SHOWN_IN_PLACE
    start, end = _range_of(wanted, attachment.size) or (0, attachment.size)
    partial = (start, end) != (0, attachment.size)
    headers = {
        "Content-Type": attachment.mime_type if shown else UNKNOWN_TYPE,
        "Content-Length": str(end - start),
        "Content-Disposition": content_disposition(attachment.filename, inline=shown),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=31536000, immutable",
        "Accept-Ranges": "bytes",
        "ETag": f'"{attachment.sha256}"',
    }
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{attachment.size}"
    return Download(
        pieces=await files.stream(attachment.sha256, start, end), status=206 if partial else 200, headers=headers
    )


def _range_of(wanted: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte and the one after the last; None for the whole file."""
    found = _RANGE.match(wanted.replace(" ", "")) if wanted else None
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    if start >= end:
        raise RangeNotSatisfiable(size=size)
    return start, end
