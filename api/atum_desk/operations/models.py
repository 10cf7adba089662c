"""What the Operations page shows: how the installation does, from measurements and from files."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from atum_desk.kernel.ledger.parked_changes import ParkedChange

Verdict = Literal["healthy", "degraded", "roll_back", "unknown"]
FindingState = Literal["ok", "warn", "fires", "others", "unknown", "off"]
ServiceState = Literal["ok", "degraded", "down", "off", "unknown"]
Verb = Literal["backup", "verify", "doctor"]
RequestState = Literal["waiting", "running", "done", "failed"]
FAMILIES = ("health", "security", "integrity", "performance", "ports")


class Point(msgspec.Struct, frozen=True):
    """One measurement of a trigger."""

    at: datetime
    value: float


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A trigger as it was measured last, with its evidence and its last hours.

    `calls_for` is the verdict that it brings about when it fires. `others` is over its threshold by
    what other programs do, which no other release would mend; `off` is what this kind of
    installation has not (nginx, in a desk that `./atum up` runs).
    """

    trigger: str
    family: str
    state: FindingState = "unknown"
    value: float | str | None = None
    threshold: float | str | None = None
    unit: str = ""
    since: datetime | None = None
    evidence: str = ""
    calls_for: str = ""
    points: list[Point] = []


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A process or a thing it needs; `detail` is said beside its name."""

    name: str
    state: ServiceState
    detail: str = ""
    ms: float | None = None


class BackupCheck(msgspec.Struct, frozen=True):
    """One thing that a proof looked at."""

    what: str
    ok: bool
    evidence: str = ""


class BackupProof(msgspec.Struct, frozen=True, kw_only=True):
    """How restoring and comparing a backup ended."""

    state: Literal["proven", "failed"]
    proven_at: datetime | None = None
    recovery_seconds: float | None = None
    checks: list[BackupCheck] = []
    failures: list[str] = []


class BackupCopy(msgspec.Struct, frozen=True, kw_only=True):
    """Where else a backup is kept, or why it is not."""

    to: str
    at: datetime | None = None
    encrypted: bool = False
    error: str = ""


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """One backup; without a proof it does not count.

    `bytes` is all of it, `new_bytes` what the backups grew by: the rest they share. It is None for
    one whose size when it was made is not known.
    """

    stamp: str
    made_at: datetime
    bytes: int = 0
    new_bytes: int | None = None
    version: str = ""
    tickets: int = 0
    proof: BackupProof | None = None
    copies: list[BackupCopy] = []


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A release on this machine."""

    version: str
    current: bool = False
    since: datetime | None = None
    note: str = ""


class OutboxQueue(msgspec.Struct, frozen=True):
    """Outgoing mails by state, each counted up to a thousand."""

    queued: int = 0
    sending: int = 0
    failed: int = 0
    unknown: int = 0


class FailedJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that failed for good and may be tried again."""

    id: int
    name: str
    attempts: int
    failed_at: datetime
    error: str | None


class JobQueue(msgspec.Struct, frozen=True, kw_only=True):
    """Background jobs; `waiting` are due, each number is counted up to ten thousand."""

    waiting: int = 0
    planned: int = 0
    running: int = 0
    failed: int = 0
    oldest_waiting_seconds: float | None = None
    failed_jobs: list[FailedJob] = []


class ParkedChanges(msgspec.Struct, frozen=True):
    """Changes of this workspace that rules, webhooks and their like could not handle, counted up to a thousand."""

    count: int = 0
    newest: list[ParkedChange] = []


class OperationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Something an administrator asked for on this page, and what became of it."""

    id: UUID
    verb: Verb
    asked_by: str
    at: datetime
    state: RequestState
    ended_at: datetime | None = None
    words: str = ""


class Operations(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the Operations page. `notes` say in sentences what could not be told."""

    verdict: Verdict
    measured_at: datetime | None
    findings: list[Finding]
    services: list[Service]
    backups: list[Backup]
    recovery_seconds: float | None
    releases: list[Release]
    version: str
    outbox: OutboxQueue
    jobs: JobQueue
    parked_changes: ParkedChanges
    requests: list[OperationRequest]
    notes: list[str]
