"""The history that a mail quotes below an answer, as people know it from their mail programs."""

from __future__ import annotations

import html
from collections.abc import Sequence

from atum_desk.mime import tokenise
from atum_desk.outbox.compose.mail_texts import ENGLISH, mail_text
from atum_desk.outbox.compose.text_html import text_to_html, without_blank_ends
from atum_desk.outbox.models import QuotedMessage

MAX_QUOTED_MESSAGES = 5
# Of a reply that quotes all; older ones are in the mails that its reader has.
MOST_QUOTED_MESSAGES = 50
MOST_QUOTED_CHARS = 200_000
# Of one message; more of it is in the mail that its reader has.
MAX_QUOTED_CHARS = 10_000
MAX_QUOTED_HTML_CHARS = 50_000
CUT = "[...]"
# The left side in every direction: Outlook and Gmail know no logical properties.
BLOCK_STYLE = "margin:4px 0 12px;padding-left:12px;border-left:2px solid #b0b0b0"


def quote_text(messages: Sequence[QuotedMessage], language: str = ENGLISH) -> str:
    """Return messages, the newest first, each below a line that says whose it is."""
    return "\n\n".join(f"{_attribution(one, language)}\n{_quoted(_bounded(one.text))}" for one in messages)


def quote_html(messages: Sequence[QuotedMessage], language: str = ENGLISH) -> str:
    """Return messages as HTML. Their images stay out: those of others may tell who reads them."""
    return "".join(
        f'<div dir="auto">{html.escape(_attribution(one, language))}</div>\n'
        f'<blockquote type="cite" dir="auto" style="{BLOCK_STYLE}">{_body(one)}</blockquote>\n'
        for one in messages
    )


def _attribution(message: QuotedMessage, language: str) -> str:
    at = message.created_at
    return mail_text("frame.wrote", language, date=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}", author=message.author_name)


def _quoted(text: str) -> str:
    """Return lines with a mark in front; a line that is a quote already gets no space (RFC 3676, 4.5)."""
    lines = text.split("\n")
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)


def _bounded(text: str) -> str:
    text = without_blank_ends(text)
    if len(text) <= MAX_QUOTED_CHARS:
        return text
    cut = text[:MAX_QUOTED_CHARS]
    whole_lines, _, _ = cut.rpartition("\n")
    return f"{whole_lines or cut}\n{CUT}"


def _body(message: QuotedMessage) -> str:
    if message.html is None or len(message.html) > MAX_QUOTED_HTML_CHARS:
        return text_to_html(_bounded(message.text))
    return "".join(
        "" if token.kind == "start" and token.name == "img" else token.source for token in tokenise(message.html)
    )
