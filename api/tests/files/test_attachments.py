"""Uploads and downloads: whose they are, what a browser is told, and what a name may be."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from atum_desk.files.content_types import clean_type
from atum_desk.files.filenames import clean_filename
from atum_desk.files.problems import FileMissing
from atum_desk.files.store import FileStore
from atum_desk.kernel.config.settings import REPOSITORY
from desk import Client, Desk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PAYLOADS = Path(os.environ.get("ATUM_MATERIAL", REPOSITORY.parent / "shared" / "material")) / "payloads-pdf"


async def upload(client: Client, name: str = "a.png", content: bytes = PNG, kind: str = "image/png") -> dict[str, Any]:
    return await client.posted("/attachments", files={"file": (name, content, kind)})


async def test_a_file_comes_back_as_it_went_in(shared_desk: Desk) -> None:
    client = await shared_desk.staff()
    content = b"%PDF-1.7\n" + bytes(range(256)) * 4_000
    made = await upload(client, "Bericht Übersicht.pdf", content, "application/pdf")
    assert (made["filename"], made["mime_type"], made["size"]) == (
        "Bericht Übersicht.pdf",
        "application/pdf",
        len(content),
    )
    answer = await client.get(f"/attachments/{made['id']}")
    assert answer.content == content
    assert made["url"] == f"/api/v1/attachments/{made['id']}"


# name, type as its sender says it, content, type as it is, whether a browser may show it in place
KINDS = [
    ("a.html", "text/html", b"<script>alert(1)</script>", "text/html", False),
    ("a.svg", "image/svg+xml", b"<svg onload=alert(1)>", "image/svg+xml", False),
    ("a.png", "image/png", b"<script>alert(1)</script>", "text/html", False),
    ("a.png", "image/png", b"\xef\xbb\xbf <!doctype html><p>", "text/html", False),
    (
        "a.png",
        "image/png",
        b'<?xml version="1.0"?><x:svg xmlns:x="http://www.w3.org/2000/svg"/>',
        "image/svg+xml",
        False,
    ),
    ("a.gif", "image/gif", "\ufeff<html><script>".encode("utf-16-le"), "text/html", False),
    ("a.xml", "image/png", b'<?xml version="1.0"?><a/>', "application/xml", False),
    ("a.png", "image/png", b"MZ\x90\x00" + bytes(100), "application/vnd.microsoft.portable-executable", False),
    ("a.txt", "text/plain", b"\x7fELF" + bytes(100), "application/x-executable", False),
    ("a.txt", "text/html", b"only words", "text/plain", False),
    ("a.png", "image/png", b"only words", "text/plain", False),
    ("a.png", "image/png", b"\x00\x01\x02\x03", "application/octet-stream", False),
    ("a.pdf", "application/pdf", b"%PDF-1.7\n", "application/pdf", False),
    ("a.png", "image/png", b"junk \n%PDF-1.7\n", "application/pdf", False),
    ("a.png", "image/png", PNG, "image/png", True),
    ("a.bin", "application/octet-stream", b"\xff\xd8\xff\xe0" + bytes(40), "image/jpeg", True),
    ("a.html", "text/html", b"GIF89a" + bytes(40), "image/gif", True),
    ("a.webp", "image/png", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", True),
    ("a.avif", "", b"\x00\x00\x00\x1cftypavif" + bytes(40), "image/avif", True),
    (
        "a.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b"PK\x03\x04" + bytes(40),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        False,
    ),
    ("a.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\n", "text/calendar", False),
    ("a.eml", "message/rfc822", b"From: a@b.test\r\n\r\n<html>", "message/rfc822", False),
    ("a.mp3", "text/html", b"ID3\x04" + bytes(100), "audio/mpeg", False),
    ("empty", "image/png", b"", "text/plain", False),
]


@pytest.mark.parametrize(("name", "claimed", "content", "found", "shown"), KINDS)
async def test_a_file_is_what_its_content_says_and_is_never_run_by_a_browser(
    shared_desk: Desk, name: str, claimed: str, content: bytes, found: str, shown: bool
) -> None:
    client = await shared_desk.staff()
    made = await upload(client, name, content, claimed)
    assert made["mime_type"] == found
    for query in ({}, {"inline": "true"}):
        answer = await client.get(f"/attachments/{made['id']}", params=query)
        headers, in_place = answer.headers, shown and bool(query)
        assert answer.content == content
        assert headers["content-disposition"].startswith("inline" if in_place else "attachment")
        assert headers["content-type"] == (found if in_place else "application/octet-stream")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason=f"no hostile PDFs at {PAYLOADS}")
async def test_hostile_pdfs_are_kept_and_only_ever_downloaded(shared_desk: Desk) -> None:
    client = await shared_desk.staff()
    payloads = sorted(PAYLOADS.glob("*.pdf"))
    assert payloads
    for path in payloads:
        made = await upload(client, path.name, path.read_bytes(), "image/png")
        assert (made["filename"], made["mime_type"]) == (path.name, "application/pdf")
        answer = await client.get(f"/attachments/{made['id']}", params={"inline": "true"})
        assert answer.content == path.read_bytes()
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-6", 206, slice(-6, None)),
        ("bytes=0-", 200, slice(None)),
        ("bytes=40-999", 206, slice(40, None)),
        ("bytes=-999", 200, slice(None)),
        ("bytes=48-", 416, None),
        ("bytes=9-3", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,4-5", 200, slice(None)),
        ("words", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
    ],
)
async def test_a_part_of_a_file_can_be_asked_for(
    shared_desk: Desk, wanted: str, status: int, part: slice | None
) -> None:
    client = await shared_desk.staff()
    made = await upload(client)
    answer = await client.get(f"/attachments/{made['id']}", headers={"range": wanted})
    assert answer.status_code == status
    if part is None:
        assert answer.headers["content-range"] == f"bytes */{len(PNG)}"
        return
    assert answer.content == PNG[part]
    assert int(answer.headers["content-length"]) == len(PNG[part])
    assert ("content-range" in answer.headers) == (status == 206)


async def test_an_upload_is_its_uploaders_until_a_message_carries_it(shared_desk: Desk) -> None:
    one, other = await shared_desk.staff(), await shared_desk.staff()
    ticket = await shared_desk.given.ticket()
    made = await upload(one)
    assert (await other.get(f"/attachments/{made['id']}")).json()["code"] == "attachment_not_found"
    body = {"kind": "note", "text": "see", "attachment_ids": [made["id"]]}
    stolen = await other.post(f"/tickets/{ticket.number}/messages", json=body)
    assert (stolen.status_code, stolen.json()["code"]) == (422, "attachment_taken")
    added = await one.posted(f"/tickets/{ticket.number}/messages", {**body, "attachment_ids": [made["id"], made["id"]]})
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


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("", "file"),
        ("...", "file"),
        ("\x00\n", "file"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
        ("a\u2028b.txt", "ab.txt"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("COM1 .log", "_COM1 .log"),
        ("lpt².x", "_lpt².x"),
        ("console.txt", "console.txt"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("a.txt:stream", "a.txt_stream"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("y" * 300, "y" * 255),
        ("Müllabfuhr قائمة.txt", "Müllabfuhr قائمة.txt"),
        ("\ud800a", "a"),
        ("ü" * 200 + ".pdf", "ü" * 125 + ".pdf"),
        ("語" * 100, "語" * 85),
        ("a/..", "file"),
        ("a/ .txt", "txt"),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_harmless(given: str, kept: str) -> None:
    assert clean_filename(given) == kept
    assert len(clean_filename(given).encode()) <= 255


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Image/PNG; charset=x", "image/png"),
        ("text/html", "text/html"),
        ("", "application/octet-stream"),
        ("x", "application/octet-stream"),
        ("a/b\r\nX-Evil: 1", "application/octet-stream"),
        ("a/" + "b" * 300, "application/octet-stream"),
    ],
)
def test_a_type_is_kept_only_if_it_is_one(given: str, kept: str) -> None:
    assert clean_type(given) == kept


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="evil.exe',
        "a\r\nX-Evil: 1.txt",
        "a\u202egpj.exe",
        "../../x",
        "NUL.txt",
        "語" * 200,
        "100%41.txt",
        "a\\b;c.txt",
    ],
)
async def test_a_name_cannot_break_out_of_its_header(shared_desk: Desk, name: str) -> None:
    client = await shared_desk.staff()
    made = await upload(client, name)
    answer = await client.get(f"/attachments/{made['id']}")
    disposition = answer.headers["content-disposition"]
    found = re.fullmatch(
        r"""attachment; filename="([^"\\%\x00-\x1f\x7f-\uffff]+)"; filename\*=UTF-8\'\'(\S+)""", disposition
    )
    assert found, disposition
    assert unquote(found[2]) == made["filename"]
    assert "x-evil" not in answer.headers


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
