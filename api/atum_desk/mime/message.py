"""The body of a received mail as a message: the new text, the history folded away, safe HTML."""

from __future__ import annotations

import re

import msgspec

from .html_text import html_to_text
from .models import Omission, ParsedMail
from .quote import PartedText, part_text
from .quote_html import strip_quote_html
from .sanitise import sanitise_html

TEXT_CHARACTERS = 500_000
HTML_CHARACTERS = 4_000_000
SEARCHED_CHARACTERS = 2_000_000
# Longer HTML is not made safe a second time for the body with its history.
WHOLE_HTML_CHARACTERS = 500_000
# So much of the history is enough to say whether a ticket holds it.
HISTORY_CHARACTERS = 20_000
# Text that is nothing but encoding is never a short one: keys and tokens are sent on purpose.
ENCODED_CHARACTERS = 400
# So much of it within other words is left out; certificates and logs stay.
ENCODED_RUN_CHARACTERS = 20_000
CUT = "\n\n[The rest is in the original mail.]"
ENCODED = "[Encoded data, which the original mail holds.]"
UNREADABLE = "[This message holds nothing that can be read. The original mail has all of it.]"

_ENCODED_LINE = re.compile(r"[A-Za-z0-9+/=_-]{40,}+")
_ENCODED_REST = re.compile(r"(?=\D{0,40}\d|[^=]{0,80}=)[A-Za-z0-9+/=_-]{1,200}+")
_MIME_LINE = re.compile(
    r"(?:content-(?:type|transfer-encoding|disposition|id)|mime-version)[ \t]*:|--[^\s]{1,200}+\s{0,20}+$"
    r"|[ \t]{1,40}(?:boundary|charset|name|filename|format)=",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_CONTENT_ID = re.compile(r"cid:([^\"'\s<>]{1,998})", re.IGNORECASE)


class MessageBody(msgspec.Struct, frozen=True):
    """Text without quoted history, the history, and sanitised HTML without it.

    Images of Content-IDs wait in `data-cid`; `place_images` gives them their addresses. `content_ids`
    are those the HTML shows, `omitted` is what is not in these fields although the mail holds it.
    `whole` is the body with nothing hidden, None when nothing is; `history` is the beginning of what
    is hidden, without signatures.
    """

    text: str
    quoted: str | None
    html: str | None
    content_ids: frozenset[str] = frozenset()
    omitted: tuple[Omission, ...] = ()
    whole: MessageBody | None = None
    history: str = ""


def message_body(mail: ParsedMail) -> MessageBody:
    """Return a mail's body. What is longer than a thread can show is cut, and says so."""
    parted = part_text(_bounded(mail.text, SEARCHED_CHARACTERS))
    reply_html, quoted_html = strip_quote_html(mail.html_raw) if mail.html_raw else ("", "")
    if quoted_html and not parted.quoted:
        # The text part came without the history that the HTML ends in.
        quoted = html_to_text(quoted_html)
        parted = PartedText(parted.reply, quoted, quoted)
    body = _shown(mail, parted.reply, parted.quoted, reply_html)
    if not parted.quoted:
        return body
    text = _bounded(mail.text, SEARCHED_CHARACTERS).strip("\n").rstrip()
    whole = _shown(mail, text, "", _short(mail.html_raw))
    return msgspec.structs.replace(body, whole=whole, history=parted.history[:HISTORY_CHARACTERS])


def _short(html: str | None) -> str | None:
    return html if html and len(html) <= WHOLE_HTML_CHARACTERS else None


def _shown(mail: ParsedMail, text: str, quoted: str, markup: str | None) -> MessageBody:
    """Return a body of these pieces of a mail, bounded and safe."""
    omitted: list[Omission] = list(mail.omitted)
    is_cut = len(mail.text) > SEARCHED_CHARACTERS or max(len(text), len(quoted)) > TEXT_CHARACTERS
    if is_cut:
        omitted.append("text")
    html = _safe_html(mail, markup, omitted)
    shown = _without_encoding(text, omitted)
    if shown.strip() == ENCODED or (not shown.strip() and _is_unreadable(mail, html)):
        shown = UNREADABLE
        if "encoded" in omitted:
            omitted.remove("encoded")
        omitted.append("unreadable")
        # HTML that says no more than its text did would show the same encoding.
        html = html if html and "<img" in html else None
    return MessageBody(
        text=_bounded(shown, TEXT_CHARACTERS, CUT),
        quoted=_bounded(quoted, TEXT_CHARACTERS, CUT) or None,
        html=html,
        content_ids=frozenset(_CONTENT_ID.findall(mail.html_raw or "")),
        omitted=tuple(dict.fromkeys(omitted)),
    )


def _safe_html(mail: ParsedMail, markup: str | None, omitted: list[Omission]) -> str | None:
    if not mail.html_raw:
        return None
    safe = sanitise_html(markup) if markup is not None else ""
    if markup is None or len(safe) > HTML_CHARACTERS:
        # References are longer than what they stand for; the text says it all.
        omitted.append("html")
        return None
    return safe


def _is_unreadable(mail: ParsedMail, html: str | None) -> bool:
    """Say whether a mail without words has something in its body all the same, but no image."""
    return bool(mail.html_raw or mail.omitted) and "<img" not in (html or "")


def _without_encoding(text: str, omitted: list[Omission]) -> str:
    """Return a text with long runs of encoded lines replaced by a sentence."""
    if len(text) < ENCODED_CHARACTERS or text.lstrip().startswith("-----BEGIN "):
        return text
    if len(_CONTROL.findall(text)) * 4 > len(text):
        omitted.append("encoded")
        return ENCODED
    lines = text.split("\n")
    encoded = [_is_encoded(line) for line in lines]
    for number in range(len(lines) - 1, 0, -1):
        # From below, so that only the line right under an encoded one counts as its rest.
        encoded[number] |= encoded[number - 1] and _is_rest(lines[number], lines[number - 1])
    if all(is_encoded or _is_wrapping(line) for line, is_encoded in zip(lines, encoded, strict=True)):
        omitted.append("encoded")
        return ENCODED
    return _without_runs(lines, encoded, omitted)


def _without_runs(lines: list[str], encoded: list[bool], omitted: list[Omission]) -> str:
    kept: list[str] = []
    run: list[str] = []
    for line, is_encoded in [*zip(lines, encoded, strict=True), ("", False)]:
        if is_encoded:
            run.append(line)
            continue
        if sum(map(len, run)) >= ENCODED_RUN_CHARACTERS:
            omitted.append("encoded")
            run = [ENCODED]
        kept += run
        kept.append(line)
        run = []
    return "\n".join(kept[:-1])


def _is_encoded(line: str) -> bool:
    """Say whether a line is base64 or the like: long, without a space, letters and digits mixed."""
    bare = line.strip()
    if not _ENCODED_LINE.fullmatch(bare):
        return False
    return len(set(bare[:400])) > 12 and any(char.isdigit() or char.isupper() for char in bare[:400])


def _is_rest(line: str, above: str) -> bool:
    """Say whether a line below encoded ones is the short end of them, and no word."""
    bare = line.strip()
    return len(bare) < len(above.strip()) and _ENCODED_REST.fullmatch(bare) is not None


def _is_wrapping(line: str) -> bool:
    """Say whether a line stands around encoded lines: none, a short rest, or a header of MIME."""
    bare = line.strip()
    short_rest = len(bare) < 80 and bare.endswith("=") and " " not in bare
    return not bare or short_rest or _MIME_LINE.match(line) is not None


def _bounded(text: str, most: int, words: str = "") -> str:
    """Return a text of at most `most` characters, cut at a line or a space where there is one."""
    if len(text) <= most:
        return text
    cut = max(text.rfind("\n", most - 2_000, most), text.rfind(" ", most - 2_000, most))
    return text[: cut if cut > 0 else most] + words
