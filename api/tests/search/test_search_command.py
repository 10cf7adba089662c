"""`./atum search` on a real database, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.search.cli import result_lines
from atum_desk.search.schemas import ContactHits, FoundContact, SearchResult
from atum_desk.tickets.public import CorrectedWord, MarkedText
from desk import Desk
from scratch_databases import SECRET
from suite.machine_speed import scaled


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Return the settings of the command."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ATUM_")}
    return kept | {"ATUM_DATABASE_URL": database_url, "ATUM_SECRET": SECRET, "ATUM_DATA": str(tmp_path)}


def search(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "atum_desk.entry.cli", "search", *words],
        capture_output=True,
        text=True,
        env=environment,
        cwd=REPOSITORY / "api",
        timeout=scaled(60),
        check=False,
    )


async def test_it_finds_what_every_team_has_in_words_and_as_json(desk: Desk, environment: dict[str, str]) -> None:
    hidden = await desk.given.ticket("Sextant", team_id=await desk.given.team(), text="The sextant of \x1b[2Jothers")
    person = await desk.given.contact("Sextant Maker", "maker@sextant.example")
    done = search(environment, "sextant")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"#{hidden.number}  Sextant" in done.stdout
    assert f"contact {person}  Sextant Maker  maker@sextant.example" in done.stdout
    # What others wrote moves no cursor.
    assert "\x1b" not in done.stdout
    told = json.loads(search(environment, "sextant", "--kinds", "tickets", "--json").stdout)
    assert [item["number"] for item in told["tickets"]["items"]] == [hidden.number]
    assert "contacts" not in told


async def test_what_it_cannot_answer_it_says_in_a_sentence(desk: Desk, environment: dict[str, str]) -> None:
    assert search(environment, "astrolabe").stdout == "Nothing was found.\n"
    for words in (("x", "--kinds", "people"), ("status:nowhere",)):
        done = search(environment, *words)
        assert done.returncode == 1
        assert done.stderr.startswith("atum: ")
        assert "Traceback" not in done.stderr


def test_a_correction_is_said_before_what_was_found() -> None:
    contact = FoundContact(
        3, [MarkedText("Wolf", True), MarkedText(" A\nB", False)], [], [[MarkedText("030 1234", True)]], None
    )
    result = SearchResult(CorrectedWord("wofl", "wolf"), contacts=ContactHits([contact], "more"))
    assert list(result_lines(result, colored=True)) == [
        "Showing results for wolf; nothing holds wofl.",
        "contact 3  \x1b[1;4mWolf\x1b[0m A B  \x1b[1;4m030 1234\x1b[0m",
        "There are more contacts; --limit shows up to 50 of each.",
    ]
