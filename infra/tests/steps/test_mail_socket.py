"""The mail port that systemd holds: where it listens, who is told to hold it, and who held it before."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from atumctl.core import ports
from atumctl.core.shell import CommandResult
from atumctl.core.site import Site
from atumctl.install import preflight
from atumctl.steps import mail_port, units
from atumctl.steps.changes import Changes
from atumctl.steps.templates import fill

SYSTEMD = Path(__file__).resolve().parents[2] / "systemd"


class Systemctl:
    """Notes what systemd is told; units in `active` run."""

    def __init__(self, *active: str) -> None:
        self.active = set(active)
        self.told: list[str] = []

    def __call__(self, argv: list[str], **_options: object) -> CommandResult:
        words = list(map(str, argv))
        if words[1] == "is-active":
            return CommandResult(0 if words[-1] in self.active else 3, "", "")
        if words[1] == "is-enabled":
            return CommandResult(1, "", "")
        self.told.append(" ".join(words[1:]))
        return CommandResult(0, "", "")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site on a machine of its own, with a release that has the units of this tree."""
    site = Site(tmp_path / "desk", root=tmp_path / "machine")
    site.api.mkdir(parents=True)
    site.unit_folder.mkdir(parents=True)
    shutil.copytree(SYSTEMD, site.release("2.0") / "infra/systemd")
    (site.release("1.0") / "infra/systemd").mkdir(parents=True)
    monkeypatch.setattr(os, "chown", lambda *_words: None)
    return site


@pytest.fixture
def systemctl(monkeypatch: pytest.MonkeyPatch) -> Systemctl:
    told = Systemctl()
    for module in (mail_port, units):
        monkeypatch.setattr(module, "run", told)
    return told


def settings(site: Site, *lines: str) -> None:
    site.env_file.write_text("".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], ["127.0.0.1:2525"]),
        (["ATUM_BIND=0.0.0.0"], ["0.0.0.0:2525"]),
        (["ATUM_BIND=10.0.0.1", "ATUM_SMTP_BIND=10.0.0.5"], ["10.0.0.5:2525"]),
        (["ATUM_SMTP_BIND=::", "ATUM_SMTP_PORT=25"], ["[::]:25"]),
        (["ATUM_LMTP_SOCKET=/run/a b/l"], ["127.0.0.1:2525", "/run/a b/l"]),
        (["ATUM_SMTP_PORT=0"], []),
    ],
)
def test_systemd_listens_where_the_settings_say(site: Site, lines: list[str], expected: list[str]) -> None:
    settings(site, *lines)
    assert mail_port.addresses(site) == expected
    text = mail_port.render(SYSTEMD / site.mail_socket, site)
    assert site.takes_mail == (text is not None) == bool(expected)
    found = [line for line in (text or "").splitlines() if line.startswith("ListenStream=")]
    assert found == [f"ListenStream={one}" for one in expected]


def test_a_name_is_every_address_of_it_and_a_percent_sign_is_systemds(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [(ip, 2525) for ip in ("127.0.0.1", "::1", "fe80::1%eth0", "::1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_w, **_o: [(0, 0, 0, "", one) for one in known])
    settings(site, "ATUM_SMTP_BIND=mail.example")
    text = mail_port.render(SYSTEMD / site.mail_socket, site) or ""
    for line in ("127.0.0.1:2525", "[::1]:2525", "[fe80::1%%eth0]:2525"):
        assert text.count(f"ListenStream={line}\n") == 1


def test_the_settings_of_a_server_are_its_files_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATUM_SMTP_PORT", "9")
    assert mail_port.number(site) == 2525
    assert mail_port.number(Site(site.prefix, "embedded")) == 9


def test_an_address_that_is_not_here_is_told_before_anything_is_touched(site: Site) -> None:
    settings(site, "ATUM_SMTP_BIND=192.0.2.1")
    [words] = mail_port.problems(site)
    assert "192.0.2.1" in words
    settings(site, "ATUM_SMTP_BIND=no such name")
    [words] = mail_port.problems(site)
    assert "no such name, the host in ATUM_SMTP_BIND" in words
    settings(site, "ATUM_SMTP_BIND=127.0.0.1")
    assert list(mail_port.problems(site)) == []


def test_the_release_before_can_read_every_template() -> None:
    """The tool of the release in use fills in the units of the next one, and knows these names."""
    known = {"PREFIX": "/p", "DATA": "/d", "USER": "u"}
    for template in SYSTEMD.glob("atum-desk*"):
        fill(template.read_text(), known)


def test_a_switch_lays_the_socket_and_leaves_one_alone_that_is_right(site: Site, systemctl: Systemctl) -> None:
    path = site.unit_folder / site.mail_socket
    assert mail_port.follow(site, site.release("2.0")), "it starts together with the worker"
    assert "ListenStream=127.0.0.1:2525\n" in path.read_text()
    assert systemctl.told == [f"stop {site.mail_socket}", "daemon-reload", f"enable --quiet {site.mail_socket}"]
    systemctl.active.add(site.mail_socket)
    systemctl.told.clear()
    assert not mail_port.follow(site, site.release("2.0"))
    assert systemctl.told == []
    systemctl.active.clear()
    assert mail_port.follow(site, site.release("2.0")), "one that was stopped starts again"


def test_a_release_that_listens_itself_finds_the_port_free(site: Site, systemctl: Systemctl) -> None:
    mail_port.follow(site, site.release("2.0"))
    systemctl.told.clear()
    assert not mail_port.follow(site, site.release("1.0"))
    assert not (site.unit_folder / site.mail_socket).exists()
    assert systemctl.told == [f"disable --now --quiet {site.mail_socket}", "daemon-reload"]
    systemctl.told.clear()
    assert not mail_port.follow(site, site.release("1.0"))
    assert systemctl.told == []


def test_a_changed_socket_restarts_with_its_worker_and_a_right_one_stays_open(site: Site, systemctl: Systemctl) -> None:
    changes = Changes(site, "install")
    (site.unit_folder / site.mail_socket).write_text("laid")
    systemctl.active |= {f"{name}.service" for name in site.services}
    units.restart_running(changes, [])
    assert systemctl.told == [f"restart {name}" for name in site.services]
    systemctl.told.clear()
    units.restart_running(changes, [site.mail_socket])
    # Together they are refused: systemctl asks for one after the other, and the worker runs still.
    assert systemctl.told[-3:] == [f"stop {site.mail_socket}", f"restart {site.worker}", f"start {site.mail_socket}"]
    assert changes.journal
    assert changes.journal.entries()[-1].inverse == {"kind": "stop_unit", "unit": site.mail_socket}


def test_a_worker_is_stopped_after_what_would_start_it_again(site: Site, systemctl: Systemctl) -> None:
    changes = Changes(site, "install")
    (site.unit_folder / site.mail_socket).write_text("laid")
    units.start_unit(changes, f"{site.worker}.service")
    assert f"start {site.mail_socket} {site.worker}.service" in systemctl.told
    assert changes.journal
    systemctl.told.clear()
    units.stop_unit(changes.journal.entries()[-1].inverse)
    stops = [words for words in systemctl.told if words.startswith("stop ")]
    assert stops == [f"stop {site.mail_socket}", f"stop {site.worker}.service"]


def test_the_preflight_takes_the_port_that_systemd_holds_for_us_and_no_other(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = "Listen=127.0.0.1:2525 (Stream)\nActiveState=active\n"
    held = [ports.PortHolder(2525, ports.SYSTEMD, "systemd", "")]
    monkeypatch.setattr(ports, "holders", lambda _ports: held)
    monkeypatch.setattr(mail_port, "run", lambda *_words, **_options: CommandResult(0, shown, ""))
    assert list(preflight._ports(site, tls=True)) == []
    shown = shown.replace("=active", "=inactive")
    [words] = preflight._ports(site, tls=True)
    assert "Port 2525 is held by systemd" in words
    shown = "Listen=127.0.0.1:9925 (Stream)\nActiveState=active\n"
    assert len(list(preflight._ports(site, tls=True))) == 1


def test_a_socket_that_was_passed_on_is_its_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order = [Path("/proc/1"), Path("/proc/70"), Path("/proc/71")]
    monkeypatch.setattr(ports, "_listening", lambda _ports: {"5": 2525, "6": 2526})
    monkeypatch.setattr(Path, "iterdir", lambda _self: iter(order))
    monkeypatch.setattr(ports, "_sockets_of", lambda one: {"1": {"5", "6"}, "70": {"5"}, "71": set()}[one.name])
    monkeypatch.setattr(ports, "_holder", lambda port, one: ports.PortHolder(port, int(one.name), "", ""))
    found = {holder.port: holder.pid for holder in ports.holders((2525, 2526))}
    assert found == {2525: 70, 2526: 1}
