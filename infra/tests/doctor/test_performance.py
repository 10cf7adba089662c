"""Performance: what is slow, busy or waiting fires, with its figure."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from busy_processors import OTHERS, OURS, kept_busy
from stub import Stub
from whole_desk import WholeDesk

from atumctl.probes import load, performance
from atumctl.probes.triggers import verdict_of
from suite.machine_speed import slowness_now

LONG_AGO = "2020-01-01T00:00:00+00:00"
METRICS = """# TYPE atum_http_request_p95_seconds gauge
atum_http_requests_5m 120.0
atum_http_request_p95_seconds {p95}
atum_http_request_max_seconds {slowest}
atum_database_pool_wait_seconds{{role="atum_desk_staff"}} {wait}
atum_database_pool_wait_seconds{{role="atum_desk_contact"}} 0.0
"""


async def test_answers_beyond_five_seconds_fire(still: WholeDesk) -> None:
    with _metrics(still, p95=6.2, slowest=9.0):
        found = {one.trigger: one for one in still.examine(family="performance").firing}
    assert (found["performance.p95"].value, found["performance.p95"].threshold) == (6.2, 5)
    assert found["performance.p95"].calls_for == "roll back"
    assert found["performance.max"].value == 9.0
    assert "120 requests in 5 minutes" in found["performance.p95"].evidence


async def test_one_slow_answer_degrades_and_rolls_nothing_back(still: WholeDesk) -> None:
    with _metrics(still, p95=0.2, slowest=9.0):
        found = still.examine(family="performance")
    assert [one.trigger for one in found.firing] == ["performance.max"]
    assert found.verdict == "degraded"


async def test_a_really_slow_api_is_seen_by_its_own_figures(desk: WholeDesk) -> None:
    desk.set(ATUM_OPS_P95_SECONDS="0.0001", ATUM_OPS_MAX_SECONDS="0.0001")
    desk.examine(family="health")
    states = {one.trigger: one for one in desk.examine(family="performance").findings}
    assert states["performance.p95"].state == "fires"
    assert states["performance.max"].state == "fires"
    assert 0 < float(states["performance.p95"].value or 0) < 5


async def test_an_api_that_takes_longer_than_the_doctor_waits_fires(still: WholeDesk) -> None:
    with Stub({"/": (200, '{"status": "ok"}')}, delay_seconds=60) as slow:
        still.set(ATUM_API_PORT=str(slow.port))
        found = still.examine()
    firing = {one.trigger: one for one in found.firing}
    assert "timed out" in firing["health.api_live"].evidence
    # What it waits at most, and its other figures beside.
    assert found.seconds < min(5 * slowness_now(), 55)


async def test_waiting_for_a_database_connection_fires(still: WholeDesk) -> None:
    with _metrics(still, wait=2.5):
        found = still.finding("performance.pool")
    assert (found.state, found.value) == ("fires", 2.5)
    assert "atum_desk_staff: 2500.0 ms" in found.evidence


async def test_a_job_that_nobody_takes_fires(still: WholeDesk) -> None:
    still.sql(
        """insert into jobs.pgqueuer (priority, entrypoint, status, execute_after)
           values (0, 'mail.parse', 'queued', now() - interval '20 minutes')"""
    )
    found = still.finding("performance.jobs")
    assert (found.state, found.evidence) == ("fires", "1 jobs are due, the oldest is mail.parse")
    assert isinstance(found.value, float)
    assert 1199 < found.value < 1300


async def test_processors_that_we_keep_busy_fire_only_after_a_time_on_end(
    desk: WholeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever else runs on the machine that the tests are run on, ours is the greater part here.
    monkeypatch.setattr(load, "MOSTLY", 0.01)
    desk.set(ATUM_OPS_CPU_PERCENT="40", ATUM_OPS_CPU_MINUTES="0.025")
    desk.watched("performance.cpu")
    with kept_busy(OURS):
        await asyncio.sleep(2)
        early = desk.watched("performance.cpu")
        await asyncio.sleep(2)
        late = desk.watched("performance.cpu")
    assert float(early.value or 0) > 0
    assert (late.state, late.calls_for) == ("fires", "roll back"), late
    assert "busy like this for" in late.evidence


async def test_processors_that_others_keep_busy_are_told_and_never_lead_back(still: WholeDesk) -> None:
    still.set(ATUM_OPS_CPU_PERCENT="40", ATUM_OPS_CPU_MINUTES="0.025")
    still.watched("performance.cpu")
    with kept_busy(OTHERS):
        await asyncio.sleep(2)
        still.watched("performance.cpu")
        await asyncio.sleep(2)
        found = still.watched("performance.cpu")
    assert found.state == "others", found
    assert re.search(r"processors \d+ % busy: ATUM DESK \d+ %, others \d+ %", found.evidence)
    assert "the largest of others: " in found.evidence
    assert verdict_of([found]) == "degraded"


async def test_processors_that_were_busy_and_rest_again_do_not_fire(still: WholeDesk) -> None:
    still.watched("performance.cpu")
    memory = still.memory
    memory["cpu"] |= {"busy_since": LONG_AGO, "ours_since": LONG_AGO}
    still.remember(memory)
    still.set(ATUM_OPS_CPU_PERCENT="101")
    assert still.watched("performance.cpu").state == "ok"
    assert still.memory["cpu"]["busy_since"] is None


@pytest.mark.parametrize(
    ("percent", "part", "state"), [("0.01", 0.5, "others"), ("0.01", 0.0, "fires"), ("99.9", 0.5, "ok")]
)
async def test_the_machines_memory_fires_at_its_threshold_when_we_hold_it(
    still: WholeDesk, percent: str, part: float, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performance, "OUR_MEMORY_PART", part)
    still.set(ATUM_OPS_MACHINE_MEMORY_PERCENT=percent)
    found = still.finding("performance.machine_memory")
    assert found.state == state
    assert re.search(r"ATUM DESK holds \d+ MB of the \d+ MB in use", found.evidence)


@contextmanager
def _metrics(desk: WholeDesk, p95: float = 0.1, slowest: float = 0.1, wait: float = 0) -> Iterator[None]:
    text = METRICS.format(p95=p95, slowest=slowest, wait=wait)
    with Stub({"/metrics": (200, text)}) as stub:
        desk.set(ATUM_API_PORT=str(stub.port))
        yield
