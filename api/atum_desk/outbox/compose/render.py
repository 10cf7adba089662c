"""How a mail of ours looks: the answer, a thin line, where to read on, and what it is asked to quote.

No tables, only inline styles, and no colour for the answer, so that Outlook, Gmail and dark modes
each show it in their own way; what is around it is of a grey that reads on white and on black. A
team's layout puts its words around the answer.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import msgspec

from atum_desk.kernel.one_line_text import clean_line
from atum_desk.mime import REPLY_MARKER
from atum_desk.outbox.compose.forwarded_messages import forwarded_html, forwarded_text
from atum_desk.outbox.compose.mail_texts import ENGLISH, mail_text
from atum_desk.outbox.compose.placeholders import fill, first_name
from atum_desk.outbox.compose.quoted_history import quote_html, quote_text
from atum_desk.outbox.compose.text_html import text_to_html, without_blank_ends
from atum_desk.outbox.models import ForwardedMessage, Layout, MailNames, QuotedMessage, SenderForm
from atum_desk.signatures.public import SignatureTexts

_REPLY_PREFIX = re.compile(r"^\s*re\s*:", re.IGNORECASE)

PAGE = """\
<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\
<meta name="color-scheme" content="light dark">\
<meta name="supported-color-schemes" content="light dark"></head>
<body style="margin:0;padding:16px;font-family:'Segoe UI',Helvetica,Arial,sans-serif;font-size:15px;\
line-height:1.5">
{marker}{intro}<div dir="auto" style="margin:16px 0">{body}</div>
{signature}{forwarded}\
<div style="border-top:1px solid #b0b0b0;padding-top:8px;font-size:12px;color:#767676">{footer}</div>
{quotes}</body></html>
"""

MARKER_LINE = f'<div style="font-size:12px;color:#767676">{html.escape(REPLY_MARKER)}</div>\n'


class Rendering(msgspec.Struct, frozen=True):
    """Both bodies of a mail, and the text for where it travels alone."""

    text: str
    html: str
    plain: str


def mail_subject(subject: str, number: int | None, *, answer: bool, language: str = ENGLISH) -> str:
    """Return the subject line: `Re: ` in front of an answer and ` [#1042]` behind it."""
    line = clean_line(subject) or mail_text("frame.no_subject", language)
    if answer and not _REPLY_PREFIX.match(line):
        line = f"Re: {line}"
    suffix = f"[#{number}]"
    return line if number is None or line.endswith(suffix) else f"{line} {suffix}"


def values_of(names: MailNames, *, subject: str, number: int | None, link: str | None) -> dict[str, str]:
    """Return what the placeholders of a layout stand for in one mail."""
    return {
        "agent.name": names.agent,
        "agent.first_name": first_name(names.agent),
        "team.name": names.team,
        "mailbox.name": names.mailbox,
        "mailbox.address": names.mailbox_address,
        "requester.name": names.requester,
        "requester.first_name": first_name(names.requester),
        "ticket.number": str(number) if number is not None else "",
        "ticket.subject": clean_line(subject),
        "link": link or "",
    }


def sender_name(layout: Layout, values: dict[str, str], language: str = ENGLISH, form: SenderForm | None = None) -> str:
    """Return the name a mail comes from: "Ann Lee at Support", or "Support" where nobody wrote it.

    The form that its mailbox chose goes before the layout's text.
    """
    agent, mailbox = "{{agent.name}}", "{{mailbox.name}}"
    if not values["agent.name"] or form == "mailbox":
        usual = mailbox
    else:
        usual = agent if form == "agent" else mail_text("frame.sender", language, agent=agent, mailbox=mailbox)
    return " ".join(fill(usual if form else layout.sender or usual, values).split())[:200]


def subject_line(
    layout: Layout,
    values: dict[str, str],
    subject: str,
    number: int | None,
    *,
    answer: bool = True,
    language: str = ENGLISH,
) -> str:
    """Return the subject of an answer, or of a ticket's first mail, as the layout wants it."""
    line = " ".join(fill(layout.subject, values).split())[:900] if layout.subject else ""
    return line or mail_subject(subject, number, answer=answer, language=language)


def render_mail(
    text: str,
    body_html: str | None,
    *,
    number: int | None,
    link: str | None,
    layout: Layout | None = None,
    values: dict[str, str] | None = None,
    marker: bool = False,
    quotes: Sequence[QuotedMessage] = (),
    forwarded: Sequence[ForwardedMessage] = (),
    language: str = ENGLISH,
    signature: SignatureTexts | None = None,
) -> Rendering:
    """Return the bodies around an answer. `body_html` is sanitised or None, `quotes` newest first.

    `forwarded` are messages that it carries whole, the oldest first.

    `language` is that of its reader, for what neither the answer nor the layout says. Without a `signature`
    stands that of the layout; one with an empty text is none. Its HTML is sanitised.
    """
    layout, values = layout or Layout(), values or {}
    intro, below = (without_blank_ends(fill(part, values)) for part in (layout.intro, layout.signature))
    below_html = None
    if signature is not None:
        below, below_html = without_blank_ends(signature.text), signature.html
    text = without_blank_ends(text)
    plain_footer, footer = _footer(layout, values, number, link, language)
    quoted = quote_text(quotes, language)
    carried = forwarded_text(forwarded, language)
    parts = [REPLY_MARKER if marker else "", intro, text, below, carried, f"--------\n{plain_footer}", quoted]
    page = PAGE.format(
        marker=MARKER_LINE if marker else "",
        body=body_html or text_to_html(text),
        footer=footer,
        intro=_block(intro, "margin:16px 0 0"),
        signature=_block(below, "margin:16px 0", below_html),
        forwarded=forwarded_html(forwarded, language),
        quotes=f'<div style="margin:24px 0 0">{quote_html(quotes, language)}</div>\n' if quotes else "",
    )
    return Rendering(text=_joined(parts), html=page, plain=_joined([text, carried, quoted]))


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _footer(
    layout: Layout, values: dict[str, str], number: int | None, link: str | None, language: str
) -> tuple[str, str]:
    if layout.footer:
        words = without_blank_ends(fill(layout.footer, values))
        return words, text_to_html(words)
    request = mail_text("frame.your_request", language)
    if number is not None:
        request = mail_text("frame.request", language, number=number)
    if not link:
        return request, html.escape(request)
    shown = f'<a href="{html.escape(link)}">{html.escape(mail_text("frame.see_in_portal", language))}</a>'
    return f"{request}: {link}", f"{html.escape(request)} &middot; {shown}"


def _block(words: str, style: str, marked: str | None = None) -> str:
    return f'<div dir="auto" style="{style}">{marked or text_to_html(words)}</div>\n' if words else ""
