"""Findings that may be a moment's, or other programs' doing: measured again, and excused where they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from atumctl.probes.load import PROMPT_SECONDS, why_others
from atumctl.probes.measurement import Measurement
from atumctl.probes.triggers import TriggerFinding

# What one unlucky moment may look like; contents and permissions do not change with the moment.
REPEATED = ("health", "performance", "ports")


def is_doubtful(finding: TriggerFinding) -> bool:
    """Say whether a finding would lead back to another release and may be a moment's."""
    grave = finding.state == "fires" and finding.calls_for == "roll back"
    return grave and finding.family in REPEATED


def repeated(finding: TriggerFinding, again: TriggerFinding | None) -> TriggerFinding:
    """Return a finding after it was measured again: it fires only where it did both times."""
    if again is None or not is_doubtful(finding) or again.state == "fires":
        return finding
    said = f"{finding.evidence}\nmeasured again at once: {again.state}, {again.evidence}"
    state = again.state if again.state == "others" else "warn"
    return replace(finding, state=state, evidence=said)


def excused(measurement: Measurement, findings: list[TriggerFinding]) -> list[TriggerFinding]:
    """Return the findings; what fires for time alone on a machine that others keep busy is theirs.

    The load is this run's and the last minute's. What reaches further back, such as the API's
    figures of 5 minutes, is theirs as well when the machine was busy by others within that time.
    An answer that does not come while a program starts at once is no matter of load.
    """
    start_seconds = measurement.start_seconds()
    in_this_run = why_others(measurement.load_of_run(), start_seconds)
    lately = why_others(measurement.lately())
    known = measurement.memory.get("strained", {})
    if now := in_this_run or lately:
        known = {"at": measurement.now.isoformat(), "why": now}
        measurement.remember["strained"] = known
    if not in_this_run and start_seconds < PROMPT_SECONDS:
        now = ""
    return [_excused(measurement, finding, now, known) for finding in findings]


def _excused(measurement: Measurement, finding: TriggerFinding, now: str, known: dict[str, str]) -> TriggerFinding:
    if finding.state != "fires" or finding.slow_seconds is None:
        return finding
    words, when = now, ""
    if not now and known and finding.slow_seconds:
        age = (measurement.now - datetime.fromisoformat(known["at"])).total_seconds()
        if age <= finding.slow_seconds:
            words, when = known["why"], f" {age:.0f} s ago"
    if not words:
        return finding
    said = f"busy, by others{when}: {words}\n{finding.evidence}"
    return replace(finding, state="others", evidence=said)
