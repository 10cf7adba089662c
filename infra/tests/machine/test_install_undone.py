"""A failure at any step: the machine afterwards is byte for byte what it was."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from machine import PREFIX, Machine
from snapshot import Snapshot, differences, take

# One of each kind of step, for a quick look; the other test takes every single one.
TELLING_STEPS = ("user", "release", "schema", "start atum-desk-worker", "link /etc/nginx")


@pytest.mark.parametrize("step", TELLING_STEPS)
def test_a_failing_step_leaves_nothing(inhabited: Machine, archive: Path, step: str) -> None:
    inhabited.lay(archive)
    before = take(inhabited)
    answer = inhabited.install(check=False, ATUMCTL_FAIL_AT=step)
    assert (answer.code, differences(before, take(inhabited))) == (1, []), answer.output
    inhabited.remove_tree()


def test_every_failing_step_leaves_nothing(inhabited: Machine, archive: Path) -> None:
    inhabited.lay(archive)
    steps = _steps(inhabited)
    assert len(steps) > 30
    before = take(inhabited)
    chosen = os.environ.get("ATUM_FAULTS", "")
    # The journal's own folder comes first and is not in the plan.
    numbers = map(int, chosen.split(",")) if chosen else range(1, len(steps) + 2)
    left = {number: _left_by_a_failure(inhabited, before, number) for number in numbers}
    assert {number: lines for number, lines in left.items() if lines} == {}
    inhabited.remove_tree()


@pytest.mark.parametrize("step", ["release", "start atum-desk-api"])
def test_an_installation_killed_half_way_is_undone_by_the_next(inhabited: Machine, archive: Path, step: str) -> None:
    inhabited.lay(archive)
    before = take(inhabited)
    script = f"""
        ATUMCTL_FAIL_AT=never python3 '{PREFIX}/infra/atumctl' install --yes > /tmp/log 2>&1 &
        until grep -q '"step": "{step}' '{PREFIX}'/data/journal/*.jsonl 2>/dev/null; do sleep 0.05; done
        kill -KILL $!
        pkill -KILL -P $! || true
    """
    inhabited.sh(script)
    answer = inhabited.install(check=False, ATUMCTL_FAIL_AT="user")
    assert (answer.code, differences(before, take(inhabited))) == (1, []), answer.output
    assert "interrupted" in answer.output
    inhabited.remove_tree()


def test_on_a_blank_machine_the_packages_go_as_well(blank: Machine, archive: Path) -> None:
    blank.lay(archive)
    before = take(blank)
    answer = blank.install(check=False, ATUMCTL_FAIL_AT="start atum-desk-ws")
    left = _besides_dpkg(differences(before, take(blank)), blank)
    assert (answer.code, left) == (1, []), answer.output


def _besides_dpkg(lines: list[str], machine: Machine) -> list[str]:
    """Return the differences that are no file of a package that apt brought up to date meanwhile."""
    lists = machine.path("/var/lib/dpkg/info").glob("*.list")
    owned = {name for listed in lists for name in listed.read_text().splitlines()}
    packages = [line.split()[2] for line in lines if " packages: " in line]
    # Gone in one version and there in another.
    newer = {f"packages: {name} " for name in packages if packages.count(name) == 2}
    return [
        line
        for line in lines
        if line.removeprefix("went: ").partition(": ")[0] not in owned and not any(name in line for name in newer)
    ]


def _left_by_a_failure(machine: Machine, before: Snapshot, number: int) -> list[str]:
    answer = machine.install(check=False, ATUMCTL_FAIL_AT=str(number))
    wrong = [] if answer.code == 1 else [f"exit code {answer.code}: {answer.output[-300:]}"]
    return wrong + differences(before, take(machine))


def _steps(machine: Machine) -> list[str]:
    planned = json.loads(machine.sh(f"python3 '{PREFIX}/infra/atumctl' install --dry-run --json 2>/dev/null"))
    return list(planned["changed"])
