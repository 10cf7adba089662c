"""The body of a received mail as a message: the new text, the history folded away, safe HTML."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from atum_desk.mime import ParsedMail, sanitise_html, strip_quote_html, strip_quote_text

TEXT_CHARACTERS = 500_000
HTML_CHARACTERS = 2_000_000
CUT = "\n\n[The rest is in the original mail.]"


class MessageBody(msgspec.Struct, frozen=True):
    """Text without quoted history, the history, and sanitised HTML without it."""

    text: str
    quoted: str | None
    html: str | None


def message_body(mail: ParsedMail, cid: Mapping[str, str]) -> MessageBody:
    """Return a mail's body. `cid` maps Content-IDs to the addresses that serve them.

    What is longer than a thread can show is cut and says so; the original mail stays complete.
    """
    text, quoted = strip_quote_text(mail.text)
    html = None
    if mail.html_raw and len(mail.html_raw) <= HTML_CHARACTERS:
        reply, _ = strip_quote_html(mail.html_raw)
        html = sanitise_html(reply, cid=cid)
    return MessageBody(text=_bounded(text), quoted=_bounded(quoted) or None, html=html)


def _bounded(text: str) -> str:
    return text if len(text) <= TEXT_CHARACTERS else text[:TEXT_CHARACTERS] + CUT
