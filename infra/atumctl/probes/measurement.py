"""One run of measurements: the site, what the last run remembered, and answers that probes share."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from atumctl.core import health
from atumctl.core.own_tree import TREE
from atumctl.core.shell import ShellError, run
from atumctl.core.site import Site
from atumctl.probes import PATIENCE_SECONDS
from atumctl.probes.access_attempts import make_keys
from atumctl.probes.database import ProbedDatabase
from atumctl.probes.load import Counters, Load, between, counters_of, read_counters
from atumctl.probes.metrics import Metrics, read_metrics
from atumctl.probes.triggers import MAX_EVIDENCE_CHARACTERS, State, Trigger, TriggerFinding
from atumctl.probes.units import read_units

METRICS = "/metrics"
# How long is measured where no earlier run left its counters.
SAMPLE_SECONDS = 0.5
# How far long checks go: not at all, a slice of them, or everything.
Depth = Literal["glance", "slice", "whole"]
VERSIONS = "migrations/versions"


@dataclass
class Measurement:
    """One measuring run. A probe reads `memory` and writes what the next run needs to `remember`."""

    site: Site
    memory: dict[str, Any] = field(default_factory=dict)
    remember: dict[str, Any] = field(default_factory=dict)
    depth: Depth = "glance"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.database = ProbedDatabase(self.site, patient=self.depth != "glance")
        self.metrics = SharedAnswer(self._ask_metrics)
        self.keys = SharedAnswer(lambda: make_keys(self.site, self.code, patient=self.depth != "glance"))
        self.units = SharedAnswer(lambda: read_units(self.site))
        # What the machine had used when this run began, and its load since the run before.
        self.began = SharedAnswer(self._counters)
        # The reference for all that takes time: how long a program that does nothing takes.
        self.start_seconds = SharedAnswer(self._start)
        self.lately = SharedAnswer(self._load_lately)

    @property
    def is_server(self) -> bool:
        """Say whether systemd and nginx belong to this installation."""
        return self.site.kind == "server"

    @property
    def ports(self) -> tuple[int, int]:
        """Return the ports of the API and of the live service."""
        api, live = self.site.ports
        number = self.site.number
        return int(number("ATUM_API_PORT", api)), int(number("ATUM_LIVE_PORT", live))

    @property
    def code(self) -> Path:
        """Return the Python side of the release in use."""
        places = (self.site.current / "api", self.site.api, TREE / "api")
        return next((place for place in places if (place / VERSIONS).is_dir()), places[0])

    @property
    def host(self) -> str:
        """Return the name that people type."""
        return urlsplit(self.site.setting("ATUM_URL", "")).hostname or "localhost"

    @property
    def tls(self) -> bool:
        """Say whether our nginx speaks TLS."""
        return self.is_server and self.site.setting("ATUM_OPS_TLS", "self-signed") != "off"

    def found(
        self,
        trigger: Trigger,
        state: State,
        value: float | str | None = None,
        evidence: str = "",
        *,
        slow_seconds: float | None = None,
    ) -> TriggerFinding:
        """Return a finding of this run; `slow_seconds` where time alone says so (see Finding)."""
        return TriggerFinding(
            trigger=trigger.name,
            family=trigger.family,
            state=state,
            value=round(value, 4) if isinstance(value, float) else value,
            threshold=trigger.threshold(self.site),
            unit=trigger.unit,
            since=self.now.isoformat(timespec="seconds"),
            evidence=shortened(evidence),
            calls_for=trigger.calls_for,
            slow_seconds=slow_seconds,
        )

    def judge(
        self,
        trigger: Trigger,
        value: float,
        evidence: str = "",
        *,
        warn_at: float = 0.75,
        slow_seconds: float | None = None,
    ) -> TriggerFinding:
        """Return a finding of a value that fires above its threshold and warns at a share of it."""
        limit = trigger.threshold(self.site)
        assert limit is not None
        state: State = "fires" if value > limit else "warn" if value > limit * warn_at else "ok"
        return self.found(trigger, state, value, evidence, slow_seconds=slow_seconds)

    def not_here(self, trigger: Trigger, why: str) -> TriggerFinding:
        """Return a finding of something that this installation does not have."""
        return self.found(trigger, "unknown", evidence=f"not here: {why}")

    def load_of_run(self) -> Load:
        """Return the machine's load since this run began."""
        return between(self.began(), self._counters())

    def _start(self) -> float:
        began = time.monotonic()
        with contextlib.suppress(ShellError):
            run(self.database.as_superuser("true"), timeout=PATIENCE_SECONDS)
        return time.monotonic() - began

    def _counters(self) -> Counters:
        return read_counters(self.site, self.database.database, self.ports[0])

    def _load_lately(self) -> Load:
        now: Counters = self.began()
        self.remember["load"] = now.to_memory()
        if before := counters_of(self.memory.get("load", {}), now):
            return between(before, now)
        time.sleep(max(SAMPLE_SECONDS - (time.time() - now.at), 0))
        return self.load_of_run()

    def _ask_metrics(self) -> Metrics:
        status, body = health.ask(self.ports[0], METRICS, timeout=PATIENCE_SECONDS)
        if status != 200:
            raise OSError(f"GET {METRICS} answered {status}")
        return read_metrics(body.decode(errors="replace"))


@dataclass(frozen=True)
class Probe:
    """Measures some triggers; what it raises makes all of them unknown, with the error as evidence."""

    triggers: tuple[Trigger, ...]
    measure: Callable[[Measurement], Iterable[TriggerFinding]]


class SharedAnswer:
    """An answer that several probes share: the first to come asks, the others wait for it."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._answer: Any = None
        self._error: Exception | None = None
        self._asked = False

    def __call__(self) -> Any:
        """Return the answer, or raise what asking raised."""
        with self._lock:
            if not self._asked:
                self._asked = True
                try:
                    self._answer = self._ask()
                except Exception as error:
                    self._error = error
        if self._error:
            raise self._error
        return self._answer


def shortened(evidence: str) -> str:
    """Return evidence at most so long that a page can show it; its beginning says most."""
    words = evidence.strip()
    return words if len(words) <= MAX_EVIDENCE_CHARACTERS else f"{words[: MAX_EVIDENCE_CHARACTERS - 2]} …"
