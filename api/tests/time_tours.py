"""Tours through the API of time, changed notes and archives of files: each query runs once."""

from __future__ import annotations

from desk import Client


async def tour_of_notes(lead: Client, path: str) -> None:
    """Change a note, read its versions, download its files."""
    file = await lead.posted("/attachments", files={"file": ("n.txt", b"n")})
    body = {"kind": "note", "text": "Tour", "attachment_ids": [file["id"]]}
    message = (await lead.posted(f"{path}/messages", body))["message"]["id"]
    assert (await lead.patch(f"/messages/{message}/note", json={"text": "Again"})).status_code == 204
    await lead.got(f"/messages/{message}/versions")
    for address in (path, f"/messages/{message}"):
        assert (await lead.get(f"{address}/attachments.zip")).status_code == 200
    redacted = {"text": ["Again"], "parts": ["attachments"], "reason": "Tour"}
    reach = await lead.posted(f"{path}/messages/{message}/redact", redacted, status=200)
    assert (reach["messages"], reach["files"]) == (1, 1)


async def tour_of_time(admin: Client, path: str) -> None:
    """Enter, change, sum, export and delete time."""
    activity = await admin.posted("/time-activities", {"name": "Tour"})
    await admin.patched(f"/time-activities/{activity['id']}", {"billable": False})
    for running in (True, False, True):
        assert (await admin.put(f"{path}/timer", json={"running": running})).status_code == 200
    await admin.got("/timers")
    entry = await admin.posted(f"{path}/time-entries", {"seconds": 60, "timer": True})
    await admin.got(f"{path}/time-entries")
    await admin.patched(f"/time-entries/{entry['id']}", {"seconds": 61})
    days = {"from": "2026-01-01", "to": "2026-12-31"}
    for by in ("agent", "ticket", "organization", "day", "activity"):
        await admin.got("/time-entries/totals", by=by, **days)
    assert (await admin.get("/time-entries.csv", params=days)).status_code == 200
    await admin.got(f"/time-entries/{entry['id']}/history")
    await admin.patched(f"/time-entries/{entry['id']}", {"note": "Tour"})
    redacted = {"kind": "time_entry", "id": entry["id"], "reason": "Tour"}
    assert (await admin.posted("/redactions", redacted, status=200))["traces"] > 0
    assert (await admin.delete(f"/time-entries/{entry['id']}")).status_code == 204
