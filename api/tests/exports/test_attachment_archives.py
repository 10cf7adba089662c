"""All files of a ticket or of a message leave as one archive, each with a safe name of its own."""

from __future__ import annotations

import io
import zipfile

import pytest

from atum_desk.exports import attachments_zip
from desk import Client, Desk


async def with_files(client: Client, *names: str) -> tuple[int, int]:
    ticket = await client.posted(
        "/tickets", {"subject": "Printer", "text": "On fire", "requester": {"email": "ann@example.org"}}
    )
    ids = [
        (await client.posted("/attachments", files={"file": (name, f"{place} {name}".encode())}))["id"]
        for place, name in enumerate(names)
    ]
    added = await client.posted(
        f"/tickets/{ticket['number']}/messages", {"kind": "note", "text": "Files", "attachment_ids": ids}
    )
    return ticket["number"], added["message"]["id"]


async def read_zip(client: Client, path: str) -> dict[str, bytes]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


async def test_every_file_is_in_it_under_a_safe_name_of_its_own(desk: Desk) -> None:
    client = await desk.staff()
    number, message_id = await with_files(client, "a.txt", "A.txt", "../../etc/passwd", "b.txt")
    for path in (f"/tickets/{number}/attachments.zip", f"/messages/{message_id}/attachments.zip"):
        held = await read_zip(client, path)
        assert len(held) == len({name.casefold() for name in held}) == 4
        assert all(name.startswith("files/") and ".." not in name and name.count("/") == 1 for name in held)
        assert {content.partition(b" ")[0] for content in held.values()} == {b"0", b"1", b"2", b"3"}


async def test_what_is_too_large_together_is_left_out_and_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await desk.staff()
    number, _ = await with_files(client, "one.txt", "two.txt")
    monkeypatch.setattr(attachments_zip, "MOST_BYTES", 10)
    held = await read_zip(client, f"/tickets/{number}/attachments.zip")
    assert held.keys() == {"files/one.txt", attachments_zip.LEFT_OUT}
    assert b"two.txt" in held[attachments_zip.LEFT_OUT]


async def test_files_out_of_sight_are_no_files(desk: Desk) -> None:
    client = await desk.staff()
    number, message_id = await with_files(client, "a.txt")
    empty = await client.posted("/tickets", {"subject": "x", "text": "x", "requester": {"email": "ann@example.org"}})
    assert (await client.get(f"/tickets/{empty['number']}/attachments.zip")).json()["code"] == "attachments_not_found"
    outside = await desk.staff(teams=(await desk.given.team(),), sees_all_teams=False)
    for path in (f"/tickets/{number}/attachments.zip", f"/messages/{message_id}/attachments.zip"):
        assert (await outside.get(path)).status_code == 404
