"""The body of a message as an agent or a script sends it: text, or HTML made safe and readable."""

from __future__ import annotations

from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.sandbox.public import CleanedHtml, CleanHtml, TaskFailed, run_in_child
from atum_desk.tickets.commands.inline_images import name_images, place_named
from atum_desk.tickets.notices import HoldsImages, OneBody, TooComplex, TooMuch

PREVIEW_LENGTH = 200
# What is so small is cleaned at once: a child process would cost more than it saves.
INLINE_CHARACTERS = 10_000
INLINE_MARKS = 1_000


async def read_body(text: str | None, html: str | None, *, web_url: str) -> tuple[str, str | None]:
    """Return (text, safe HTML or None) of exactly one given body. Raises ValidationFailed.

    Images may point at attachments, relatively or below `web_url`; whether the message has them is
    asked by `require_attached`. Call it before a transaction: large HTML is cleaned in a child process.
    """
    if (text is None) == (html is None):
        raise ValidationFailed.of("text", OneBody())
    if html is not None:
        cleaned = await _clean(name_images(html, web_url))
        plain = clean_text(cleaned.text)
        if not plain.strip() and "<img" not in cleaned.html:
            raise ValidationFailed.of("html", Empty())
        return plain, place_named(cleaned.html)
    plain = clean_text(text or "")
    if not plain.strip():
        raise ValidationFailed.of("text", Empty())
    return plain, None


async def _clean(html: str) -> CleanedHtml:
    task = CleanHtml(html)
    try:
        small = len(html) <= INLINE_CHARACTERS and html.count("<") + html.count("&") <= INLINE_MARKS
        cleaned = task.run() if small else await run_in_child(task)
    except TaskFailed:
        raise ValidationFailed.of("html", TooComplex()) from None
    if cleaned.holds_images:
        raise ValidationFailed.of("html", HoldsImages())
    if cleaned.is_too_much:
        raise ValidationFailed.of("html", TooMuch())
    return cleaned


def clean_text(text: str) -> str:
    """Return text without NUL (PostgreSQL keeps none) and with plain line ends."""
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def preview_of(text: str) -> str:
    """Return the first words of a message on one line, as a list shows them."""
    return " ".join(text[: PREVIEW_LENGTH * 4].split())[:PREVIEW_LENGTH]


def normalise_tags(tags: list[str]) -> list[str]:
    """Return tags in lower case, trimmed, each once, in their order."""
    return list(dict.fromkeys(tag for tag in (clean_line(one.lower()) for one in tags) if tag))
