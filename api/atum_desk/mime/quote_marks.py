"""Quotes marked by other signs than ">": "| text", "» text", "AE> text", "    Ann> text"."""

import re

from .quote_attributions import find_attribution
from .quote_blocks import is_quote

MAX_LINES_SEARCHED = 5_000
_INITIALS = re.compile(r"\s{0,8}([^\W\d_][\w.-]{0,11})(>{1,3})(?:\s|$)")
_SIGN = re.compile(r"\s{0,3}([|¦│»›\]}:])")


def unify_marks(lines: list[str]) -> list[str]:
    """Return the lines with the marks of quotes as ">"; as many lines as before.

    Other signs and initials mark quotes only where an attribution introduces the first of them: tables and
    prompts stay what they are. From there on the same sign marks a quote.
    """
    signs: set[str] = set()
    unified: list[str] = []
    above: int | None = None
    for number, line in enumerate(lines[:MAX_LINES_SEARCHED]):
        sign = _sign_of(line)
        is_new = sign is not None and sign not in signs and above is not None
        if is_new and find_attribution(unified, above or 0, is_followed=True) is not None:
            signs.add(sign or "")
        unified.append("> " + line.lstrip()[len(sign) :] if sign and sign in signs else line)
        if line.strip():
            above = number
    return unified + lines[MAX_LINES_SEARCHED:]


def _sign_of(line: str) -> str | None:
    """Return what might mark a line as quoted, None for ">" itself and for rows of a table."""
    if is_quote(line):
        return None
    if sign := _SIGN.match(line[:8]):
        bare = line.strip()
        return None if len(bare) > 1 and bare.endswith(sign.group(1)) else sign.group(1)
    found = _INITIALS.match(line[:40])
    return found.group(1) + found.group(2) if found else None
