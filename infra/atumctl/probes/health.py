"""Health: the services answer, the database is the right one, and the machine has room and time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from atumctl.core import health
from atumctl.core.health import LIVE, READY
from atumctl.core.shell import ShellError, run
from atumctl.probes import PATIENCE_SECONDS, disk_space, mail, tls
from atumctl.probes.measurement import VERSIONS, Measurement, Probe
from atumctl.probes.redis import ping
from atumctl.probes.triggers import State, Trigger, TriggerFinding

NGINX_TEST = ("nginx", "-t")
OUTSIDE = ("systemd-run", "--quiet", "--wait", "--pipe", "--collect")

API_LIVE = Trigger("health.api_live", "the API does not answer")
API_READY = Trigger("health.api_ready", "the API cannot serve; it warns while something waits")
LIVE_LIVE = Trigger("health.live_live", "the live service does not answer")
LIVE_READY = Trigger("health.live_ready", "the live service cannot serve")
UNITS = Trigger("health.units", "a service is not running; it warns after restarts")
WORKER = Trigger(
    "health.worker",
    "no worker has reported for this long",
    setting="ATUM_OPS_WORKER_SILENT_SECONDS",
    default=30,
    unit="s",
)
DATABASE = Trigger(
    "health.database",
    "the database does not answer, or takes so long",
    setting="ATUM_OPS_DATABASE_MS",
    default=2000,
    unit="ms",
)
SCHEMA = Trigger("health.schema", "the database is at an earlier schema than the code needs")
REDIS = Trigger("health.redis", "Redis does not answer", "degraded")
NGINX_CONFIG = Trigger("health.nginx_config", "nginx -t finds an error in nginx's settings")
NGINX = Trigger("health.nginx", "a request through nginx does not reach the API")
CLOCK = Trigger(
    "health.clock",
    "the clock jumped, or differs from the database's, by so much",
    "degraded",
    "ATUM_OPS_CLOCK_SECONDS",
    5,
    "s",
)

# The first answer is back when the second question begins: between them lies one round trip.
DATABASE_ASKED = """select extract(epoch from clock_timestamp()) as began \\gset
  select json_build_object(
    'trip_ms', 1000 * (extract(epoch from clock_timestamp()) - :began),
    'now', extract(epoch from clock_timestamp()),
    'revision', (select string_agg(version_num, ',') from public.schema_revision),
    'worker_silent', (select extract(epoch from clock_timestamp() - max(seen_at)) from jobs.workers),
    'ahead', (select extract(epoch from max(at) - clock_timestamp()) from
              (select at from atum.changes order by id desc limit 100) newest))"""


def _answering(trigger: Trigger, which: int) -> Probe:
    def measure(measurement: Measurement) -> Iterator[TriggerFinding]:
        port = measurement.ports[which]
        started = time.monotonic()
        try:
            status, body = health.ask(port, LIVE, timeout=PATIENCE_SECONDS)
        except OSError as error:
            yield _no_answer(measurement, trigger, f"GET {LIVE} on port {port}", error)
            return
        said = f"GET {LIVE} on port {port}: {status} {_text(body)} in {_ms(started)} ms"
        yield measurement.found(trigger, "ok" if status == 200 else "fires", status, said)

    return Probe((trigger,), measure)


def _ready(trigger: Trigger, which: int) -> Probe:
    def measure(measurement: Measurement) -> Iterator[TriggerFinding]:
        port = measurement.ports[which]
        try:
            status, body = health.ask(port, READY, timeout=PATIENCE_SECONDS)
        except OSError as error:
            yield _no_answer(measurement, trigger, f"GET {READY} on port {port}", error)
            return
        word = _status_of(body)
        state: State = "fires" if status != 200 else "ok" if word == "ok" else "warn"
        said = f"GET {READY} on port {port}: {status} {_text(body)}"
        yield measurement.found(trigger, state, word or str(status), said)

    return Probe((trigger,), measure)


def _no_answer(measurement: Measurement, trigger: Trigger, asked: str, error: OSError) -> TriggerFinding:
    late = 0 if isinstance(error, TimeoutError) else None
    return measurement.found(trigger, "fires", evidence=f"{asked}: {error}", slow_seconds=late)


def _database(measurement: Measurement) -> Iterator[TriggerFinding]:
    try:
        answer = measurement.database.ask(DATABASE_ASKED)
    except ShellError as error:
        yield _unanswered(measurement, error)
        for trigger in (WORKER, SCHEMA, CLOCK):
            yield measurement.found(trigger, "unknown", evidence="the database could not be asked")
        return
    ours = time.time()
    yield _trip(measurement, float(answer["trip_ms"]))
    yield _worker(measurement, answer["worker_silent"])
    yield _schema(measurement, answer["revision"] or "")
    yield _clock(measurement, ours - answer["now"], answer["ahead"] or 0.0)


def _trip(measurement: Measurement, ours: float) -> TriggerFinding:
    """Judge the lesser of two: what people meet, and what a program of ours that waits its turn does."""
    said = f"a round trip took {ours:.1f} ms"
    users = _trip_of_api(measurement)
    if users is not None:
        said += f", {users:.1f} ms from within the API"
    return measurement.judge(DATABASE, min(ours, users or ours), said, slow_seconds=0)


def _unanswered(measurement: Measurement, error: ShellError) -> TriggerFinding:
    """Judge a database that psql got no answer from: in time, people may be served nevertheless."""
    users = _trip_of_api(measurement) if error.late else None
    if users is None:
        late = 0 if error.late else None
        return measurement.found(DATABASE, "fires", evidence=str(error), slow_seconds=late)
    said = f"{error}; the API had its answer in {users:.1f} ms, and so do its users"
    found = measurement.judge(DATABASE, users, said, slow_seconds=0)
    return replace(found, state="warn") if found.state == "ok" else found


def _trip_of_api(measurement: Measurement) -> float | None:
    """Return how long the API's own connection waits for an answer, in ms; None when it has none."""
    try:
        seconds = measurement.metrics().value("atum_database_round_trip_seconds")
    except OSError:
        return None
    return None if seconds is None else seconds * 1000


def _worker(measurement: Measurement, silent: float | None) -> TriggerFinding:
    if silent is None:
        return measurement.found(WORKER, "fires", evidence="no worker has ever reported")
    seen = f"last seen {silent:.1f} s ago"
    return measurement.judge(WORKER, float(silent), seen, slow_seconds=float(silent))


def _schema(measurement: Measurement, revision: str) -> TriggerFinding:
    files = measurement.code / VERSIONS
    needed = max((path.stem.partition("_")[0] for path in files.glob("*.sql")), default="")
    said = f"the database is at {revision or 'nothing'}, the code in {measurement.code} needs {needed}"
    if not needed:
        return measurement.found(SCHEMA, "unknown", revision, f"no migrations in {files}")
    # A later schema only adds, so that a release taken back serves on it.
    return measurement.found(SCHEMA, "ok" if revision >= needed else "fires", revision, said)


def _clock(measurement: Measurement, off: float, ahead: float) -> TriggerFinding:
    """Compare with the database's clock, with what has passed since the last run, and the ledger."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    running = time.clock_gettime(time.CLOCK_BOOTTIME)
    before, wall = measurement.memory.get("clock", {}), time.time()
    jumped = 0.0
    if before.get("boot") == boot:
        jumped = (wall - before["wall"]) - (running - before["running"])
    measurement.remember["clock"] = {"boot": boot, "wall": wall, "running": running}
    worst = max(abs(off), abs(jumped), ahead)
    said = f"{off:+.2f} s beside the database, jumped {jumped:+.2f} s since the last run"
    if ahead > 0:
        said += f"; the newest change lies {ahead:.0f} s in the future"
    return measurement.judge(CLOCK, worst, said)


def _redis(measurement: Measurement) -> Iterator[TriggerFinding]:
    url = measurement.site.setting("ATUM_REDIS_URL", measurement.site.redis_url if measurement.is_server else "")
    if not url:
        yield measurement.not_here(REDIS, "no Redis is set, limits are kept in memory")
        return
    started = time.monotonic()
    try:
        said = ping(url, PATIENCE_SECONDS)
    except OSError as error:
        yield measurement.found(REDIS, "fires", evidence=f"PING: {error}")
        return
    state: State = "ok" if said == "+PONG" else "fires"
    yield measurement.found(REDIS, state, said.lstrip("+-"), f"PING: {said} in {_ms(started)} ms")


def _units(measurement: Measurement) -> Iterator[TriggerFinding]:
    if not measurement.is_server:
        yield measurement.not_here(UNITS, "no systemd with a desk that ./atum up runs")
        return
    units = measurement.units().values()
    before = measurement.memory.get("restarts", {})
    measurement.remember["restarts"] = {unit.name: unit.restarts for unit in units}
    down = [unit for unit in units if unit.name.endswith(".service") and not unit.runs]
    idle = [unit for unit in units if not unit.name.endswith(".service") and not unit.runs]
    again = [
        f"{unit.name} restarted {unit.restarts - before[unit.name]} times since the last run"
        for unit in units
        if unit.restarts > before.get(unit.name, unit.restarts)
    ]
    state: State = "fires" if down else "warn" if idle or again else "ok"
    said = [*map(str, (*down, *idle)), *again] or [str(unit) for unit in units]
    yield measurement.found(UNITS, state, len(down), "\n".join(said))


def _nginx_config(measurement: Measurement) -> Iterator[TriggerFinding]:
    if not measurement.is_server:
        yield measurement.not_here(NGINX_CONFIG, "no nginx before a desk that ./atum up runs")
        return
    done = run(NGINX_TEST, check=False, timeout=PATIENCE_SECONDS)
    if not done.ok and "INVOCATION_ID" in os.environ:
        # The watch's sandbox may keep back what another site's settings name; nginx itself is in none.
        done = run([*OUTSIDE, *NGINX_TEST], check=False, timeout=2 * PATIENCE_SECONDS)
    said = (done.stderr or done.stdout).strip()
    found = measurement.found(NGINX_CONFIG, "ok" if done.ok else "fires", done.returncode, said)
    # An error in another site's file is not mended by another release of ours.
    is_ours = measurement.site.nginx_site.name in said
    yield found if is_ours else replace(found, calls_for="degraded")


def _nginx(measurement: Measurement) -> Iterator[TriggerFinding]:
    if not measurement.is_server:
        yield measurement.not_here(NGINX, "no nginx before a desk that ./atum up runs")
        return
    port = 443 if measurement.tls else 80
    asked = f"GET {LIVE} as {measurement.host} through port {port}"
    try:
        status, body = health.ask(port, LIVE, host=measurement.host, tls=measurement.tls, timeout=PATIENCE_SECONDS)
    except OSError as error:
        yield _no_answer(measurement, NGINX, asked, error)
        return
    right = status == 200 and _status_of(body) == "ok"
    yield measurement.found(NGINX, "ok" if right else "fires", status, f"{asked}: {status} {_text(body)}")


def _ms(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)


def _text(body: bytes) -> str:
    return body[:600].decode(errors="replace")


def _status_of(body: bytes) -> str:
    try:
        answer: Any = json.loads(body)
    except ValueError:
        return ""
    return str(answer.get("status", "")) if isinstance(answer, dict) else ""


PROBES = (
    _answering(API_LIVE, 0),
    _ready(API_READY, 0),
    _answering(LIVE_LIVE, 1),
    _ready(LIVE_READY, 1),
    Probe((UNITS,), _units),
    Probe((DATABASE, WORKER, SCHEMA, CLOCK), _database),
    Probe((REDIS,), _redis),
    Probe((NGINX_CONFIG,), _nginx_config),
    Probe((NGINX,), _nginx),
    *mail.PROBES,
    *tls.PROBES,
    *disk_space.PROBES,
)
