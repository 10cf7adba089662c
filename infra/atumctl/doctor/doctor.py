"""`atumctl doctor`: measures every trigger of the rollback plan at once and gives the verdict."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from atumctl.core import output
from atumctl.core.site import Site
from atumctl.doctor import doubtful_findings
from atumctl.doctor.settings import OTHER_SETTINGS
from atumctl.doctor.watch_history import read_memory
from atumctl.probes import health, integrity, performance, ports, security
from atumctl.probes.measurement import Depth, Measurement, Probe
from atumctl.probes.triggers import FAMILIES, WRONG, Examination, Trigger, TriggerFinding, verdict_of

PROBES: tuple[Probe, ...] = (
    *(*health.PROBES, *security.PROBES, *integrity.PROBES),
    *(*performance.PROBES, *ports.PROBES),
)
# Every probe gives up by itself before this; what does not is left behind as unknown.
DEADLINE_SECONDS: dict[Depth, float] = {"glance": 4.8, "slice": 240, "whole": 6 * 3600}
AT_ONCE = 24
# How often what would lead back is measured again, and after which pause.
REPEATS = 2
REPEAT_PAUSE_SECONDS = 2.0
MARKS = {"ok": output.ok, "warn": output.warn, "others": output.warn, "fires": output.fail, "unknown": output.note}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--list", action="store_true", help="list the triggers and their settings")
    parser.add_argument("--whole", action="store_true", help="check every page and every file now, however long")
    parser.add_argument("--family", choices=FAMILIES, help="measure one family only")


def run(args: argparse.Namespace, site: Site) -> int:
    """Measure and tell; the exit code is 1 when the verdict is to roll back."""
    if args.list or args.dry_run:
        return _list(site)
    depth: Depth = "whole" if args.whole else "glance"
    found = examine(site, read_memory(site), args.family, depth)
    tell(found)
    output.result(found.as_json())
    return 1 if found.verdict == "roll back" else 0


def examine(
    site: Site, memory: dict[str, Any], family: str | None = None, depth: Depth = "glance", *, repeat: bool = False
) -> Examination:
    """Measure all triggers, or one family's, at once; `memory` is what the watch remembered.

    With `repeat`, which who acts on the verdict must ask for, what would lead back is measured
    three times and fires only where it did each time.
    """
    started = time.monotonic()
    measurement = Measurement(site, memory, depth=depth)
    probes = [probe for probe in PROBES if family in (None, probe.triggers[0].family)]
    findings = _measure_all(probes, measurement)
    for _time in range(REPEATS if repeat else 0):
        findings = _measured_again(probes, measurement, findings)
    before = memory.get("since", {})
    findings = [finding.began(_since(finding, before)) for finding in findings]
    measurement.remember["since"] = {f.trigger: {"state": f.state, "since": f.since} for f in findings}
    seconds = round(time.monotonic() - started, 2)
    at = measurement.now.isoformat(timespec="seconds")
    return Examination(at, seconds, verdict_of(findings), findings, dict(measurement.remember))


def _measure_all(probes: Iterable[Probe], measurement: Measurement) -> list[TriggerFinding]:
    pool = ThreadPoolExecutor(AT_ONCE)
    measurement.began()
    runs = [(probe, pool.submit(_measure, probe, measurement)) for probe in probes]
    reference = pool.submit(measurement.start_seconds)
    wait([reference, *(future for _probe, future in runs)], DEADLINE_SECONDS[measurement.depth])
    pool.shutdown(wait=False, cancel_futures=True)
    findings = [finding for probe, future in runs for finding in _result(probe, future, measurement)]
    return doubtful_findings.excused(measurement, findings)


def _measured_again(
    probes: list[Probe], measurement: Measurement, findings: list[TriggerFinding]
) -> list[TriggerFinding]:
    doubtful = {finding.trigger for finding in findings if doubtful_findings.is_doubtful(finding)}
    wanted = [one for one in probes if doubtful & {trigger.name for trigger in one.triggers}]
    if not wanted:
        return findings
    time.sleep(REPEAT_PAUSE_SECONDS)
    once_more = Measurement(measurement.site, measurement.memory, depth=measurement.depth)
    again = {one.trigger: one for one in _measure_all(wanted, once_more)}
    return [doubtful_findings.repeated(finding, again.get(finding.trigger)) for finding in findings]


def tell(found: Examination) -> None:
    """Tell people family by family; evidence where something is wrong."""
    for family in FAMILIES:
        members = [finding for finding in found.findings if finding.family == family]
        if members:
            output.step(family)
        for finding in members:
            _tell_one(finding)
    count = f"{len(found.firing)} of {len(found.findings)} triggers fire"
    output.step(f"{found.verdict}: {count}, measured in {found.seconds:.1f} s")


def triggers() -> list[Trigger]:
    """Return every trigger, family by family."""
    known = [trigger for probe in PROBES for trigger in probe.triggers]
    return sorted(known, key=lambda trigger: FAMILIES.index(trigger.family))


def _tell_one(finding: TriggerFinding) -> None:
    name = finding.trigger.partition(".")[2]
    value = "" if finding.value is None else f" {finding.value}"
    limit = "" if finding.threshold is None else f" (threshold {finding.threshold:g})"
    measured = f":{value} {finding.unit}".rstrip() + limit if value else ""
    whose = ", busy, by others" if finding.state == "others" else ""
    MARKS[finding.state](f"{name}{measured}{whose}")
    if finding.state in WRONG:
        output.note(f"    since {finding.since}")
    if finding.state != "ok":
        for line in finding.evidence.splitlines()[:8]:
            output.note(f"    {line}")


def _list(site: Site) -> int:
    rows = []
    for trigger in triggers():
        limit = trigger.threshold(site)
        rows.append(
            {
                "trigger": trigger.name,
                "fires_when": trigger.meaning,
                "calls_for": trigger.calls_for,
                "setting": trigger.setting,
                "threshold": limit,
                "unit": trigger.unit,
            }
        )
        output.step(f"{trigger.name}  ->  {trigger.calls_for}")
        output.note(trigger.meaning)
        if trigger.setting:
            output.note(f"{trigger.setting}={limit:g} {trigger.unit}")
    settings = [
        {"setting": name, "value": site.setting(name, str(default)), "meaning": meaning}
        for name, default, meaning in OTHER_SETTINGS
    ]
    output.step("and")
    for one in settings:
        output.note(f"{one['setting']}={one['value']}: {one['meaning']}")
    output.result({"triggers": rows, "settings": settings})
    return 0


def _measure(probe: Probe, measurement: Measurement) -> list[TriggerFinding]:
    try:
        return list(probe.measure(measurement))
    except Exception as error:
        # A probe that breaks must not keep the others from telling what they saw.
        return _unknown(probe.triggers, measurement, f"{type(error).__name__}: {error}")


def _result(probe: Probe, future: Future[list[TriggerFinding]], measurement: Measurement) -> list[TriggerFinding]:
    if not future.done():
        return _unknown(probe.triggers, measurement, f"no result within {DEADLINE_SECONDS[measurement.depth]:g} s")
    return future.result()


def _unknown(triggers: Iterable[Trigger], measurement: Measurement, words: str) -> list[TriggerFinding]:
    return [measurement.found(trigger, "unknown", evidence=words) for trigger in triggers]


def _since(finding: TriggerFinding, before: dict[str, Any]) -> str:
    """Return since when a finding's state lasts: it is older than this run if it was the same."""
    known = before.get(finding.trigger, {})
    return str(known["since"]) if known.get("state") == finding.state else finding.since
