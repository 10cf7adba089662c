"""What the elements of HTML say about history: the names that mail programs give to quotes."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from .html_text import TextLine
from .html_tokens import VOID_TAGS, Token, read_attributes
from .quote_blocks import is_quote, is_worded_rule, splits_field
from .quote_evidence import has_date

MAX_INTRODUCTION_LINES = 12
MAX_OPEN_LOOKED_AT = 50
MAX_ELEMENTS = 500

# What an element holds: words above a quote, header lines above all the rest, or history itself.
# A line drawn above proves header lines only where they are such.
_Role = Literal["prefix", "header", "container", "bordered"]
# Classes, ids and markers by program: Thunderbird, Gmail; Outlook on the web, Zimbra; Yahoo, Proton,
# Zoho, Tuta, Outlook for Mac, Front, Skiff.
_ROLES: dict[_Role, tuple[str, ...]] = {
    "prefix": ("moz-cite-prefix", "gmail_attr"),
    "header": ("divrplyfwdmsg", "__headers__", "outlookmessageheader"),
    "container": (
        "yahoo_quoted",
        "protonmail_quote",
        "zmail_extra",
        "tutanota_quote",
        "olk_src_body_section",
        "__quoted_text__",
        "front-blockquote",
        "iosymail",
        "skiff_quote",
        "gmail_quote",
    ),
}
_NAMES = tuple((name, role) for role, names in _ROLES.items() for name in names)
_BORDER_ABOVE = re.compile(r"border-top(?:-style)?\s{0,3}:[^;\"]{0,60}solid")
_NAMING_ATTRIBUTES = ("class", "id", "data-marker")


class Structure(msgspec.Struct, frozen=True):
    """Where the elements of an HTML mail say that history begins, by number of the line.

    `introductions` hold (end of the introduction, end of the history with it); `forwards` are lines
    that begin a forwarded mail.
    """

    introductions: dict[int, tuple[int, int]]
    forwards: frozenset[int]


def read_structure(tokens: Sequence[Token], lines: Sequence[TextLine], texts: Sequence[str]) -> Structure:
    """Return what the elements say; takes time proportional to their number."""
    anchors = _anchors(tokens, lines)
    introductions: dict[int, tuple[int, int]] = {}
    forwards: set[int] = set()
    for role, begin, end in _elements(tokens):
        start, stop = bisect_left(anchors, begin), bisect_left(anchors, end)
        while start < stop and not texts[start].strip():
            start += 1
        if start >= stop or start in introductions or start in forwards or is_quote(texts[start]):
            continue
        if is_worded_rule(texts[start]) and role == "prefix":
            forwards.add(start)
        elif role == "prefix":
            introductions[start] = (min(stop, start + MAX_INTRODUCTION_LINES), stop)
        elif role == "header":
            introductions[start] = (stop, len(lines))
        elif role == "bordered":
            if _are_fields(texts[start : min(stop, start + 2 * MAX_INTRODUCTION_LINES)]):
                introductions[start] = (stop, len(lines))
        elif not is_worded_rule(texts[start]):
            introductions[start] = (_words_above_quote(texts, start, stop), stop)
    return Structure(introductions, frozenset(forwards))


def _anchors(tokens: Sequence[Token], lines: Sequence[TextLine]) -> list[int]:
    """Return of each line the first token that shows something; blank lines follow their neighbour.

    Spaces between two elements count to the line after them and so say nothing of where it stands.
    """
    anchors: list[int] = []
    last = 0
    # Once for each token: a text of many lines is a token of each of them.
    shows = [one.kind != "text" or (one.source != "" and not one.source.isspace()) for one in tokens]
    for line in lines:
        last = max(last, next((one for one in line.tokens if shows[one]), last))
        anchors.append(last)
    return anchors


def _are_fields(texts: Sequence[str]) -> bool:
    """Say whether lines are the header of a mail in any language: four fields, a day in one of the first two."""
    filled = [text for text in texts if text.strip()]
    fields = [value for value in map(splits_field, filled[:MAX_INTRODUCTION_LINES]) if value is not None]
    is_all = len(fields) >= 4 and len(fields) * 4 >= len(filled) * 3
    return is_all and any(has_date(value) for value in fields[:2])


def _words_above_quote(texts: Sequence[str], start: int, stop: int) -> int:
    """Return where a marked quote begins in a container, its end when none does."""
    for number in range(start, min(stop, start + MAX_INTRODUCTION_LINES)):
        if is_quote(texts[number]):
            return number
    return stop


def _elements(tokens: Sequence[Token]) -> Iterator[tuple[_Role, int, int]]:
    """Yield the elements with a role in order: (role, number of the start token, of its end)."""
    found: list[tuple[_Role, int]] = []
    ends: dict[int, int] = {}
    stack: list[int] = []
    for number, token in enumerate(tokens):
        if token.kind == "start" and token.name not in VOID_TAGS:
            stack.append(number)
            if len(found) < MAX_ELEMENTS and (role := _role_of(token)):
                found.append((role, number))
        elif token.kind == "end":
            for depth in range(1, min(len(stack), MAX_OPEN_LOOKED_AT) + 1):
                if tokens[stack[-depth]].name == token.name:
                    ends[stack[-depth]] = number
                    del stack[-depth:]
                    break
    for role, begin in found:
        yield role, begin, ends.get(begin, len(tokens))


def _role_of(token: Token) -> _Role | None:
    if len(token.attributes) > 5_000 or not token.attributes:
        return None
    lowered = token.attributes.lower()
    if token.name == "div" and _BORDER_ABOVE.search(lowered):
        return "bordered"
    if not any(name in lowered for name, _ in _NAMES) and 'name="quote"' not in lowered:
        return None
    attributes = read_attributes(lowered)
    named = " ".join(attributes.get(one, "") for one in _NAMING_ATTRIBUTES)
    if attributes.get("name") == "quote":
        return "container"
    return next((role for name, role in _NAMES if name in named), None)
