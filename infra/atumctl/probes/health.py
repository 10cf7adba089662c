"""Health: the services answer, the database is the right one, and the machine has room and time."""

from __future__ import annotations

import json
import os
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from atumctl import health
from atumctl.finding import Finding, State, Trigger
from atumctl.probes import PATIENCE_SECONDS
from atumctl.probes.look import VERSIONS, Look, Probe
from atumctl.probes.redis import ping
from atumctl.shell import ShellError, run
from atumctl.steps.tls import certificate

LIVE = "/api/v1/health/live"
READY = "/api/v1/health/ready"
DATE_OF_OPENSSL = "%b %d %H:%M:%S %Y %Z"
MB = 1_000_000

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
CERTIFICATE = Trigger(
    "health.certificate", "the certificate ends within so many days; it warns at three times that",
    "degraded", "ATUM_OPS_CERTIFICATE_DAYS", 7, "days",
)  # fmt: skip
DISK = Trigger(
    "health.disk", "less than this is free where data is; it warns at three times that",
    "degraded", "ATUM_OPS_DISK_FREE_MB", 1000, "MB",
)  # fmt: skip
INODES = Trigger(
    "health.inodes", "less than this share of inodes is free; it warns at three times that",
    "degraded", "ATUM_OPS_INODES_FREE_PERCENT", 3, "%",
)  # fmt: skip
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
            yield look.found(trigger, "fires", evidence=f"GET {LIVE} on port {port}: {error}")
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
            yield look.found(trigger, "fires", evidence=f"GET {READY} on port {port}: {error}")
            return
        word = _status_of(body)
        state: State = "fires" if status != 200 else "ok" if word == "ok" else "warn"
        said = f"GET {READY} on port {port}: {status} {_text(body)}"
        yield look.found(trigger, state, word or str(status), said)

    return Probe((trigger,), measure)


def _database(look: Look) -> Iterator[Finding]:
    try:
        answer = look.database.ask(DATABASE_ASKED)
    except ShellError as error:
        yield look.found(DATABASE, "fires", evidence=str(error))
        for trigger in (WORKER, SCHEMA, CLOCK):
            yield look.found(trigger, "unknown", evidence="the database could not be asked")
        return
    ours = time.time()
    trip = float(answer["trip_ms"])
    yield look.judged(DATABASE, trip, f"a question and its answer took {trip:.1f} ms")
    yield _worker(look, answer["worker_silent"])
    yield _schema(look, answer["revision"] or "")
    yield _clock(look, ours - answer["now"], answer["ahead"] or 0.0)


def _worker(look: Look, silent: float | None) -> Finding:
    if silent is None:
        return look.found(WORKER, "fires", evidence="no worker has ever said that it lives")
    return look.judged(WORKER, float(silent), f"last seen {silent:.1f} s ago")


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
    done = run(["nginx", "-t"], check=False, timeout=PATIENCE_SECONDS)
    said = (done.stderr or done.stdout).strip()
    yield look.found(NGINX_CONFIG, "ok" if done.ok else "fires", done.returncode, said)


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
        yield look.found(NGINX, "fires", evidence=f"{asked}: {error}")
        return
    right = status == 200 and _status_of(body) == "ok"
    yield look.found(NGINX, "ok" if right else "fires", status, f"{asked}: {status} {_text(body)}")


def _certificate(look: Look) -> Iterator[Finding]:
    file = certificate(look.site)
    if not look.tls and not file.exists():
        yield look.not_here(CERTIFICATE, "this desk speaks plain HTTP")
        return
    try:
        ends = {str(file): _end_of(["-in", str(file)])}
        if look.tls:
            # A renewed file that nginx has not read yet does not help anybody.
            served = ssl.get_server_certificate(("127.0.0.1", 443), timeout=PATIENCE_SECONDS)
            ends["what port 443 shows"] = _end_of([], served)
    except (OSError, ShellError) as error:
        yield look.found(CERTIFICATE, "fires", evidence=f"cannot be read: {error}")
        return
    days = {name: (end - look.now).total_seconds() / 86400 for name, end in ends.items()}
    limit = CERTIFICATE.threshold(look.site) or 0
    fewest = min(days.values())
    said = "\n".join(f"{name}: until {end:%Y-%m-%d %H:%M} UTC" for name, end in ends.items())
    yield look.found(CERTIFICATE, _scarce(fewest, limit), round(fewest, 1), said)


def _end_of(words: list[str], given: str | None = None) -> datetime:
    argv = ["openssl", "x509", "-noout", "-enddate", *words]
    text = run(argv, input=given, timeout=PATIENCE_SECONDS).stdout.strip().partition("=")[2]
    return datetime.strptime(text, DATE_OF_OPENSSL).replace(tzinfo=UTC)


def _room(look: Look) -> Iterator[Finding]:
    found = {place: os.statvfs(place) for place in _places(look)}
    free = {place: one.f_bavail * one.f_frsize / MB for place, one in found.items()}
    said = "\n".join(f"{place}: {mb:,.0f} MB free" for place, mb in free.items())
    least = min(free.values())
    yield look.found(DISK, _scarce(least, DISK.threshold(look.site) or 0), round(least), said)
    # Some file systems make inodes as they need them and count none.
    shares = {p: 100 * one.f_favail / one.f_files for p, one in found.items() if one.f_files}
    if not shares:
        yield look.not_here(INODES, "these file systems have no fixed number of inodes")
        return
    said = "\n".join(f"{place}: {share:.1f} % of inodes free" for place, share in shares.items())
    fewest = min(shares.values())
    limit = INODES.threshold(look.site) or 0
    yield look.found(INODES, _scarce(fewest, limit), round(fewest, 1), said)


def _places(look: Look) -> list[Path]:
    """Return one folder of each file system that must not be full."""
    wanted = [look.site.data, look.site.prefix]
    if look.is_server:
        wanted += [look.site.root / "var/lib/postgresql", look.site.spared, look.site.root]
    devices: dict[int, Path] = {}
    for place in wanted:
        if place.exists():
            devices.setdefault(place.stat().st_dev, place)
    return list(devices.values())


def _scarce(left: float, limit: float) -> State:
    return "fires" if left < limit else "warn" if left < 3 * limit else "ok"


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
    Probe((CERTIFICATE,), _certificate),
    Probe((DISK, INODES), _room),
)
