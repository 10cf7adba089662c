"""Texts of mail that the desk writes by itself, from a file for each language (`outbox/locales`).

A language is wished as people's `locale` says it, such as "pt-BR". Each text is taken from the file of
that very language, else from that of its first part ("pt"), else from the English one.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "locales"
ENGLISH = "en"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def mail_text(key: str, language: str, **parameters: str | int) -> str:
    """Return a text in the wished language, or the nearest that has it, with its parameters put in.

    Raises KeyError for a key that the English file lacks.
    """
    for one in languages_tried(language):
        if (text := texts_of(one).get(key)) is not None:
            return text.format(**parameters)
    raise KeyError(key)


@lru_cache(maxsize=64)
def languages_tried(wished: str) -> tuple[str, ...]:
    """Return the languages in which a text is looked for, one after the other; English is the last."""
    named = [wished, wished.partition("-")[0]] if _LANGUAGE.fullmatch(wished) else []
    return tuple(dict.fromkeys([*named, ENGLISH]))


def texts_of(language: str) -> dict[str, str]:
    """Return all texts of a language by `section.name`; none where there is no file of it."""
    return _read(FOLDER, language)


@lru_cache(maxsize=64)
def _read(folder: Path, language: str) -> dict[str, str]:
    try:
        sections = tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {f"{section}.{name}": text for section, texts in sections.items() for name, text in texts.items()}
