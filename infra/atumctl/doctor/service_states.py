"""The states of the services as the desk shows them, from the findings about each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atumctl.probes.triggers import TriggerFinding

# The name for people, and the triggers that tell of it; the first one's evidence is the detail.
SERVICES = {
    "API": ("health.api_ready", "health.api_live", "ports.api"),
    "Live updates": ("health.live_ready", "health.live_live", "ports.live"),
    "Worker": ("health.worker", "health.mail"),
    "PostgreSQL": ("health.database",),
    "Redis": ("health.redis",),
    "nginx": ("health.nginx", "health.nginx_config"),
}
WORDS = {"fires": "down", "others": "degraded", "warn": "degraded", "ok": "ok", "unknown": "unknown"}
GRAVEST_FIRST = tuple(WORDS)


def services_of(findings: Sequence[TriggerFinding]) -> list[dict[str, Any]]:
    """Return each service with its state and what says so; those that are not here are off."""
    known = {finding.trigger: finding for finding in findings}
    return [
        _service(name, [known[trigger] for trigger in triggers if trigger in known])
        for name, triggers in SERVICES.items()
    ]


def _service(name: str, findings: list[TriggerFinding]) -> dict[str, Any]:
    if not findings:
        return {"name": name, "state": "unknown", "detail": ""}
    gravest = min(findings, key=lambda finding: GRAVEST_FIRST.index(finding.state))
    state = WORDS[gravest.state]
    if gravest.state == "unknown" and gravest.evidence.startswith("not here"):
        state = "off"
    return {"name": name, "state": state, "detail": gravest.evidence.partition("\n")[0][:300]}
