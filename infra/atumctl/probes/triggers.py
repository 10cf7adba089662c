"""Triggers, what was found of each, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from atumctl.core.site import Site

# `others`: over its threshold, and not by what we do; going back to another release mends nothing.
State = Literal["ok", "warn", "fires", "others", "unknown"]
WRONG = ("fires", "others", "warn")
Verdict = Literal["healthy", "degraded", "roll back"]

FAMILIES = ("health", "security", "integrity", "performance", "ports")
MAX_EVIDENCE_CHARACTERS = 2000


@dataclass(frozen=True)
class Trigger:
    """Something that is measured. When it fires, the verdict is at least what it calls for."""

    name: str
    meaning: str
    calls_for: Verdict = "roll back"
    setting: str = ""
    default: float | None = None
    unit: str = ""

    @property
    def family(self) -> str:
        """Return the part of the plan it belongs to."""
        return self.name.partition(".")[0]

    def threshold(self, site: Site) -> float | None:
        """Return the value at which it fires, as the settings have it."""
        if self.setting and self.default is not None:
            return site.number(self.setting, self.default)
        return self.default


@dataclass(frozen=True)
class TriggerFinding:
    """What a trigger was found to be; `evidence` is the raw output that says so.

    `slow_seconds` is given where time alone says so: for how long back it was measured. Only such
    a finding may be the doing of a machine that others keep busy.
    """

    trigger: str
    family: str
    state: State
    value: float | str | None
    threshold: float | None
    unit: str
    since: str
    evidence: str
    calls_for: Verdict
    slow_seconds: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as state.json has it."""
        known = asdict(self)
        del known["slow_seconds"]
        return known

    def began(self, since: str) -> TriggerFinding:
        """Return it with the moment since when its state lasts."""
        return replace(self, since=since)


@dataclass(frozen=True)
class Examination:
    """What a run measured, and what the next one needs to know of it."""

    at: str
    seconds: float
    verdict: Verdict
    findings: list[TriggerFinding]
    remember: dict[str, Any]

    @property
    def firing(self) -> list[TriggerFinding]:
        """Return what fires."""
        return [finding for finding in self.findings if finding.state == "fires"]

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "at": self.at,
            "seconds": self.seconds,
            "verdict": self.verdict,
            "findings": [finding.as_json() for finding in self.findings],
        }


def verdict_of(findings: Iterable[TriggerFinding]) -> Verdict:
    """Return the gravest of what the findings call for.

    What is unknown changes nothing: it could not be measured because of something that fires by
    itself, or it is not here at all. What others do is told, and never leads back.
    """
    verdict: Verdict = "healthy"
    for finding in findings:
        if finding.state == "fires" and finding.calls_for == "roll back":
            return "roll back"
        if finding.state in WRONG:
            verdict = "degraded"
    return verdict


def scarce(left: float, limit: float) -> State:
    """Return the state of what is left: it fires below the limit and warns below three times that."""
    return "fires" if left < limit else "warn" if left < 3 * limit else "ok"
