"""Each participant has the reason why they take part, and all are cleared at once."""

from __future__ import annotations

from desk import Desk


async def test_each_participant_says_why_and_all_go_with_one_undo(desk: Desk) -> None:
    lead = await desk.administrator()
    body = {"subject": "Pump", "text": "x", "requester": {"email": "ann@example.org"}}
    one, two = [(await lead.posted("/tickets", body))["number"] for _ in range(2)]
    path = f"/tickets/{one}"
    await lead.posted(f"{path}/participants", {"email": "added@example.org"}, 200)
    await lead.posted(f"{path}/messages", {"kind": "reply", "text": "x", "cc": ["addressed@example.org"]})
    # The reason that was first stays.
    await lead.posted(f"{path}/messages", {"kind": "reply", "text": "y", "cc": ["added@example.org"]})
    await lead.posted(f"/tickets/{two}/participants", {"email": "merged@example.org"}, 200)
    await lead.posted(f"/tickets/{two}/merge", {"into": one}, 200)
    held = {person["email"]: person["reason"] for person in (await lead.got(path))["cc"]}
    assert held == {"added@example.org": "added", "addressed@example.org": "addressed", "merged@example.org": "merged"}
    cleared = await lead.delete(f"{path}/participants")
    assert (cleared.status_code, cleared.json()["cc"]) == (200, [])
    undone = await lead.post(f"/changes/{cleared.headers['x-change-id']}/undo")
    assert undone.status_code == 200, undone.text
    assert {person["email"]: person["reason"] for person in (await lead.got(path))["cc"]} == held
    await lead.delete(f"{path}/participants")
    again = await lead.delete(f"{path}/participants")
    assert (again.status_code, again.headers.get("x-change-id")) == (200, None)
