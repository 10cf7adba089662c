"""What is deleted of the store and what must stay: never-attached uploads go, all else does not."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image

from atum_desk.files import jobs
from atum_desk.files.queries import STORE_LOCK
from atum_desk.files.store import FileStore
from atum_desk.kernel.jobs.handlers import WorkerContext
from atumctl.backup.backup import HOLD_STORE
from desk import Client, Desk

DAY_SECONDS = 86_400


def path_of(desk: Desk, content: bytes) -> Path:
    name = hashlib.sha256(content).hexdigest()
    return desk.settings.uploads / name[:2] / name[2:4] / name


def worker_of(desk: Desk) -> WorkerContext:
    return WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))


async def upload(client: Client, content: bytes, path: str = "/attachments") -> dict[str, Any]:
    return await client.posted(path, files={"file": ("a.bin", content)})


async def grow_old(desk: Desk, superuser: str) -> None:
    """Let everything be two days older: the rows, which only a superuser may date back, and the files."""
    connection = await asyncpg.connect(superuser)
    try:
        await connection.execute("set session_replication_role = replica")
        await connection.execute("update atum.attachments set created_at = created_at - interval '2 days'")
    finally:
        await connection.close()
    then = time.time() - 2 * DAY_SECONDS
    for path in desk.settings.uploads.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


async def test_present_and_past_logos_stay_while_a_plain_upload_goes(desk: Desk, database_url: str) -> None:
    admin = await desk.administrator()
    for size in (60, 90):
        buffer = io.BytesIO()
        Image.new("RGB", (size, size), "#2a67d0").save(buffer, "PNG")
        answer = await admin.put("/workspace/logo", files={"file": ("logo.png", buffer.getvalue())})
        assert answer.status_code == 200, answer.text
    names = [row["sha256"] for row in await desk.rows("select sha256 from workspace_logos")]
    await upload(admin, b"never attached")
    await grow_old(desk, database_url)
    await jobs.sweep(worker_of(desk), b"")
    assert not path_of(desk, b"never attached").exists()
    kept = [path for path in desk.settings.uploads.rglob("*") if path.is_file()]
    assert sorted(path.name for path in kept) == sorted(names)
    assert len(names) == 2


async def test_uploads_that_no_message_took_go_after_a_day_and_not_before(desk: Desk, database_url: str) -> None:
    client, ticket = await desk.staff(), await desk.given.ticket()
    await upload(client, b"never attached")
    await upload(desk.client(), b"a stranger's", "/portal/attachments")
    kept = await upload(client, b"attached")
    body = {"kind": "note", "text": "see", "attachment_ids": [kept["id"]]}
    await client.posted(f"/tickets/{ticket.number}/messages", body)
    await jobs.sweep(worker_of(desk), b"")
    assert await desk.value("select count(*) from attachments") == 3
    await grow_old(desk, database_url)
    await upload(client, b"young")
    await jobs.sweep(worker_of(desk), b"")
    names = await desk.rows("select sha256 from attachments order by id")
    assert [row["sha256"] for row in names] == [hashlib.sha256(c).hexdigest() for c in (b"attached", b"young")]
    there = {
        content: path_of(desk, content).exists()
        for content in (b"never attached", b"a stranger's", b"attached", b"young")
    }
    assert there == {b"never attached": False, b"a stranger's": False, b"attached": True, b"young": True}
    swept = await desk.rows("select summary from changes where command = 'attachment.sweep'")
    assert [change["summary"] for change in swept] == [{"count": 2}]
    again = await client.post(f"/tickets/{ticket.number}/messages", json={**body, "attachment_ids": [1]})
    assert again.json()["code"] == "attachment_taken"


async def test_content_that_another_row_names_stays(desk: Desk, database_url: str) -> None:
    client, ticket = await desk.staff(), await desk.given.ticket()
    await upload(client, b"shared")
    kept = await upload(client, b"shared")
    body = {"kind": "note", "text": "see", "attachment_ids": [kept["id"]]}
    await client.posted(f"/tickets/{ticket.number}/messages", body)
    await grow_old(desk, database_url)
    await jobs.sweep(worker_of(desk), b"")
    assert await desk.value("select count(*) from attachments") == 1
    assert (await client.get(f"/attachments/{kept['id']}")).content == b"shared"


async def test_what_an_undo_took_off_a_message_comes_back_with_its_bytes(desk: Desk, database_url: str) -> None:
    client, ticket = await desk.administrator(), await desk.given.ticket()
    made = await upload(client, b"undone and redone")
    body = {"kind": "note", "text": "see", "attachment_ids": [made["id"]]}
    written = await client.post(f"/tickets/{ticket.number}/messages", json=body)
    undone = await client.posted(f"/changes/{written.headers['x-change-id']}/undo", status=200)
    await grow_old(desk, database_url)
    await jobs.sweep(worker_of(desk), b"")
    await client.posted(f"/changes/{undone['change_id']}/undo", status=200)
    assert await desk.value("select message_id is not null from attachments where id = $1", made["id"])
    assert (await client.get(f"/attachments/{made['id']}")).content == b"undone and redone"


async def test_content_of_a_row_that_an_undo_deleted_stays(desk: Desk) -> None:
    """As with the files of a message that was read anew, and then was not."""
    store, content = FileStore(desk.settings.uploads), b"deleted by an undo"
    stored = await store.put(content)
    async with desk.database.writing(desk.given.system, "mail_text.read") as work:
        await work.execute(
            """insert into attachments (workspace_id, filename, mime_type, size, sha256)
               values (ctx_workspace(), 'a', 'text/plain', 1, $1)""",
            stored.sha256,
        )
    async with desk.database.writing(desk.given.system, "change.undo") as work:
        await work.execute("delete from attachments where sha256 = $1", stored.sha256)
    assert await jobs.remove_unnamed(worker_of(desk), -1) == 0
    assert path_of(desk, content).exists()
    # What a crash left, before any row named it, goes.
    await store.put(b"a crash")
    assert await jobs.remove_unnamed(worker_of(desk), -1) == 1
    assert not path_of(desk, b"a crash").exists()


async def test_an_upload_of_the_same_content_never_loses_its_bytes_to_the_sweep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uploads and a sweep without any age run against each other; every row must have its bytes."""
    client, worker = await desk.staff(), worker_of(desk)
    contents = [f"content {n}".encode() for n in range(3)]
    stop = asyncio.Event()
    removed = 0

    async def sweeping() -> None:
        nonlocal removed
        while not stop.is_set():
            removed += await jobs.remove_unnamed(worker, -1)
            await asyncio.sleep(0)

    async def uploading(number: int) -> None:
        for turn in range(12):
            content = contents[(number + turn) % len(contents)]
            made = await upload(client, content)
            answer = await client.get(f"/attachments/{made['id']}")
            assert answer.content == content
            async with desk.database.writing(desk.given.system, "attachment.sweep") as work:
                await work.execute("delete from attachments where id = $1", made["id"])

    sweeper = asyncio.create_task(sweeping())
    await asyncio.gather(*(uploading(number) for number in range(4)))
    stop.set()
    await sweeper
    assert removed > 3, "the sweep never met an upload"


async def test_the_sweep_removes_nothing_while_content_is_being_named_or_a_backup_runs(desk: Desk) -> None:
    store, worker = FileStore(desk.settings.uploads), worker_of(desk)
    stored = await store.put(b"just arriving")
    async with desk.database.writing(desk.given.system, "attachment.upload") as work:
        await work.execute(
            "select pg_advisory_xact_lock_shared($1)",
            int.from_bytes(bytes.fromhex(stored.sha256[:16]), "big", signed=True),
        )
        assert await jobs.remove_unnamed(worker, -1) == 0
        work.unchanged = True
    async with desk.database.connection("atum_desk_staff") as backup:
        await backup.execute("select pg_advisory_lock_shared($1)", STORE_LOCK)
        try:
            assert await jobs.remove_unnamed(worker, -1) == 0
        finally:
            await backup.execute("select pg_advisory_unlock_shared($1)", STORE_LOCK)
    assert await jobs.remove_unnamed(worker, -1) == 1


def test_backup_and_sweep_mean_the_same_lock() -> None:
    assert f"({STORE_LOCK})" in HOLD_STORE


async def test_storing_known_content_makes_it_young_again(desk: Desk) -> None:
    store = FileStore(desk.settings.uploads)
    stored = await store.put(b"known")
    os.utime(path_of(desk, b"known"), (0, 0))
    assert list(store.list_old(DAY_SECONDS)) == [stored.sha256]
    await store.put(b"known")
    assert list(store.list_old(DAY_SECONDS)) == []


async def test_what_was_cut_off_is_removed_and_nobody_elses_files_are(desk: Desk) -> None:
    uploads = desk.settings.uploads
    stored = await FileStore(uploads).put(b"content")
    left = [uploads / ".incoming" / "a.part", uploads / stored.sha256[:2] / "x#1"]
    kept = [uploads / ".incoming" / "young.part", uploads / "README", path_of(desk, b"content")]
    for path in (*left, *kept):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.touch()
    for path in (*left, kept[1], kept[2]):
        os.utime(path, (0, 0))
    await jobs.sweep(worker_of(desk), b"")
    assert [path.exists() for path in left] == [False, False]
    # The last is content that nothing names, which went as such.
    assert [path.exists() for path in kept] == [True, True, False]
