"""Messages that a mail carries whole to somebody else, each below a head that says whose it is."""

from __future__ import annotations

import html
from collections.abc import Sequence

from atum_desk.outbox.compose.mail_texts import ENGLISH, mail_text
from atum_desk.outbox.compose.text_html import text_to_html, without_blank_ends
from atum_desk.outbox.models import ForwardedMessage

HEAD_STYLE = "margin:24px 0 12px;opacity:0.8"


def forwarded_text(messages: Sequence[ForwardedMessage], language: str = ENGLISH) -> str:
    """Return messages, the oldest first, as plain text; "" for none."""
    return "\n\n".join("\n".join(_head(one, language)) + f"\n\n{without_blank_ends(one.text)}" for one in messages)


def forwarded_html(messages: Sequence[ForwardedMessage], language: str = ENGLISH) -> str:
    """Return messages, the oldest first, as HTML; their images are those of the mail's own files."""
    return "".join(
        f'<div dir="auto" style="{HEAD_STYLE}">{"<br>".join(map(html.escape, _head(one, language)))}</div>\n'
        f'<div dir="auto" style="margin:0 0 16px">{one.html or text_to_html(one.text)}</div>\n'
        for one in messages
    )


def _head(message: ForwardedMessage, language: str) -> list[str]:
    at = message.created_at
    author = f"{message.author_name} <{message.author_email}>" if message.author_email else message.author_name
    lines = [
        mail_text("frame.forwarded", language),
        mail_text("frame.forwarded_from", language, author=author),
        mail_text("frame.forwarded_date", language, date=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}"),
    ]
    if message.to:
        people = ", ".join(one.name or one.address for one in message.to)
        lines.append(mail_text("frame.forwarded_to", language, people=people))
    return lines
