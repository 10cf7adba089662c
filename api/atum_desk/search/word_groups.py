"""A search's words in groups of which a contact meets each: a word of a name or an address, or a phone's number."""

from __future__ import annotations

import re

import msgspec

from atum_desk.search.marks import SHORTEST_NUMBER, Patterns

# Digits and what people write between them, apart from other words; what stands in quotation marks is words.
_NUMBER = re.compile(r"(?<!\S)[+(]?[0-9](?:[-0-9()/.\s]*[0-9])?(?!\S)")
_WHOLE_NUMBER = re.compile(r"[-+0-9()/.\s]*[0-9][-+0-9()/.\s]*")
_NUMBER_WORD = re.compile(r"[-+0-9()/.]+")
_ALTERNATIVES = re.compile(r"(?<!\S)or(?!\S)", re.IGNORECASE)


class WordGroup(msgspec.Struct, frozen=True):
    """Words that are each in the name or an address, or a number that a phone holds.

    `patterns` has the spellings of each word; `number` is as somebody typed it, None for words alone.
    """

    patterns: Patterns
    number: str | None = None


def without_brackets(text: str) -> str:
    """Return a text that is one number without its brackets, which mean groups in a condition."""
    if not _WHOLE_NUMBER.fullmatch(text):
        return text
    return re.sub(r"[()]", " ", text.replace("(0)", " "))


def word_groups(patterns: Patterns, typed: str) -> list[WordGroup]:
    """Return the groups of a search: each word alone, and the parts of a number, such as +49 30 1234-5, together.

    `patterns` has for each word the texts of which a name holds one, the word itself first.
    """
    runs = [] if _ALTERNATIVES.search(typed) else _NUMBER.findall(typed)
    numbers = {run: _digits(run) for run in runs if len(_digits(run)) >= SHORTEST_NUMBER}
    parts: dict[str, Patterns] = {run: [] for run in numbers}
    groups: list[WordGroup] = []
    for forms in patterns:
        own = _digits(forms[0]) if _NUMBER_WORD.fullmatch(forms[0]) else ""
        run = next((run for run, digits in numbers.items() if own and own in digits), None)
        if run is None:
            groups.append(WordGroup([forms]))
        else:
            parts[run].append(forms)
    for run, words in parts.items():
        # Pairs of digits alone are in too many names and addresses, and in no index.
        is_telling = any(len(forms[0]) >= SHORTEST_NUMBER for forms in words)
        groups.append(WordGroup(words if is_telling else [], run))
    return groups


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdecimal())
