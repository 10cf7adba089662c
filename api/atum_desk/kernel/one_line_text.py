"""What people call things: names, subjects and tags are one line of text that shows what it says.

Left out are line ends and control characters, characters that turn the order of what follows
(Unicode TR 36, "bidirectional text spoofing"), invisible ones that no writing needs, and piles of
combining marks. Every letter of every script stays as it was typed.
"""

from __future__ import annotations

import re
import unicodedata

# More marks on one letter than any language puts there.
MAX_MARKS = 5
# Separators that are no spaces to Python's split(), or that a renderer breaks lines at.
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_REFUSED = re.compile(
    "["
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates of direction
    "\u200b\u2060-\u2064\u206a-\u206f\ufeff\u180e\u00ad"  # zero-width space and kin
    "\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef"  # annotations and noncharacters
    "\U000e0001\ud800-\udfff"  # language tag, half of a character
    "]"
)
# Tags spell a flag after a black flag, and hidden text anywhere else.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]{1,16})|[\U000e0020-\U000e007f]+")
# Letters that take no ink.
_BLANK = re.compile("[\\s\u115f\u1160\u3164\uffa0\u2800\u200c\u200d\u200e\u200f\u061c\u034f\ufe00-\ufe0f]")


def clean_line(text: str) -> str:
    """Return a text as one line that shows what it says; empty when nothing of it would be seen."""
    line = _SPACES.sub(" ", text)
    line = _REFUSED.sub("", line)
    line = _TAGS.sub(lambda match: match.group(1) or "", line)
    line = _with_few_marks(line)
    line = " ".join(line.split())
    return line if _BLANK.sub("", line) else ""


def _with_few_marks(line: str) -> str:
    if line.isascii():
        return line
    kept, marks = [], 0
    for character in line:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)
