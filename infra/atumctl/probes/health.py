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
from atumctl.probes.look import VERSIONS, Look, Probe
from atumctl.probes.redis import ping
from atumctl.probes.triggers import Finding, State, Trigger

NGINX_TEST = ("nginx", "-t")
OUTSIDE = ("systemd-run", "--quiet", "--wait", "--pipe", "--collect")

API_LIVE = Trigger("health.api_live", "the API does not answer")
API_READY = Trigger("health.api_ready", "the API cannot serve; it warns while something waits")
LIVE_LIVE = Trigger("health.live_live", "the live service does not answer")
LIVE_READY = Trigger("health.live_ready", "the live service cannot serve")
UNITS = Trigger("health.units", "a service is not running; it warns after restarts")
WORKER = Trigger(
    "health.worker", "no worker has said that it lives for so long",
    setting="ATUM_OPS_WORKER_SILENT_SECONDS", default=30, unit="s",
)  # fmt: skip
DATABASE = Trigger(
    "health.database", "the database does not answer, or takes so long",
    setting="ATUM_OPS_DATABASE_MS", default=2000, unit="ms",
)  # fmt: skip
SCHEMA = Trigger("health.schema", "the database is at an earlier schema than the code needs")
REDIS = Trigger("health.redis", "Redis does not answer", "degraded")
NGINX_CONFIG = Trigger("health.nginx_config", "nginx -t finds an error in nginx's settings")
NGINX = Trigger("health.nginx", "a request through nginx does not reach the API")
CLOCK = Trigger(
    "health.clock", "the clock jumped, or differs from the database's, by so much",
    "degraded", "ATUM_OPS_CLOCK_SECONDS", 5, "s",
)  # fmt: skip

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
    def measure(look: Look) -> Iterator[Finding]:
        port = look.ports[which]
        started = time.monotonic()
        try:
            status, body = health.ask(port, LIVE, timeout=PATIENCE_SECONDS)
        except OSError as error:
            yield _no_answer(look, trigger, f"GET {LIVE} on port {port}", error)
            return
        said = f"GET {LIVE} on port {port}: {status} {_text(body)} in {_ms(started)} ms"
        yield look.found(trigger, "ok" if status == 200 else "fires", status, said)

    return Probe((trigger,), measure)


def _ready(trigger: Trigger, which: int) -> Probe:
    def measure(look: Look) -> Iterator[Finding]:
        port = look.ports[which]
        try:
            status, body = health.ask(port, READY, timeout=PATIENCE_SECONDS)
        except OSError as error:
            yield _no_answer(look, trigger, f"GET {READY} on port {port}", error)
            return
        word = _status_of(body)
        state: State = "fires" if status != 200 else "ok" if word == "ok" else "warn"
        said = f"GET {READY} on port {port}: {status} {_text(body)}"
        yield look.found(trigger, state, word or str(status), said)

    return Probe((trigger,), measure)


def _no_answer(look: Look, trigger: Trigger, asked: str, error: OSError) -> Finding:
    late = 0 if isinstance(error, TimeoutError) else None
    return look.found(trigger, "fires", evidence=f"{asked}: {error}", slow_seconds=late)


def _database(look: Look) -> Iterator[Finding]:
    try:
        answer = look.database.ask(DATABASE_ASKED)
    except ShellError as error:
        yield _unanswered(look, error)
        for trigger in (WORKER, SCHEMA, CLOCK):
            yield look.found(trigger, "unknown", evidence="the database could not be asked")
        return
    ours = time.time()
    yield _trip(look, float(answer["trip_ms"]))
    yield _worker(look, answer["worker_silent"])
    yield _schema(look, answer["revision"] or "")
    yield _clock(look, ours - answer["now"], answer["ahead"] or 0.0)


def _trip(look: Look, ours: float) -> Finding:
    """Judge the lesser of two: what people meet, and what a program of ours that waits its turn does."""
    said = f"a question and its answer took {ours:.1f} ms"
    users = _trip_of_api(look)
    if users is not None:
        said += f", {users:.1f} ms from within the API"
    return look.judged(DATABASE, min(ours, users or ours), said, slow_seconds=0)


def _unanswered(look: Look, error: ShellError) -> Finding:
    """Judge a database that psql got no answer from: in time, people may be served nevertheless."""
    users = _trip_of_api(look) if error.late else None
    if users is None:
        late = 0 if error.late else None
        return look.found(DATABASE, "fires", evidence=str(error), slow_seconds=late)
    said = f"{error}; the API had its answer in {users:.1f} ms, and so has everybody"
    found = look.judged(DATABASE, users, said, slow_seconds=0)
    return replace(found, state="warn") if found.state == "ok" else found


def _trip_of_api(look: Look) -> float | None:
    """Return how long the API's own connection waits for an answer, in ms; None when it has none."""
    try:
        seconds = look.metrics().value("atum_database_round_trip_seconds")
    except OSError:
        return None
    return None if seconds is None else seconds * 1000


def _worker(look: Look, silent: float | None) -> Finding:
    if silent is None:
        return look.found(WORKER, "fires", evidence="no worker has ever said that it lives")
    seen = f"last seen {silent:.1f} s ago"
    return look.judged(WORKER, float(silent), seen, slow_seconds=float(silent))


def _schema(look: Look, revision: str) -> Finding:
    files = look.code / VERSIONS
    needed = max((path.stem.partition("_")[0] for path in files.glob("*.sql")), default="")
    said = f"the database is at {revision or 'nothing'}, the code in {look.code} needs {needed}"
    if not needed:
        return look.found(SCHEMA, "unknown", revision, f"no migrations in {files}")
    # A later schema only adds, so that a release taken back serves on it.
    return look.found(SCHEMA, "ok" if revision >= needed else "fires", revision, said)


def _clock(look: Look, off: float, ahead: float) -> Finding:
    """Compare with the database's clock, with what has passed since the last run, and the ledger."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    running = time.clock_gettime(time.CLOCK_BOOTTIME)
    before, wall = look.memory.get("clock", {}), time.time()
    jumped = 0.0
    if before.get("boot") == boot:
        jumped = (wall - before["wall"]) - (running - before["running"])
    look.remember["clock"] = {"boot": boot, "wall": wall, "running": running}
    worst = max(abs(off), abs(jumped), ahead)
    said = f"{off:+.2f} s beside the database, jumped {jumped:+.2f} s since the last run"
    if ahead > 0:
        said += f"; the newest change lies {ahead:.0f} s in the future"
    return look.judged(CLOCK, worst, said)


def _redis(look: Look) -> Iterator[Finding]:
    url = look.site.setting("ATUM_REDIS_URL", look.site.redis_url if look.is_server else "")
    if not url:
        yield look.not_here(REDIS, "no Redis is set, limits are kept in memory")
        return
    started = time.monotonic()
    try:
        said = ping(url, PATIENCE_SECONDS)
    except OSError as error:
        yield look.found(REDIS, "fires", evidence=f"PING: {error}")
        return
    state: State = "ok" if said == "+PONG" else "fires"
    yield look.found(REDIS, state, said.lstrip("+-"), f"PING: {said} in {_ms(started)} ms")


def _units(look: Look) -> Iterator[Finding]:
    if not look.is_server:
        yield look.not_here(UNITS, "no systemd with a desk that ./atum up runs")
        return
    units = look.units().values()
    before = look.memory.get("restarts", {})
    look.remember["restarts"] = {unit.name: unit.restarts for unit in units}
    down = [unit for unit in units if unit.name.endswith(".service") and not unit.runs]
    idle = [unit for unit in units if not unit.name.endswith(".service") and not unit.runs]
    again = [
        f"{unit.name} restarted {unit.restarts - before[unit.name]} times since the last run"
        for unit in units
        if unit.restarts > before.get(unit.name, unit.restarts)
    ]
    state: State = "fires" if down else "warn" if idle or again else "ok"
    said = [*map(str, (*down, *idle)), *again] or [str(unit) for unit in units]
    yield look.found(UNITS, state, len(down), "\n".join(said))


def _nginx_config(look: Look) -> Iterator[Finding]:
    if not look.is_server:
        yield look.not_here(NGINX_CONFIG, "no nginx before a desk that ./atum up runs")
        return
    done = run(NGINX_TEST, check=False, timeout=PATIENCE_SECONDS)
    if not done.ok and "INVOCATION_ID" in os.environ:
        # The watch's sandbox may keep back what another site's settings name; nginx itself is in none.
        done = run([*OUTSIDE, *NGINX_TEST], check=False, timeout=2 * PATIENCE_SECONDS)
    said = (done.stderr or done.stdout).strip()
    found = look.found(NGINX_CONFIG, "ok" if done.ok else "fires", done.returncode, said)
    # An error in another site's file is not mended by another release of ours.
    is_ours = look.site.nginx_site.name in said
    yield found if is_ours else replace(found, calls_for="degraded")


def _nginx(look: Look) -> Iterator[Finding]:
    if not look.is_server:
        yield look.not_here(NGINX, "no nginx before a desk that ./atum up runs")
        return
    port = 443 if look.tls else 80
    asked = f"GET {LIVE} as {look.host} through port {port}"
    try:
        status, body = health.ask(
            port, LIVE, host=look.host, tls=look.tls, timeout=PATIENCE_SECONDS
        )
    except OSError as error:
        yield _no_answer(look, NGINX, asked, error)
        return
    right = status == 200 and _status_of(body) == "ok"
    yield look.found(NGINX, "ok" if right else "fires", status, f"{asked}: {status} {_text(body)}")


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
