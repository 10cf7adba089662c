"""Tours of what people set up for their mails and hours, for the test of every query."""

from __future__ import annotations

from datetime import timedelta

from atum_desk.kernel import clock
from desk import Client


async def tour_of_signatures_and_absences(lead: Client, ticket: str) -> None:
    own = (await lead.got("/me"))["person"]["id"]
    signature = await lead.posted("/signatures", {"person_id": own, "text": "Yours"})
    await lead.got("/signatures", mine=True)
    await lead.got(f"{ticket}/signature")
    await lead.got(f"{ticket}/mail-limit")
    path = f"/signatures/{signature['id']}"
    await lead.patched(path, {"text": "Best"})
    assert (await lead.delete(path)).status_code == 204
    dates = {"starts_at": clock.now().isoformat(), "ends_at": (clock.now() + timedelta(days=9)).isoformat()}
    absence = (await lead.put("/me/absence", json=dates | {"open_tickets": "team"})).json()
    await lead.got("/absences", now=True)
    path = f"/absences/{absence['id']}"
    await lead.patched(path, {"note": "Away"})
    assert (await lead.delete(path)).status_code == 204


async def tour_of_calendars(admin: Client) -> None:
    calendar = await admin.posted("/calendars", {"name": "Tour", "time_zone": "UTC"})
    path = f"/calendars/{calendar['id']}"
    await admin.patched(path, {"country": "DE"})
    await admin.got("/calendars")
    await admin.got(f"{path}/state")
    assert (await admin.delete(path)).status_code == 204


async def tour_of_forms(admin: Client, stranger: Client) -> None:
    form = await admin.posted("/forms", {"name": "Tour", "in_portal": True})
    path = f"/forms/{form['id']}"
    await admin.patched(path, {"help": "Twice"})
    assert (await admin.put("/forms/order", json={"ids": [form["id"]]})).status_code == 200
    for address in ("/forms", "/forms/offered"):
        await admin.got(address)
    await admin.posted(f"{path}/tickets", {"requester": {"email": "f@asking.example"}})
    await stranger.got("/portal/forms")
    await stranger.got("/portal/forms/tour")
    assert (await admin.delete(path)).status_code == 204
