"""A desk with nothing wrong raises nothing, and is measured in time."""

from __future__ import annotations

from whole_desk import Desk

FIGURE_SECONDS = 5.0


async def test_a_healthy_desk_raises_no_trigger(desk: Desk) -> None:
    found = desk.examine(depth="whole")
    wrong = [one for one in found.findings if one.state in ("warn", "fires")]
    assert wrong == []
    unmeasured = [one for one in found.findings if one.state == "unknown"]
    assert all(one.evidence.startswith("not here: ") for one in unmeasured), unmeasured
    assert found.verdict == "healthy"


async def test_the_doctor_takes_less_than_its_figure(desk: Desk) -> None:
    desk.examine()
    assert desk.examine().seconds < FIGURE_SECONDS
