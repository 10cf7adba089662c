"""`/metrics`: who may read it, and that its numbers are those of what happened."""

from __future__ import annotations

import time
from types import SimpleNamespace

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from atum_desk.kernel import request_times
from atum_desk.kernel.request_times import RequestTimes
from atum_desk.operations import metrics
from desk import Desk

TOKEN = "a-token-of-24-characters"


async def ask(desk: Desk, ip: str = "127.0.0.1", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(desk.app, client=(ip, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        return await client.get("/metrics", headers=headers)


async def values(desk: Desk) -> dict[str, float]:
    """Return every sample by its name and labels."""
    answer = await ask(desk)
    assert answer.status_code == 200
    return {
        "|".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture(autouse=True)
def _nothing_counted_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_audit", metrics._Audit())


async def test_this_machine_reads_and_others_find_nothing(desk: Desk) -> None:
    answer = await ask(desk)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    for stranger in (
        await ask(desk, "192.0.2.7"),
        await ask(desk, **{"X-Forwarded-For": "127.0.0.1"}),
        await ask(desk, **{"Forwarded": "for=127.0.0.1"}),
        await ask(desk, "192.0.2.7", Authorization=f"Bearer {TOKEN}"),
    ):
        assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")


async def test_who_has_the_token_reads_from_anywhere(desk: Desk) -> None:
    settings = msgspec.structs.replace(desk.settings, metrics_token=TOKEN)
    other = Desk(desk.database, settings, desk.given)
    assert (await ask(other, "192.0.2.7", Authorization=f"Bearer {TOKEN}")).status_code == 200
    assert (await ask(other, "192.0.2.7", Authorization=f"Bearer {TOKEN}x")).status_code == 404
    assert (await ask(other, "192.0.2.7")).status_code == 404


async def test_behind_our_own_gateway_nobody_counts_as_this_machine(desk: Desk) -> None:
    settings = msgspec.structs.replace(desk.settings, bind="0.0.0.0", web_port=9000)
    assert (await ask(Desk(desk.database, settings, desk.given))).status_code == 404


async def test_requests_are_counted_by_status_and_by_time(desk: Desk) -> None:
    client = await desk.administrator()
    for _ in range(3):
        await client.got("/tickets")
    await client.get("/tickets/999999")
    bad = {"email": "nobody@halvorsen.example", "password": "wrong"}
    assert (await desk.client().post("/session", json=bad)).status_code == 401
    found = await values(desk)
    assert found["atum_http_requests_total|2xx"] == 3
    assert found["atum_http_requests_total|4xx"] == 2
    assert found["atum_http_request_duration_seconds_bucket|+Inf"] == 5
    assert found["atum_http_request_duration_seconds_count"] == 5
    assert found["atum_http_requests_5m"] == 5
    assert found["atum_sign_ins_refused_5m"] == 1
    assert 0 < found["atum_http_request_p95_seconds"] <= found["atum_http_request_max_seconds"]


async def test_a_large_upload_is_counted_and_not_timed(desk: Desk) -> None:
    client = await desk.administrator()
    await client.posted("/attachments", files={"file": ("a.txt", b"x" * 150_000, "text/plain")})
    found = await values(desk)
    assert found["atum_http_requests_total|2xx"] == 1
    assert found["atum_http_requests_5m"] == 0


async def test_queues_mail_and_triggers_are_told(desk: Desk) -> None:
    client = await desk.administrator()
    body = {"subject": "x", "text": "x", "requester": {"email": "a@halvorsen.example"}}
    number = (await client.posted("/tickets", body))["number"]
    await client.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "answered"})
    watch = desk.settings.data / "watch"
    watch.mkdir(parents=True)
    rows = [
        {"trigger": "api_live", "family": "health", "state": "fires"},
        {"trigger": "disk", "family": "health", "state": "ok"},
        {"trigger": "cpu", "family": "performance", "state": "others"},
    ]
    (watch / "state.json").write_bytes(msgspec.json.encode({"findings": rows}))
    found = await values(desk)
    assert found["atum_outbox_mails|queued"] >= 1
    assert found["atum_jobs|waiting"] >= 1
    assert found["atum_jobs_oldest_waiting_seconds"] > 0
    assert found["atum_database_up"] == 1
    assert found["atum_database_pool_wait_seconds|atum_desk_staff"] < 5
    assert found["atum_worker_seen_seconds"] == -1
    assert found["atum_mails_received"] == found["atum_mails_astray"] == 0
    assert found["atum_trigger|health|api_live"] == 2
    assert found["atum_trigger|health|disk"] == 0
    assert found["atum_trigger|performance|cpu"] == 1, "told, and no reason to go back"


async def test_without_its_database_the_rest_is_told(desk: Desk) -> None:
    await desk.database.close()
    found = await values(desk)
    assert found["atum_database_up"] == 0
    assert "atum_http_requests_5m" in found


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(request_times, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def test_the_last_five_minutes_forget_and_the_histogram_does_not(clock: Clock) -> None:
    times = RequestTimes()
    times.note(clock.now - 8.0, clock.now, 200)
    assert times.lately().longest_seconds == 8.0
    for _ in range(40):
        clock.now += 10
        times.note(clock.now - 0.004, clock.now, 200)
    lately = times.lately()
    assert lately.requests == 30
    assert lately.longest_seconds == pytest.approx(0.004)
    buckets, seconds = times.histogram()
    assert buckets[-1] == ("+Inf", 41)
    assert dict(buckets)["5"] == 40
    assert seconds == pytest.approx(8 + 40 * 0.004)
    clock.now += 1000
    assert times.lately().requests == 0
    assert times.lately().p95_seconds is None
    assert times.histogram()[0][-1] == ("+Inf", 41)


def test_the_p95_is_what_all_but_a_twentieth_stay_under(clock: Clock) -> None:
    times = RequestTimes()
    for _ in range(94):
        times.note(clock.now - 0.004, clock.now, 200)
    for _ in range(6):
        times.note(clock.now - 6.0, clock.now, 200)
    assert times.lately().p95_seconds == 6.0
    for _ in range(100):
        times.note(clock.now - 0.004, clock.now, 200)
    assert times.lately().p95_seconds == 0.005


def test_counting_a_request_costs_next_to_nothing() -> None:
    times = RequestTimes()
    # Time of the processor, which does not grow when others use it, too.
    began_at = time.thread_time()
    for _ in range(100_000):
        now = time.perf_counter()
        times.note(now - 0.003, now, 200)
    assert (time.thread_time() - began_at) / 100_000 < 10e-6
