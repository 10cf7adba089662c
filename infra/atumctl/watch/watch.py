"""`atumctl watch`: measures once, keeps the evidence, notifies when the verdict changes, and may act.

The timer runs it every minute. What takes long is measured in slices, of which one is done here.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
from collections.abc import Iterator
from typing import Any

from atumctl.backup.index import Index
from atumctl.core import output
from atumctl.core.releases import current_version, installed
from atumctl.core.site import Site
from atumctl.doctor.doctor import examine, tell
from atumctl.doctor.service_states import services_of
from atumctl.doctor.watch_history import add_to_history, read_memory, write_memory, write_state
from atumctl.probes.triggers import Examination
from atumctl.watch import act_on_verdict, notify

# Many probes add to these, of which some may not have run.
MERGED = ("rolling", "since")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb: none but the shared ones."""


def run(args: argparse.Namespace, site: Site) -> int:
    """Measure once; the exit code says only whether that was possible."""
    if args.dry_run:
        tell(examine(site, read_memory(site)))
        return 0
    site.watch.mkdir(parents=True, exist_ok=True)
    with _alone(site) as alone:
        if not alone:
            output.note("another run of the watch is at work")
            return 0
        found = watch_once(site)
    tell(found)
    output.result(found.as_json())
    return 0


def watch_once(site: Site) -> Examination:
    """Measure, keep what was found, tell of a change, and act where the settings say so."""
    memory = read_memory(site)
    found = examine(site, memory, depth="slice", repeat=True)
    memory = merged(memory, found.remember)
    memory["verdict"] = _lasting(memory.get("verdict", {}), found)
    write_state(site, _state(site, found, memory))
    add_to_history(site, _history_line(found))
    # Kept before anything is told or done, so that a run cut off there is not measured anew.
    write_memory(site, memory)
    if not act_on_verdict.is_being_altered(site):
        memory["told"] = notify.tell_change(site, found, memory.get("told"))
        memory["acted"] = act_on_verdict.act(site, memory)
        write_memory(site, memory)
    return found


def merged(memory: dict[str, Any], remember: dict[str, Any]) -> dict[str, Any]:
    """Return what to remember after a run; what a run did not measure stays as it was."""
    parts = {name: memory.get(name, {}) | remember.get(name, {}) for name in MERGED}
    return memory | remember | parts


def _lasting(before: dict[str, Any], found: Examination) -> dict[str, Any]:
    """Return the verdict with the moment since when it lasts and the number of runs."""
    if before.get("is") == found.verdict:
        return before | {"runs": before["runs"] + 1}
    return {"is": found.verdict, "since": found.at, "runs": 1}


def _state(site: Site, found: Examination, memory: dict[str, Any]) -> dict[str, Any]:
    proven = Index(site).last_proven()
    return found.as_json() | {
        "verdict_since": memory["verdict"]["since"],
        "services": services_of(found.findings),
        "releases": _releases(site),
        "recovery_seconds": proven.proof.recovery_seconds if proven and proven.proof else None,
    }


def _releases(site: Site) -> list[dict[str, Any]]:
    now = current_version(site)
    return [{"version": one, "current": one == now} for one in reversed(installed(site))]


def _history_line(found: Examination) -> dict[str, Any]:
    values = {one.trigger: one.value for one in found.findings if isinstance(one.value, (int, float))}
    firing = [finding.trigger for finding in found.firing]
    return {"at": found.at, "verdict": found.verdict, "values": values, "fires": firing}


@contextlib.contextmanager
def _alone(site: Site) -> Iterator[bool]:
    """Yield whether no other run is at work; a slice may take longer than a minute."""
    with (site.watch / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
