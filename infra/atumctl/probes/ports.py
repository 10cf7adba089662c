"""Ports: ours are held by our services and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from atumctl.core.ports import PortHolder, holders
from atumctl.core.processes import OUR_WORD
from atumctl.probes.measurement import Measurement, Probe
from atumctl.probes.triggers import Trigger, TriggerFinding

API = Trigger("ports.api", "the API's port is held by nobody, or by somebody else")
LIVE = Trigger("ports.live", "the live service's port is held by nobody, or by somebody else")


def _port(trigger: Trigger, which: int, measurement: Measurement) -> Iterator[TriggerFinding]:
    port = measurement.ports[which]
    unit = f"{measurement.site.services[which]}.service"
    found = holders((port,))
    if not found:
        yield measurement.found(trigger, "fires", "nobody", f"nobody listens on port {port}")
        return
    strangers = [one for one in found if not _is_ours(measurement, one, unit)]
    said = "\n".join(f"port {port}: {_described(one)}" for one in found)
    names = ", ".join(sorted({one.name for one in strangers or found}))
    yield measurement.found(trigger, "fires" if strangers else "ok", names, said)


def _is_ours(measurement: Measurement, holder: PortHolder, unit: str) -> bool:
    return holder.unit == unit if measurement.is_server else OUR_WORD in _command(holder)


def _described(holder: PortHolder) -> str:
    unit = f", {holder.unit}" if holder.unit else ""
    return f"{holder.name}, process {holder.pid}{unit}: {_command(holder) or 'not ours to measurement at'}"


def _command(holder: PortHolder) -> str:
    try:
        words = Path("/proc", str(holder.pid), "cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode(errors="replace").strip()[:200]


PROBES = (Probe((API,), partial(_port, API, 0)), Probe((LIVE,), partial(_port, LIVE, 1)))
