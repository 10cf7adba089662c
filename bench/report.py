"""The table that people read, and the same as JSON."""

import statistics
from typing import Any, Literal

import msgspec

from bench.client import Samples
from bench.contest import BARE, OURS, PGBENCH, Results
from bench.ledger_cost import LedgerCost
from bench.mail_load import MailLoad, MailResult
from bench.warm_start import WarmStart

MEBIBYTE = 1024 * 1024
APP_CPU_TARGETS = {"list": 1.6, "ticket": 1.6, "reply": 2.0}
LEDGER_TARGET = 1.35
MEMORY_TARGET_MIB = 350
START_TARGET_SECONDS = 5.0
MAIL_TARGET_PER_SECOND = 100.0
TICKETED_TARGET_SECONDS = 2.0
# All three at once, on two cores.
LOAD_ACCEPTED_TARGET = 200.0
LOAD_TICKETED_TARGET = 100.0
OLDEST_WAITING_TARGET_SECONDS = 5.0
GROWTH_TARGET = 1.3
LEAST_MS = 0.001  # where nothing was answered at all
Verdict = Literal["pass", "FAIL", "not measured"]


class Row(msgspec.Struct):
    """One operation by one contestant; times in milliseconds a request."""

    operation: str
    contestant: str
    requests: int
    requests_per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    app_cpu_ms: float
    postgres_cpu_ms: float


class Line(msgspec.Struct):
    """One promise: what was found, what is allowed, and whether it holds."""

    promise: str
    found: str
    target: str
    verdict: Verdict


class Report(msgspec.Struct):
    """Everything of one run."""

    tickets: int
    rows: list[Row]
    lines: list[Line]
    machine: dict[str, Any]
    memory_mib: dict[str, float]
    load_seconds: float
    # What bench.scale found, as it stands in the JSON; none in the files of earlier runs.
    scale: Any = None


def rows_of(results: Results) -> list[Row]:
    """Return a row for each operation and contestant that was measured."""
    return [
        _row(operation, contestant, samples)
        for operation, contestants in results.items()
        for contestant, samples in contestants.items()
    ]


def lines_of(
    rows: list[Row],
    ledger: LedgerCost,
    memory_mib: dict[str, float],
    mail: MailResult,
    start: WarmStart,
    smaller: Report | None,
) -> list[Line]:
    """Hold what was found against what was promised."""
    found = {(row.operation, row.contestant): row for row in rows}
    lines = [
        at_most(f"{name}: application CPU, times the bare one's", _ratio(found, name), target)
        for name, target in APP_CPU_TARGETS.items()
    ]
    lines.append(at_most("the ledger's cost of a write, times the same without", ledger.ratio, LEDGER_TARGET))
    if smaller:
        lines.append(_growth(found, smaller))
    lines.append(at_most("memory of api, live and worker, MiB", sum(memory_mib.values()), MEMORY_TARGET_MIB))
    if start.seconds is None:
        lines.append(Line("warm start, seconds", start.words, f"<= {START_TARGET_SECONDS}", "not measured"))
    else:
        lines.append(at_most("warm start, seconds", start.seconds, START_TARGET_SECONDS))
    rate = mail.accepted / mail.accepting_seconds
    lines.append(at_least("mail accepted, a second", rate, MAIL_TARGET_PER_SECOND))
    slowest = max(mail.ticketed_when_idle_seconds)
    lines.append(at_most("mail to ticket when idle, slowest of five, seconds", slowest, TICKETED_TARGET_SECONDS))
    return lines + (_under_load(mail.load) if mail.load else [])


def _under_load(load: MailLoad) -> list[Line]:
    return [
        # A sender is never in time for the last moment of the second that is counted.
        at_least("mail accepted while it is filed, a second", load.accepted, 0.97 * LOAD_ACCEPTED_TARGET),
        at_least("mail filed while more is accepted, a second", load.filed, LOAD_TICKETED_TARGET),
        at_most(
            "the oldest mail that waits meanwhile, seconds", load.oldest_waiting_seconds, OLDEST_WAITING_TARGET_SECONDS
        ),
    ]


def as_text(report: Report) -> str:
    """Return the table."""
    head = (
        f"{'operation':<9} {'by':<8} {'req/s':>7} {'p50':>7} {'p95':>7} {'p99':>7} {'app CPU':>8} {'pg CPU':>7}"
        "   (ms a request)"
    )
    body = [
        f"{r.operation:<9} {r.contestant:<8} {r.requests_per_second:>7.0f} {r.p50_ms:>7.2f} {r.p95_ms:>7.2f}"
        f" {r.p99_ms:>7.2f} {r.app_cpu_ms:>8.3f} {r.postgres_cpu_ms:>7.3f}"
        for r in report.rows
    ]
    width = max(len(line.promise) for line in report.lines)
    held = [f"{one.promise:<{width}}  {one.found:>8}  {one.target:>9}  {one.verdict}" for one in report.lines]
    memory = ", ".join(f"{name} {size:.0f}" for name, size in report.memory_mib.items())
    return "\n".join([f"{report.tickets:,} tickets", head, *body, "", *held, "", f"memory, MiB: {memory}"])


def _row(operation: str, contestant: str, samples: Samples) -> Row:
    ordered = sorted(samples.latencies_seconds)
    count = len(ordered)

    def at(share: float) -> float:
        # On a machine that is busy enough a short slice may pass without one answer.
        if not ordered:
            return 0.0
        return ordered[min(count - 1, int(count * share))] * 1000

    return Row(
        operation=operation,
        contestant=contestant,
        requests=count,
        requests_per_second=count / samples.elapsed_seconds,
        p50_ms=at(0.5),
        p95_ms=at(0.95),
        p99_ms=at(0.99),
        app_cpu_ms=_median_ms(samples.app_cpu_seconds),
        postgres_cpu_ms=_median_ms(samples.postgres_cpu_seconds),
    )


def _median_ms(slices_seconds: list[float]) -> float:
    """The median of the slices: a second that others took of the machine does not move it."""
    return statistics.median(slices_seconds or [0.0]) * 1000


def _ratio(found: dict[tuple[str, str], Row], operation: str) -> float:
    return found[operation, OURS].app_cpu_ms / max(found[operation, BARE].app_cpu_ms, LEAST_MS)


def _growth(found: dict[tuple[str, str], Row], smaller: Report) -> Line:
    """Compare by CPU of both sides, against the bare application of the same run, so that two runs can be compared."""
    before = {(row.operation, row.contestant): row for row in smaller.rows}

    def cost(rows: dict[tuple[str, str], Row], contestant: str) -> float:
        return rows["list", contestant].app_cpu_ms + rows["list", contestant].postgres_cpu_ms

    growth = cost(found, OURS) / cost(before, OURS)
    return at_most(f"list: CPU, times that at {smaller.tickets:,} tickets", growth, GROWTH_TARGET)


def at_most(promise: str, value: float, target: float) -> Line:
    """Return the line of a figure that must not be larger."""
    return Line(promise, f"{value:.2f}", f"<= {target:g}", "pass" if value <= target else "FAIL")


def at_least(promise: str, value: float, target: float) -> Line:
    """Return the line of a figure that must not be smaller."""
    return Line(promise, f"{value:.0f}", f">= {target:g}", "pass" if value >= target else "FAIL")


__all__ = ["PGBENCH", "Line", "Report", "Row", "as_text", "at_least", "at_most", "lines_of", "rows_of"]
