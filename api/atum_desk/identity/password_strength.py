"""How soon a password would be guessed: zxcvbn's estimate, and what somebody who knows the person tries first."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol

from anyascii import anyascii

from atum_desk.identity.password_words import PASSWORD_WORDS
from atum_desk.identity.problems import WeakPassword

# Out of 4: 10^8 guesses or more, which the limits of sign-in and argon2id turn into years.
REQUIRED_SCORE = 3
# The library's own bound; its cost grows with the square of the length (0.1 s at this one).
ESTIMATED_LENGTH = 72
MIN_LENGTH_BESIDES_OWN_WORDS = 6
MIN_OWN_WORD_LENGTH = 3
MIN_PASSWORD_WORD_LENGTH = 4
PRODUCT_WORDS = ("atum desk", "atumdesk", "atum")

# What the keys of a Latin keyboard write on others: the lists of passwords know "gfhjkm", which is "пароль".
_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_LAYOUTS = (
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "йцукенгшщзхїфівапролджєячсмитьбю",
    ";ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,.",
    "/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ",
    "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ",
)
_LATIN_KEYS = {
    ord(letter): key for layout in _LAYOUTS for letter, key in zip(layout, _KEYS, strict=True) if letter.isalpha()
} | {
    ord("ё"): "`",
    ord("ά"): "a",
    ord("έ"): "e",
    ord("ή"): "h",
    ord("ί"): "i",
    ord("ό"): "o",
    ord("ύ"): "y",
    ord("ώ"): "v",
}

_COMMON = ("passwords", "password_words")
_PATTERNS = {"spatial": "keyboard", "repeat": "repeat", "sequence": "sequence", "date": "date", "regex": "date"}
# Signs that stand for letters in a transliteration, such as the soft sign's apostrophe.
_NO_LETTER = re.compile(r"[^a-z0-9 ]")
_turns = asyncio.Semaphore(1)


async def require_strong_password(field: str, password: str, about: Iterable[str | None]) -> None:
    """Raise WeakPassword for the request's field when a password would be guessed too soon.

    `about` is what an attacker knows of its owner: name, e-mail address, workspace.
    """
    async with _turns:
        reason = await asyncio.to_thread(find_weakness, password, [one for one in about if one])
    if reason:
        raise WeakPassword(field, reason)


def find_weakness(password: str, about: list[str]) -> str | None:
    """Return why a password is weak, as a key of `WHY`, or None when it is strong enough."""
    estimate = _estimate()
    words = _own_words(about)
    if any(_length_besides(one, words) < MIN_LENGTH_BESIDES_OWN_WORDS for one in _written_ways(password)):
        return "own_data"
    for written in _written_ways(password):
        found = estimate(written[:ESTIMATED_LENGTH], user_inputs=words)
        if found["score"] < REQUIRED_SCORE:
            return _reason(max(found["sequence"], key=lambda match: len(match["token"])))
    return None


class _Estimate(Protocol):
    def __call__(self, password: str, user_inputs: list[Any] | None) -> Mapping[str, Any]: ...


@cache
def _estimate() -> _Estimate:
    """Return zxcvbn's estimate, which knows the word for "password" in many languages, too."""
    # Imported where it is used: its word lists take a tenth of a second and 20 MB.
    from zxcvbn import zxcvbn
    from zxcvbn.matching import add_frequency_lists

    known = {way: None for word in PASSWORD_WORDS for way in _ways_of_word(word)}
    add_frequency_lists({"password_words": list(known)})
    return zxcvbn


def _ways_of_word(word: str) -> list[str]:
    """Return an entry of the list in Latin letters: with spaces, without, and each part that is long."""
    parts = re.findall(r"[a-z0-9]+", _in_latin_letters(word))
    return [" ".join(parts), "".join(parts), *(part for part in parts if len(part) >= MIN_PASSWORD_WORD_LENGTH)]


def _written_ways(password: str) -> list[str]:
    """Return a password as it was typed, by the keys of a Latin keyboard, and in Latin letters."""
    if password.isascii():
        return [password]
    return [password, password.lower().translate(_LATIN_KEYS), _in_latin_letters(password)]


def _in_latin_letters(text: str) -> str:
    """Return a text with its letters of other scripts, and those with marks, as a guesser finds them in Latin lists.

    So is the Russian word for love "lyubov"; what was Latin already, digits and signs stay.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(one if one.isascii() else _NO_LETTER.sub("", anyascii(one).lower()) for one in composed)


def _own_words(about: list[str]) -> list[str]:
    """Return what is known of the owner as a guesser tries it: whole, in parts, without spaces, in Latin letters."""
    words: set[str] = set(PRODUCT_WORDS)
    known = [one.strip().lower()[:320] for one in about]
    for text in dict.fromkeys([*known, *map(_in_latin_letters, known)]):
        parts = re.split(r"[\W_]+", text)
        words |= {text, text.partition("@")[0], text.partition("@")[2], "".join(parts), *parts}
    return sorted((w for w in words if len(w) >= MIN_OWN_WORD_LENGTH), key=len, reverse=True)


def _length_besides(password: str, own_words: list[str]) -> int:
    rest = password.lower()
    for word in own_words:
        rest = rest.replace(word, "")
    return len(rest)


def _reason(match: Mapping[str, Any]) -> str:
    if match["pattern"] == "dictionary":
        if match["dictionary_name"] == "user_inputs":
            return "own_data"
        return "common" if match["dictionary_name"] in _COMMON else "words"
    return _PATTERNS.get(match["pattern"], "simple")
