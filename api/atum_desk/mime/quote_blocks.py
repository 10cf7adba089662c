"""How quoted history is introduced: attribution lines, header blocks, separator lines."""

import re
import unicodedata
from functools import lru_cache

from .quote_words import (
    ATTRIBUTION_STARTS,
    FORWARDED_MESSAGE,
    HEADER_LABELS,
    ORIGINAL_MESSAGE,
    WROTE,
)

MAX_LINE_CHARS = 500
MAX_ATTRIBUTION_LINES = 6

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SHARED = re.compile(
    r"[^\s>] ((?:On|Am|Le|El|Em|Il|Op) (?:[A-Za-zé]{2,10}[.,]{0,2} )?(?:[A-Z][a-z]{2,9}\.? )?\d)"
)
_WROTE = re.compile("|".join(map(re.escape, WROTE)))
_DIGIT = re.compile(r"\d")
_DIGIT_START = re.compile(r"[\d٠-٩۰-۹]{1,4}[./年년\s-]")


def is_quote(line: str) -> bool:
    """Say whether a line is marked as quoted by ">"."""
    return line[:8].lstrip().startswith(">")


def closes_attribution(line: str) -> bool:
    """Say whether a line is "> wrote:", the end of a wrapped attribution and no quote."""
    words = line.strip().removeprefix(">").strip().lower()
    return line.lstrip().startswith(">") and words.rstrip(":：").strip() in WROTE


def is_rule(line: str) -> bool:
    """Say whether a line is a drawn rule, as mail programs set above quoted mail."""
    bare = line.strip(" \t*>")
    if bare.endswith(" ---") and " --- " in bare:
        return True  # Lotus Notes: "Name --- Subject ---"
    return 4 <= len(bare) <= 200 and not bare.strip("_-=—–─")


def is_original_line(line: str) -> bool:
    """Say whether a line reads "-----Original Message-----" in some language."""
    return _is_separator(line, ORIGINAL_MESSAGE, needs_dashes=True)


def is_forwarded_line(line: str) -> bool:
    """Say whether a line announces a forwarded message in some language."""
    return _is_separator(
        line, FORWARDED_MESSAGE, needs_dashes=not line.rstrip().endswith((":", "："))
    )


def _is_separator(line: str, phrases: tuple[str, ...], *, needs_dashes: bool) -> bool:
    if len(line) > 200:
        return False
    text = _visible(line).strip(" \t*>")
    words = text.strip("-_=—–─ \t*:：").lower()
    if not words.startswith(phrases) or len(words) > 80:
        return False
    return not needs_dashes or text[:2].strip("-_=—–─") == ""


def _visible(line: str) -> str:
    """Return the line in composed letters, without direction marks; unbreakable spaces plain."""
    if line.isascii():
        return line
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", line)).replace("\xa0", " ")


def find_header_block(
    lines: list[str], number: int, limit: int, *, is_announced: bool = False
) -> int | None:
    """Return the end of a block like "From: ... Sent: ... To: ... Subject: ..." at `number`.

    It names the sender and two more fields, or one more when a separator announced it or the
    line above is a rule. Long values may run on in the next lines.
    """
    if _label(lines[number]) is None:
        return None
    kinds: set[str] = set()
    end = index = number
    run_on = 0
    while index < min(limit, number + 25):
        label = _label(lines[index]) or (_bare_label(lines[index]) if kinds else None)
        if label:
            kinds.add(label)
            end = index + 1
            run_on = 0
        elif not lines[index].strip():
            if run_on > 1 or ("subject" in kinds and "from" in kinds and len(kinds) > 2):
                break
            run_on += 1
        elif not _label_follows(lines, index + 1, limit) or run_on > 1:
            break
        else:
            run_on += 1
        index += 1
    after_rule = any(is_rule(line) for line in lines[max(0, number - 2) : number])
    needed = 2 if is_announced or after_rule else 3
    if "from" in kinds and len(kinds - {"reply-to"}) >= needed:
        return end
    return None


def _label_follows(lines: list[str], index: int, limit: int) -> bool:
    return any(_label(line) for line in lines[index : min(index + 2, limit)])


def _label(line: str) -> str | None:
    return None if len(line) > 5_000 else _label_of_head(line[:60])


def _bare_label(line: str) -> str | None:
    """Lotus Notes leaves the colon out of some labels of a block ("Betreff Printer")."""
    words = line[:60].split(None, 1)
    return HEADER_LABELS.get(words[0].lower()) if len(words) > 1 else None


@lru_cache(maxsize=4_096)
def _label_of_head(start: str) -> str | None:
    head, colon, _ = _visible(start).replace("：", ":").partition(":")
    if not colon or len(head) > 40:
        return None
    return HEADER_LABELS.get(head.strip(" \t*_>|").lower())


def find_attribution(lines: list[str], number: int) -> int | None:
    """Return the first line of an attribution ("On ..., X wrote:") that ends at `number`."""
    last = _visible(lines[number]).rstrip(" \t*_")
    if not last.endswith((":", "：", ":>")) or len(last) > MAX_LINE_CHARS:
        return None
    if is_quote(last) and not closes_attribution(last):
        return None
    window = ""
    taken = 0
    fallback: int | None = None
    for index in range(number, max(-1, number - 9), -1):
        line = _visible(lines[index][:MAX_LINE_CHARS]).strip()
        if not line:
            if window.startswith("<") or window.count(">") > window.count("<"):
                continue
            break
        if is_quote(line) and index != number:
            break
        window = f"{line} {window}".strip()
        taken += 1
        if _is_attribution(window):
            return index
        if index == number and _ends_with_wrote(window) and "@" in window:
            fallback = index
        if taken >= MAX_ATTRIBUTION_LINES:
            break
    return fallback


def _is_attribution(window: str) -> bool:
    if window.count(">") > window.count("<"):
        return False
    lowered = window.lower()
    has_digit = _DIGIT.search(window) is not None
    starts_with_digit = _DIGIT_START.match(window) is not None
    first = lowered.split(None, 1)[0].strip(",.")
    two = " ".join(lowered.split(None, 2)[:2])
    starts_well = first in ATTRIBUTION_STARTS or two in ATTRIBUTION_STARTS or starts_with_digit
    if not _WROTE.search(lowered):
        return starts_well and has_digit and "@" in window and lowered.endswith((">:", ">："))
    return has_digit and (starts_well or "@" in window)


def _ends_with_wrote(window: str) -> bool:
    return _WROTE.search(window.lower()[-40:]) is not None


def split_shared_lines(lines: list[str]) -> list[str]:
    """Put an attribution that shares its line with the reply on a line of its own."""
    result: list[str] = []
    for line in lines:
        shared = (
            _SHARED.search(line)
            if len(line) <= MAX_LINE_CHARS and line.rstrip().endswith(":")
            else None
        )
        if shared and find_attribution([line[shared.start(1) :]], 0) == 0:
            result.extend((line[: shared.start(1)].rstrip(), line[shared.start(1) :]))
        else:
            result.append(line)
    return result
