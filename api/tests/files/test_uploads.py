"""Uploads as they arrive: streamed, scanned, bounded, and gone when they are not wanted."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
import pytest
from limits import parse

from atum_desk.files import upload
from atum_desk.files.problems import TooManyUploads, UploadsBusy
from atum_desk.files.upload_slots import MOST_OF_ONE, UploadSlots
from atum_desk.http import rate_limits
from desk import Client, Desk
from e2e.desk_processes import DeskProcesses
from factories import Given
from scanner import INFECTED, NAME, is_there, running_clamd

needs_clamd = pytest.mark.skipif(not is_there(), reason="clamd is not installed (Debian: clamav-daemon)")
FORM = {"content-type": "multipart/form-data; boundary=x"}
BEGIN = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
END = b"\r\n--x--\r\n"


def scanned(desk: Desk, clamd: str) -> Desk:
    """Return the same desk with a virus scanner."""
    return Desk(desk.database, msgspec.structs.replace(desk.settings, clamd=clamd), desk.given)


def stored(desk: Desk) -> list[Path]:
    return [path for path in desk.settings.uploads.rglob("*") if path.is_file()]


async def send(client: Client, content: bytes, path: str = "/attachments", **headers: str) -> httpx.Response:
    return await client.post(path, files={"file": ("a.bin", content)}, headers=headers)


@needs_clamd
@pytest.mark.parametrize("path", ["/attachments", "/portal/attachments"])
async def test_an_infected_upload_is_refused_recorded_and_not_kept(desk: Desk, path: str) -> None:
    with running_clamd() as (address, _port):
        office = scanned(desk, address)
        client = await office.staff() if path == "/attachments" else office.client()
        clean = await send(client, b"clean")
        infected = await send(client, b"x" * 1_500_000 + INFECTED, path, **{"idempotency-key": "a"})
        again = await send(client, b"x" * 1_500_000 + INFECTED, path, **{"idempotency-key": "a"})
        large = await send(client, b"x" * 4_000_000, path)
    for answer in (infected, again):
        assert (answer.status_code, answer.json()["code"]) == (422, "file_infected")
        assert NAME in answer.json()["detail"]
        assert "a.bin" in answer.json()["detail"]
    assert (large.status_code, large.json()["code"]) == (413, "file_not_scanned")
    assert clean.status_code in (201, 401)
    kept = [hashlib.sha256(b"clean").hexdigest()] if clean.status_code == 201 else []
    assert [file.name for file in stored(office)] == kept
    assert await office.value("select count(*) from attachments") == len(kept)
    recorded = await office.rows("select summary from changes where command = 'attachment.refuse'")
    assert [change["summary"]["finding"].startswith(NAME) for change in recorded] == [True, True]


async def test_an_upload_is_refused_while_the_scanner_is_away(desk: Desk) -> None:
    office = scanned(desk, f"unix:{desk.settings.data}/nobody")
    answer = await send(await office.staff(), b"content")
    assert (answer.status_code, answer.json()["code"]) == (503, "scanner_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert not stored(office)
    assert await office.value("select count(*) from attachments") == 0


@pytest.mark.parametrize("how", ["stalls", "ends early", "too much"])
async def test_nothing_is_left_of_an_upload_that_does_not_end_well(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(upload, "STALL_SECONDS", 0.2)
    client, limit = await desk.staff(), desk.settings.upload_max_bytes

    async def body() -> AsyncIterator[bytes]:
        yield BEGIN
        for _ in range(2 if how != "too much" else limit // 1_000_000 + 1):
            yield b"y" * 1_000_000
        assert stored(desk)
        if how == "stalls":
            await asyncio.sleep(5)

    answer = await client.post("/attachments", content=body(), headers=FORM)
    expected = {
        "stalls": (408, "upload_stalled"),
        "ends early": (422, "validation_failed"),
        "too much": (413, "too_large"),
    }
    assert (answer.status_code, answer.json()["code"]) == expected[how]
    assert not stored(desk)
    assert await desk.value("select count(*) from attachments") == 0


async def test_a_repeated_upload_answers_as_the_first_and_another_one_is_refused(desk: Desk) -> None:
    client = await desk.staff()
    first, again, other = [await send(client, content, **{"idempotency-key": "k"}) for content in (b"1", b"1", b"2")]
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert await desk.value("select count(*) from attachments") == 1


async def test_places_are_bounded_for_one_for_strangers_and_for_all() -> None:
    slots = UploadSlots(20)
    taken = [slots.slot("one") for _ in range(MOST_OF_ONE)]
    for place in taken:
        place.__enter__()
    with pytest.raises(TooManyUploads), slots.slot("one"):
        pass
    strangers = [slots.slot(f"address {n}", anonymous=True) for n in range(10)]
    for place in strangers:
        place.__enter__()
    with pytest.raises(UploadsBusy), slots.slot("address 99", anonymous=True):
        pass
    with slots.slot("other"), slots.slot("other"), pytest.raises(UploadsBusy), slots.slot("third"):
        pass
    taken[0].__exit__(None, None, None)
    with slots.slot("one"):
        pass


async def test_one_person_has_so_many_uploads_under_way_and_no_more(desk: Desk) -> None:
    client, go_on = await desk.staff(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield BEGIN
        await go_on.wait()
        yield b"a" + END

    under_way = [
        asyncio.create_task(client.post("/attachments", content=slow(), headers=FORM)) for _ in range(MOST_OF_ONE)
    ]
    await asyncio.sleep(0.2)
    refused = await send(client, b"one more")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_uploads")
    assert "retry-after" in refused.headers
    assert (await send(await desk.staff(), b"somebody else's")).status_code == 201
    go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*under_way)} == {201}
    assert (await send(client, b"one more")).status_code == 201


async def test_an_address_may_upload_so_many_bytes_an_hour_without_an_account(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rate_limits.LIMITS, "portal_upload_mb_ip", parse("3 per hour"))
    client = desk.client()
    assert (await send(client, b"a" * 1_900_000, "/portal/attachments")).status_code == 201
    refused = await send(client, b"a" * 1_900_000, "/portal/attachments")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) > 60
    assert (await send(desk.client(), b"a", "/portal/attachments")).status_code == 201


@pytest.fixture
async def api(database_url: str, tmp_path: Path) -> AsyncIterator[DeskProcesses]:
    """The API as a process, which takes files of 60 MB."""
    processes = DeskProcesses(database_url, tmp_path / "data", None, ATUM_UPLOAD_MAX_BYTES="60000000")
    await processes.start_process("api")
    try:
        yield processes
    finally:
        await processes.stop()


async def _megabytes(count: int, at_once: asyncio.Barrier) -> AsyncIterator[bytes]:
    yield BEGIN
    block = bytes(range(256)) * 4096
    for number in range(count):
        if number == count // 2:
            await at_once.wait()
        yield block
    yield END


async def test_parallel_uploads_and_downloads_of_50_mb_hold_little_memory(api: DeskProcesses, given: Given) -> None:
    agent = await given.staff()
    process = psutil.Process(api._running["api"].pid)
    async with httpx.AsyncClient(
        base_url=f"{api.address}/api/v1", cookies={"atum_staff": agent.token}, timeout=120
    ) as client:
        await client.get("/me")
        # What a first upload and download load stays; only what each one holds is counted.
        warm = await client.post("/attachments", files={"file": ("a", b"a" * 2_000_000)})
        await client.get(f"/attachments/{warm.json()['id']}")
        before = process.memory_info().rss
        peak = asyncio.create_task(_peak(process))
        at_once = asyncio.Barrier(8)
        answers = await asyncio.gather(
            *(
                client.post(
                    "/attachments", content=_megabytes(50, at_once), headers={**FORM, "idempotency-key": f"upload {n}"}
                )
                for n in range(8)
            )
        )
        assert {answer.status_code for answer in answers} == {201}
        uploaded = process.memory_info().rss - before
        await asyncio.gather(*(_drain(client, a.json()["id"]) for a in answers[:4]))
        peak.cancel()
        grown = (await _peak_of(peak)) - before
    print(f"8 uploads of 50 MB: {uploaded / 1e6:.1f} MB; then 4 downloads: {grown / 1e6:.1f} MB")
    assert grown < 25_000_000


async def _drain(client: httpx.AsyncClient, attachment_id: int) -> None:
    async with client.stream("GET", f"/attachments/{attachment_id}") as answer:
        assert sum([len(piece) async for piece in answer.aiter_bytes()]) == 50 * 2**20


async def _peak(process: Any) -> int:
    most = 0
    try:
        while True:
            most = max(most, process.memory_info().rss)
            await asyncio.sleep(0.02)
    except asyncio.CancelledError:
        return most


async def _peak_of(task: asyncio.Task[int]) -> int:
    return await task


async def test_whoever_hangs_up_leaves_no_file_behind(api: DeskProcesses, given: Given) -> None:
    agent = await given.staff()
    _reader, writer = await asyncio.open_connection("127.0.0.1", api.api_port)
    writer.write(
        b"POST /api/v1/attachments HTTP/1.1\r\nHost: localhost\r\n"
        + f"Cookie: atum_staff={agent.token}\r\nContent-Length: 5000000\r\n".encode()
        + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        + BEGIN
        + b"z" * 1_000_000
    )
    await writer.drain()
    folder = api.data / "uploads" / ".incoming"
    await _until(lambda: folder.is_dir() and any(folder.iterdir()))
    writer.transport.abort()
    await _until(lambda: not any(folder.iterdir()))


async def _until(condition: Any) -> None:
    async with asyncio.timeout(15):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
