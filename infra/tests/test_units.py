"""The rendered units."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atumctl.site import Site
from atumctl.steps.units import render_unit

SITE = Site(Path("/data/ATUM DESK/atum-desk"))
# What systemd splits at spaces unless quoted.
SPLIT = re.compile(r"^(?:ExecStart|ReadWritePaths)=(.*)$", re.MULTILINE)


@pytest.mark.parametrize("unit", SITE.units)
def test_every_unit_survives_the_space(unit: str) -> None:
    text = render_unit(SITE, unit)
    assert "@" not in text.replace("@system-service", "").replace("@privileged", "").replace(
        "@resources", ""
    )
    for value in SPLIT.findall(text):
        assert "ATUM DESK" not in re.sub(r'"[^"]*"', "", value)


@pytest.mark.parametrize("name", [*SITE.services, SITE.bridge])
def test_services_are_watched_and_boxed_in(name: str) -> None:
    text = render_unit(SITE, f"{name}.service")
    for line in (
        *("Type=notify", "WatchdogSec=30", "Restart=on-failure", "NoNewPrivileges=yes"),
        *("ProtectSystem=strict", "CapabilityBoundingSet=", "SystemCallFilter=@system-service"),
    ):
        assert f"{line}\n" in text


@pytest.mark.parametrize("name", ["atum-desk-worker", "atum-desk-api", SITE.bridge])
def test_children_may_bind_themselves_and_their_end_is_not_the_services(name: str) -> None:
    text = render_unit(SITE, f"{name}.service")
    forbidden, allowed = (
        text.index(f"SystemCallFilter={one}\n")
        for one in ("~@privileged @resources", "prlimit64 setrlimit")
    )
    assert forbidden < allowed
    assert "OOMPolicy=continue\n" in text


def test_the_bridge_runs_its_own_release_on_its_own_port() -> None:
    text = render_unit(SITE, "atum-desk-api-bridge.service")
    assert f"WorkingDirectory={SITE.bridge_link}/api\n" in text
    assert "ATUM_API_PORT=8002" in text
    assert "[Install]" not in text


def test_a_request_is_seen_and_its_answer_is_not() -> None:
    pattern = re.search(
        r"^PathExistsGlob=(.*)$", render_unit(SITE, "atum-desk-requests.path"), re.M
    )
    assert pattern
    name = "00000000-0000-4000-8000-000000000000"
    assert Path(f"{SITE.requests}/{name}.json").match(pattern[1])
    assert not Path(f"{SITE.requests}/{name}.done.json").match(pattern[1])
