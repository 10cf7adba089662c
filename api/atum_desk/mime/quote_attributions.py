"""Attribution lines ("On ..., X wrote:"), found by what they name rather than by their sentence."""

import re

from .quote_blocks import MAX_LINE_CHARS, closes_attribution, is_quote
from .quote_evidence import has_address, has_date, has_named_address, has_time, says_wrote, visible
from .quote_words import ATTRIBUTION_STARTS, SPEAKERS

MAX_ATTRIBUTION_LINES = 6
MAX_ATTRIBUTION_CHARS = 600

_SHARED = re.compile(r"[^\s>] ((?:On|Am|Le|El|Em|Il|Op) (?:[A-Za-zé]{2,10}[.,]{0,2} )?(?:[A-Z][a-z]{2,9}\.? )?\d)")
_DIGIT = re.compile(r"\d")
_DIGIT_START = re.compile(r"[\d٠-٩۰-۹]{1,4}[./年년\s-]")
_WORD = re.compile(r"\w+")
_ENDINGS = (":", "：", ":>", ":*")
_SENTENCE_ENDS = (".", "!", "?", "。", ":", ";")


def find_attribution(lines: list[str], number: int, *, is_followed: bool = False) -> int | None:
    """Return the first line of an attribution that ends at `number`.

    `is_followed` says that a marked quote stands below it; then less has to prove it: the word for
    "wrote" and a number, an address and a day, or a day and a time behind a comma.
    """
    last = visible(lines[number][: MAX_LINE_CHARS + 1]).rstrip(" \t*_")
    if not last.endswith(_ENDINGS) or len(last) > MAX_LINE_CHARS:
        return None
    if is_quote(last) and not closes_attribution(last):
        return None
    window = ""
    fallback = number if _is_bare(lines, number) else None
    taken = 0
    for index in range(number, max(-1, number - 9), -1):
        line = visible(lines[index][:MAX_LINE_CHARS]).strip()
        if not line:
            if window.startswith("<") or window.count(">") > window.count("<"):
                continue
            break
        is_other = index != number and (is_quote(line) or line.endswith(_ENDINGS))
        if is_other or len(window) > MAX_ATTRIBUTION_CHARS:
            break
        window = f"{line} {window}".strip()
        taken += 1
        if _is_attribution(lines, index, number, window, is_followed=is_followed):
            return _whole_start(lines, index, window)
        if is_followed and index == number and _names_writer(window):
            fallback = index
        if taken >= MAX_ATTRIBUTION_LINES:
            break
    return fallback


def _blank_around(lines: list[str], first: int, last: int) -> tuple[bool, bool]:
    """Return whether blank lines, or the ends of the text, stand above and below."""
    above = first == 0 or not lines[first - 1].strip()
    return above, last + 1 >= len(lines) or not lines[last + 1].strip()


def _is_bare(lines: list[str], number: int) -> bool:
    """Say whether a line stands alone and is a name, its address and "wrote:", nothing else."""
    line = visible(lines[number][:MAX_LINE_CHARS]).strip()
    if "," in line or len(line) > 120 or not all(_blank_around(lines, number, number)):
        return False
    return has_named_address(line) and says_wrote(line[line.rfind("@") :])


def _is_short_name(window: str) -> bool:
    """Say whether so few words stand before "wrote:" that they are a name, and none is a speaker's."""
    words = _WORD.findall(window.lower())
    return 2 <= len(words) <= 5 and window[:1].isupper() and SPEAKERS.isdisjoint(words)


def _names_writer(window: str) -> bool:
    """Say whether a line without a date names who wrote: "Ann Ex wrote:", with an address or not."""
    if says_wrote(window[-40:]) and (has_address(window) or _is_short_name(window)):
        return True
    return _starts_well(window) and has_named_address(window)


def _is_attribution(lines: list[str], first: int, last: int, window: str, *, is_followed: bool) -> bool:
    if window.count(">") > window.count("<") or not _DIGIT.search(window):
        return False
    starts_well = _starts_well(window)
    wrote, address, day = says_wrote(window), has_address(window), has_date(window)
    if wrote and (address or (is_followed and (starts_well or (day and not _speaks(window))))):
        return True
    if is_followed:
        behind_comma = any(comma in window for comma in ",،、，")
        return (address and (day or starts_well)) or (
            day and has_time(window) and (wrote or (starts_well and behind_comma and not _speaks(window)))
        )
    is_below_blank, is_above_blank = _blank_around(lines, first, last)
    if wrote and (starts_well or day) and has_time(window) and is_below_blank:
        return not _speaks(window)
    if not has_named_address(window) or not day:
        return False
    if window.rstrip(" *").endswith((">:", ">：")) and (starts_well or is_below_blank):
        return True
    return has_time(window) and is_below_blank and is_above_blank


def _speaks(window: str) -> bool:
    """Say whether the sentence is its writer's own: "at ten you wrote:"."""
    return not SPEAKERS.isdisjoint(_WORD.findall(window.lower()))


def _starts_well(window: str) -> bool:
    words = window.lower().split(None, 2)
    first = words[0].strip(",.")
    return (
        first in ATTRIBUTION_STARTS
        or " ".join(words[:2]) in ATTRIBUTION_STARTS
        or _DIGIT_START.match(window) is not None
    )


def _whole_start(lines: list[str], first: int, window: str) -> int:
    """Return where an attribution begins whose name or address was wrapped above its date."""
    if first == 0 or _starts_well(window) or has_named_address(window):
        return first
    above = visible(lines[first - 1][:MAX_LINE_CHARS]).strip()
    if not above or is_quote(above) or above.endswith(_SENTENCE_ENDS):
        return first
    return first - 1 if has_named_address(above) or above.count("<") > above.count(">") else first


def split_shared_lines(lines: list[str]) -> list[str]:
    """Put an attribution that shares its line with the reply on a line of its own."""
    result: list[str] = []
    for line in lines:
        shared = _SHARED.search(line) if len(line) <= MAX_LINE_CHARS and line.rstrip().endswith(":") else None
        if shared and _is_whole(line[shared.start(1) :]):
            result.extend((line[: shared.start(1)].rstrip(), line[shared.start(1) :]))
        else:
            result.append(line)
    return result


def _is_whole(line: str) -> bool:
    return says_wrote(line) and find_attribution([line], 0, is_followed=True) == 0
