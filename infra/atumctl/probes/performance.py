"""Performance: answers in time, and processor and memory left to give them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from atumctl.core.processes import private_bytes, read_processes
from atumctl.probes.measurement import SAMPLE_SECONDS, Measurement, Probe
from atumctl.probes.triggers import State, Trigger, TriggerFinding
from atumctl.probes.units import Unit

P95 = Trigger(
    "performance.p95",
    "95 % of the last 5 minutes' requests took longer than this",
    setting="ATUM_OPS_P95_SECONDS",
    default=5,
    unit="s",
)
SLOWEST = Trigger(
    "performance.max",
    "a request of the last 5 minutes took longer than this",
    "degraded",
    "ATUM_OPS_MAX_SECONDS",
    5,
    "s",
)
CPU = Trigger(
    "performance.cpu",
    "the processors were this busy for ATUM_OPS_CPU_MINUTES on end, mostly by us",
    setting="ATUM_OPS_CPU_PERCENT",
    default=98,
    unit="%",
)
MEMORY = Trigger(
    "performance.memory",
    "a service uses this share of the memory its unit may use",
    setting="ATUM_OPS_MEMORY_PERCENT",
    default=95,
    unit="%",
)
MACHINE = Trigger(
    "performance.machine_memory",
    "this share of the machine's memory is in use, half of it by us",
    setting="ATUM_OPS_MACHINE_MEMORY_PERCENT",
    default=97,
    unit="%",
)
POOL = Trigger(
    "performance.pool",
    "a request waited this long for a database connection",
    "degraded",
    "ATUM_OPS_POOL_WAIT_SECONDS",
    1,
    "s",
)
JOBS = Trigger(
    "performance.jobs", "the oldest waiting job is due for so long", "degraded", "ATUM_OPS_JOB_WAIT_SECONDS", 600, "s"
)

# Of the memory in use; below it others hold the greater part.
OUR_MEMORY_PART = 0.5
# What the API's figures reach back.
WINDOW_SECONDS = 300.0
CPU_MINUTES = ("ATUM_OPS_CPU_MINUTES", 5.0)
ROLES = ("atum_desk_staff", "atum_desk_contact", "atum_desk_worker")
CACHE = ("inactive_file", "total_inactive_file")  # by the two versions of control groups
JOBS_ASKED = """select json_build_object('waiting', count(*),
  'oldest', coalesce(extract(epoch from now() - min(execute_after)), 0),
  'first', (array_agg(entrypoint order by execute_after))[1])
  from jobs.pgqueuer where status = 'queued' and execute_after <= now()"""


def _responses(measurement: Measurement) -> Iterator[TriggerFinding]:
    metrics = measurement.metrics()
    p95 = metrics.value("atum_http_request_p95_seconds")
    slowest = metrics.value("atum_http_request_max_seconds")
    count = metrics.value("atum_http_requests_5m") or 0
    said = f"{count:.0f} requests in 5 minutes, as /metrics of the API tells"
    for trigger, seconds in ((P95, p95), (SLOWEST, slowest)):
        yield measurement.judge(trigger, seconds or 0.0, said, slow_seconds=WINDOW_SECONDS)


def _pool(measurement: Measurement) -> Iterator[TriggerFinding]:
    metrics = measurement.metrics()
    waits = {role: metrics.value("atum_database_pool_wait_seconds", role=role) or 0.0 for role in ROLES}
    said = "\n".join(f"{role}: {seconds * 1000:.1f} ms" for role, seconds in waits.items())
    yield measurement.judge(POOL, max(waits.values()), said, slow_seconds=0)


def _jobs(measurement: Measurement) -> Iterator[TriggerFinding]:
    answer = measurement.database.ask(JOBS_ASKED)
    said = f"{answer['waiting']} jobs are due"
    said += f", the oldest is {answer['first']}" if answer["first"] else ""
    waited = float(answer["oldest"])
    yield measurement.judge(JOBS, waited, said, slow_seconds=waited)


def _cpu(measurement: Measurement) -> Iterator[TriggerFinding]:
    """Compare with the last run's counters; only a long time on end fires, and only ours."""
    load = measurement.lately()
    limit = CPU.threshold(measurement.site) or 100
    before = measurement.memory.get("cpu", {})
    measured_at = before.get("at") or measurement.now.isoformat()
    busy, ours = load.busy >= limit, load.busy >= limit and load.is_ours
    since = {
        name: (before.get(name) or measured_at) if holds else None
        for name, holds in (("busy_since", busy), ("ours_since", ours))
    }
    measurement.remember["cpu"] = {"at": measurement.now.isoformat(timespec="seconds"), **since}
    enough = measurement.site.number(*CPU_MINUTES)
    minutes = {name: _minutes(measurement, moment) for name, moment in since.items()}
    state: State = (
        "fires"
        if ours and minutes["ours_since"] >= enough
        else "others"
        if busy and minutes["busy_since"] >= enough
        else "ok"
    )
    average = " ".join(f"{one:.1f}" for one in os.getloadavg())
    said = f"{load}\nload average {average}, {os.cpu_count()} processors"
    if busy:
        time.sleep(SAMPLE_SECONDS)
        largest = ", ".join(measurement.load_of_run().largest)
        said += f"; busy like this for {minutes['busy_since']:.1f} minutes"
        said += f"; the largest of others: {largest}" if largest else ""
    yield measurement.found(CPU, state, round(load.ours if ours else load.busy, 1), said)


def _minutes(measurement: Measurement, since: str | None) -> float:
    return (measurement.now - datetime.fromisoformat(since)).total_seconds() / 60 if since else 0.0


def _memory(measurement: Measurement) -> Iterator[TriggerFinding]:
    if not measurement.is_server:
        yield measurement.not_here(MEMORY, "no units limit a desk that ./atum up runs")
        return
    ours = [measurement.units()[f"{name}.service"] for name in measurement.site.services]
    used = {unit: _working_set(unit) for unit in ours if unit.memory_bytes and unit.limit_bytes}
    if not used:
        yield measurement.found(MEMORY, "unknown", evidence="systemd does not count our units' memory")
        return
    shares = {unit: 100 * used[unit] / (unit.limit_bytes or 1) for unit in used}
    said = "\n".join(f"{unit.name}: {used[unit] / 1e6:.0f} of {(unit.limit_bytes or 0) / 1e6:.0f} MB" for unit in used)
    yield measurement.judge(MEMORY, max(shares.values()), said, warn_at=0.9)


def _working_set(unit: Unit) -> int:
    """Return what a unit uses without the files it once read, which the kernel takes back."""
    for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/memory"):
        try:
            lines = Path(f"{root}{unit.group}/memory.stat").read_text().splitlines()
        except OSError:
            continue
        stat = dict(line.split() for line in lines)
        cached = max((int(stat[name]) for name in CACHE if name in stat), default=0)
        return max((unit.memory_bytes or 0) - cached, 0)
    return unit.memory_bytes or 0


def _machine(measurement: Measurement) -> Iterator[TriggerFinding]:
    lines = Path("/proc/meminfo").read_text().splitlines()
    kb = {name: int(rest.split()[0]) for name, _colon, rest in (li.partition(":") for li in lines)}
    used = kb["MemTotal"] - kb["MemAvailable"]
    ours = _our_memory(measurement) / 1024
    said = (
        f"{kb['MemAvailable'] / 1e3:.0f} of {kb['MemTotal'] / 1e3:.0f} MB are available; "
        f"ATUM DESK holds {ours / 1e3:.0f} MB of the {used / 1e3:.0f} MB in use"
    )
    found = measurement.judge(MACHINE, 100 * used / kb["MemTotal"], said, warn_at=0.95)
    # The unit's own limit is another trigger; here somebody may have filled the machine beside us.
    by_others = found.state == "fires" and ours < OUR_MEMORY_PART * used
    yield replace(found, state="others") if by_others else found


def _our_memory(measurement: Measurement) -> int:
    """Return what our services and their PostgreSQL backends share with nobody, in bytes."""
    processes = read_processes(measurement.site, measurement.database.database, measurement.ports[0])
    return sum(private_bytes(one) for one in processes if one.is_ours)


PROBES = (
    Probe((P95, SLOWEST), _responses),
    Probe((POOL,), _pool),
    Probe((JOBS,), _jobs),
    Probe((CPU,), _cpu),
    Probe((MEMORY,), _memory),
    Probe((MACHINE,), _machine),
)
