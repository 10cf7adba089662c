"""nginx's log tells what people felt."""

from __future__ import annotations

from pathlib import Path

import pytest

from atumctl.core.site import Site
from atumctl.upgrade import access_log
from atumctl.upgrade.access_log import AccessLog

LINE = '127.0.0.1 [2026-11-22T14:00:00+00:00] "{}" {} 1234 {} 0.010 abc\n'


@pytest.fixture
def here(tmp_path: Path) -> Site:
    """A machine of its own with an empty log."""
    site = Site(tmp_path / "desk", root=tmp_path)
    (tmp_path / access_log.LOG).parent.mkdir(parents=True)
    (tmp_path / access_log.LOG).touch()
    return site


def _write(site: Site, count: int, status: int = 200, seconds: float = 0.02, path: str = "/api/v1/tickets") -> None:
    with (site.root / access_log.LOG).open("a") as file:
        file.write(LINE.format(f"GET {path}", status, f"{seconds:.3f}") * count)


def test_errors_and_times_of_what_came_since(here: Site) -> None:
    _write(here, 30, seconds=0.5)
    log = AccessLog(here)
    assert log.median_before == 0.5
    _write(here, 18)
    _write(here, 2, status=502, seconds=7)
    log.look()
    assert log.errors() == (2, 20)
    assert (log.total, log.failed) == (20, 2)
    assert log.p95() == 7
    assert log.median() == 0.02


def test_few_requests_say_nothing(here: Site) -> None:
    log = AccessLog(here)
    _write(here, 3, seconds=9)
    log.look()
    assert (log.median_before, log.p95(), log.median()) == (None, None, None)


def test_live_connections_are_not_slow_requests(here: Site) -> None:
    log = AccessLog(here)
    _write(here, 50, seconds=600, path="/ws/")
    log.look()
    assert log.total == 0


def test_a_line_half_written_is_read_when_it_is_whole(here: Site) -> None:
    log = AccessLog(here)
    text = LINE.format("GET /", 500, "0.001")
    path = here.root / access_log.LOG
    path.write_text(text[:30])
    log.look()
    assert log.total == 0
    path.write_text(text)
    log.look()
    assert (log.total, log.failed) == (1, 1)


def test_what_is_old_is_forgotten(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AccessLog(here)
    _write(here, 20, status=500)
    log.look()
    monkeypatch.setattr(access_log, "WINDOW_SECONDS", -1.0)
    log.look()
    assert (log.errors(), log.failed) == ((0, 0), 20)


def test_without_nginx_nothing_is_told(tmp_path: Path) -> None:
    log = AccessLog(Site(tmp_path / "desk", root=tmp_path))
    log.look()
    assert (log.total, log.p95()) == (0, None)
