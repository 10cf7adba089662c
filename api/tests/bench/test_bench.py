"""The bench itself: its pieces are right, and a quick run goes through."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from atum_desk.kernel.config.settings import REPOSITORY
from bench.bare.statements import as_pgbench
from bench.client import Request, Samples, press
from bench.contest import BARE, OURS
from bench.ledger_cost import LedgerCost
from bench.mail_load import MailLoad, MailResult
from bench.processes import cpu_seconds
from bench.report import lines_of, rows_of
from bench.warm_start import WarmStart
from suite.machine_speed import scaled


def results(list_cpu_seconds: float) -> dict[str, dict[str, Samples]]:
    """Every operation a hundred times: ours costs what is given for the list, the bare one a second."""

    def of(cpu: float) -> Samples:
        return Samples([0.002] * 99 + [0.5], 1.0, [cpu / 100, cpu / 100, 9.0], [0.001])

    named = {name: {OURS: of(1.0), BARE: of(1.0)} for name in ("list", "ticket", "reply")}
    named["list"][OURS] = of(list_cpu_seconds)
    return named


def verdicts(list_cpu_seconds: float) -> dict[str, str]:
    rows = rows_of(results(list_cpu_seconds))
    ledger = LedgerCost([1.3, 1.3, 9.0], [1.0, 1.0, 1.0])
    mail = MailResult(400, 2.0, 4.0, [0.1, 2.5])
    lines = lines_of(rows, ledger, {"api": 400.0}, mail, WarmStart(words="no room"), None)
    return {line.promise: line.verdict for line in lines}


def test_a_promise_holds_up_to_its_target_and_no_further() -> None:
    assert verdicts(1.6)["list: application CPU, times the bare one's"] == "pass"
    assert verdicts(1.61)["list: application CPU, times the bare one's"] == "FAIL"


def test_what_is_too_slow_or_too_large_fails_and_what_was_left_out_is_said() -> None:
    found = verdicts(1.0)
    assert found["memory of api, live and worker, MiB"] == "FAIL"
    assert found["mail accepted, a second"] == "pass"
    assert found["mail to ticket when idle, slowest of five, seconds"] == "FAIL"
    assert found["warm start, seconds"] == "not measured"
    assert found["the ledger's cost of a write, times the same without"] == "pass"


def test_mail_under_load_is_held_against_three_promises() -> None:
    def verdicts_of(load: MailLoad) -> list[str]:
        mail = MailResult(400, 2.0, 4.0, [0.1], load)
        ledger = LedgerCost([1.0], [1.0])
        rows = rows_of(results(1.0))
        lines = lines_of(rows, ledger, {}, mail, WarmStart(words="no room"), None)
        return [line.verdict for line in lines[-3:]]

    assert verdicts_of(MailLoad(200, 199.5, 101.0, 120.0, 4.9, (9, 40))) == ["pass"] * 3
    assert verdicts_of(MailLoad(200, 150.0, 60.0, None, 5.1, (9, 40))) == ["FAIL"] * 3


def test_a_row_tells_percentiles_and_cpu_for_one_request() -> None:
    row = next(row for row in rows_of(results(0.5)) if (row.operation, row.contestant) == ("list", OURS))
    assert (row.requests, row.requests_per_second, row.app_cpu_ms) == (100, 100, 5.0)
    assert (row.p50_ms, row.p99_ms) == (2.0, 500.0)


def test_the_cpu_of_a_process_is_told_in_less_than_a_tick() -> None:
    """A slice of 0.2 s answers a dozen replies: by ticks of 10 ms a reply took 1 ms or 2, as it happened."""
    told = {cpu_seconds(os.getpid())}
    began = time.process_time()
    while time.process_time() - began < 0.3:
        told.add(cpu_seconds(os.getpid()))
    assert max(told) - min(told) == pytest.approx(time.process_time() - began, abs=0.1)
    assert any(abs(one * 100 - round(one * 100)) > 0.02 for one in told)


def test_places_are_filled_for_pgbench() -> None:
    assert as_pgbench("select $1,\n  $12, $1", ":n", *"........", "y", "z", "'w'") == "select :n, 'w', :n;\n"


async def test_the_client_refuses_another_status() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        with pytest.raises(RuntimeError, match=r"503.*busy"):
            await press(port, "a=b", lambda: Request("GET", "/"), 0.2, 1)
    finally:
        server.close()


@pytest.mark.slow("a whole desk is filled, started and measured")
def test_a_quick_run_measures_everything(tmp_path: Path) -> None:
    file = tmp_path / "quick.json"
    path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "api")])
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--json", str(file)],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=scaled(400),
        check=False,
    )
    assert file.exists(), run.stderr
    report = json.loads(file.read_text())
    measured = {(row["operation"], row["contestant"]) for row in report["rows"] if row["requests"] > 0}
    assert measured >= {(o, c) for o in ("list", "ticket", "reply", "open", "counts") for c in (OURS, BARE)}
    assert {line["verdict"] for line in report["lines"]} <= {"pass", "FAIL", "not measured"}
    assert "2,000 tickets" in run.stdout
