"""The part of the tour that calls every query of followers, mentions and notifications."""

from __future__ import annotations

from desk import Client
from notification_cases import BROWSER


async def tour_of_notifications(lead: Client, number: int) -> None:
    """Ask every route of followers and notifications, and mention somebody."""
    path = f"/tickets/{number}"
    assert (await lead.put(f"{path}/followers/me")).status_code == 204
    await lead.got(f"{path}/followers")
    assert (await lead.delete(f"{path}/followers/me")).status_code == 204
    colleague = (await lead.got("/me"))["person"]["id"]
    for method in ("PUT", "DELETE"):
        assert (await lead.request(method, f"{path}/followers/{colleague}")).status_code == 204
        assert (await lead.request(method, f"{path}/mute")).status_code == 204
    assert (await lead.got("/notifications/browsers"))["items"] == []
    browsers = (await lead.put("/notifications/browsers", json=BROWSER)).json()["items"]
    assert (await lead.put("/notifications/browsers", json=BROWSER | {"renew": True})).status_code == 200
    assert (await lead.delete(f"/notifications/browsers/{browsers[0]['id']}")).status_code == 204
    mentions = {"staff_ids": [(await lead.got("/me"))["person"]["id"]]}
    await lead.posted(f"{path}/messages", {"kind": "note", "text": "See here", "mentions": mentions})
    for query in ({}, {"unread": True}):
        await lead.got("/notifications", **query)
    for verb in ("read", "unread"):
        await lead.posted(f"/notifications/{verb}", {"tickets": [number]}, 200)
    await lead.got("/notifications/settings")
    await lead.patched("/notifications/settings", {"reasons": {"team": {"desk": False, "mail": False}}})
