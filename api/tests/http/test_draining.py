"""While the file `draining` exists, writes are refused and reads are not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from atum_desk.http import drain
from desk import Desk


@pytest.fixture(autouse=True)
def _looking_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "LOOK_SECONDS", 0)


async def test_writes_wait_while_draining_and_reads_go_on(desk: Desk) -> None:
    client = await desk.administrator()
    desk.settings.draining.parent.mkdir(parents=True, exist_ok=True)
    desk.settings.draining.touch()
    body = {"subject": "x", "text": "x", "requester": {"email": "a@halvorsen.example"}}
    refused = await client.post("/tickets", json=body)
    assert (refused.status_code, refused.json()["code"]) == (503, "draining")
    assert refused.headers["retry-after"] == "2"
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await client.got("/tickets"))["items"] == []
    desk.settings.draining.unlink()
    await client.posted("/tickets", body)


async def test_a_write_refused_while_draining_can_be_repeated_with_its_key(desk: Desk) -> None:
    client = await desk.administrator()
    desk.settings.draining.parent.mkdir(parents=True, exist_ok=True)
    desk.settings.draining.touch()
    body = {"subject": "x", "text": "x", "requester": {"email": "a@halvorsen.example"}}
    key = {"Idempotency-Key": "once"}
    assert (await client.post("/tickets", json=body, headers=key)).status_code == 503
    desk.settings.draining.unlink()
    await client.posted("/tickets", body, headers=key)


async def test_the_file_is_looked_at_once_a_second_at_most(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "LOOK_SECONDS", 1)
    now = 1000.0
    monkeypatch.setattr(drain, "time", SimpleNamespace(monotonic=lambda: now))
    desk.settings.draining.parent.mkdir(parents=True, exist_ok=True)
    state = drain.Drain(desk.settings.draining)
    assert not state.is_on()
    desk.settings.draining.touch()
    now += 0.9
    assert not state.is_on()
    now += 0.1
    assert state.is_on()
