"""`./atum up` with the real services, as a script uses it."""

import http.client
import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.processes import end_process, port_holder, processes_in
from suite.machine_speed import scaled

from .conftest import RunningDesk

Up = Callable[[], RunningDesk]


@pytest.fixture
def up(environment: dict[str, str], tmp_path: Path) -> Iterator[Up]:
    """A function that starts `./atum up --json`; what it started is ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def start() -> RunningDesk:
        process = subprocess.Popen(
            [str(REPOSITORY / "atum"), "up", "--json"],
            env=environment | {"ATUM_VENV": sys.prefix},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return RunningDesk(process)

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=scaled(60))
    for pid in processes_in(Path(environment["ATUM_DATA"]) / "postgres"):
        end_process(pid, signal.SIGQUIT, 30)


def test_the_printed_sign_in_works_once_printed_and_ever_after(up: Up) -> None:
    running = up()
    password = running.ready["password"]
    assert _sign_in(running, password) == 200
    assert _sign_in(running, password + "x") == 401
    assert running.end() < 5
    again = up()
    assert again.ready["password"] is None
    assert _sign_in(again, password) == 200


def test_mail_is_taken_and_the_web_application_is_served(up: Up) -> None:
    ready = up().ready
    with smtplib.SMTP("127.0.0.1", ready["smtp_port"], timeout=scaled(10)) as peer:
        assert peer.ehlo()[0] == 250
    status, body = _request(ready["api_port"], "GET", "/")
    assert status == 200
    assert b"<!doctype html" in body[:200].lower()


def test_each_service_comes_back_after_kill_9(up: Up, eventually: Callable[[Callable[[], bool]], None]) -> None:
    running = up()
    held = {running.ready[name]: 0 for name in ("api_port", "live_port", "smtp_port")}
    for port in held:
        held[port] = port_holder(port) or 0
        assert held[port]
        os.kill(held[port], signal.SIGKILL)
    for port, victim in held.items():
        eventually(partial(is_held_by_another, port, victim))


def is_held_by_another(port: int, victim: int) -> bool:
    return port_holder(port) not in (None, victim)


def test_a_taken_port_is_said_before_anything_starts(up: Up, environment: dict[str, str]) -> None:
    holder = up()
    second = environment | {"ATUM_VENV": sys.prefix, "ATUM_DATA": environment["ATUM_DATA"] + "2"}
    started = time.monotonic()
    run = subprocess.run(
        [str(REPOSITORY / "atum"), "up"], env=second, check=False, capture_output=True, text=True, timeout=scaled(60)
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith(f"atum: Port {holder.ready['api_port']} is taken by process ")
    assert "atum_desk.entry.api" in run.stderr
    assert run.stderr.count("\n") == 1
    assert time.monotonic() - started < scaled(20)
    assert not (Path(second["ATUM_DATA"]) / "postgres").exists()


def _sign_in(running: RunningDesk, password: str) -> int:
    body = {"email": running.ready["email"], "password": password}
    return _request(running.ready["api_port"], "POST", "/api/v1/session", body)[0]


def _request(port: int, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=scaled(20))
    try:
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
