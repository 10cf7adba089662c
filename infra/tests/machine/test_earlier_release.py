"""From a release that was built before this one, by its own tool, to this one; and back by this one's.

`ATUM_EARLIER_RELEASE` names its archive: `./atum release` in a checkout of it makes one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
from pathlib import Path

import pytest
from machine import PREFIX, Machine
from upgraded_desk import UpgradedDesk, UpgradeTraffic

VERSION = "90.0.0"
KEPT = "/var/backups/atum-desk"


@pytest.fixture(scope="module")
def desk(blank: Machine) -> UpgradedDesk:
    """A desk that the earlier release's own tool installed."""
    earlier = os.environ.get("ATUM_EARLIER_RELEASE")
    if not earlier:
        pytest.skip("ATUM_EARLIER_RELEASE names no archive of an earlier release")
    return UpgradedDesk(blank, Path(earlier))


@pytest.fixture(scope="module")
def later(desk: UpgradedDesk, archive: Path) -> str:
    """The release under test as a tree of a later version; its path on the machine."""
    inside = f"/root/releases/{VERSION}"
    tree = desk.machine.path(inside)
    shutil.rmtree(tree, ignore_errors=True)
    with tarfile.open(archive) as tar:
        for entry in tar:
            entry.name = entry.name.partition("/")[2]
            tar.extract(entry, tree, filter="tar", numeric_owner=True)
    (tree / "release.json").unlink()
    project = tree / "api/pyproject.toml"
    text = re.sub(r'(?m)^version = ".*"', f'version = "{VERSION}"', project.read_text(), count=1)
    project.write_text(text)
    return inside


def _nothing_lost(desk: UpgradedDesk, traffic: UpgradeTraffic) -> None:
    print(json.dumps(traffic.figures()))
    assert traffic.failures == []
    assert traffic.mails
    assert desk.lost(traffic) == ([], [])


def test_there_and_back_without_a_failed_request(desk: UpgradedDesk, later: str) -> None:
    (old,) = desk.running()
    with desk.traffic() as traffic:
        answer = desk.upgrade(later)
        print(answer.output)
        assert answer.code == 0, answer.output
        assert desk.running() == {VERSION}
    _nothing_lost(desk, traffic)
    with desk.traffic() as traffic:
        script = f"{PREFIX}/infra/scripts/rollback.sh"
        desk.machine.run("bash", script, "--to-release", "--yes")
        assert desk.running() == {old}
    _nothing_lost(desk, traffic)


def test_what_the_earlier_tool_has_begun_this_one_undoes(desk: UpgradedDesk, later: str) -> None:
    (old,) = desk.running()
    desk.machine.sh(f"""
        bash '{PREFIX}/infra/scripts/upgrade.sh' {later} --yes --prefix '{PREFIX}' > /root/log 2>&1 &
        until [ "$(readlink '{PREFIX}/current')" = releases/{VERSION} ]; do sleep 0.02; done
        pkill -KILL -f 'atumctl upgrade'""")
    # `current` is this release already, and so is the tool.
    script = f"{PREFIX}/infra/scripts/rollback.sh"
    answer = desk.machine.run("bash", script, "--to-release", old, "--yes")
    print(answer.output)
    assert "interrupted" in answer.output
    assert desk.running() == {old}


def test_the_units_and_scripts_of_the_earlier_release_call_this_tool(desk: UpgradedDesk, later: str) -> None:
    answer = desk.upgrade(later)
    assert answer.code == 0, answer.output
    machine = desk.machine
    for unit in ("backup", "watch", "certificate", "requests"):
        machine.sh(f"systemctl start atum-desk-{unit}.service")
    state = json.loads(machine.sh(f"cat '{PREFIX}/data/watch/state.json'"))
    # Others may keep the machine of the tests busy, which makes it degraded.
    assert state["verdict"] != "roll back", state
    units = [one for one in state["findings"] if one["trigger"] == "health.units"]
    assert units[0]["state"] != "fires", units
    assert machine.sh(f"ls '{PREFIX}'/data/backups/manifest_*.json").count("manifest_") >= 2
    # The tree's own tool is the earlier one; it hands over to the release in use.
    again = machine.install("--json")
    assert '"version": "90.0.0"' in again.output, again.output


def test_it_is_removed_and_comes_back(desk: UpgradedDesk) -> None:
    answer = desk.machine.rollback()
    assert answer.code == 0, answer.output
    assert desk.machine.sh(f"ls {KEPT}/rollback_*/report.json")
