"""The body of a received mail with its images in place."""

from __future__ import annotations

from collections.abc import Mapping

from atum_desk.mime import MessageBody, place_images


def served_html(body: MessageBody, served: Mapping[str, str]) -> str | None:
    """Return the HTML of a body with its images in place.

    `served` maps Content-IDs to the addresses that serve them.
    """
    if body.html is None or not served:
        return body.html
    return place_images(body.html, served)
