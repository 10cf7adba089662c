"""The words of exported files, from a file for each language (`exports/locales`).

A language is wished as a person's `locale` says it, such as "de-AT". Each word is taken from the file
of that language, else of its first part ("de"), else from the English one.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "locales"
ENGLISH = "en"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Words:
    """The words of one language by `section.name`."""

    def __init__(self, wished: str) -> None:
        tried = [wished, wished.partition("-")[0]] if _LANGUAGE.fullmatch(wished) else []
        found = [one for one in dict.fromkeys([*tried, ENGLISH]) if words_of(one)]
        self.language = found[0]
        self._by_key = {key: word for one in reversed(found) for key, word in words_of(one).items()}

    def get(self, section: str, name: str, default: str | None = None) -> str:
        """Return a word. Raises KeyError for one that English lacks, unless there is a default."""
        key = f"{section}.{name}"
        return self._by_key[key] if default is None else self._by_key.get(key, default)

    def sentence(self, name: str, **parameters: str | int) -> str:
        """Return a sentence with its parameters put in."""
        return self.get("sentence", name).format(**parameters)


@lru_cache(maxsize=64)
def words_of(language: str) -> dict[str, str]:
    """Return all words of a language; none where there is no file of it."""
    try:
        sections = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {f"{section}.{name}": word for section, words in sections.items() for name, word in words.items()}
