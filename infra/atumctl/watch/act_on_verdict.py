"""Acts on the verdict where the settings say so: goes back to the release before."""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path
from typing import Any

from atumctl.core import output
from atumctl.core.output import CommandRefused
from atumctl.core.own_tree import ATUMCTL
from atumctl.core.releases import current_version, previous
from atumctl.core.shell import ShellError, last_words, run
from atumctl.core.site import Site
from atumctl.doctor.settings import ACT, ACT_RUNS
from atumctl.probes.units import FOUNDATIONS, read_units

ROLLBACK_SECONDS = 270.0
SYSTEMD = Path("/run/systemd/system")
# The watch runs in a sandbox that may alter no release; going back is a unit of its own.
OUTSIDE = ("systemd-run", "--quiet", "--wait", "--pipe", "--collect", "--unit=atum-desk-act")


def is_being_altered(site: Site) -> bool:
    """Say whether a verb changes the installation just now: what is measured then is its doing."""
    if site.draining.exists():
        return True
    try:
        with site.lock_file.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def act(site: Site, memory: dict[str, Any]) -> dict[str, Any] | None:
    """Go back when the verdict has lasted; return what was done, until the verdict is another.

    It is done once: where one step back does not help, a second would not either. While PostgreSQL,
    Redis or nginx is stopped it waits, for that is nothing a release does.
    """
    verdict = memory["verdict"]
    if verdict["is"] != "roll back":
        return None
    done: dict[str, Any] | None = memory.get("acted")
    may_act = site.setting(*ACT) == "rollback"
    if done or not may_act or verdict["runs"] < site.number(*ACT_RUNS):
        return done
    if site.kind != "server":
        return None
    if down := _stopped_foundations(site):
        output.warn(f"{', '.join(down)} stopped; going back to another release would not start it")
        return None
    return _go_back(site)


def _stopped_foundations(site: Site) -> list[str]:
    """Return what we stand on and does not run: it has units of its own, and people who stop them."""
    try:
        units = read_units(site)
    except ShellError:
        return []
    names = (f"{name}.service" for name in FOUNDATIONS)
    return [name for name in names if name in units and not units[name].runs]


def _go_back(site: Site) -> dict[str, Any]:
    acted = {"from": current_version(site)}
    try:
        acted["to"] = previous(site)
    except CommandRefused as refusal:
        output.warn(str(refusal))
        return acted | {"words": str(refusal)}
    output.step(f"The verdict persists: going back from {acted['from']} to {acted['to']}")
    argv = [
        *(OUTSIDE if SYSTEMD.is_dir() else ()),
        sys.executable,
        str(ATUMCTL),
        "rollback",
        "--to-release",
        "--yes",
        "--prefix",
        str(site.prefix),
    ]
    try:
        ended = run(argv, timeout=ROLLBACK_SECONDS, check=False)
    except ShellError as error:
        return acted | {"words": str(error)}
    (output.ok if ended.ok else output.fail)(last_words(ended))
    return acted | {"exit_code": str(ended.returncode), "words": last_words(ended)}
