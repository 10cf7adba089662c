"""Sentences for people are notices: what builds one freely is found, and what does not is left alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from atum_desk.launch.project_rules import PACKAGE
from atum_desk.launch.sentence_rules import MAY_SAY_FREELY, classes_that_say, free_sentences

DECLARED = "".join(
    f"class {name}({above}): ...\n" for name, above in {"NotUndoable": "Problem", "SignedBy": "Notice"}.items()
)
SAYING = classes_that_say([ast.parse(DECLARED)])


def _found(code: str, where: str = "mail/filing.py") -> list[str]:
    return list(free_sentences(Path(where), ast.parse(code), SAYING))


@pytest.mark.parametrize(
    "code",
    [
        'raise NotUndoable(reason="it is undone already.")',
        'raise NotUndoable(reason=f"these are more than {MOST} changes")',
        'raise Problem.of("name", "is empty now")',
        'SignedBy("Somebody else")',
        'raise MailRefused("Our own mail came back")',
        'raise MailRefused("Late" if late else f"Duplicate of mail {number}")',
        'words = f"The relay refused the sign-in: {code}"',
        'step(False, words="There is no relay.")',
    ],
)
def test_a_sentence_that_is_built_freely_is_found(code: str) -> None:
    assert len(_found(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "raise NotUndoable(reason=UndoneAlready())",
        "raise NotUndoable(reason=TooManyChanges(MOST))",
        'raise Problem.of("subject", Empty())',
        'SignedBy("example.org")',
        'raise ValueError("a programmer reads this")',
        'raise SettingError("ATUM_SECRET must be set")',
        "words = fold(text)",
    ],
)
def test_notices_and_words_for_programmers_are_left_alone(code: str) -> None:
    assert _found(code) == []


def test_what_speaks_to_a_terminal_may_say_what_it_wants() -> None:
    assert _found('raise NotUndoable(reason="it is undone already.")', "launch/checks.py") == []


def test_every_exception_is_still_needed() -> None:
    for place in MAY_SAY_FREELY:
        path = PACKAGE / place
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        said = [one for file in files for one in free_sentences(Path("any.py"), ast.parse(file.read_bytes()), SAYING)]
        assert said, f"{place} builds no sentence any more"
