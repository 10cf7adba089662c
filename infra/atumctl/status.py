"""`atumctl status`: what is installed, what runs, and what the watch found last."""

from __future__ import annotations

import argparse
from typing import Any

from atumctl.backup.index import Index
from atumctl.core import output
from atumctl.core.releases import current_version, installed
from atumctl.core.site import Site
from atumctl.doctor.doctor import examine
from atumctl.doctor.service_states import services_of
from atumctl.doctor.watch_history import read_memory, read_state
from atumctl.probes.ledger_parts import PARTS
from atumctl.probes.triggers import TriggerFinding

MARKS = {"ok": output.ok, "degraded": output.warn, "down": output.fail}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb: none but the shared ones."""


def run(args: argparse.Namespace, site: Site) -> int:
    """Tell; the exit code is 1 when a service is down."""
    findings = examine(site, read_memory(site)).findings
    services = services_of(findings)
    state = read_state(site)
    document: dict[str, Any] = {
        "prefix": str(site.prefix),
        "version": current_version(site),
        "releases": installed(site),
        "services": services,
        "watch": {name: state.get(name) for name in ("at", "verdict", "verdict_since")},
        "backup": _backup(site),
        "history": _evidence(findings, PARTS.name),
    }
    _tell(document)
    output.result(document)
    return 1 if any(service["state"] == "down" for service in services) else 0


def _backup(site: Site) -> dict[str, Any] | None:
    proven = Index(site).last_proven()
    if proven is None or proven.proof is None:
        return None
    return {"manifest": proven.manifest, "proven_at": proven.proof.proven_at}


def _evidence(findings: list[TriggerFinding], trigger: str) -> str:
    return next((one.evidence for one in findings if one.trigger == trigger), "")


def _tell(document: dict[str, Any]) -> None:
    version = document["version"] or "no release (./atum up runs the tree)"
    output.step(f"ATUM DESK in {document['prefix']}")
    output.note(f"version   {version}")
    if others := [one for one in document["releases"] if one != document["version"]]:
        output.note(f"beside    {', '.join(others)}")
    watch, backup = document["watch"], document["backup"]
    if watch["at"]:
        output.note(f"watch     {watch['verdict']} since {watch['verdict_since']}")
        output.note(f"          last measured {watch['at']}")
    else:
        output.note("watch     has not run yet")
    proven = f"{backup['manifest']}, proven {backup['proven_at']}" if backup else "none is proven"
    output.note(f"backup    {proven}")
    output.note(f"history   {document['history']}")
    for service in document["services"]:
        mark = MARKS.get(service["state"], output.note)
        detail = "" if service["state"] == "ok" else f": {service['detail']}"
        mark(f"{service['name']} {service['state']}{detail}")
