"""Stored HTML as it leaves: what the sanitiser changed for display only is changed back.

In the desk remote images wait to be asked for, inline images are served by the API and links open
elsewhere. The reader of a mail has neither the API nor the desk's frame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from atum_desk.mime import INLINE_SOURCE, REMOTE_SOURCE, Token, read_attributes, tokenise

_ATTACHMENT = re.compile(r"/api/v1/attachments/(\d{1,18})(?:\?inline=1)?")
# What the sanitiser adds to every link for the frame of the desk.
_LINK_DISPLAY = {"target": "_blank", "rel": "noopener noreferrer nofollow"}


def outgoing_html(page: str, *, web_url: str, images: Mapping[int, str]) -> tuple[str, set[int]]:
    """Return the HTML of a mail and which of `images` it shows.

    `images` are Content-IDs (without brackets) by the id of an attachment that travels along. An
    image that its reader could not load is replaced by its alternative text.
    """
    used: set[int] = set()
    written = []
    for token in tokenise(page):
        if token.kind == "start" and token.name == "img":
            written.append(_image(token, web_url, images, used))
        elif token.kind == "start" and token.name == "a":
            written.append(_link(token, web_url))
        else:
            written.append(token.source)
    return "".join(written), used


def _image(token: Token, web_url: str, images: Mapping[int, str], used: set[int]) -> str:
    attributes = read_attributes(token.attributes)
    attributes.pop(INLINE_SOURCE, None)
    remote = attributes.pop(REMOTE_SOURCE, "")
    source = attributes.pop("src", "") or remote
    if own := _ATTACHMENT.fullmatch(source.removeprefix(web_url)):
        attachment_id = int(own.group(1))
        content_id = images.get(attachment_id)
        if content_id is not None:
            used.add(attachment_id)
        source = f"cid:{content_id}" if content_id is not None else ""
    if not source:
        return escape(attributes.get("alt", ""))
    return _tag("img", {"src": source} | attributes)


def _link(token: Token, web_url: str) -> str:
    attributes = read_attributes(token.attributes)
    if attributes.get("href", "").startswith("/"):
        attributes["href"] = web_url + attributes["href"]
    shown = _LINK_DISPLAY.items()
    return _tag("a", {name: value for name, value in attributes.items() if (name, value) not in shown})


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"
