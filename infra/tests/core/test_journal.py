"""The journal: written before the act, played backwards, taken up where it was interrupted."""

from pathlib import Path
from typing import Any

import pytest

from atumctl.core.journal import FAIL_AT, InjectedFailure, Journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.begin(tmp_path / "journal", "install")


def removing(undone: list[str]) -> Any:
    return {"forget": lambda inverse: undone.append(inverse["what"])}


def forget(what: str) -> dict[str, Any]:
    return {"kind": "forget", "what": what}


def test_a_step_is_written_before_it_happens(journal: Journal) -> None:
    seen: list[str] = []
    journal.act("make a folder", forget("folder"), lambda: seen.append(journal.path.read_text()))
    assert "make a folder" in seen[0]
    assert journal.entries()[0].done


def test_undoing_goes_backwards_and_includes_the_step_that_failed(journal: Journal) -> None:
    undone: list[str] = []

    def fail() -> None:
        raise OSError("no space")

    journal.act("first", forget("first"), lambda: None)
    with pytest.raises(OSError, match="no space"):
        journal.act("second", forget("second"), fail)
    assert journal.undo(removing(undone)) == []
    assert undone == ["second", "first"]


def test_an_undo_that_was_cut_off_goes_on_where_it_stood(journal: Journal) -> None:
    undone: list[str] = []
    for what in ("first", "second"):
        journal.act(what, forget(what), lambda: None)

    def killed(inverse: dict[str, Any]) -> None:
        undone.append(inverse["what"])
        if inverse["what"] == "first":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal.undo({"forget": killed})
    assert Journal(journal.path).undo(removing(undone)) == []
    assert undone == ["second", "first", "first"]


def test_what_cannot_be_undone_is_named_and_the_rest_is_undone(journal: Journal) -> None:
    undone: list[str] = []
    journal.act("first", forget("first"), lambda: None)
    journal.act("second", {"kind": "unknown"}, lambda: None)
    assert journal.undo(removing(undone)) == ["second: 'unknown'"]
    assert undone == ["first"]


def test_a_torn_last_line_is_a_step_that_was_not_begun(journal: Journal) -> None:
    journal.act("first", forget("first"), lambda: None)
    with journal.path.open("a") as file:
        file.write('{"n": 2, "step": "sec')
    assert [entry.step for entry in journal.entries()] == ["first"]


@pytest.mark.parametrize("asked", ["2", "second"])
def test_a_failure_can_be_asked_for_by_number_and_by_name(
    journal: Journal, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAIL_AT, asked)
    journal.act("first", forget("first"), lambda: None)
    with pytest.raises(InjectedFailure, match="step 2, second"):
        journal.act("second", forget("second"), lambda: None)


def test_a_journal_is_for_its_owner_only(journal: Journal) -> None:
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert journal.path.parent.stat().st_mode & 0o777 == 0o700
