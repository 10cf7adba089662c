"""Watches a release that has just begun to serve: every second, and all triggers every 15 seconds."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from atumctl.core import health, output
from atumctl.core.health import LIVE, READY
from atumctl.core.postgres import Postgres
from atumctl.core.releases import main_pid
from atumctl.core.shell import ShellError, run
from atumctl.core.site import Site
from atumctl.core.uploads import NAMED_FILES, stored_files
from atumctl.doctor.doctor import examine
from atumctl.doctor.watch_history import read_memory
from atumctl.probes.load import Counters, between, read_counters, why_others
from atumctl.rehearsal import table_digests
from atumctl.upgrade.access_log import AccessLog
from atumctl.upgrade.damage_report import altered_since, is_damaged, moment_of_files

PAUSE_SECONDS = 1.0
DOCTOR_SECONDS = 15.0
CONTENTS_SECONDS = 5.0
SLOW_SECONDS = 5.0  # the plan's; ATUM_OPS_P95_SECONDS
IN_A_ROW = 3
MIN_ERRORS = 3
MAX_ERROR_SHARE = 0.02
# Beside the plan's limit: so much slower than before the switch is a fault, too.
SLOWER_TIMES = 10.0
SLOWER_SPARE_SECONDS = 1.0
# The slowest of so many counts, when the load of others is asked about.
STARTS = 3
# Whose load it is, is told by the last so many seconds, or twice as many.
LOAD_SECONDS = 10.0


@dataclass
class Baseline:
    """How things were before the switch."""

    counts: dict[str, int]
    files: set[str]
    firing: set[str]
    since: float = field(default_factory=moment_of_files)


def baseline(site: Site) -> Baseline:
    """Look at what the watch compares with; what fires already is nobody's fault later."""
    found = examine(site, read_memory(site))
    firing = {finding.trigger for finding in found.firing}
    for finding in found.firing:
        output.warn(f"{finding.trigger} fires already: {finding.evidence.splitlines()[:1]}")
    postgres = Postgres(site)
    named = {row[0] for row in postgres.query(NAMED_FILES)}
    files = {path.name for path in stored_files(site.uploads)} & named
    return Baseline(table_digests.lasting_counts(postgres), files, firing)


class WatchAfterSwitch:
    """Watches for a while; `keep` returns the reason to go back, or an empty text."""

    def __init__(self, site: Site, before: Baseline, log: AccessLog) -> None:
        self._site, self._before, self._log = site, before, log
        self._postgres = Postgres(site)
        self._pids = {name: main_pid(name) for name in site.services}
        self._bad: dict[str, int] = {}
        self._known: set[tuple[str, int]] = set()
        self._slow = site.number("ATUM_OPS_P95_SECONDS", SLOW_SECONDS)
        url = urlsplit(site.setting("ATUM_URL", "http://localhost"))
        tls = site.setting("ATUM_OPS_TLS", "off") != "off"
        self._through: dict[str, Any] = {"host": url.hostname or "", "tls": tls}
        self._counters = [self._used()]
        self._excused = False
        self.looks = 0

    def keep(self, seconds: float) -> str:
        """Watch; return the first reason to go back, as soon as there is one."""
        until = time.monotonic() + seconds
        contents_at, doctor_at = 0.0, time.monotonic() + 3
        with ThreadPoolExecutor(1) as pool:
            examined: Future[str] | None = None
            while (now := time.monotonic()) < until:
                self.looks += 1
                self._note_load()
                reason = self._quick()
                if not reason and now >= contents_at:
                    reason = self.contents()
                    contents_at = time.monotonic() + CONTENTS_SECONDS
                if not reason and examined is None and now >= doctor_at:
                    examined = pool.submit(self.triggers)
                if not reason and examined is not None and examined.done():
                    reason, examined = examined.result(), None
                    doctor_at = time.monotonic() + DOCTOR_SECONDS
                if reason:
                    return reason
                time.sleep(max(0.0, PAUSE_SECONDS - (time.monotonic() - now)))
        return self.contents() or self.triggers()

    def contents(self) -> str:
        """Return what was damaged or deleted; nothing when all is there."""
        files = self._files()
        if files:
            return files
        try:
            lost = table_digests.fallen(self._before.counts, table_digests.lasting_counts(self._postgres))
        except ShellError as error:
            return self._count("the database", str(error))
        return f"rows were deleted: {'; '.join(lost)}" if lost else self._fine("the database")

    def triggers(self) -> str:
        """Return a trigger that fires since the switch and calls for going back."""
        found = examine(self._site, read_memory(self._site), repeat=True)
        for finding in found.firing:
            if finding.calls_for == "roll back" and finding.trigger not in self._before.firing:
                return f"{finding.trigger} fires: {' / '.join(finding.evidence.splitlines()[:2])}"
        return ""

    def _quick(self) -> str:
        api, live = self._site.ports
        nginx = 443 if self._through["tls"] else 80
        return (
            self._processes()
            or self._answers("the API", api, READY)
            or self._answers("the live service", live, READY)
            or self._answers("nginx", nginx, LIVE, **self._through)
            or self._requests()
        )

    def _processes(self) -> str:
        for name, pid in self._pids.items():
            now = main_pid(name)
            if now != pid:
                return f"{name} ended by itself" + (f" and began anew as {now}" if now else "")
        return ""

    def _answers(self, name: str, port: int, path: str, **how: Any) -> str:
        began = time.monotonic()
        try:
            status, body = health.ask(port, path, timeout=self._slow, **how)
        except TimeoutError as error:
            return self._slow_count(name, f"does not answer ({error})")
        except OSError as error:
            return self._count(name, f"does not answer ({error})")
        seconds = time.monotonic() - began
        if status != 200:
            return self._count(name, f"answers {status}: {body[:200].decode(errors='replace')}")
        if seconds > self._slow:
            return self._slow_count(name, f"takes {seconds:.1f} s to answer its health check")
        return self._fine(name)

    def _requests(self) -> str:
        log = self._log
        log.look()
        failed, total = log.errors()
        if failed >= MIN_ERRORS and failed > total * MAX_ERROR_SHARE:
            return f"{failed} of the last {total} requests failed"
        p95, median, before = log.p95(), log.median(), log.median_before
        if p95 is not None and p95 > self._slow:
            half_hang = median is not None and median > self._slow
            start_seconds = max(_start_seconds() for _ in range(STARTS)) if half_hang else None
            words = f"5 % of the last {total} requests took longer than {p95:.1f} s"
            return self._unless_others(words, start_seconds)
        if median is None or before is None or median < SLOWER_SPARE_SECONDS:
            return ""
        if median > before * SLOWER_TIMES:
            return self._unless_others(f"requests take {median:.2f} s where they took {before:.3f} s")
        return ""

    def _slow_count(self, name: str, words: str) -> str:
        is_ours = self._unless_others(words, _start_seconds())
        return self._count(name, words) if is_ours else ""

    def _unless_others(self, reason: str, start_seconds: float | None = None) -> str:
        """Return a reason that is one of time alone, unless others keep the machine busy.

        What says nothing for seconds while a program starts at once hangs by itself.
        """
        others = why_others(between(self._counters[0], self._used()), start_seconds)
        if others and not self._excused:
            output.note(f"{reason}, which other programs cause: {others}")
        self._excused = bool(others)
        return "" if others else reason

    def _note_load(self) -> None:
        """Keep the counters of the last seconds, to compare with."""
        if time.time() - self._counters[-1].at >= LOAD_SECONDS:
            self._counters = [self._counters[-1], self._used()]

    def _used(self) -> Counters:
        return read_counters(self._site, self._postgres.database, self._site.ports[0])

    def _files(self) -> str:
        fresh = {
            (path.name, path.stat().st_ctime_ns): path for path in altered_since(self._site.uploads, self._before.since)
        }
        for known, path in fresh.items():
            if known not in self._known and is_damaged(path):
                return f"the upload {path.name} was damaged"
            self._known.add(known)
        lost = self._before.files - {path.name for path in stored_files(self._site.uploads)}
        if lost:
            # The worker removes an upload that no message took, with its row.
            lost &= {row[0] for row in self._postgres.query(NAMED_FILES)}
        return f"{len(lost)} uploads are gone" if lost else ""

    def _count(self, name: str, words: str) -> str:
        """Return the reason once something was wrong several times in a row."""
        self._bad[name] = self._bad.get(name, 0) + 1
        return f"{name} {words}" if self._bad[name] >= IN_A_ROW else ""

    def _fine(self, name: str) -> str:
        self._bad[name] = 0
        return ""


def _start_seconds() -> float:
    """Return how long a program that does nothing takes to start now."""
    began = time.monotonic()
    run(["true"], check=False)
    return time.monotonic() - began
