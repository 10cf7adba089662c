"""Uploads and downloads: whose they are, what a browser is told, and what a name may be."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from atum_desk.files.commands import clean_filename, clean_mime_type
from atum_desk.files.problems import FileMissing
from atum_desk.files.store import FileStore
from desk import Client, Desk

PNG = b"\x89PNG\r\n\x1a\n"


async def upload(
    client: Client, name: str = "a.png", content: bytes = PNG, kind: str = "image/png"
) -> dict[str, Any]:
    return await client.posted("/attachments", files={"file": (name, content, kind)})


async def test_a_file_comes_back_as_it_went_in(shared_desk: Desk) -> None:
    client = await shared_desk.staff()
    content = bytes(range(256)) * 4_000
    made = await upload(client, "Bericht Übersicht.pdf", content, "application/pdf")
    assert (made["filename"], made["mime_type"], made["size"]) == (
        "Bericht Übersicht.pdf",
        "application/pdf",
        len(content),
    )
    answer = await client.get(f"/attachments/{made['id']}")
    assert answer.content == content
    assert made["url"] == f"/api/v1/attachments/{made['id']}"


async def test_a_download_is_never_run_by_a_browser(shared_desk: Desk) -> None:
    client = await shared_desk.staff()
    for name, kind in (
        ("a.html", "text/html"),
        ("a.svg", "image/svg+xml"),
        ("a.js", "text/javascript"),
        ("a.png", "image/png"),
    ):
        made = await upload(client, name, b"<script>alert(1)</script>", kind)
        for query in ({}, {"inline": "true"}):
            headers = (await client.get(f"/attachments/{made['id']}", params=query)).headers
            shown = kind == "image/png" and bool(query)
            assert headers["content-disposition"].startswith("inline" if shown else "attachment")
            assert headers["content-type"] == ("image/png" if shown else "application/octet-stream")
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"].startswith("sandbox")


async def test_an_upload_is_its_uploaders_until_a_message_carries_it(shared_desk: Desk) -> None:
    one, other = await shared_desk.staff(), await shared_desk.staff()
    ticket = await shared_desk.given.ticket()
    made = await upload(one)
    assert (await other.get(f"/attachments/{made['id']}")).json()["code"] == "attachment_not_found"
    body = {"kind": "note", "text": "see", "attachment_ids": [made["id"]]}
    stolen = await other.post(f"/tickets/{ticket.number}/messages", json=body)
    assert (stolen.status_code, stolen.json()["code"]) == (422, "attachment_taken")
    added = await one.posted(
        f"/tickets/{ticket.number}/messages", {**body, "attachment_ids": [made["id"], made["id"]]}
    )
    assert [a["id"] for a in added["message"]["attachments"]] == [made["id"]]
    assert (await other.get(f"/attachments/{made['id']}")).content == PNG
    again = await one.post(f"/tickets/{ticket.number}/messages", json=body)
    assert again.json()["code"] == "attachment_taken"


async def test_a_ticket_is_opened_with_files(shared_desk: Desk) -> None:
    client = await shared_desk.staff()
    made = [await upload(client, f"{n}.png") for n in range(2)]
    ticket = await client.posted(
        "/tickets",
        {
            "subject": "S",
            "text": "T",
            "requester": {"email": "f@example.org"},
            "attachment_ids": [m["id"] for m in made],
        },
    )
    assert [a["filename"] for a in ticket["thread"][0]["attachments"]] == ["0.png", "1.png"]


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd", "passwd"), ("C:\\temp\\a.txt", "a.txt"), ("a\u202egnp.exe", "agnp.exe"), ("", "file"), ("...", "file"), ("\x00\n", "file"),
    ("x" * 300 + ".pdf", "x" * 251 + ".pdf"), ("y" * 300, "y" * 255), ("Müllabfuhr قائمة.txt", "Müllabfuhr قائمة.txt"), ("\ud800a", "a"),
])  # fmt: skip
def test_a_name_is_kept_as_far_as_it_is_harmless(given: str, kept: str) -> None:
    assert clean_filename(given) == kept
    assert len(clean_filename(given)) <= 255


@pytest.mark.parametrize(("given", "kept"), [
    ("Image/PNG; charset=x", "image/png"), ("text/html", "text/html"), ("", "application/octet-stream"), ("x", "application/octet-stream"),
    ("a/b\r\nX-Evil: 1", "application/octet-stream"), ("a/" + "b" * 300, "application/octet-stream"),
])  # fmt: skip
def test_a_type_is_kept_only_if_it_is_one(given: str, kept: str) -> None:
    assert clean_mime_type(given) == kept


async def test_a_name_cannot_break_out_of_its_header(shared_desk: Desk) -> None:
    client = await shared_desk.staff()
    made = await upload(client, 'a"; filename="evil.exe')
    disposition = (await client.get(f"/attachments/{made['id']}")).headers["content-disposition"]
    assert disposition.count('"') == 2
    assert "\n" not in disposition


async def test_equal_files_are_kept_once_under_their_hash(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    stored = [await store.put(b"same") for _ in range(3)]
    name = hashlib.sha256(b"same").hexdigest()
    assert {s.sha256 for s in stored} == {name}
    assert stored[0].size == 4
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [name]
    assert await store.get(name) == b"same"
    with pytest.raises(FileMissing):
        await store.get("0" * 64)
