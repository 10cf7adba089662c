"""kill -9 at awkward moments: what was accepted stands once, what was not can be repeated."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Mapping

import httpx

from e2e.desk_processes import DeskProcesses
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD
from suite.machine_speed import scaled
from waiting import deadline, in_time

RETRY_SECONDS = 0.1
GONE = (httpx.TransportError, httpx.TimeoutException)


async def _insist(client: httpx.AsyncClient, path: str, body: Mapping[str, object], key: str) -> httpx.Response:
    """Repeat a write with its key until it is answered, as a careful client does."""
    while True:
        try:
            answer = await client.post(path, json=body, headers={"Idempotency-Key": key})
            if answer.status_code < 500:
                return answer
        except GONE:
            pass
        await asyncio.sleep(RETRY_SECONDS)


async def _signed_in(processes: DeskProcesses) -> httpx.AsyncClient:
    client = httpx.AsyncClient(base_url=f"{processes.address}/api/v1", timeout=scaled(10))
    answer = await client.post("/session", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
    assert answer.status_code == 200
    return client


async def test_every_keyed_write_happens_exactly_once_however_often_the_api_is_killed(processes: DeskProcesses) -> None:
    client = await _signed_in(processes)
    opened = await client.post(
        "/tickets", json={"subject": "Killed", "text": "x", "requester": {"email": "a@halvorsen.example"}}
    )
    number = opened.json()["number"]
    chance = random.Random(7)
    keys = [str(uuid.uuid4()) for _ in range(30)]

    async def write_all() -> None:
        for place, key in enumerate(keys):
            body = {"kind": "note", "text": f"note {place}"}
            answer = await _insist(client, f"/tickets/{number}/messages", body, key)
            # 409 says that it was carried out and the answer was lost with the process
            assert answer.status_code in (201, 409), answer.text

    async def keep_killing() -> None:
        while True:
            await asyncio.sleep(chance.uniform(0.2, 0.8))
            await processes.kill("api")
            await processes.start_process("api")

    killer = asyncio.create_task(keep_killing())
    try:
        await in_time(write_all(), 150)
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)
    if processes.is_dead("api"):
        await processes.start_process("api")
    thread = (await client.get(f"/tickets/{number}")).json()["thread"]
    older = (await client.get(f"/tickets/{number}/thread", params={"before": thread[0]["id"]})).json()
    texts = [item["text"] for item in [*older["items"], *thread] if item["type"] == "message"]
    assert sorted(texts) == sorted(["x", *(f"note {place}" for place in range(len(keys)))])
    await client.aclose()


async def test_the_api_says_that_mail_waits_while_the_worker_is_dead(processes: DeskProcesses) -> None:
    async with httpx.AsyncClient(base_url=f"{processes.address}/api/v1") as client:
        assert (await client.get("/health/ready")).json()["dependencies"]["worker"]["state"] == "ok"
        await processes.kill("worker")
        async with deadline(40):
            while True:
                health = (await client.get("/health/ready")).json()
                if health["dependencies"]["worker"]["state"] == "degraded":
                    break
                await asyncio.sleep(0.5)
        assert health["status"] == "degraded"
