"""How soon a password would be guessed: zxcvbn's estimate, and what somebody who knows the person tries first."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from typing import Any

from atum_desk.identity.problems import WeakPassword

# Out of 4: 10^8 guesses or more, which the limits of sign-in and argon2id turn into years.
REQUIRED_SCORE = 3
# The library's own bound; its cost grows with the square of the length (0.1 s at this one).
ESTIMATED_LENGTH = 72
MIN_LENGTH_BESIDES_OWN_WORDS = 6
MIN_OWN_WORD_LENGTH = 3
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

_PATTERNS = {"spatial": "keyboard", "repeat": "repeat", "sequence": "sequence", "date": "date", "regex": "date"}
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
    # Imported where it is used: its word lists take a tenth of a second and 20 MB.
    from zxcvbn import zxcvbn

    words = _own_words(about)
    if _length_besides(password, words) < MIN_LENGTH_BESIDES_OWN_WORDS:
        return "own_data"
    on_latin_keys = password.lower().translate(_LATIN_KEYS)
    for written in (password,) if on_latin_keys == password.lower() else (password, on_latin_keys):
        estimate: Mapping[str, Any] = zxcvbn(written[:ESTIMATED_LENGTH], user_inputs=words)
        if estimate["score"] < REQUIRED_SCORE:
            return _reason(max(estimate["sequence"], key=lambda match: len(match["token"])))
    return None


def _own_words(about: list[str]) -> list[str]:
    """Return what is known of the owner as a guesser tries it: whole, in parts, and without spaces."""
    words: set[str] = set(PRODUCT_WORDS)
    for text in (one.strip().lower()[:320] for one in about):
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
        return "common" if match["dictionary_name"] == "passwords" else "words"
    return _PATTERNS.get(match["pattern"], "simple")
