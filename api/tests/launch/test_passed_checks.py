"""A check that passed on the same files is not run again, and any change of what it reads runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from atum_desk.launch import checks, passed_checks, project_rules
from atum_desk.launch.checks import SourceCheck, run_checks
from atum_desk.launch.passed_checks import KEPT_KEYS, PassedChecks


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working copy of two files, one in `api/` and one in `web/`."""
    names = ("api/module.py", "web/page.ts")
    for name in names:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("first")
    monkeypatch.setattr(passed_checks, "REPOSITORY", tmp_path)
    monkeypatch.setattr(passed_checks, "tracked_files", lambda: [*names])
    return tmp_path


@pytest.fixture
def runs(tree: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the checks that ran; the one of the web fails while its file says "bad"."""
    ran: list[str] = []

    def found(name: str, file: str) -> str:
        ran.append(name)
        return "it is bad" if (tree / file).read_text() == "bad" else ""

    given = [
        SourceCheck("python", ("api/",), lambda: found("python", "api/module.py")),
        SourceCheck("web", ("web/",), lambda: found("web", "web/page.ts")),
    ]
    monkeypatch.setattr(checks, "_python_checks", lambda: given)
    monkeypatch.setattr(checks, "_web_checks", lambda _: [])
    monkeypatch.setattr(checks, "install_web_packages", lambda: None)
    monkeypatch.setattr(checks, "PassedChecks", lambda: PassedChecks(tree / "data/passed.json"))
    return ran


def test_what_passed_runs_again_only_when_a_file_that_it_reads_changed(tree: Path, runs: list[str]) -> None:
    assert run_checks()
    assert sorted(runs) == ["python", "web"]
    assert run_checks()
    assert len(runs) == 2
    (tree / "web/page.ts").write_text("second")
    assert run_checks()
    assert runs[2:] == ["web"]
    (tree / "web/page.ts").write_text("first")
    assert run_checks()
    assert len(runs) == 3


def test_what_failed_runs_again(tree: Path, runs: list[str]) -> None:
    (tree / "web/page.ts").write_text("bad")
    assert not run_checks()
    assert not run_checks()
    assert [name for name in runs if name == "web"] == ["web", "web"]


def test_all_run_when_they_are_asked_to(runs: list[str]) -> None:
    assert run_checks()
    assert run_checks(anew=True)
    assert sorted(runs) == ["python", "python", "web", "web"]


def test_other_packages_run_all_anew(tree: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_checks()
    monkeypatch.setattr(passed_checks, "_packages", lambda: "others")
    assert run_checks()
    assert len(runs) == 4


def test_a_file_of_the_checks_themselves_counts_for_all(tree: Path) -> None:
    known = PassedChecks(tree / "passed.json")
    before = known.key("web", ("web/",))
    known._digests["api/atum_desk/launch/checks.py"] = "other"
    assert known.key("web", ("web/",)) != before


def test_where_git_lists_nothing_nothing_is_known(tree: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passed_checks, "tracked_files", list)
    assert run_checks()
    assert run_checks()
    assert len(runs) == 4


def test_a_damaged_record_is_none(tree: Path, runs: list[str]) -> None:
    assert run_checks()
    (tree / "data/passed.json").write_text("{")
    assert run_checks()
    assert len(runs) == 4


def test_old_passes_are_forgotten(tree: Path) -> None:
    known = PassedChecks(tree / "passed.json")
    for number in range(KEPT_KEYS + 5):
        known.add("web", str(number))
    assert not known.has("web", "4")
    assert known.has("web", "5")


def test_every_file_belongs_to_a_check_beyond_the_tree() -> None:
    """What a check reads is told by beginnings of paths: a folder that moves must not leave its check behind."""
    names = project_rules.tracked_files()
    for reads in (checks.PYTHON, checks.PRODUCT, checks.SENTENCES, checks.FEATURE_LISTS, checks.CLIENT, checks.LOCKS):
        for beginning in reads:
            assert any(name.startswith(beginning) for name in names), beginning
