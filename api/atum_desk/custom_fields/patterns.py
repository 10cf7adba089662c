"""Patterns that values of text must have: regular expressions that take no more than a moment.

Python's engine tries every way in which a pattern may fit, which is exponential for some. So a pattern
is parsed first, and refused unless the ways are few: no reference back, no look around, nothing that
repeats what varies itself, and repetitions whose numbers of ways multiply to MOST_WAYS at most.
"""

from __future__ import annotations

import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_CHARACTERS = 200
MOST_WAYS = 10_000_000
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_SINGLE = (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN, codes.AT)


class NotBounded(ValueError):
    """The pattern may take too long, or is none."""


def require_bounded(pattern: str) -> None:
    """Raise NotBounded for what is no pattern, or one with too many ways to fit a text of MOST_CHARACTERS."""
    try:
        parsed = parser.parse(pattern)
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        raise NotBounded from None
    if _ways(parsed) > MOST_WAYS:
        raise NotBounded


def fits(pattern: str, text: str) -> bool:
    """Tell whether a whole text, of MOST_CHARACTERS at most, has the form of a bounded pattern."""
    return len(text) <= MOST_CHARACTERS and re.fullmatch(pattern, text) is not None


def _ways(parts: Any) -> int:
    """Return how many ways there are to fit a text, or more."""
    ways = 1
    for code, argument in parts:
        ways *= _ways_of(code, argument)
        if ways > MOST_WAYS:
            break
    return ways


def _ways_of(code: Any, argument: Any) -> int:
    if code in _SINGLE:
        return 1
    if code == codes.SUBPATTERN:
        return _ways(argument[3])
    if code == codes.BRANCH:
        return sum(_ways(branch) for branch in argument[1])
    if code in _REPEATS:
        least, most, inner = argument
        most = min(int(most), MOST_CHARACTERS)
        within = _ways(inner)
        # What is repeated and varies itself fits in exponentially many ways.
        if within > 1 and most > 1:
            raise NotBounded
        return (most - min(int(least), most) + 1) * within
    # It looks around or refers back.
    raise NotBounded
