"""The new words of a reply, parted from quoted history and signature.

Works on lines: each is marked kept or quoted. Every rule looks at a bounded number of characters.
"""

import re
from collections.abc import Iterable

import msgspec

from .quote_attributions import find_attribution, split_shared_lines
from .quote_blocks import (
    closes_attribution,
    find_header_block,
    find_notes_card,
    heads_mail,
    is_forwarded_line,
    is_original_line,
    is_quote,
    is_rule,
    is_worded_rule,
)
from .quote_marks import unify_marks
from .quote_structure import Structure
from .quote_words import DEVICE_ENDS, DEVICE_STARTS, DEVICE_WORDS

# Stands above an answer of ours where its mailbox wants that: what a reply holds from here on is our mail.
REPLY_MARKER = "## Write above this line ##"

MAX_SIGNATURE_LINES = 25
MAX_LINES_SEARCHED = 5_000
_NO_STRUCTURE = Structure({}, frozenset())
_BLANK_LINES = re.compile(r"\n{3,}")
_DECORATION = " \t*_~([{<>)]}"


class PartedText(msgspec.Struct, frozen=True):
    """A text in pieces: the new words, what is hidden, and of that the history without signatures."""

    reply: str
    quoted: str
    history: str


def strip_quote_text(text: str) -> tuple[str, str]:
    """Part a plain text into (reply, quoted); both lose blank lines at their ends.

    The reply keeps what was written above, between and below quotes; quotes between two pieces
    of new text stay as context, as do forwarded messages. Where nothing new is found the whole
    text is the reply, so that nothing is hidden: (text, "").
    """
    parted = part_text(text)
    return parted.reply, parted.quoted


def part_text(text: str) -> PartedText:
    """Part a plain text as `strip_quote_text` does, and tell signatures and history apart."""
    lines = split_shared_lines(text.split("\n"))
    quoted = [False] * len(lines)
    limit = _mark_old(lines, quoted, _NO_STRUCTURE)
    history = list(quoted)
    _mark_signatures(lines, quoted, limit)
    reply = _join(line for line, is_old in zip(lines, quoted, strict=True) if not is_old)
    if not any(quoted) or not reply.strip():
        return PartedText(_join(lines), "", "")
    return PartedText(
        reply,
        _join(line for line, is_old in zip(lines, quoted, strict=True) if is_old),
        _join(line for line, is_old in zip(lines, history, strict=True) if is_old),
    )


def _join(lines: Iterable[str]) -> str:
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n").rstrip()


def mark_quoted(lines: list[str], structure: Structure | None = None) -> list[bool]:
    """Say of each line whether it is quoted history or signature.

    `structure` is what the elements of HTML say of its lines.
    """
    quoted = [False] * len(lines)
    limit = _mark_old(lines, quoted, structure or _NO_STRUCTURE)
    _mark_signatures(lines, quoted, limit)
    return quoted


def _mark_old(lines: list[str], quoted: list[bool], structure: Structure) -> int:
    """Mark all history; return where the text ends that may hold new words and a signature."""
    lines = unify_marks(lines)
    end = _cut_at_marker(lines)
    if end is not None:
        quoted[end:] = [True] * (len(lines) - end)
    limit = len(lines) if end is None else end
    limit = _mark_history(lines, quoted, limit, structure)
    _mark_quote_blocks(lines, quoted, limit)
    return limit


def _cut_at_marker(lines: list[str]) -> int | None:
    """Return where our own mail begins, None without it or when nothing stands above it.

    People who write below the quote have the marker inside the quote; it then proves nothing.
    """
    for number, line in enumerate(lines):
        if REPLY_MARKER not in line or is_quote(line):
            continue
        begin = number
        above = _last_filled(lines, number)
        if above is not None and (start := find_attribution(lines, above, is_followed=True)) is not None:
            begin = start
        has_words = any(line.strip() and not is_quote(line) for line in lines[:begin])
        return begin if has_words else None
    return None


def _last_filled(lines: list[str], end: int) -> int | None:
    return next((number for number in range(end - 1, -1, -1) if lines[number].strip()), None)


def _next_filled(lines: list[str], begin: int, limit: int) -> int | None:
    return next((number for number in range(begin, limit) if lines[number].strip()), None)


def _mark_history(lines: list[str], quoted: list[bool], limit: int, structure: Structure) -> int:
    """Mark introductions of history and what follows them; return where the new text may end."""
    first_word: int | None = None
    number = 0
    while number < min(limit, MAX_LINES_SEARCHED):
        line = lines[number]
        if not line.strip():
            number += 1
            continue
        if is_forwarded_line(line) or number in structure.forwards:
            return _keep_forwarded(lines, quoted, number, limit, has_words=first_word is not None)
        found = _element(lines, number, limit, structure) or _introduction(lines, number, limit)
        if found is None:
            if first_word is None and not is_quote(line):
                first_word = number
            number += 1
            continue
        start, end, is_followed_by_quote = found
        if first_word is not None and first_word < start and not is_followed_by_quote:
            quoted[start:limit] = [True] * (limit - start)
            return start
        if first_word is not None and first_word >= start:
            first_word = None
        quoted[start:end] = [True] * (end - start)
        number = max(end, number + 1)
    return limit


def _element(lines: list[str], number: int, limit: int, structure: Structure) -> tuple[int, int, bool] | None:
    """Return what `_introduction` does where an element of HTML begins history at `number`."""
    if number not in structure.introductions:
        return None
    end, whole = (min(limit, one) for one in structure.introductions[number])
    number = _with_rule_above(lines, number)
    if _is_followed(lines, end, limit):
        return number, end, True
    # What stands below an element that holds the history itself may be new.
    return (number, whole, True) if whole < limit else (number, end, False)


def _introduction(lines: list[str], number: int, limit: int) -> tuple[int, int, bool] | None:
    """Return (start, end, whether a ">" quote follows) of an introduction that meets `number`."""
    line = lines[number]
    if is_quote(line) and not closes_attribution(line):
        return None
    block = find_header_block(lines, number, limit) or find_notes_card(lines, number, limit)
    if block is not None:
        return _with_rule_above(lines, number), block, _is_followed(lines, block, limit)
    is_original = is_original_line(line)
    if is_original or is_worded_rule(line):
        following = _next_filled(lines, number + 1, limit)
        block = find_header_block(lines, following, limit, is_announced=True) if following else None
        heads = following is not None and heads_mail(lines, following, limit)
        if block or is_original or heads:
            end = block or number + 1
            return number, end, _is_followed(lines, end, limit)
    is_followed = _is_followed(lines, number + 1, limit)
    start_of_attribution = find_attribution(lines, number, is_followed=is_followed)
    if start_of_attribution is None:
        return None
    return start_of_attribution, number + 1, is_followed


def _with_rule_above(lines: list[str], number: int) -> int:
    above = _last_filled(lines, number)
    return above if above is not None and is_rule(lines[above]) else number


def _is_followed(lines: list[str], end: int, limit: int) -> bool:
    """Say whether the next words are marked as quoted."""
    following = _next_filled(lines, end, limit)
    return following is not None and is_quote(lines[following])


def _keep_forwarded(lines: list[str], quoted: list[bool], number: int, limit: int, *, has_words: bool) -> int:
    if has_words:
        return number
    end = number + 1
    following = _next_filled(lines, end, limit)
    if following is not None:
        block = find_header_block(lines, following, limit, is_announced=True)
        end = block or end
    quoted[number:end] = [True] * (end - number)
    return end


def _mark_quote_blocks(lines: list[str], quoted: list[bool], limit: int) -> None:
    """Mark ">" blocks: the last ones, and one alone above the text; keep those between texts."""
    blocks = _quote_blocks(lines, quoted, limit)
    if not blocks:
        return
    signature = _signature_span(lines, quoted, limit) or (limit, limit)

    def is_new(index: int) -> bool:
        line = lines[index]
        if not line.strip() or quoted[index] or is_quote(line):
            return False
        return not signature[0] <= index < signature[1] and not is_device_line(line)

    first = next((index for index in range(limit) if is_new(index)), limit)
    last = next((index for index in range(limit - 1, -1, -1) if is_new(index)), -1)
    between = [(start, end) for start, end in blocks if last >= end]
    for start, end in blocks[len(between) :]:
        if end - start == 1 and start > 0 and is_new(start - 1):
            continue  # One marked line right below a text belongs to it: a prompt, a comparison.
        begin = _with_rule_above(lines, start)
        quoted[begin:end] = [True] * (end - begin)
    if len(between) == 1:
        start, end = between[0]
        if first >= end or any(quoted[max(0, start - 3) : start]):
            quoted[start:end] = [True] * (end - start)


def _quote_blocks(lines: list[str], quoted: list[bool], limit: int) -> list[tuple[int, int]]:
    blocks: list[tuple[int, int]] = []
    number = 0
    while number < limit:
        if quoted[number] or not is_quote(lines[number]):
            number += 1
            continue
        start = number
        last = number
        while number < limit and not quoted[number]:
            if is_quote(lines[number]) or _continues_quote(lines, number, limit):
                last = number
            elif lines[number].strip():
                break
            number += 1
        blocks.append((start, last + 1))
        number = max(number, last + 1)
    return blocks


def _continues_quote(lines: list[str], number: int, limit: int) -> bool:
    """A link that the mail program wrapped leaves its rest unmarked between quoted lines."""
    return (
        number + 1 < limit
        and is_quote(lines[number + 1])
        and is_quote(lines[number - 1])
        and "://" in lines[number - 1].rsplit(" ", 1)[-1]
        and " " not in lines[number].strip()
    )


def _signature_span(lines: list[str], quoted: list[bool], limit: int) -> tuple[int, int] | None:
    """Return (start, end) of the last signature: "-- ", text above it, few lines below it."""
    end = limit
    for number in range(limit - 1, 0, -1):
        if quoted[number] or is_quote(lines[number]):
            end = number
        elif lines[number].rstrip(" \t\r") in ("--", "—"):
            below = [line for line in lines[number:end] if line.strip()]
            above = any(lines[index].strip() and not quoted[index] for index in range(number))
            # Without the space of the standard it may be a stroke in a text, whose lines are longer.
            is_one = "-- " in lines[number] or all(len(line) <= 72 for line in below)
            return (number, end) if above and is_one and len(below) <= MAX_SIGNATURE_LINES else None
    return None


def _mark_signatures(lines: list[str], quoted: list[bool], limit: int) -> None:
    span = _signature_span(lines, quoted, limit)
    if span is not None:
        quoted[span[0] : span[1]] = [True] * (span[1] - span[0])
    for index in range(limit - 1, 0, -1):
        if quoted[index] or not lines[index].strip():
            continue
        if not is_device_line(lines[index]):
            return
        quoted[index] = True


def is_device_line(line: str) -> bool:
    """Say whether a line is what phones write below a mail ("Sent from my ...")."""
    words = line.strip(_DECORATION).lower()
    if not 0 < len(words) <= 160:
        return False
    if "outlook" in words and ("android" in words or words.endswith("ios")) and len(words.split()) <= 8:
        return True  # "Get Outlook for Android", in any language
    begins_so = words.startswith(DEVICE_STARTS) and any(word in words for word in DEVICE_WORDS)
    return begins_so or (len(words) <= 60 and words.endswith(DEVICE_ENDS))
