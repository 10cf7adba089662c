"""How a file leaves: as a download, or shown in place when its type cannot run anything."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from atum_desk.files.models import AttachmentContent

# Types a browser may show in place. SVG and HTML can run scripts and are always downloads.
SHOWN_IN_PLACE = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "application/pdf"}
)


class Download(msgspec.Struct, frozen=True):
    """Bytes, their type and the headers that keep a browser from guessing."""

    content: bytes
    mime_type: str
    headers: dict[str, str]


def download(attachment: AttachmentContent, content: bytes, *, inline: bool) -> Download:
    """Return the response to a download; `inline` is granted to harmless types only."""
    shown = inline and attachment.mime_type in SHOWN_IN_PLACE
    ascii_name = attachment.filename.encode("ascii", "replace").decode().replace('"', "'")
    disposition = "inline" if shown else "attachment"
    return Download(
        content=content,
        mime_type=attachment.mime_type if shown else "application/octet-stream",
        headers={
            "Content-Disposition": f'{disposition}; filename="{ascii_name}"; '
            f"filename*=UTF-8''{quote(attachment.filename)}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
            "Cache-Control": "private, max-age=31536000, immutable",
            "ETag": f'"{attachment.sha256}"',
        },
    )
