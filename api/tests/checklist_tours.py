"""Tours through the API of checklists, reminders and stars: each query runs once."""

from __future__ import annotations

from desk import Client


async def tour_of_checklists(lead: Client, path: str) -> None:
    """Make, fill, order, check and remove a checklist, by hand and of a template."""
    item = {"text": "Tour", "required": True, "due_minutes": 60, "person_id": (await lead.got("/me"))["person"]["id"]}
    template = await lead.posted("/checklist-templates", {"name": "Tour", "items": [item], "scope": "shared"})
    await lead.patched(f"/checklist-templates/{template['id']}", {"name": "Journey"})
    await lead.got("/checklist-templates", q="jour")
    await lead.posted(f"{path}/checklists", {"template_id": template["id"], "items": [{"text": "More"}]})
    [made] = (await lead.got(f"{path}/checklists"))["items"]
    one = f"{path}/checklists/{made['id']}"
    await lead.patched(one, {"name": "Trip"})
    added = await lead.posted(f"{one}/items", {"text": "Last"})
    for change in ({"text": "Latest"}, {"place": 0}, {"done": True}, {"done": False}):
        await lead.patched(f"{one}/items/{added['id']}", change)
    assert (await lead.patch(path, json={"status": "resolved"})).status_code == 422
    await lead.got("/tickets", q="checklist:open")
    assert (await lead.delete(f"{one}/items/{added['id']}")).status_code == 204
    assert (await lead.delete(one)).status_code == 204
    assert (await lead.delete(f"/checklist-templates/{template['id']}")).status_code == 204
    await tour_of_reminders(lead, path)


async def tour_of_reminders(lead: Client, path: str) -> None:
    """Set, list, change, do and remove a reminder; star a ticket and take the star away."""
    one = await lead.posted(f"{path}/reminders", {"minutes": 60, "note": "Tour"})
    await lead.got("/reminders")
    await lead.patched(f"/reminders/{one['id']}", {"done": True})
    await lead.got("/reminders", done=True)
    assert (await lead.delete(f"/reminders/{one['id']}")).status_code == 204
    for method in (lead.put, lead.delete):
        assert (await method(f"{path}/star")).status_code == 204
        await lead.got("/stars")
        await lead.got("/tickets", view="all", q="starred:me")
