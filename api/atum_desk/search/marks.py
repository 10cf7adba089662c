"""Names with the words of a search marked in them. Pure functions of text."""

from __future__ import annotations

from atum_desk.tickets.public import MarkedText

Patterns = list[list[str]]
# Digits of a phone that are a part worth looking for; fewer are in most numbers.
SHORTEST_NUMBER = 3


def like_patterns(patterns: Patterns) -> Patterns:
    """Return texts as patterns of LIKE that find them anywhere, without those that another one finds, too.

    A beginning stands for as many words as the vocabulary holds of it, and each of these holds the beginning.
    """
    return [[f"%{_escaped(one)}%" for one in _shortest(forms)] for forms in patterns]


def marked(text: str, patterns: Patterns) -> list[MarkedText]:
    """Part a text at the places where it holds a spelling of a word, whatever their case; no stretch is empty."""
    lowered = text.lower()
    is_marked = [False] * len(text)
    # A letter whose lower case is two would shift what follows; such a text stays unmarked.
    forms = {form for word in patterns for form in word if form} if len(lowered) == len(text) else set()
    for form in forms:
        start = lowered.find(form)
        while start >= 0:
            is_marked[start : start + len(form)] = [True] * len(form)
            start = lowered.find(form, start + 1)
    return _stretches(text, is_marked)


def marked_phone(number: str, typed: list[str]) -> list[MarkedText]:
    """Part a phone at the digits that a typed number has in common with it, however either is written."""
    # A zero in brackets is not dialled with the country's code.
    dialled = number.replace("(0)", "   ")
    places = [at for at, sign in enumerate(dialled) if sign.isdecimal()]
    digits = "".join(number[at] for at in places)
    is_marked = [False] * len(number)
    for one in typed:
        wanted = "".join(sign for sign in one.replace("(0)", "") if sign.isdecimal())
        # What stands before may be a country, which the phone may lack, or a zero that it has not.
        tails = (wanted[n:] for n in range(len(wanted) - SHORTEST_NUMBER + 1))
        tail = next((tail for tail in tails if tail in digits), "")
        if tail:
            start = digits.find(tail)
            first, last = places[start], places[start + len(tail) - 1]
            is_marked[first : last + 1] = [True] * (last + 1 - first)
    return _stretches(number, is_marked)


def _stretches(text: str, is_marked: list[bool]) -> list[MarkedText]:
    parts: list[MarkedText] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or is_marked[at] != is_marked[begin]:
            parts.append(MarkedText(text[begin:at], is_marked[begin]))
            begin = at
    return parts


def _shortest(forms: list[str]) -> list[str]:
    """Return the forms that hold none of the others, the shortest first."""
    kept: list[str] = []
    for form in sorted(dict.fromkeys(forms), key=len):
        if not any(other in form for other in kept):
            kept.append(form)
    return kept


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
