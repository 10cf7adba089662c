"""The rendered units."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atumctl.core.site import Site
from atumctl.steps.units import render_unit

SITE = Site(Path("/data/ATUM DESK/atum-desk"))
# What systemd splits at spaces unless quoted.
SPLIT = re.compile(r"^(?:ExecStart|ReadWritePaths)=(.*)$", re.MULTILINE)
# Sets of system calls have the sign that names in templates have.
CALL_GROUPS = re.compile(r"@(system-service|privileged|resources|keyring|memlock)\b")
ROOTS = ("atum-desk-backup", "atum-desk-watch", "atum-desk-requests")


def rendered(unit: str) -> str:
    text = render_unit(SITE, unit)
    assert text
    return text


@pytest.mark.parametrize("unit", SITE.units)
def test_every_unit_survives_the_space(unit: str) -> None:
    text = rendered(unit)
    assert "@" not in CALL_GROUPS.sub("", text)
    for value in SPLIT.findall(text):
        assert "ATUM DESK" not in re.sub(r'"[^"]*"', "", value)


@pytest.mark.parametrize("name", [*SITE.services, SITE.bridge])
def test_services_are_watched_and_boxed_in(name: str) -> None:
    text = rendered(f"{name}.service")
    for line in (
        *("Type=notify", "WatchdogSec=30", "Restart=on-failure", "NoNewPrivileges=yes"),
        *("ProtectSystem=strict", "CapabilityBoundingSet=", "SystemCallFilter=@system-service"),
    ):
        assert f"{line}\n" in text


@pytest.mark.parametrize("name", ROOTS)
def test_what_runs_as_root_has_no_more_than_it_needs(name: str) -> None:
    text = rendered(f"{name}.service")
    for line in (
        *("NoNewPrivileges=yes", "PrivateDevices=yes", "RestrictNamespaces=yes", "UMask=0077"),
        *("ProtectHome=read-only", "SystemCallFilter=@system-service", "AmbientCapabilities="),
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    ):
        assert f"{line}\n" in text
    assert re.search(r"^ProtectSystem=(full|strict)$", text, re.M)
    held = set(" ".join(re.findall(r"^CapabilityBoundingSet=(.*)$", text, re.M)).split())
    assert {"CAP_SETUID", "CAP_SETGID"} <= held, "it becomes postgres"
    assert not held & {"CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_RAWIO"}
    assert len(held) <= 8
    assert f'ReadWritePaths="{SITE.data}"' in text


@pytest.mark.parametrize("name", ["atum-desk-worker", "atum-desk-api", SITE.bridge])
def test_children_may_bind_themselves_and_their_end_is_not_the_services(name: str) -> None:
    text = rendered(f"{name}.service")
    forbidden, allowed = (
        text.index(f"SystemCallFilter={one}\n") for one in ("~@privileged @resources", "prlimit64 setrlimit")
    )
    assert forbidden < allowed
    assert "OOMPolicy=continue\n" in text


def test_the_bridge_runs_its_own_release_on_its_own_port() -> None:
    text = rendered("atum-desk-api-bridge.service")
    assert f"WorkingDirectory={SITE.bridge_link}/api\n" in text
    assert "ATUM_API_PORT=8002" in text
    assert "[Install]" not in text


def test_a_request_is_seen_and_its_answer_is_not() -> None:
    pattern = re.search(r"^PathExistsGlob=(.*)$", rendered("atum-desk-requests.path"), re.M)
    assert pattern
    name = "00000000-0000-4000-8000-000000000000"
    assert Path(f"{SITE.requests}/{name}.json").match(pattern[1])
    assert not Path(f"{SITE.requests}/{name}.done.json").match(pattern[1])


def test_what_follows_certificates_writes_where_it_must_and_reads_where_they_are() -> None:
    text = rendered("atum-desk-certificate.service")
    assert "ProtectSystem=strict" in text
    assert "NoNewPrivileges=yes" in text
    assert "ProtectHome=read-only" in text, "a tool may keep its certificates in root's home"
    [writable] = re.findall(r"^ReadWritePaths=(.*)$", text, re.MULTILINE)
    for place in ("/run", f'"{SITE.data}"', "-/etc/atum-desk", "-/var/log/nginx"):
        assert place in writable
