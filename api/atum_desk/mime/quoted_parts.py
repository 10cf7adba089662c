"""What a message hides below its new words, told apart: quoted history and signatures."""

import re
from typing import Literal

import msgspec

from .quote import MAX_LINES_SEARCHED, REPLY_MARKER, is_device_line
from .quote_attributions import find_attribution
from .quote_blocks import find_header_block, is_original_line, is_quote

# RFC 3676, section 4.3; phones and some webmailers write a dash.
_DELIMITER = re.compile(r"^(?:--|—)[ \t\r]*$", re.MULTILINE)

QuotedKind = Literal["quote", "signature"]


class QuotedPart(msgspec.Struct, frozen=True):
    """So many lines of a message's `quoted` that are of one kind."""

    kind: QuotedKind
    lines: int


def part_quoted(quoted: str) -> list[QuotedPart]:
    """Tell what of a hidden text, as strip_quote_text returns it, is history and what a signature.

    The parts follow each other and together have as many lines as the text; "" has none. A signature
    within quoted history is history.
    """
    if not quoted:
        return []
    lines = quoted.split("\n")
    if not _may_hold_signature(quoted, lines):
        return [QuotedPart("quote", len(lines))]
    parts: list[QuotedPart] = []
    for is_signature in _mark_signature(lines):
        kind: QuotedKind = "signature" if is_signature else "quote"
        held = parts.pop().lines if parts and parts[-1].kind == kind else 0
        parts.append(QuotedPart(kind, held + 1))
    return parts


def _may_hold_signature(quoted: str, lines: list[str]) -> bool:
    """Tell cheaply: a ticket's page parts fifty texts, and most hold none."""
    if ("--" in quoted or "—" in quoted) and _DELIMITER.search(quoted):
        return True
    return is_device_line(lines[0]) or is_device_line(lines[-1])


def _mark_signature(lines: list[str]) -> list[bool]:
    """Say of each line whether it is of the author's own signature."""
    marks = [False] * len(lines)
    inside = False
    for number, line in enumerate(lines[:MAX_LINES_SEARCHED]):
        if not line.strip():
            marks[number] = inside
        elif is_quote(line):
            inside = False
        elif (start := _history_start(lines, number)) is not None:
            marks[start:number] = [False] * (number - start)
            following = next((below for below in lines[number + 1 :] if below.strip()), "")
            if not is_quote(following):
                return marks
            inside = False
        else:
            inside = inside or _DELIMITER.fullmatch(line) is not None
            marks[number] = inside or is_device_line(line)
    return marks


def _history_start(lines: list[str], number: int) -> int | None:
    """Return where history begins whose introduction is or ends at `number`."""
    if REPLY_MARKER in lines[number] or is_original_line(lines[number]):
        return number
    if find_header_block(lines, number, len(lines)) is not None:
        return number
    return find_attribution(lines, number)
