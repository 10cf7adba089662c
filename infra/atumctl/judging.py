"""Judges what was measured: a second time before it counts, and by whose load it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from atumctl.finding import Finding
from atumctl.probes.load import why_others
from atumctl.probes.look import Look

# What one unlucky moment may look like; contents and doors do not change with the moment.
REPEATED = ("health", "performance", "ports")


def is_doubtful(finding: Finding) -> bool:
    """Say whether a finding would lead back to another release and may be a moment's."""
    grave = finding.state == "fires" and finding.calls_for == "roll back"
    return grave and finding.family in REPEATED


def repeated(finding: Finding, again: Finding | None) -> Finding:
    """Return a finding after it was measured again: it fires only where it did both times."""
    if again is None or not is_doubtful(finding) or again.state == "fires":
        return finding
    said = f"{finding.evidence}\nmeasured again at once: {again.state}, {again.evidence}"
    state = again.state if again.state == "others" else "warn"
    return replace(finding, state=state, evidence=said)


def excused(look: Look, findings: list[Finding]) -> list[Finding]:
    """Return the findings; what fires for time alone on a machine that others keep busy is theirs.

    The load is this run's and the last minute's. What reaches further back, such as the API's
    figures of 5 minutes, is theirs as well when the machine was busy by others within that time.
    """
    now = why_others(look.load_of_run(), look.start_seconds()) or why_others(look.lately())
    known = look.memory.get("strained", {})
    if now:
        known = {"at": look.now.isoformat(), "why": now}
        look.remember["strained"] = known
    return [_excused(look, finding, known) for finding in findings]


def _excused(look: Look, finding: Finding, strained: dict[str, str]) -> Finding:
    if finding.state != "fires" or finding.slow_seconds is None or not strained:
        return finding
    age = (look.now - datetime.fromisoformat(strained["at"])).total_seconds()
    if age > finding.slow_seconds:
        return finding
    when = f" {age:.0f} s ago" if age >= 1 else ""
    said = f"busy, by others{when}: {strained['why']}\n{finding.evidence}"
    return replace(finding, state="others", evidence=said)
