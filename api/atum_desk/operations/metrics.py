"""`/metrics` for Prometheus: what this process counted, and what it asks when it is asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

import asyncpg
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.roles import LOGIN_ROLES, LoginRole
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.database.workspaces import list_workspaces
from atum_desk.kernel.jobs.worker_health import get_worker_health
from atum_desk.kernel.problems import Unavailable
from atum_desk.kernel.request_times import RequestTimes
from atum_desk.mail.public import MailboxAudit, audit_mailboxes
from atum_desk.operations import evidence, queries
from atum_desk.operations.commands import running_version
from atum_desk.operations.models import JobQueue, OutboxQueue

POOLS: tuple[LoginRole, ...] = LOGIN_ROLES
# Counting every mail takes a second on a large desk; nobody needs it more often than this.
MAX_WORKSPACES = 100
AUDIT_SECONDS = 300.0


async def expose(database: Database, settings: Settings, times: RequestTimes) -> bytes:
    """Return every measurement in Prometheus' text format."""
    metrics = [*_of_requests(times), *_of_process(settings)]
    metrics += await _of_database(database)
    metrics += await asyncio.to_thread(_of_watch, settings)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_MetricsRequest(metrics))
    return generate_latest(registry)


class _MetricsRequest(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _of_requests(times: RequestTimes) -> list[Metric]:
    lately = times.lately()
    statuses = CounterMetricFamily("atum_http_requests", "Requests answered, by class of status.", labels=["status"])
    for first_digit, count in enumerate(times.by_status()):
        if first_digit:
            statuses.add_metric([f"{first_digit}xx"], count)
    buckets, seconds = times.histogram()
    found: list[Metric] = [
        statuses,
        HistogramMetricFamily(
            "atum_http_request_duration_seconds",
            "Time until an answer began; requests that send 100 KB or more are left out.",
            buckets=buckets,
            sum_value=seconds,
        ),
        _gauge("atum_http_requests_5m", "Timed requests of the last 5 minutes.", lately.requests),
        _gauge("atum_sign_ins_refused_5m", "Wrong passwords of the last 5 minutes.", lately.refused_sign_ins),
    ]
    if lately.p95_seconds is not None and lately.longest_seconds is not None:
        found += [
            _gauge(
                "atum_http_request_p95_seconds",
                "95 % of the last 5 minutes' requests were answered within this.",
                lately.p95_seconds,
            ),
            _gauge(
                "atum_http_request_max_seconds", "The slowest request of the last 5 minutes.", lately.longest_seconds
            ),
        ]
    return found


def _of_process(settings: Settings) -> list[Metric]:
    info = GaugeMetricFamily("atum_build_info", "The code that runs.", labels=["version"])
    info.add_metric([running_version()], 1)
    draining = settings.draining.exists()
    return [info, _gauge("atum_draining", "1 while writes are refused.", int(draining))]


async def _of_database(database: Database) -> list[Metric]:
    """Return what the database tells; when it does not answer, only that."""
    up = GaugeMetricFamily("atum_database_up", "1 when the database answers.")
    waits = GaugeMetricFamily(
        "atum_database_pool_wait_seconds",
        "How long a request would have waited for a connection just now.",
        labels=["role"],
    )
    try:
        for role in POOLS:
            waits.add_metric([role], await _wait_for_connection(database, role))
        async with database.connection("atum_desk_worker") as connection:
            began_at = time.perf_counter()
            await connection.fetchval("select 1")
            trip = time.perf_counter() - began_at
            worker = await get_worker_health(connection)
            jobs = await queries.count_jobs(connection)
        workspaces = (await list_workspaces(database))[:MAX_WORKSPACES]
        outbox = [await _outbox_of(database, workspace) for workspace in workspaces]
        mails = await _audit.of(database, workspaces)
    except (Unavailable, asyncpg.PostgresError):
        up.add_metric([], 0)
        return [up]
    up.add_metric([], 1)
    seen = worker.seconds_since_seen
    return [
        up,
        waits,
        _gauge("atum_database_round_trip_seconds", "One question and its answer.", trip),
        _gauge("atum_worker_seen_seconds", "Since a worker was seen; -1: none runs.", -1 if seen is None else seen),
        _gauge("atum_worker_troubles", "Things that workers cannot get past.", len(worker.troubles)),
        *_of_jobs(jobs),
        _of_outbox(outbox),
        *_of_mail(mails),
    ]


async def _wait_for_connection(database: Database, role: LoginRole) -> float:
    began_at = time.perf_counter()
    async with database.connection(role):
        return time.perf_counter() - began_at


async def _outbox_of(database: Database, workspace_id: int) -> OutboxQueue:
    async with database.reading(SystemActor(workspace_id=workspace_id, via="job")) as transaction:
        return await queries.count_outbox(transaction)


class _Audit:
    """The count of all mail, made anew every few minutes."""

    def __init__(self) -> None:
        self._made_at = float("-inf")
        self._rows: list[MailboxAudit] = []

    async def of(self, database: Database, workspaces: list[int]) -> list[MailboxAudit]:
        """Return every mailbox's mails by state."""
        if time.monotonic() - self._made_at > AUDIT_SECONDS:
            rows: list[MailboxAudit] = []
            for workspace_id in workspaces:
                actor = SystemActor(workspace_id=workspace_id, via="job")
                async with database.reading(actor) as transaction:
                    rows += await audit_mailboxes(transaction)
            self._rows, self._made_at = rows, time.monotonic()
        return self._rows


_audit = _Audit()


def _of_jobs(jobs: JobQueue) -> list[Metric]:
    states = GaugeMetricFamily("atum_jobs", "Background jobs; waiting are due.", labels=["state"])
    for state in ("waiting", "planned", "running", "failed"):
        states.add_metric([state], getattr(jobs, state))
    oldest = jobs.oldest_waiting_seconds or 0.0
    return [states, _gauge("atum_jobs_oldest_waiting_seconds", "How long the oldest due job waits.", oldest)]


def _of_outbox(queues: list[OutboxQueue]) -> Metric:
    states = GaugeMetricFamily("atum_outbox_mails", "Outgoing mails, each workspace up to 1000.", labels=["state"])
    for state in OutboxQueue.__struct_fields__:
        states.add_metric([state], sum(getattr(queue, state) for queue in queues))
    return states


def _of_mail(rows: list[MailboxAudit]) -> list[Metric]:
    states = GaugeMetricFamily("atum_mails", "Received mails, by what became of them.", labels=["state"])
    for state in ("ticketed", "appended", "quarantined", "refused", "waiting"):
        states.add_metric([state], sum(getattr(row, state) for row in rows))
    received = sum(row.received for row in rows)
    lost = sum(0 if row.holds else 1 for row in rows)
    return [
        states,
        _gauge("atum_mails_received", "Received mails; the sum of the states.", received),
        _gauge("atum_mails_astray", "Filed mails without exactly one message.", sum(row.astray for row in rows)),
        _gauge("atum_mailboxes_unbalanced", "Mailboxes whose mails do not add up.", lost),
    ]


def _of_watch(settings: Settings) -> list[Metric]:
    now = clock.now()
    watch = evidence.read_watch(settings.data, now)
    backups, _notes = evidence.read_backups(settings.data)
    triggers = GaugeMetricFamily(
        "atum_trigger",
        "A trigger's state: 0 ok, 1 near or by others, 2 fires, -1 unknown; what is not here is none.",
        labels=["family", "trigger"],
    )
    numbers = {"ok": 0, "warn": 1, "others": 1, "fires": 2, "unknown": -1}
    for finding in watch.findings:
        if finding.state == "off":
            continue
        triggers.add_metric([finding.family, finding.trigger], numbers[finding.state])
    found: list[Metric] = [triggers]
    if watch.measured_at:
        age = (now - watch.measured_at).total_seconds()
        found.append(_gauge("atum_watch_age_seconds", "Since the triggers were measured.", age))
    proofs = [one.proof for one in backups if one.proof and one.proof.state == "proven"]
    proven_at = max((proof.proven_at for proof in proofs if proof.proven_at), default=None)
    if proven_at:
        age = (now - proven_at).total_seconds()
        found.append(_gauge("atum_backup_proof_age_seconds", "Since a backup was proven.", age))
    if proofs and proofs[0].recovery_seconds is not None:
        found.append(_gauge("atum_backup_recovery_seconds", "Measured recovery time.", proofs[0].recovery_seconds))
    return found


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
