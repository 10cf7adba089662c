"""The body of a message as an agent or a script sends it: text, or HTML made safe and readable."""

from __future__ import annotations

from atum_desk.kernel.one_line import clean_line
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.mime import html_to_text, sanitise_html

PREVIEW_LENGTH = 200


def read_body(text: str | None, html: str | None) -> tuple[str, str | None]:
    """Return (text, safe HTML or None) of exactly one given body. Raises ValidationFailed."""
    if (text is None) == (html is None):
        raise ValidationFailed.of("text", "give either text or html")
    if html is not None:
        safe = sanitise_html(html)
        plain = clean_text(html_to_text(safe))
        if not plain.strip() and "<img" not in safe:
            raise ValidationFailed.of("html", "is empty")
        return plain, safe
    plain = clean_text(text or "")
    if not plain.strip():
        raise ValidationFailed.of("text", "is empty")
    return plain, None


def clean_text(text: str) -> str:
    """Return text without NUL (PostgreSQL keeps none) and with plain line ends."""
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def preview_of(text: str) -> str:
    """Return the first words of a message on one line, as a list shows them."""
    return " ".join(text[: PREVIEW_LENGTH * 4].split())[:PREVIEW_LENGTH]


def normalise_tags(tags: list[str]) -> list[str]:
    """Return tags in lower case, trimmed, each once, in their order."""
    return list(dict.fromkeys(tag for tag in (clean_line(one.lower()) for one in tags) if tag))
