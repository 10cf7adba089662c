"""The mail port is asked for its greeting: open it may be while nobody is behind it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from atumctl.core.site import Site
from atumctl.probes import mail
from atumctl.probes.measurement import Measurement
from atumctl.probes.triggers import State, TriggerFinding
from free_ports import free_port


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path / "desk", "embedded", root=tmp_path / "machine")
    site.api.mkdir(parents=True)
    return site


def found(site: Site, port: int) -> TriggerFinding:
    site.env_file.write_text(f"ATUM_SMTP_PORT={port}\nATUM_BIND=0.0.0.0\n")
    [probe] = mail.PROBES
    [finding] = probe.measure(Measurement(site))
    return finding


@contextmanager
def saying(words: bytes) -> Iterator[int]:
    """Listen on a port and say so to the first who connects."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as one:
                one.sendall(words)

        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (b"220 desk.example ATUM DESK\r\n", "ok"),
        (b"421 4.7.0 Too many connections from you; try again later\r\n", "warn"),
        (b"554 Go away\r\n", "fires"),
        (b"", "fires"),
    ],
)
def test_a_greeting_is_judged_by_its_code(site: Site, words: bytes, state: State) -> None:
    with saying(words) as port:
        finding = found(site, port)
    assert finding.state == state
    assert finding.calls_for == "roll back"
    assert f"port {port}: {words.decode().strip() or 'ended without a word'}" in finding.evidence
    assert finding.slow_seconds is None


def test_a_port_that_is_open_with_nobody_behind_it_fires_for_time_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        finding = found(site, server.getsockname()[1])
    assert (finding.state, finding.slow_seconds) == ("fires", 0)


def test_a_refused_connection_fires_and_no_port_is_not_here(site: Site) -> None:
    port = free_port()
    finding = found(site, port)
    assert (finding.state, finding.slow_seconds) == ("fires", None)
    assert "refused" in finding.evidence
    assert found(site, 0).evidence == "not here: no SMTP port is set"
