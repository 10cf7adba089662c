"""SIGTERM under load: no request is cut, no job is lost, and live clients are told to come back."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import httpx
import pytest

from e2e.desk_processes import DeskProcesses, RecordingRelay
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD
from suite.machine_speed import scaled
from waiting import until

CALLERS = 8
TICKET: dict[str, Any] = {"subject": "Under load", "text": "x" * 20_000, "requester": {"email": "a@halvorsen.example"}}


async def _sign_in(processes: DeskProcesses) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=f"{processes.address}/api/v1", timeout=scaled(20)) as client:
        given = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
        answer = await client.post("/session", json=given)
        assert answer.status_code == 200
        return dict(answer.cookies)


class Caller:
    """Reads and writes in turn until nothing listens any more."""

    def __init__(self, processes: DeskProcesses, cookies: dict[str, str], *, kept_connections: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self._client = httpx.AsyncClient(
            base_url=f"{processes.address}/api/v1",
            cookies=cookies,
            timeout=scaled(20),
            limits=httpx.Limits(max_keepalive_connections=kept_connections),
        )

    async def run(self) -> None:
        async with self._client as client:
            while True:
                try:
                    answer = await (
                        client.post("/tickets", json=TICKET) if self.outcomes.total() % 2 else client.get("/tickets")
                    )
                except httpx.ConnectError:
                    return
                except httpx.TransportError as error:
                    self.outcomes[f"cut: {error!r}"] += 1
                else:
                    self.outcomes[str(answer.status_code)] += 1


@pytest.mark.parametrize("kept_connections", [0, 1], ids=["new connections", "kept connections"])
async def test_no_request_is_cut_when_the_api_is_asked_to_stop(processes: DeskProcesses, kept_connections: int) -> None:
    cookies = await _sign_in(processes)
    callers = [Caller(processes, cookies, kept_connections=kept_connections) for _ in range(CALLERS)]
    calls = [asyncio.create_task(caller.run()) for caller in callers]
    await until(lambda: all(caller.outcomes.total() > 3 for caller in callers), 30)
    assert await processes.ask_to_stop("api") == 0
    await asyncio.gather(*calls)
    outcomes = sum((caller.outcomes for caller in callers), Counter[str]())
    assert set(outcomes) == {"200", "201"}, outcomes


async def test_an_upload_under_way_when_the_api_is_asked_to_stop_is_finished(processes: DeskProcesses) -> None:
    cookies = await _sign_in(processes)
    half, boundary = asyncio.Event(), "a-boundary"

    async def slowly() -> Any:
        yield (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="slow.txt"\r\n'
            "Content-Type: text/plain\r\n\r\nfirst half, "
        ).encode()
        half.set()
        await asyncio.sleep(1.5)
        yield f"second half\r\n--{boundary}--\r\n".encode()

    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    async with httpx.AsyncClient(base_url=f"{processes.address}/api/v1", cookies=cookies, timeout=scaled(20)) as client:
        sending = asyncio.create_task(client.post("/attachments", content=slowly(), headers=headers))
        await half.wait()
        began_at = time.monotonic()
        assert await processes.ask_to_stop("api") == 0
        answer = await sending
    assert answer.status_code == 201
    assert answer.json()["size"] == len("first half, second half")
    assert time.monotonic() - began_at > 1


async def test_a_mail_being_handed_over_when_the_worker_is_asked_to_stop_leaves_once(
    processes: DeskProcesses, relay: RecordingRelay
) -> None:
    cookies = await _sign_in(processes)
    relay.pause_seconds = 2
    async with httpx.AsyncClient(base_url=f"{processes.address}/api/v1", cookies=cookies) as client:
        number = (await client.post("/tickets", json=TICKET)).json()["number"]
        reply = {"kind": "reply", "text": "answered"}
        assert (await client.post(f"/tickets/{number}/messages", json=reply)).status_code == 201
        await until(lambda: relay.begun > 0, 20)
        assert not relay.mails, "it was handed over before the worker was asked to stop"
        assert await processes.ask_to_stop("worker") == 0
        states = {mail["state"] for mail in (await client.get("/outbox")).json()["items"]}
    assert states == {"sent"}
    assert len(relay.mails) == relay.begun == 1
