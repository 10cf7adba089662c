"""Nobody sits before a silent terminal."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from atum_desk.launch.announcement import Announcer
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.progress import step
from scratch_databases import make_settings
from waiting import until


async def test_what_takes_long_is_said_again_and_its_end_too(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []

    def heard() -> bool:
        said.append(capsys.readouterr().err)
        return "still building (" in "".join(said)

    with step("building", still_seconds=0.05):
        await until(heard)
    everything = "".join(said) + capsys.readouterr().err
    assert everything.startswith("atum: building\n")
    assert everything.splitlines()[-1].startswith("atum: done in")
    assert threading.active_count() < 50


def test_what_is_quick_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    with step("building", still_seconds=600):
        pass
    assert capsys.readouterr().err == "atum: building\n"


def test_a_step_that_fails_is_not_called_done(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LaunchError, match="no room"), step("building", still_seconds=0.0001):
        raise LaunchError("no room")
    assert "done" not in capsys.readouterr().err


def test_desk_and_portal_are_both_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = make_settings(tmp_path)
    Announcer(settings, as_json=False).ready("secret")
    printed = capsys.readouterr().out
    assert f"desk      {settings.web_url}/desk" in printed
    assert f"portal    {settings.web_url}  " in printed
