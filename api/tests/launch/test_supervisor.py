"""The supervisor on real processes and a real PostgreSQL, with fake services."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from atum_desk.launch.processes import command_line, processes_in
from suite.machine_speed import scaled

from .conftest import FAKE_UP, RunningDesk

FakeUp = Callable[..., RunningDesk]
Eventually = Callable[[Callable[[], bool]], None]


def test_the_line_of_json_says_how_to_get_in(fake_up: FakeUp, environment: dict[str, str]) -> None:
    running = fake_up()
    assert running.ready == {
        "address": f"http://localhost:{environment['ATUM_API_PORT']}",
        "desk": f"http://localhost:{environment['ATUM_API_PORT']}/desk",
        "smtp_port": int(environment["ATUM_SMTP_PORT"]),
        "email": "admin@atum.localhost",
        "password": "first password",
        "pid": running.process.pid,
        "api_port": int(environment["ATUM_API_PORT"]),
        "live_port": int(environment["ATUM_LIVE_PORT"]),
        "data": environment["ATUM_DATA"],
    }
    assert _get(running.ready["api_port"], "/") == f"{running.ready['api_port']} /"


def test_ctrl_c_ends_everything_within_seconds(fake_up: FakeUp) -> None:
    running = fake_up()
    services = list(_pids(running).values())
    assert running.end() < scaled(3)
    assert not any(command_line(pid) for pid in services)
    assert not processes_in(Path(running.ready["data"]) / "postgres")


def test_a_service_that_answers_late_delays_the_line(fake_up: FakeUp) -> None:
    running = fake_up("late")
    assert _get(running.ready["smtp_port"], "/x") == f"{running.ready['smtp_port']} /x"


def test_a_killed_service_starts_again(fake_up: FakeUp, eventually: Eventually) -> None:
    running = fake_up()
    first = _pids(running)["live"]
    os.kill(first, signal.SIGKILL)
    eventually(lambda: _pids(running)["live"] != first)
    eventually(lambda: _answers(running.ready["live_port"]))
    assert "live     | ended (signal SIGKILL); starts again" in running.log()


def test_a_service_that_never_stays_up_ends_the_start_with_its_last_word(environment: dict[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, str(FAKE_UP), "broken"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=scaled(60),
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.splitlines()[-1] == ("atum: The worker process does not stay up: no database password given")
    assert not processes_in(Path(environment["ATUM_DATA"]) / "postgres")


def test_killing_the_supervisor_ends_its_services_and_the_next_start_takes_over_the_database(
    fake_up: FakeUp, eventually: Eventually
) -> None:
    running = fake_up()
    services, data = list(_pids(running).values()), Path(running.ready["data"])
    postgres = processes_in(data / "postgres")[0]
    running.process.kill()
    eventually(lambda: not any(command_line(pid) for pid in services))
    assert command_line(postgres), "PostgreSQL goes on, so that nothing is to be recovered"
    again = fake_up()
    assert postgres in processes_in(data / "postgres")
    again.end()
    assert not processes_in(data / "postgres")


def test_a_killed_database_starts_again_while_everything_runs(fake_up: FakeUp, eventually: Eventually) -> None:
    running = fake_up()
    data = Path(running.ready["data"])
    pid_file = data / "postgres" / "postmaster.pid"
    postgres = int(pid_file.read_text().split()[0])
    os.kill(postgres, signal.SIGKILL)

    def another_is_ready() -> bool:
        try:
            lines = pid_file.read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and int(lines[0]) != postgres and lines[7].strip() == "ready"

    eventually(another_is_ready)
    running.end()
    assert not processes_in(data / "postgres")


def test_a_second_start_on_the_same_data_is_refused_with_the_first_ones_process(
    fake_up: FakeUp, environment: dict[str, str]
) -> None:
    running = fake_up()
    second = subprocess.run(
        [sys.executable, str(FAKE_UP)], env=environment, check=False, capture_output=True, text=True, timeout=scaled(60)
    )
    assert second.returncode != 0
    assert f"already runs on {environment['ATUM_DATA']} (process {running.process.pid})" in (second.stderr)
    assert _answers(running.ready["api_port"]), "the first goes on"


def test_a_web_port_of_its_own_leads_to_the_api_and_to_the_live_service(
    fake_up: FakeUp, free_port: Callable[[], int]
) -> None:
    web_port = free_port()
    ready = fake_up(ATUM_WEB_PORT=str(web_port)).ready
    assert ready["address"] == f"http://localhost:{web_port}"
    assert _get(web_port, "/api/v1/me") == f"{ready['api_port']} /api/v1/me"
    assert _get(web_port, "/ws/") == f"{ready['live_port']} /ws/"


def _pids(running: RunningDesk) -> dict[str, int]:
    """Return the newest process of each service, as it named itself in the log."""
    found = re.findall(r" (\w+) +\| serving on \d+ as (\d+)", running.log())
    return {name: int(pid) for name, pid in found}


def _get(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=scaled(10))
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _answers(port: int) -> bool:
    try:
        return bool(_get(port, "/"))
    except OSError:
        return False
