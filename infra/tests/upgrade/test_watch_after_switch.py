"""What makes a release go back: damaged contents, failing and slow requests, processes that end."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files
from atumctl.probes.load import Load
from atumctl.rehearsal import table_digests
from atumctl.upgrade import access_log, watch_after_switch
from atumctl.upgrade.access_log import AccessLog
from atumctl.upgrade.watch_after_switch import Baseline, WatchAfterSwitch

LINE = '127.0.0.1 [2026-11-22T14:00:00+00:00] "GET /api/v1/tickets" {} 99 {:.3f} 0.010 abc\n'
Write = Callable[..., None]


@pytest.fixture
def pids(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The processes of the services; systemd tells them on a machine."""
    known = {name: 100 + n for n, name in enumerate(Site.services)}
    monkeypatch.setattr(watch_after_switch, "main_pid", known.__getitem__)
    return known


@pytest.fixture
def machine(site: Site, tmp_path: Path) -> Site:
    """The desk with a machine's log of its own."""
    (tmp_path / access_log.LOG).parent.mkdir(parents=True)
    (tmp_path / access_log.LOG).touch()
    return replace(site, root=tmp_path)


@pytest.fixture
def write(machine: Site) -> Write:
    """Writes requests into nginx's log."""

    def append(count: int, status: int = 200, seconds: float = 0.02) -> None:
        with (machine.root / access_log.LOG).open("a") as file:
            file.write(LINE.format(status, seconds) * count)

    return append


@pytest.fixture
def watch(machine: Site, pids: dict[str, int], write: Write) -> WatchAfterSwitch:
    """A watch that has just begun."""
    write(50)
    files = {path.name for path in stored_files(machine.uploads)}
    time.sleep(0.05)
    before = Baseline(table_digests.lasting_counts(Postgres(machine)), files, set())
    return WatchAfterSwitch(machine, before, AccessLog(machine))


def test_a_desk_at_work_gives_no_reason(watch: WatchAfterSwitch, machine: Site, write: Write) -> None:
    raw = b"a new file"
    name = hashlib.sha256(raw).hexdigest()
    path = machine.uploads / name[:2] / name[2:4] / name
    path.parent.mkdir(parents=True)
    path.write_bytes(raw)
    write(300)
    write(2, status=502)
    assert watch.contents() == ""
    assert watch._requests() == ""
    assert watch._processes() == ""


def test_a_damaged_upload_is_a_reason(watch: WatchAfterSwitch, machine: Site) -> None:
    path = next(stored_files(machine.uploads))
    path.write_bytes(b"not what it was")
    assert watch.contents() == f"the upload {path.name} was damaged"


def test_an_upload_that_is_gone_is_a_reason(watch: WatchAfterSwitch, machine: Site) -> None:
    next(stored_files(machine.uploads)).unlink()
    assert watch.contents() == "1 uploads are gone"


def test_deleted_rows_are_a_reason(watch: WatchAfterSwitch, postgres: Postgres) -> None:
    postgres.query("set session_replication_role = replica; delete from atum.messages")
    assert watch.contents().startswith("rows were deleted: messages has 0 rows")


@pytest.mark.parametrize(
    ("count", "status", "seconds", "words"),
    [
        (3, 500, 0.02, "3 of the last 3 requests failed"),
        (20, 200, 6.0, "5 % of the last 20 requests took longer"),
        (20, 200, 1.5, "requests take 1.50 s where they took 0.020 s"),
        (20, 200, 0.5, ""),
        (20, 404, 0.02, ""),
    ],
)
def test_what_people_feel_is_a_reason(
    watch: WatchAfterSwitch,
    write: Write,
    count: int,
    status: int,
    seconds: float,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch_after_switch, "why_others", lambda *_words: "")
    write(count, status=status, seconds=seconds)
    reason = watch._requests()
    assert words in reason
    assert bool(reason) == bool(words)


def test_what_people_feel_on_a_machine_that_others_keep_busy_is_none(
    watch: WatchAfterSwitch, write: Write, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watch_after_switch, "why_others", lambda *_words: "others 94 %")
    write(20, seconds=6.0)
    assert [watch._requests(), watch._requests()] == ["", ""]
    assert [watch._slow_count("the API", "gives no answer") for _ in range(4)] == [""] * 4
    assert "".join(capfd.readouterr()).count("which other programs cause: others 94 %") == 1
    monkeypatch.setattr(watch_after_switch, "why_others", lambda *_words: "")
    assert "5 % of the last 20 requests took longer" in watch._requests()
    write(5, status=500)
    assert "requests failed" in watch._requests(), "an error is nobody else's"


def test_requests_that_hang_while_programs_start_at_once_are_a_reason_on_a_busy_machine_too(
    watch: WatchAfterSwitch, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Load(10.0, busy=100.0, ours=3.0, others=91.0, disk_busy=1.0, our_disk_part=0.0)
    monkeypatch.setattr(watch_after_switch, "between", lambda *_counters: busy)
    monkeypatch.setattr(watch_after_switch, "_start_seconds", lambda: 0.02)
    write(20, seconds=0.02)
    write(15, seconds=6.0)
    assert watch._requests() == "", "heavy requests wait for processors that start small programs at once"
    write(30, seconds=6.0)
    assert "5 % of the last" in watch._requests()
    monkeypatch.setattr(watch_after_switch, "_start_seconds", lambda: 0.4)
    assert watch._requests() == ""


def test_a_process_that_ended_is_a_reason(watch: WatchAfterSwitch, pids: dict[str, int]) -> None:
    pids["atum-desk-worker"] = 4711
    assert watch._processes() == "atum-desk-worker ended by itself and began anew as 4711"
    pids["atum-desk-worker"] = 0
    assert watch._processes() == "atum-desk-worker ended by itself"


def test_one_bad_answer_is_none_and_three_in_a_row_are(watch: WatchAfterSwitch) -> None:
    assert [watch._count("the API", "hangs") for _ in range(2)] == ["", ""]
    watch._fine("the API")
    assert [watch._count("the API", "hangs") for _ in range(3)][-1] == "the API hangs"


def test_an_upload_that_the_sweep_deleted_with_its_row_is_none(watch: WatchAfterSwitch, machine: Site) -> None:
    path, postgres = next(stored_files(machine.uploads)), Postgres(machine)
    postgres.query(f"""set session_replication_role = replica;
        insert into atum.row_changes (change_id, workspace_id, table_name, row_id, operation, old)
        select (select max(id) from atum.changes), workspace_id, 'attachments', id, 'D', to_jsonb(a)
          from atum.attachments a where sha256 = '{path.name}';
        delete from atum.attachments where sha256 = '{path.name}'""")
    path.unlink()
    assert watch.contents() == ""
