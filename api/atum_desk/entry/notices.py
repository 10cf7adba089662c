"""Writes the English sentences of all notices and problems for the web, to its catalogue.

They stand in docstrings alone; catalogues of other languages are written by people and have the
same codes, as `web/src/locales/en/notices.json` shows them (ADR 0040).
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from typing import Any

import atum_desk
from atum_desk.entry.features import FEATURES
from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.notices import Notice, Term, subclasses_of, template_of
from atum_desk.kernel.problems import Problem

TARGET = REPOSITORY / "web" / "src" / "locales" / "en" / "notices.json"
# They declare nothing that people read in a browser, and some run when they are imported.
WITHOUT_NOTICES = ("atum_desk.entry", "atum_desk.launch", "atum_desk.sandbox.child")
_PARAMETER = re.compile(r"\{(\w+)(?::[^}]*)?\}")


class SaidTwice(ValueError):
    """One code stands for two sentences."""


def import_all() -> None:
    """Import every module that may declare a notice or a problem; features declare some for their commands."""
    assert FEATURES
    for module in pkgutil.walk_packages(atum_desk.__path__, "atum_desk."):
        if not module.name.startswith(WITHOUT_NOTICES):
            importlib.import_module(module.name)


def sentences() -> dict[str, str]:
    """Return the English sentence of each code, with parameters as `{name}`. Raises SaidTwice."""
    import_all()
    found: dict[str, str] = {}
    for code, sentence in [*_of_problems(), *_of_notices()]:
        if found.setdefault(code, sentence) != sentence:
            raise SaidTwice(f"{code}: {found[code]!r} and {sentence!r}")
    return found


def catalogue() -> dict[str, Any]:
    """Return the sentences as the web's catalogue nests them, with parameters as `{{name}}`."""
    nested: dict[str, Any] = {}
    for code, sentence in sorted(sentences().items()):
        *above, last = code.split(".")
        place = nested
        for name in above:
            place = place.setdefault(name, {})
        place[last] = _PARAMETER.sub(r"{{\1}}", sentence)
    return {"notice": nested}


def document() -> str:
    """Return the catalogue as JSON text, the same for the same code."""
    return json.dumps(catalogue(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the catalogue, or with --check fail when the file is stale."""
    text = document()
    if "--check" in sys.argv:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            sys.exit("web/src/locales/en/notices.json is stale: run python -m atum_desk.entry.notices")
        return
    TARGET.write_text(text, encoding="utf-8")


def _of_problems() -> list[tuple[str, str]]:
    return [(one.code, template_of(one)) for one in subclasses_of(Problem)]


def _of_notices() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for one in subclasses_of(Notice):
        if issubclass(one, Term):
            found += ((f"{one.code}.{value}", words) for value, words in one.WORDS.items())
        else:
            found.append((one.code, template_of(one)))
    return found


if __name__ == "__main__":
    main()
