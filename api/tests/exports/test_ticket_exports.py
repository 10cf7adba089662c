"""One ticket as a page to print and as an archive: what is in them, for whom, and under which names."""

from __future__ import annotations

import email
import email.policy
import io
import json
import os
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from exported_files import material
from playwright.async_api import Route, async_playwright

from atum_desk.exports.bundle import FileNames
from atum_desk.files.public import FileStore
from atum_desk.mail import jobs as mail_jobs
from atum_desk.mail.feature import FileMail
from desk import Client, Desk

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
MAIL = b"""From: Mina <mina@example.org>
To: support@atum.localhost
Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=
Message-ID: <export-1@example.org>
Date: Mon, 30 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

It does not print.
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="../../etc/pass?wd.txt"

one
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="PASS_WD.txt"

two
--b--
""".replace(b"\n", b"\r\n")


async def mailed_ticket(desk: Desk, admin: Client) -> int:
    """Deliver the mail, file it, and return the number of the ticket that it opened."""
    kept = await admin.post("/mail/raw", params={"to": "support@atum.localhost"}, content=MAIL)
    assert kept.status_code == 201, kept.text
    (mail_id,) = [row["id"] for row in await desk.rows("select id from mails")]
    await mail_jobs.parse(desk.job, FileMail(mail_id))
    return await desk.value(
        "select t.number from tickets t join mails m on m.ticket_id = t.id where m.id = $1", mail_id
    )


async def with_answers(desk: Desk, admin: Client, number: int) -> None:
    """Add a reply with a picture and a note with a file of its own."""
    for kind, name, mime_type, content in (
        ("reply", "pixel.png", "image/png", PIXEL),
        ("note", "secret.txt", "text/plain", b"canary-file"),
    ):
        file = await admin.posted("/attachments", files={"file": (name, content, mime_type)})
        body = {"kind": kind, "text": f"canary-{kind} <b>&", "attachment_ids": [file["id"]]}
        await admin.posted(f"/tickets/{number}/messages", body)


async def bundle(client: Client, number: int, **query: Any) -> zipfile.ZipFile:
    answer = await client.get(f"/tickets/{number}/bundle", params=query)
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


# ---------------------------------------------------------------- the archive
async def test_an_archive_holds_the_mails_as_they_came_and_every_file(desk: Desk) -> None:
    admin = await desk.administrator()
    number = await mailed_ticket(desk, admin)
    await with_answers(desk, admin, number)
    archive = await bundle(admin, number, notes=True)
    (mail_name,) = [name for name in archive.namelist() if name.endswith(".eml")]
    assert archive.read(mail_name) == MAIL
    parsed = email.message_from_bytes(archive.read(mail_name), policy=email.policy.default)
    assert parsed["subject"] == "Größe"
    files = {name: archive.read(name) for name in archive.namelist() if name.startswith("attachments/")}
    assert files == {
        "attachments/pass_wd.txt": b"one\r\n" if b"one\r\n" in files.values() else b"one",
        "attachments/PASS_WD (2).txt": b"two\r\n" if b"two\r\n" in files.values() else b"two",
        "attachments/pixel.png": PIXEL,
        "attachments/secret.txt": b"canary-file",
    }
    ticket, shown = json.loads(archive.read("ticket.json")), await admin.got(f"/tickets/{number}")
    messages = [one for one in shown["thread"] if one["type"] == "message"]
    assert ticket == {**shown, "thread": messages}
    contents = json.loads(archive.read("contents.json"))
    assert {one["path"] for one in contents["files"]} == {mail_name, *files}
    assert (contents["left_out"], contents["thread_is_cut"]) == ([], False)


async def test_notes_and_their_files_are_a_matter_of_choice(desk: Desk) -> None:
    admin = await desk.administrator()
    number = (await desk.given.ticket()).number
    await with_answers(desk, admin, number)
    without = await bundle(admin, number)
    everything = b"".join(without.read(name) for name in without.namelist()) + "".join(without.namelist()).encode()
    assert b"canary-reply" in everything
    assert b"canary-note" not in everything
    assert b"canary-file" not in everything
    assert b"secret.txt" not in everything
    page = (await admin.get(f"/tickets/{number}/print")).text
    assert "canary-reply" in page
    assert "canary-note" not in page
    assert "secret.txt" not in page
    assert "canary-note" in (await admin.get(f"/tickets/{number}/print", params={"notes": True})).text


async def test_mails_as_they_came_take_the_permission_to_read_them(desk: Desk) -> None:
    admin = await desk.administrator()
    number = await mailed_ticket(desk, admin)
    person = await desk.given.staff(role="Administrator")
    client = desk.bearer(await desk.token(person.id, "ticket:read", "ticket:export"))
    archive = await bundle(client, number)
    assert not [name for name in archive.namelist() if name.endswith(".eml")]
    (left,) = json.loads(archive.read("contents.json"))["left_out"]
    assert left["why"] == "permission"


async def test_a_file_that_the_store_has_lost_is_named(desk: Desk) -> None:
    admin = await desk.administrator()
    number = (await desk.given.ticket()).number
    await with_answers(desk, admin, number)
    sha256 = await desk.value("select sha256 from attachments where filename = 'pixel.png'")
    FileStore(desk.settings.uploads).remove(sha256)
    archive = await bundle(admin, number)
    (left,) = json.loads(archive.read("contents.json"))["left_out"]
    assert (left["what"], left["why"]) == ("pixel.png", "missing")


async def test_what_is_too_large_together_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atum_desk.exports.bundle.MOST_BYTES", 20)
    admin = await desk.administrator()
    number = (await desk.given.ticket()).number
    await with_answers(desk, admin, number)
    contents = json.loads((await bundle(admin, number, notes=True)).read("contents.json"))
    assert [one["path"] for one in contents["files"]] == ["attachments/secret.txt"]
    assert [(one["what"], one["why"]) for one in contents["left_out"]] == [("pixel.png", "size")]


async def test_an_archive_is_known_and_takes_its_permission(desk: Desk) -> None:
    number = (await desk.given.ticket()).number
    agent = await desk.staff("Agent")
    for path in ("print", "bundle"):
        refused = await agent.get(f"/tickets/{number}/{path}")
        assert (refused.status_code, refused.json()["permission"]) == (403, "ticket:export")
    lead = await desk.given.staff("Lea", role="Team lead")
    await bundle(desk.client(lead), number, notes=True)
    (change,) = await desk.rows("select actor_id, summary, ticket_id from changes where command = 'export.ticket'")
    assert (change["actor_id"], change["summary"]) == (lead.id, {"number": number, "notes": True})


async def test_a_ticket_out_of_sight_is_not_there(desk: Desk) -> None:
    number = (await desk.given.ticket()).number
    other = await desk.given.staff(role="Team lead", sees_all_teams=False, teams=(await desk.given.team(),))
    for path in ("print", "bundle"):
        answer = await desk.client(other).get(f"/tickets/{number}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "ticket_not_found")
    assert await desk.value("select count(*) from changes where command = 'export.ticket'") == 0


def test_no_name_leaves_its_folder_or_takes_another_files_place() -> None:
    names, given = FileNames("attachments"), []
    hostile = [
        "../../etc/passwd",
        "..\\..\\x.exe",
        "/abs",
        "C:\\x",
        "",
        ".",
        "..",
        "a/b",
        "a\x00b",
        "CON",
        "nul.txt",
        "\u202etxt.exe",
    ]
    texts = [*hostile, *hostile, "é.txt", "e\u0301.txt", "É.TXT", "x" * 400 + ".pdf", "x" * 400 + ".pdf"]
    if (folder := material("naughty-strings")).is_dir():
        texts += json.loads(folder.joinpath("blns.json").read_text())
    for text in texts:
        path = names.of(text)
        assert re.fullmatch(r"attachments/[^/\\\x00-\x1f]+", path), text
        assert path.partition("/")[2] not in (".", "..")
        assert len(path.partition("/")[2].encode()) <= 255
        given.append(path.casefold())
    assert len(set(given)) == len(given)


# ---------------------------------------------------------------- the page
async def test_a_page_holds_no_script_and_asks_nobody_else(desk: Desk) -> None:
    admin = await desk.administrator()
    requester = await desk.given.contact("<script>alert(1)</script>")
    ticket = await desk.given.ticket("</title><script>alert(2)</script>", requester_id=requester, text="<img src=x>")
    answer = await admin.get(f"/tickets/{ticket.number}/print")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "<script" not in answer.text
    assert "<img src=x>" not in answer.text
    assert "&lt;img src=x&gt;" in answer.text


async def test_a_long_thread_is_printed_from_its_first_message_on(desk: Desk) -> None:
    admin = await desk.administrator()
    ticket = await desk.given.ticket(text="message-0000")
    async with desk.database.writing(desk.given.system, "ticket.reply") as work:
        await work.execute(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
               select ctx_workspace(), $1, case when n % 3 = 0 then 'note' else 'reply' end, $2, 'A', true, 'api',
                      'message-' || lpad(n::text, 4, '0') from generate_series(1, 130) n order by n""",
            ticket.id,
            (await desk.given.staff()).id,
        )
    for notes, wanted in ((True, range(131)), (False, [n for n in range(131) if n == 0 or n % 3])):
        page = (await admin.get(f"/tickets/{ticket.number}/print", params={"notes": notes})).text
        assert re.findall(r"message-\d{4}", page) == [f"message-{n:04d}" for n in wanted]
        archive = await bundle(admin, ticket.number, notes=notes)
        thread = json.loads(archive.read("ticket.json"))["thread"]
        assert [one["text"] for one in thread] == [f"message-{n:04d}" for n in wanted]


async def test_a_thread_beyond_the_bound_says_that_it_is_cut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atum_desk.exports.thread_parts.MOST_MESSAGES", 2)
    admin = await desk.administrator()
    number = (await desk.given.ticket()).number
    await with_answers(desk, admin, number)
    page = (await admin.get(f"/tickets/{number}/print", params={"notes": True})).text
    assert page.count("<article") == 2
    assert "The thread is longer" in page
    assert json.loads((await bundle(admin, number, notes=True)).read("contents.json"))["thread_is_cut"]


@pytest.mark.browser
async def test_a_browser_makes_a_pdf_of_it_with_its_pictures(desk: Desk) -> None:
    program = Path(os.environ.get("ATUM_CHROMIUM") or "/usr/bin/chromium")
    if not program.exists():
        pytest.skip("no Chromium on this machine")
    admin = await desk.administrator()
    ticket = await desk.given.ticket("Größe der مرحبا", text="It does not print.")
    await with_answers(desk, admin, ticket.number)

    async def answer(route: Route) -> None:
        path = route.request.url.partition("/api/v1")[2]
        given = await admin.get(path)
        await route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.content)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        page = await browser.new_page()
        await page.route("http://localhost/**", answer)
        await page.goto(f"http://localhost/api/v1/tickets/{ticket.number}/print?notes=true")
        widths = await page.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
        pdf = await page.pdf(prefer_css_page_size=True)
        await browser.close()
    assert widths == [1]
    text = unicodedata.normalize(
        "NFKC", "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    )
    for part in (
        f"#{ticket.number}",
        "Größe der",
        "It does not print.",
        "canary-reply <b>&",
        "canary-note",
        "pixel.png",
    ):
        assert part in text, text
    assert "Note, staff only" in text
