"""Images that a message of an agent or a script shows in place: attachments that its HTML points at."""

from __future__ import annotations

import re
from collections.abc import Collection

from atum_desk.kernel.problems import ValidationFailed
from atum_desk.mime import place_images
from atum_desk.tickets.notices import NotAttached

_CONTENT_ID = "atum-attachment-"
_PLACED = re.compile(r'<img\b[^>]* src="/api/v1/attachments/(\d{1,18})\?inline=1"')


def name_images(html: str, web_url: str) -> str:
    """Return HTML whose images of attachments have a Content-ID for an address.

    The sanitiser keeps no address that is relative, and takes one with a host for remote.
    """
    pointing = re.compile(
        rf"""(?<![\w-])src\s*=\s*(["']?)(?:{re.escape(web_url)})?"""
        r"""/api/v1/attachments/(\d{1,18})(?:\?inline=1)?\1(?=[\s/>])""",
        re.IGNORECASE,
    )
    return pointing.sub(rf'src="cid:{_CONTENT_ID}\2"', html)


def place_named(safe: str) -> str:
    """Return sanitised HTML with the images of `name_images` served from their attachments."""
    found = set(re.findall(rf'data-cid="{_CONTENT_ID}(\d{{1,18}})"', safe))
    served = {f"{_CONTENT_ID}{one}": f"/api/v1/attachments/{one}?inline=1" for one in found}
    return place_images(safe, served) if served else safe


def shown_attachments(html: str | None) -> set[int]:
    """Return the attachments that stored HTML shows in place."""
    return {int(one) for one in _PLACED.findall(html or "")}


def require_attached(html: str | None, attachment_ids: Collection[int]) -> None:
    """Raise ValidationFailed when HTML shows an attachment that the message does not have."""
    for one in sorted(shown_attachments(html) - set(attachment_ids)):
        raise ValidationFailed.of("html", NotAttached(one))
