"""Requests of the Operations page: a verb of the list is run, and nothing else ever is."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from whole_desk import WholeDesk

from atum_desk.kernel import clock
from atum_desk.operations.requests import list_requests, write_request
from atumctl import desk_requests
from atumctl.backup.index import Index
from atumctl.core.site import Site
from atumctl.doctor.watch_history import read_state

WORDS = argparse.Namespace(dry_run=False)
GOOD = {"verb": "doctor", "asked_by": "Ada", "at": "2026-01-01T00:00:00+00:00"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path / "the desk", "embedded")
    site.requests.mkdir(parents=True)
    return site


async def test_what_the_desk_asks_for_is_run_and_the_desk_reads_the_answer(desk: WholeDesk) -> None:
    asked = write_request(desk.site.data, "doctor", "Ada", clock.now())
    assert desk_requests.run(WORDS, desk.site) == 0
    [answered] = list_requests(desk.site.data, clock.now())
    assert (answered.id, answered.state) == (asked.id, "done")
    assert "triggers fire, measured in" in answered.words
    assert (answered.verb, answered.asked_by) == ("doctor", "Ada")
    assert read_state(desk.site)["verdict"] == "healthy", "the page shows what was found"
    # Whoever watches the folder for requests must find none any more.
    assert [one.name for one in desk.site.requests.iterdir()] == [f"{asked.id}.done.json"]


async def test_a_backup_that_is_asked_for_is_proven(desk: WholeDesk) -> None:
    write_request(desk.site.data, "backup", "Ada", clock.now())
    assert desk_requests.run(WORDS, desk.site) == 0
    [made] = Index(desk.site).entries()
    assert made.is_proven


async def test_a_verb_that_fails_is_a_failed_request(still: WholeDesk) -> None:
    write_request(still.site.data, "verify", "Ada", clock.now())
    assert desk_requests.run(WORDS, still.site) == 1
    [answered] = list_requests(still.site.data, clock.now())
    assert answered.state == "failed"
    assert "There is no backup" in answered.words


def test_several_that_ask_for_the_same_cost_one_run(site: Site) -> None:
    numbers = [_write(site, GOOD) for _ in range(3)]
    desk_requests.run(WORDS, site)
    answers = [_answer(site, number) for number in numbers]
    assert answers[0] == answers[1] == answers[2]
    assert not list(site.requests.glob("*.running"))


@pytest.mark.parametrize(
    "content",
    [
        GOOD | {"verb": "rollback"},
        GOOD | {"verb": "backup --to /etc"},
        GOOD | {"verb": ["doctor"]},
        GOOD | {"prefix": "/etc"},
        GOOD | {"at": "whenever"},
        GOOD | {"asked_by": 7},
        GOOD | {"asked_by": "x" * 5000},
        {"verb": "doctor"},
        ["doctor"],
        None,
    ],
)
def test_what_is_not_exactly_a_request_is_refused_and_nothing_runs(site: Site, content: Any) -> None:
    number = _write(site, content)
    assert desk_requests.run(WORDS, site) == 1
    assert _answer(site, number)["exit_code"] == 2


def test_a_link_a_pipe_and_a_folder_are_refused_and_never_followed(site: Site, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(json.dumps(GOOD))
    makers: list[Callable[[Path], object]] = [
        lambda path: path.symlink_to(elsewhere),
        lambda path: path.hardlink_to(elsewhere),
        os.mkfifo,
        lambda path: path.mkdir(),
    ]
    for make in makers:
        number = str(uuid4())
        make(site.requests / f"{number}.json")
        desk_requests.run(WORDS, site)
        assert _answer(site, number)["exit_code"] == 2


def test_an_answer_is_written_into_the_folder_and_through_no_link(site: Site, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    number = _write(site, GOOD | {"verb": "none"})
    (site.requests / f".{number}.done.json.new").symlink_to(victim)
    (site.requests / f"{number}.running").mkdir()
    desk_requests.run(WORDS, site)
    assert victim.read_text() == "untouched"
    assert not (site.requests / f"{number}.done.json").is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may write as somebody else")
def test_a_request_of_somebody_else_is_refused(site: Site) -> None:
    number = _write(site, GOOD)
    os.chown(site.requests / f"{number}.json", 54321, 54321)
    desk_requests.run(WORDS, site)
    assert _answer(site, number)["words"] == "The request is not the application's."


def test_other_files_in_the_folder_are_left_alone(site: Site) -> None:
    for name in ("x.json", f"{uuid4()}.draft", f"{uuid4()}.json.json"):
        (site.requests / name).write_text(json.dumps(GOOD))
    before = sorted(site.requests.iterdir())
    assert desk_requests.run(WORDS, site) == 0
    assert sorted(site.requests.iterdir()) == before


def _write(site: Site, content: Any) -> str:
    number = str(uuid4())
    text = "no JSON {" if content is None else json.dumps(content)
    (site.requests / f"{number}.json").write_text(text)
    return number


def _answer(site: Site, number: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((site.requests / f"{number}.done.json").read_text())
    return answer
