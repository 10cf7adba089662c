"""What `./atum up` does in systemd's place: requests of the desk are answered, whatever the tool does."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from atum_desk.kernel.config.settings import Settings
from atum_desk.launch import scheduled_tasks
from atum_desk.launch.scheduled_tasks import Chores
from waiting import until

ANSWERS = """
import json, os, pathlib, sys
assert sys.argv[1] == "requests", sys.argv
folder = pathlib.Path(os.environ["ATUM_DATA"]) / "requests"
for file in folder.glob("*.json"):
    words = " ".join([os.environ["ATUM_PG_DSN"], os.environ["ATUM_PG_BIN"]])
    file.with_suffix(".done.json").write_text(json.dumps({"exit_code": 0, "words": words}))
"""
FAILS = "import sys; print('no space left'); sys.exit(3)"
HANGS = """
import os, pathlib, time
(pathlib.Path(os.environ["ATUM_DATA"]) / "pid").write_text(str(os.getpid()))
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(scheduled_tasks, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(scheduled_tasks, "FIRST_WATCH_SECONDS", 3600.0)
    monkeypatch.setattr(scheduled_tasks, "client_programs", lambda _settings: tmp_path / "programs")


def make_tool(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str | None) -> None:
    tool = folder / "atumctl"
    if code is not None:
        tool.mkdir()
        (tool / "__main__.py").write_text(code)
    monkeypatch.setattr(scheduled_tasks, "TOOL", tool)


@asynccontextmanager
async def at_work(data: Path) -> AsyncIterator[tuple[Path, list[str]]]:
    """Yield the answer's place to a request that is waiting, and what is said."""
    (data / "requests").mkdir(parents=True)
    said: list[str] = []
    environment = os.environ | {"ATUM_DATABASE_URL": "postgresql://here", "ATUM_DATA": str(data)}
    work = Chores(Settings(data=data), environment, lambda _name, line: said.append(line))
    running = asyncio.create_task(work.run())
    try:
        (data / "requests" / "a.json").write_text('{"verb": "backup"}')
        yield data / "requests" / "a.done.json", said
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_the_tool_is_told_where_the_database_is_and_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_tool(monkeypatch, tmp_path, ANSWERS)
    async with at_work(tmp_path / "data") as (answer, said):
        await until(answer.exists)
        told = json.loads(answer.read_text())
    assert told == {"exit_code": 0, "words": f"postgresql://here {tmp_path / 'programs'}"}
    assert said == []


@pytest.mark.parametrize(("code", "words", "exit_code"), [(FAILS, "no space left", 3), (None, "is missing", 1)])
async def test_a_request_that_the_tool_left_open_is_answered_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str | None, words: str, exit_code: int
) -> None:
    make_tool(monkeypatch, tmp_path, code)
    async with at_work(tmp_path / "data") as (answer, said):
        await until(answer.exists)
        told = json.loads(answer.read_text())
    assert words in told["words"]
    assert told["exit_code"] == exit_code
    assert words in said[0]


async def test_a_verb_under_way_ends_with_us(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_tool(monkeypatch, tmp_path, HANGS)
    pid = tmp_path / "data" / "pid"
    async with at_work(tmp_path / "data"):
        await until(lambda: pid.exists() and pid.read_text() != "")
    assert not Path("/proc", pid.read_text()).exists()
