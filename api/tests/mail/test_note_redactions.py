"""Notes beside the messages: redacted by themselves, and reached by the redaction of a message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from leftovers import leftovers
from mail_desk import MailDesk, letter

from atum_desk.kernel import clock
from bulk_runs import begun, counts, done
from desk import Client, Desk

CARD = "4111 1111 1111 1111"
PASSAGE = f"the card {CARD} of quaggaword"
LONG = f"{PASSAGE}. {'And what else was agreed upon. ' * 10}"
REASON = "A card number"
KINDS = ("time_entry", "contact_note", "reminder", "checklist", "checklist_item")


async def left(office: Desk, database_url: str, word: str = "quaggaword") -> set[str]:
    found = await leftovers(database_url, office.settings.uploads, [word, CARD])
    return {place.partition(":")[0] for place in found}


async def asked(mail_desk: MailDesk, text: str) -> int:
    await mail_desk.deliver(letter(subject="Payment", text=text))
    await mail_desk.settled(1)
    return int(await mail_desk.value("select max(number) from tickets"))


async def noted(lead: Client, number: int, text: str) -> dict[str, int]:
    """Write a text into each kind of note, and change each once; return the ids by kind."""
    path = f"/tickets/{number}"
    contact = (await lead.got(path))["requester"]["id"]
    entry = await lead.posted(f"{path}/time-entries", {"seconds": 60, "note": text}, headers={"Idempotency-Key": "t"})
    note = await lead.posted(f"/contacts/{contact}/notes", {"text": text}, headers={"Idempotency-Key": "n"})
    later = (clock.now() + timedelta(days=1)).isoformat()
    reminder = await lead.posted(f"{path}/reminders", {"remind_at": later, "note": text[:500]})
    made = (await lead.posted(f"{path}/checklists", {"name": text[:100], "items": [{"text": text[:500]}]}))["items"][0]
    item = made["items"][0]
    await lead.patched(f"/time-entries/{entry['id']}", {"note": f"{text} Changed."})
    await lead.patched(f"/contact-notes/{note['id']}", {"text": f"{text} Changed."})
    await lead.patched(f"/reminders/{reminder['id']}", {"note": f"{text[:400]} Changed."})
    await lead.patched(f"{path}/checklists/{made['id']}/items/{item['id']}", {"text": f"{text[:400]} Changed."})
    return {
        "time_entry": entry["id"],
        "contact_note": note["id"],
        "reminder": reminder["id"],
        "checklist": made["id"],
        "checklist_item": item["id"],
    }


def redaction(kind: str, note_id: int) -> dict[str, Any]:
    return {"kind": kind, "id": note_id, "reason": REASON}


@pytest.mark.parametrize("text", [PASSAGE, LONG], ids=["short", "long"])
async def test_each_note_is_gone_from_every_table_when_it_is_redacted(
    mail_desk: MailDesk, office: Desk, lead: Client, database_url: str, text: str
) -> None:
    number = await asked(mail_desk, "Hello")
    ids = await noted(lead, number, text)
    tables = {"time_entries.note", "contact_notes.text", "reminders.note", "checklists.name", "checklist_items.text"}
    assert {f"atum.{one}" for one in tables} | {"atum.row_changes_0.new"} <= await left(office, database_url)
    for kind in KINDS:
        done = await lead.posted("/redactions", redaction(kind, ids[kind]), status=200)
        assert done["traces"] >= 1, kind
    assert await left(office, database_url) == set()
    history = (await lead.got(f"/time-entries/{ids['time_entry']}/history"))["items"]
    assert history
    summaries = [
        row["summary"] for row in await office.rows("select summary from changes where command = 'note.redact'")
    ]
    assert all(one["reason"] == REASON for one in summaries)
    assert {"kind": "reminder", "reason": REASON} in summaries
    last = await office.value("select max(id) from changes where command = 'note.redact'")
    refused = await lead.post(f"/changes/{last}/undo")
    assert refused.json()["code"] == "not_undoable"


async def test_an_undo_of_what_came_before_does_not_bring_a_note_back(
    mail_desk: MailDesk, office: Desk, lead: Client, database_url: str
) -> None:
    number = await asked(mail_desk, "Hello")
    ids = await noted(lead, number, PASSAGE)
    await lead.posted("/redactions", redaction("time_entry", ids["time_entry"]), status=200)
    edited = await office.value("select max(id) from changes where command = 'time.edit'")
    await lead.post(f"/changes/{edited}/undo")
    assert "atum.time_entries.note" not in await left(office, database_url)


async def test_what_is_redacted_of_a_message_is_gone_from_the_notes_beside_it(
    mail_desk: MailDesk, office: Desk, lead: Client, database_url: str
) -> None:
    number = await asked(mail_desk, f"Please pay: {PASSAGE}.")
    await noted(lead, number, PASSAGE)
    first = (await lead.got(f"/tickets/{number}"))["thread"][0]
    path = f"/tickets/{number}/messages/{first['id']}/redact"
    # The card alone, so that what is left of the vocabulary is no passage of notes.
    reach = await lead.posted(path, {"text": [PASSAGE], "reason": REASON}, status=200)
    assert reach["notes"] == len(KINDS)
    assert await left(office, database_url, CARD) == set()
    note = await office.value("select note from time_entries")
    assert note == "[redacted] Changed."


async def test_texts_of_bulk_changes_are_reached(
    mail_desk: MailDesk, office: Desk, lead: Client, database_url: str
) -> None:
    number = await asked(mail_desk, "Hello")
    other = await office.given.ticket()
    message = {"kind": "note", "text": f"For {{{{ ticket.number }}}}: {PASSAGE}"}
    actions = {"message": message, "set": {"subject": PASSAGE}}
    run = await begun(lead, actions, numbers=[number, other.number])
    assert counts(await done(office, lead, run)) == ("done", 2, 0, 0)
    note = next(
        one for one in (await lead.got(f"/tickets/{number}"))["thread"] if one.get("kind") == "note" and "text" in one
    )
    reach = await lead.posted(
        f"/tickets/{number}/messages/{note['id']}/redact", {"text": [PASSAGE], "reason": REASON}, status=200
    )
    assert reach["bulk_runs"] == 1
    assert "atum.bulk_runs.request" not in await left(office, database_url)
    shown = await lead.got(f"/bulk/{run['id']}")
    assert PASSAGE not in str(shown)


async def test_who_may_not_or_does_not_see_it_changes_nothing(mail_desk: MailDesk, office: Desk, lead: Client) -> None:
    number = await asked(mail_desk, "Hello")
    ids = await noted(lead, number, PASSAGE)
    agent = await office.staff("Agent")
    refused = await agent.post("/redactions", json=redaction("time_entry", ids["time_entry"]))
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    outside = await office.staff("Team lead", teams=(await office.given.team(),), sees_all_teams=False)
    for kind in ("time_entry", "checklist", "checklist_item", "reminder"):
        assert (await outside.post("/redactions", json=redaction(kind, ids[kind]))).status_code == 404, kind
    # A reminder is its two people's alone.
    colleague = await office.staff("Team lead")
    assert (await colleague.post("/redactions", json=redaction("reminder", ids["reminder"]))).status_code == 404
    assert (await lead.post("/redactions", json=redaction("time_entry", 2**62))).status_code == 404
    entry = await lead.posted(f"/tickets/{number}/time-entries", {"seconds": 60})
    empty = await lead.post("/redactions", json=redaction("time_entry", entry["id"]))
    assert (empty.status_code, empty.json()["code"]) == (422, "nothing_redacted")
    assert await office.value("select count(*) from changes where command = 'note.redact'") == 0
    notes = await office.value("select array_agg(distinct note) from time_entries where note <> ''")
    assert notes == [f"{PASSAGE} Changed."]
