"""Health: what stops answering fires, and says why."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from small_disk import small_disk
from whole_desk import WholeDesk

from atumctl.core.shell import CommandResult, ShellError, run
from atumctl.doctor.watch_history import read_memory, write_memory
from atumctl.probes import health
from atumctl.probes.measurement import Measurement, SharedAnswer
from atumctl.probes.metrics import read_metrics
from atumctl.steps.tls import certificate
from free_ports import free_port
from suite.machine_speed import slowness_now
from waiting import deadline

HERE = Path(__file__).parent


async def test_a_stopped_database_fires_and_the_verdict_is_to_roll_back(desk: WholeDesk) -> None:
    desk.server.stop()
    try:
        found = desk.examine()
    finally:
        desk.server.start()
    firing = {one.trigger: one for one in found.firing}
    assert "No such file or directory" in firing["health.database"].evidence
    assert '"database":{"state":"down"' in firing["health.api_ready"].evidence
    assert found.verdict == "roll back"
    assert found.seconds < 6


async def test_a_dead_api_fires_and_nobody_holds_its_port(desk: WholeDesk) -> None:
    await desk.processes.kill("api")
    found = {one.trigger: one for one in desk.examine().firing}
    assert "Connection refused" in found["health.api_live"].evidence
    assert found["ports.api"].value == "nobody"
    assert "ports.live" not in found


async def test_an_api_that_does_not_answer_in_time_fires(desk: WholeDesk) -> None:
    process = desk.processes._running["api"]
    process.send_signal(signal.SIGSTOP)
    try:
        found = desk.examine()
    finally:
        process.send_signal(signal.SIGCONT)
    firing = {one.trigger: one for one in found.firing}
    assert "timed out" in firing["health.api_live"].evidence
    assert found.seconds < 5.5 * slowness_now()


async def test_a_dead_worker_fires_after_its_silence(desk: WholeDesk) -> None:
    # A worker reports every 3 s, and later on a busy machine.
    desk.set(ATUM_OPS_WORKER_SILENT_SECONDS="10")
    assert desk.finding("health.worker").state != "fires"
    await desk.processes.kill("worker")
    await asyncio.sleep(10.2)
    found = desk.finding("health.worker")
    assert found.state == "fires"
    assert isinstance(found.value, float)
    assert found.value > 10 == found.threshold


async def test_a_port_that_another_process_holds_fires_and_names_it(still: WholeDesk) -> None:
    port = str(still.processes.api_port)
    program = "import socket,sys,time; s=socket.create_server(('127.0.0.1',int(sys.argv[1]))); time.sleep(60)"
    with _running([sys.executable, "-c", program, port]) as stranger:
        await _until_open(int(port))
        found = still.finding("ports.api")
    assert found.state == "fires"
    assert f"process {stranger.pid}" in found.evidence
    assert "socket.create_server" in found.evidence


async def test_a_schema_behind_the_code_fires_and_one_ahead_does_not(still: WholeDesk) -> None:
    head = still.finding("health.schema").value
    still.sql("update public.schema_revision set version_num = '0001'")
    found = still.finding("health.schema")
    assert found.state == "fires"
    assert f"is at 0001, the code in {found.evidence.partition('code in ')[2]}" in found.evidence
    assert str(head) in found.evidence
    still.sql("update public.schema_revision set version_num = '9999'")
    assert still.finding("health.schema").state == "ok"


async def test_redis_fires_only_where_it_is_set_and_does_not_answer(still: WholeDesk, tmp_path: Path) -> None:
    port = free_port()
    still.set(ATUM_REDIS_URL=f"redis://127.0.0.1:{port}/0")
    found = still.finding("health.redis")
    assert found.state == "fires"
    assert found.calls_for == "degraded"
    if server := shutil.which("redis-server"):
        argv = [server, "--port", str(port), "--save", "", "--dir", str(tmp_path)]
        with _running(argv):
            await _until_open(port)
            assert still.finding("health.redis").state == "ok"


async def test_an_expired_certificate_fires_and_a_fresh_one_does_not(still: WholeDesk) -> None:
    file = certificate(still.site)
    file.parent.mkdir(parents=True)
    shutil.copy(HERE / "expired.pem", file)
    found = still.finding("health.certificate")
    assert found.state == "fires"
    assert "until 2020-01-01 00:00 UTC" in found.evidence
    assert isinstance(found.value, float)
    assert found.value < 0
    for days, state in (("3", "fires"), ("15", "warn"), ("90", "ok")):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        out: list[str | Path] = ["-keyout", "/dev/null", "-out", file, "-subj", "/CN=desk.example"]
        run(["openssl", "req", "-x509", *key, *out, "-days", days])
        assert still.finding("health.certificate").state == state
    file.write_text("no certificate")
    assert still.finding("health.certificate").state == "fires"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_a_full_disk_fires(still: WholeDesk) -> None:
    still.set(ATUM_OPS_DISK_FREE_MB="8")
    with small_disk(still.site.data):
        assert still.finding("health.disk").state == "ok"
        (still.site.data / "filling").write_bytes(b"x" * 28_000_000)
        found = still.finding("health.disk")
    assert found.state == "fires"
    assert f"{still.site.data}: " in found.evidence


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_a_disk_without_inodes_fires(still: WholeDesk) -> None:
    still.set(ATUM_OPS_INODES_FREE_PERCENT="10", ATUM_OPS_DISK_FREE_MB="1")
    with small_disk(still.site.data):
        assert still.finding("health.inodes").state == "ok"
        for number in range(480):
            (still.site.data / str(number)).touch()
        found = still.examine(family="health")
    states = {one.trigger: one.state for one in found.findings}
    assert states["health.inodes"] == "fires"
    assert states["health.disk"] == "ok"


async def test_a_clock_that_jumped_since_the_last_run_fires(still: WholeDesk) -> None:
    still.watched("health.clock")
    assert still.finding("health.clock").state == "ok"
    memory = read_memory(still.site)
    memory["clock"]["wall"] -= 120
    write_memory(still.site, memory)
    found = still.finding("health.clock")
    assert found.state == "fires"
    assert "jumped +120" in found.evidence


async def _until_open(port: int) -> None:
    async with deadline(10):
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return


@contextmanager
def _running(argv: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_an_error_in_another_sites_file_is_not_ours(still: WholeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    site = replace(still.site, kind="server")
    said = "nginx: [emerg] unknown directive in /etc/nginx/sites-enabled/{}:3"
    for name, calls_for in (("shop.conf", "degraded"), ("atum-desk.conf", "roll back")):
        ended = CommandResult(1, "", said.format(name))
        monkeypatch.setattr(health, "run", lambda *_words, ended=ended, **_how: ended)
        [found] = health._nginx_config(Measurement(site))
        assert (found.state, found.evidence) == ("fires", ended.stderr)
        assert found.calls_for == calls_for


@pytest.mark.parametrize(("api_ms", "state"), [(3.0, "warn"), (2500.0, "fires"), (None, "fires")])
async def test_a_database_that_psql_reaches_late_is_judged_by_what_people_meet(
    still: WholeDesk, api_ms: float | None, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    measurement = Measurement(still.site)
    late = ShellError(["psql"], "did not end within 4 s", late=True)
    monkeypatch.setattr(measurement.database, "ask", Mock(side_effect=late))
    trip = "" if api_ms is None else f"atum_database_round_trip_seconds {api_ms / 1000}\n"
    measurement.metrics = SharedAnswer(lambda: read_metrics(trip))
    found = {one.trigger: one for one in health._database(measurement)}["health.database"]
    assert found.state == state
    assert found.slow_seconds == 0, "so that it is no fault of ours while others keep it waiting"
    refused = ShellError(["psql"], "connection refused")
    monkeypatch.setattr(measurement.database, "ask", Mock(side_effect=refused))
    found = {one.trigger: one for one in health._database(measurement)}["health.database"]
    assert (found.state, found.slow_seconds) == ("fires", None)
