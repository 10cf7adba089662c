"""What is redacted is gone: planted by the real product in every place that holds it, and then looked for in all of them."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from leftovers import leftovers
from mail_desk import FakeRelay, MailDesk, letter
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from atum_desk.files import jobs as file_jobs
from atum_desk.files.feature import RemoveContents
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.notifications.consumers import consumers
from atum_desk.notifications.mails import send_due
from atum_desk.tickets.jobs import learn_words_of
from consumer_runs import running
from desk import Client, Desk
from waiting import until

CARD = "4111 1111 1111 1111"
WORD = "quokkazebra"
PASSAGE = f"my card {CARD} says {WORD} in gold"
IN_HTML = "my card 4111 <b>1111</b> 1111&nbsp;1111 says <i>quokka</i>zebra in gold"
FILE_WORD = "narwhalfile"
REASON = "A card number"
# As the doctor compares each trace with the one before.
GAPS = """
    select r.table_name, r.row_id, o.key from row_changes r, jsonb_each(r.old) o, lateral (
      select p.new->o.key as was, p.new->>(o.key || '#sha256') as digest from row_changes p
       where p.table_name = r.table_name and p.row_id = r.row_id and p.seq < r.seq
         and p.new ?| array[o.key, o.key || '#sha256'] order by p.seq desc limit 1) p
     where r.table_name in ('messages', 'outbox', 'attachments')
       and jsonb_typeof(o.value) = 'string' and o.key in ('text', 'html', 'subject', 'filename')
       and case when p.digest is null then p.was is distinct from o.value
                else p.digest is distinct from encode(sha256(convert_to(o.value #>> '{}', 'UTF8')), 'base64') end"""


def picture() -> bytes:
    """Return a PNG that holds the file's word."""
    buffer, info = io.BytesIO(), PngInfo()
    info.add_text("Comment", FILE_WORD)
    Image.new("RGB", (60, 40), "#2a67d0").save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


async def asked(mail_desk: MailDesk) -> int:
    """Let a mail with text, HTML and a file open a ticket; return its number."""
    made = letter(subject="Payment", text=f"Hello,\nplease pay: {PASSAGE}. Thank you, and regards from us all.")
    made.add_alternative(f"<p>Hello,</p><p>please pay: {IN_HTML}. Thank you.</p>", subtype="html")
    made.add_attachment(picture(), maintype="image", subtype="png", filename=f"{FILE_WORD}.png")
    await mail_desk.deliver(made)
    await mail_desk.settled(1)
    number: int = await mail_desk.value("select max(number) from tickets")
    return number


async def answered(mail_desk: MailDesk, mail: Any, text: str) -> None:
    """Let the requester answer a mail that left."""
    before = await mail_desk.value("select count(*) from mails where state <> 'received'")
    made = letter(subject=f"Re: {mail['Subject']}", text=text, In_Reply_To=mail["Message-ID"])
    await mail_desk.deliver(made, to=str(mail["Reply-To"]).rpartition("<")[2].strip(">"))
    await mail_desk.settled(before + 1)


def worker_of(desk: Desk) -> WorkerContext:
    return WorkerContext(database=desk.database, settings=desk.settings, files=desk.job.files)


async def told(desk: Desk) -> None:
    """Let the notifications of all that was done be written."""
    async with running(desk.database, **consumers) as runner:
        last = await desk.value("select max(id) from changes")
        await until(lambda: min(place.id for place in runner.feed.positions.values()) >= last, 30)


async def planted(mail_desk: MailDesk, relay: FakeRelay, office: Desk, lead: Client) -> tuple[int, int]:
    """Bring the passage and the file everywhere; return the ticket's number and the first message's id."""
    number = await asked(mail_desk)
    path = f"/tickets/{number}"
    first = (await lead.got(path))["thread"][0]
    other = await office.staff("Agent", name="Nora Brandt")
    me = (await other.got("/me"))["person"]["id"]
    await lead.posted(f"{path}/messages", {"kind": "reply", "text": f"You wrote: {PASSAGE}.", "quote": "all"})
    await mail_desk.outbox_in("sent")
    _envelope, mail = relay.taken[-1]
    await answered(
        mail_desk,
        mail,
        f"Yes.\n\nOn Monday you wrote:\n> You wrote: my card 4111 1111\n> 1111 1111 says {WORD}\n> in gold.\n",
    )
    note = await lead.posted(
        f"{path}/messages",
        {"kind": "note", "text": f"Mind: {PASSAGE}", "mentions": {"staff_ids": [me]}},
        headers={"Idempotency-Key": "planted"},
    )
    edited = await lead.patch(f"/messages/{note['message']['id']}/note", json={"text": f"Do mind: {PASSAGE}!"})
    assert edited.status_code == 204, edited.text
    undone = await lead.posted(f"{path}/messages", {"kind": "note", "text": f"Gone: {PASSAGE}"})
    await lead.posted(f"/changes/{undone['message']['change_id']}/undo", status=200)
    await lead.posted(f"{path}/forward", {"message_id": first["id"], "text": "Look.", "to": ["parts@supplier.example"]})
    side = {"subject": f"About {WORD}", "text": f"{PASSAGE}?", "to": ["parts@supplier.example"]}
    side |= {"message_ids": [first["id"]], "file_ids": [first["attachments"][0]["id"]]}
    await lead.posted(f"{path}/conversations", side)
    saved = await other.put(
        f"{path}/draft", json={"kind": "reply", "text": PASSAGE, "html": f"<p>{IN_HTML}</p>", "version": 0}
    )
    assert saved.status_code == 200, saved.text
    await lead.patched(path, {"subject": f"Payment by {PASSAGE}"})
    await mail_desk.outbox_in("sent")
    await told(office)
    await send_due(worker_of(office), office.given.system, 0)
    await learn_words_of(office.database, office.given.system, 30)
    await learn_words_of(office.database, office.given.system, 30)
    return number, first["id"]


async def everywhere(office: Desk, database_url: str, words: list[str]) -> list[str]:
    return await leftovers(database_url, office.settings.uploads, words)


async def test_a_passage_and_a_file_are_gone_from_every_table_and_from_the_uploads(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, lead: Client, database_url: str
) -> None:
    number, message_id = await planted(mail_desk, relay, office, lead)
    before = await everywhere(office, database_url, [WORD, CARD, FILE_WORD])
    holders = {place.partition(":")[0] for place in before}
    expected = {
        "messages.text",
        "messages.html",
        "messages.quoted",
        "outbox.text",
        "outbox.html",
        "draft_texts.text",
        "mail_sources.raw",
    }
    expected |= {
        "row_changes_0.old",
        "row_changes_0.new",
        "vocabulary.word",
        "attachments.filename",
        "idempotency_keys.response",
        "tickets.subject",
    }
    assert {f"atum.{place}" for place in expected} | {"upload"} <= holders, holders
    path = f"/tickets/{number}/messages/{message_id}/redact"
    wanted = {"text": [PASSAGE, WORD], "parts": ["attachments"]}
    reach = await lead.posted(f"{path}/preview", wanted, status=200)
    assert await everywhere(office, database_url, [WORD, CARD, FILE_WORD]) == before
    assert await lead.posted(path, {**wanted, "reason": REASON}, status=200) == reach
    await _remove_contents(office)
    assert await everywhere(office, database_url, [WORD, CARD, FILE_WORD]) == []


async def _remove_contents(office: Desk) -> None:
    """Do what the job does that a redaction enqueues."""
    await file_jobs.remove_contents(office.job, RemoveContents(sha256=[hashlib.sha256(picture()).hexdigest()]))


async def test_a_whole_message_is_gone_with_what_quotes_it(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, lead: Client, database_url: str
) -> None:
    number = await asked(mail_desk)
    first = (await lead.got(f"/tickets/{number}"))["thread"][0]
    await lead.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "We pay.", "quote": "all"})
    await mail_desk.outbox_in("sent")
    await learn_words_of(office.database, office.given.system, 30)
    await learn_words_of(office.database, office.given.system, 30)
    body = {"parts": ["body", "attachments"], "reason": REASON}
    await lead.posted(f"/tickets/{number}/messages/{first['id']}/redact", body, status=200)
    await _remove_contents(office)
    assert await everywhere(office, database_url, [WORD, CARD, FILE_WORD]) == []
    shown = (await lead.got(f"/tickets/{number}"))["thread"]
    assert [one["text"] for one in shown if one["type"] == "message"] == ["[redacted]", "We pay."]


async def test_what_stays_still_fits_together_and_nothing_brings_it_back(
    mail_desk: MailDesk, office: Desk, lead: Client
) -> None:
    """Undo of other changes compares rows with the history, which was rewritten alike."""
    number = await asked(mail_desk)
    path = f"/tickets/{number}"
    note = await lead.posted(f"{path}/messages", {"kind": "note", "text": f"First: {PASSAGE}. {'And more. ' * 20}"})
    note_id = note["message"]["id"]
    assert (await lead.patch(f"/messages/{note_id}/note", json={"text": f"Then: {PASSAGE}"})).status_code == 204
    asking = {"text": [f"  {PASSAGE}\n"], "reason": REASON}
    await lead.posted(f"{path}/messages/{note_id}/redact", asking, status=200)
    redacted = await office.value("select max(id) from changes")
    refused = await lead.post(f"/changes/{redacted}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable"), refused.text
    versions = (await lead.got(f"/messages/{note_id}/versions"))["items"]
    assert [one["text"].partition(".")[0] for one in versions][-1] == "First: [redacted]"
    gaps = await office.rows(GAPS)
    assert gaps == []
    shown = next(
        one for one in (await lead.got(path))["thread"] if one.get("id") == note_id and one["type"] == "message"
    )
    assert shown["text"] == "Then: [redacted]"
    (told,) = shown["redactions"]
    assert (told["by"], told["reason"], told["what"], told["source"]) == ("Mina Farouk", REASON, ["text"], note_id)
    history = await office.value("select summary from changes where id = $1", redacted)
    assert history == {"number": number, "message_id": note_id, "reason": REASON}


async def test_what_is_not_there_or_not_ones_own_to_redact_is_refused_and_changes_nothing(
    mail_desk: MailDesk, office: Desk, lead: Client
) -> None:
    number = await asked(mail_desk)
    message = (await lead.got(f"/tickets/{number}"))["thread"][0]
    path = f"/tickets/{number}/messages/{message['id']}/redact"
    before = await office.value("select count(*) from changes")
    for body, code in (
        ({"text": ["never written"]}, "passage_not_found"),
        ({"text": [" \n\u0000 "]}, "nothing_redacted"),
        ({}, "nothing_redacted"),
        ({"attachment_ids": [2**70]}, "attachment_not_found"),
    ):
        refused = await lead.post(path, json={**body, "reason": REASON})
        assert refused.json()["code"] == code, refused.text
    assert (await lead.post(path, json={"parts": ["body"], "reason": " "})).status_code == 422
    agent = await office.staff("Agent")
    refused = await agent.post(path, json={"parts": ["body"], "reason": REASON})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    outside = await office.staff("Team lead", teams=(await office.given.team(),), sees_all_teams=False)
    assert (await outside.post(path, json={"parts": ["body"], "reason": REASON})).status_code == 404
    assert await office.value("select count(*) from changes where command = 'ticket.redact'") == 0
    assert await office.value("select count(*) from changes") >= before
    assert (await lead.got(f"/tickets/{number}"))["thread"][0] == message
