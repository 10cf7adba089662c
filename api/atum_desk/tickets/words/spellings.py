"""The keys under which the vocabulary lists a word, and the words that are one letter away from another.

Pure functions of text. A key has a kind: `w`, a spelling of the word itself; `p`, a part of an address,
host, path or number with separators; `s`, its English stem, which PostgreSQL makes of the `w` key.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

KeyKind = Literal["w", "p", "s"]

LONGEST_WORD = 60
# Longer ones are searched for as they stand: each further letter has 60 words and more one letter away.
LONGEST_CORRECTED = 20
SHORTEST_CORRECTED = 4
MOST_SEGMENTS = 5

# Marks above and below letters that a reader may leave out: of Latin, Greek and Cyrillic, Hebrew, Arabic. The signs of
# Indic scripts are vowels, so they stay.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200c-\u200f]")
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        # Arabic: alef wasla, alef maksura and ta marbuta are written as their plain letters; hamza is a mark.
        "ٱ": "ا",
        "ى": "ي",
        "ة": "ه",
        # Persian letters that keyboards mix with Arabic ones.
        "ی": "ي",
        "ک": "ك",
    }
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SEPARATOR = re.compile(r"[@./:?=&#_+\\-]+")
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?(e[-+]?[0-9]+)?")
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяієїґ",
    "αβγδεζηθικλμνξοπρστυφχψως",
    "ءابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "אבגדהוזחטיכלמנסעפצקרשתםןףץך",
)


def folded(word: str) -> str:
    """Return a word in lower case, without marks, its letters as the plainest keyboard has them."""
    plain = unicodedata.normalize("NFKD", word.lower())
    return unicodedata.normalize("NFC", _MARKS.sub("", plain)).translate(_LETTERS)


def spellings(word: str) -> list[str]:
    """Return how a word may be written: as it is, folded, and with `ue` for the German umlaut."""
    composed = unicodedata.normalize("NFC", word.lower())
    return list(dict.fromkeys((word, folded(composed), folded(composed.translate(_UMLAUTS)))))


def is_number(word: str) -> bool:
    """Tell whether a word is a number, which needs no vocabulary."""
    return _NUMBER.fullmatch(word) is not None


def signed(number: str) -> list[str]:
    """Return a number with each sign: behind a hyphen, as in INV-2026-0042, PostgreSQL takes 0042 for negative."""
    bare = number.lstrip("+-")
    return [bare, f"-{bare}", f"+{bare}"]


def parts(word: str) -> list[str]:
    """Return the parts of an address, host or path, alone and side by side: of user@x.example also `x.example`."""
    if not re.search(r"[@./:_]", word):
        # PostgreSQL parts words at hyphens itself.
        return []
    cuts = [(found.start(), found.end()) for found in _SEPARATOR.finditer(word)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(word)]
    many = len(starts) > MOST_SEGMENTS
    places = [
        (start, end)
        for n, start in enumerate(starts)
        for m, end in enumerate(ends)
        if m == n or (m > n and (not many or m == len(ends) - 1))
    ]
    found = (word[start:end] for start, end in places)
    return list(dict.fromkeys(folded(part) for part in found if len(part) > 1 and part != word))


def keys_of(word: str) -> list[tuple[str, KeyKind]]:
    """Return the keys of a word of a message but its stem; none for what is no word."""
    if len(word) > LONGEST_WORD or is_number(word):
        return []
    own: list[tuple[str, KeyKind]] = [(key, "w") for key in spellings(word)]
    return own + [(part, "p") for part in parts(word)]


def one_letter_away(word: str) -> list[str]:
    """Return what a folded word may have been meant to be: a letter left out, added, changed, or two exchanged.

    Letters are of the alphabet of the word; none for what is too short, too long, or no word of letters alone.
    """
    alphabet = next((letters for letters in _ALPHABETS if set(word) <= set(letters)), "")
    if not alphabet or not SHORTEST_CORRECTED <= len(word) <= LONGEST_CORRECTED:
        return []
    found: set[str] = set()
    for n in range(len(word) + 1):
        head, tail = word[:n], word[n:]
        found.update(head + letter + tail for letter in alphabet)
        if tail:
            found.add(head + tail[1:])
            found.update(head + letter + tail[1:] for letter in alphabet)
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
    return sorted(found - {word})
