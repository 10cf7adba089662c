"""A desk with nothing wrong raises nothing, and is measured in time."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole_desk import WholeDesk

from atumctl.doctor.doctor import triggers
from atumctl.doctor.settings import OTHER_SETTINGS
from atumctl.probes.triggers import State, Trigger, TriggerFinding, Verdict, verdict_of
from waiting import assert_promise

FIGURE_SECONDS = 5.0


async def test_a_healthy_desk_raises_no_trigger(desk: WholeDesk) -> None:
    found = desk.examine(depth="whole")
    wrong = [one for one in found.findings if one.state in ("warn", "fires")]
    assert wrong == []
    unmeasured = [one for one in found.findings if one.state == "unknown"]
    assert all(one.evidence.startswith("not here: ") for one in unmeasured), unmeasured
    assert found.verdict == "healthy"
    assert [one.trigger for one in found.findings] == [one.trigger for one in desk.examine().findings]


async def test_the_doctor_takes_less_than_its_figure(desk: WholeDesk) -> None:
    desk.examine()

    async def seconds() -> float:
        return desk.examine().seconds

    await assert_promise("the doctor", FIGURE_SECONDS, seconds)


@pytest.mark.parametrize(
    ("state", "calls_for", "verdict"),
    [
        ("ok", "roll back", "healthy"),
        ("unknown", "roll back", "healthy"),
        ("warn", "roll back", "degraded"),
        ("fires", "degraded", "degraded"),
        ("fires", "roll back", "roll back"),
    ],
)
def test_the_gravest_finding_is_the_verdict(state: State, calls_for: Verdict, verdict: Verdict) -> None:
    fine = TriggerFinding("health.a", "health", "ok", 1, None, "", "", "", "roll back")
    grave = TriggerFinding("health.b", "health", state, 1, None, "", "", "", calls_for)
    assert verdict_of([fine, grave, fine]) == verdict


def test_every_threshold_is_a_setting() -> None:
    known: list[Trigger] = triggers()
    names = [trigger.setting for trigger in known if trigger.default is not None]
    assert all(name.startswith("ATUM_OPS_") for name in names)
    assert len(set(names)) == len(names)
    assert len({trigger.name for trigger in known}) == len(known)


def test_the_page_tells_every_trigger_with_its_threshold() -> None:
    page = (Path(__file__).parents[3] / "docs/operations/triggers.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for trigger in triggers():
        [row] = [line for line in rows if f"`{trigger.name}`" in line.split("|")[1]]
        assert row.split("|")[3].strip() == trigger.calls_for, trigger.name
        if trigger.setting:
            assert f"`{trigger.setting}={trigger.default:g}`" in row, trigger.name
    assert all(name in page for name, *_rest in OTHER_SETTINGS)
