"""How a mail of ours looks: the answer, a thin line, where to read on. Nothing is quoted.

Only inline styles and no fixed colours for text, so that Outlook, Gmail and dark modes each show it
in their own way.
"""

from __future__ import annotations

import html
import re

import msgspec

from atum_desk.mime import REPLY_MARKER

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']")
_REPLY_PREFIX = re.compile(r"^\s*re\s*:", re.IGNORECASE)

PAGE = """\
<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\
<meta name="color-scheme" content="light dark"></head>
<body style="margin:0;padding:16px;font-family:'Segoe UI',Helvetica,Arial,sans-serif;font-size:15px;\
line-height:1.5">
<div style="font-size:12px;opacity:0.6">{marker}</div>
<div dir="auto" style="margin:16px 0">{body}</div>
<div style="border-top:1px solid #b0b0b0;padding-top:8px;font-size:12px;opacity:0.8">{footer}</div>
</body></html>
"""


class Rendering(msgspec.Struct, frozen=True):
    """Both bodies of a mail."""

    text: str
    html: str


def mail_subject(subject: str, number: int | None, *, answer: bool) -> str:
    """Return the subject line: `Re: ` in front of an answer and ` [#1042]` behind it."""
    line = " ".join(subject.split()) or "(no subject)"
    if answer and not _REPLY_PREFIX.match(line):
        line = f"Re: {line}"
    suffix = f"[#{number}]"
    return line if number is None or line.endswith(suffix) else f"{line} {suffix}"


def render_mail(
    text: str, body_html: str | None, *, number: int | None, link: str | None
) -> Rendering:
    """Return the text and the HTML part around an answer. `body_html` is sanitised or None."""
    request = f"Request #{number}" if number is not None else "Your request"
    plain = f"{REPLY_MARKER}\n\n{text.strip()}\n\n--------\n{request}"
    footer = html.escape(request)
    if link:
        plain += f": {link}"
        footer += f' &middot; <a href="{html.escape(link)}">See it in the portal</a>'
    page = PAGE.format(
        marker=html.escape(REPLY_MARKER), body=body_html or text_to_html(text), footer=footer
    )
    return Rendering(text=plain + "\n", html=page)


def text_to_html(text: str) -> str:
    """Return plain text as HTML: paragraphs, line breaks and links, everything else escaped."""
    paragraphs = re.split(r"\n\s*\n", text.strip().replace("\r\n", "\n"))
    return "\n".join(
        f'<p dir="auto" style="margin:0 0 12px">{_lines(part)}</p>' for part in paragraphs
    )


def _lines(paragraph: str) -> str:
    return "<br>\n".join(_linked(line) for line in paragraph.split("\n"))


def _linked(line: str) -> str:
    parts, end = [], 0
    for match in _LINK.finditer(line):
        address = html.escape(match.group())
        parts += [html.escape(line[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, html.escape(line[end:])])
