"""A note is changed by its author, with every version readable and an undo."""

from __future__ import annotations

from typing import Any

from desk import Client, Desk


async def noted(client: Client, text: str = "First") -> tuple[int, int]:
    ticket = await client.posted(
        "/tickets", {"subject": "Printer", "text": "On fire", "requester": {"email": "ann@example.org"}}
    )
    added = await client.posted(f"/tickets/{ticket['number']}/messages", {"kind": "note", "text": text})
    return ticket["number"], added["message"]["id"]


async def versions(client: Client, message_id: int) -> list[tuple[int, str | None]]:
    told = await client.got(f"/messages/{message_id}/versions")
    return [(one["version"], one["text"]) for one in told["items"]]


async def shown(client: Client, number: int) -> dict[str, Any]:
    thread = (await client.got(f"/tickets/{number}"))["thread"]
    found: dict[str, Any] = next(one for one in thread if one.get("kind") == "note")
    return found


async def test_a_note_is_changed_with_all_its_versions_and_taken_back(desk: Desk) -> None:
    client = await desk.staff()
    number, message_id = await noted(client)
    path = f"/messages/{message_id}/note"
    assert (await shown(client, number))["edited_at"] is None
    for version, text in ((1, "Second"), (2, "Third")):
        answer = await client.patch(path, json={"text": text, "version": version})
        assert answer.status_code == 204, answer.text
    assert await versions(client, message_id) == [(3, "Third"), (2, "Second"), (1, "First")]
    refused = await client.patch(path, json={"text": "Lost", "version": 2})
    assert (refused.status_code, refused.json()["current_version"]) == (412, 3)
    told = await shown(client, number)
    assert told["text"] == "Third"
    assert told["edited_at"]
    for text, edited in (("Second", True), ("First", False)):
        changes = (await client.got("/changes", limit=10))["items"]
        change = next(one for one in changes if one["command"] == "ticket.edit_note" and not one["undone"])
        await client.posted(f"/changes/{change['id']}/undo", status=200)
        told = await shown(client, number)
        assert (told["text"], told["edited_at"] is not None) == (text, edited)
    # What was taken back stays readable, too.
    assert [text for _, text in await versions(client, message_id)] == ["First", "Second", "Third", "Second", "First"]


async def test_the_search_knows_what_a_note_says_now(desk: Desk) -> None:
    client = await desk.staff()
    number, message_id = await noted(client, "zebracrossing")
    await client.patch(f"/messages/{message_id}/note", json={"text": "hippodrome"})
    for word, found in (("hippodrome", [number]), ("zebracrossing", [])):
        items = (await client.got("/tickets", view="all", q=word))["items"]
        assert [one["number"] for one in items] == found


async def test_nobody_changes_anothers_note_nor_a_reply(desk: Desk) -> None:
    author, other = await desk.staff(), await desk.administrator()
    number, message_id = await noted(author)
    refused = await other.patch(f"/messages/{message_id}/note", json={"text": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "note_not_yours")
    assert (await other.got(f"/messages/{message_id}/versions"))["can_edit"] is False
    reply = await author.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "Hello"})
    refused = await author.patch(f"/messages/{reply['message']['id']}/note", json={"text": "Bye"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_note")
    outside = await desk.staff(teams=(await desk.given.team(),), sees_all_teams=False)
    assert (await outside.patch(f"/messages/{message_id}/note", json={"text": "x"})).status_code == 404
    assert (await outside.get(f"/messages/{message_id}/versions")).status_code == 404


async def test_what_left_for_somebody_outside_is_not_changed_as_a_note(desk: Desk) -> None:
    """The messages of a conversation are kept as notes, and their mail has left."""
    client = await desk.staff()
    number, _ = await noted(client)
    body = {"subject": "Part", "text": "When?", "to": ["parts@supplier.example"]}
    conversation = (await client.posted(f"/tickets/{number}/conversations", body))["conversation"]
    await client.posted(f"/tickets/{number}/forward", {"to": ["parts@supplier.example"], "text": "Please look."})
    sent = await desk.rows("select id, conversation_id from messages where conversation_id is not null")
    assert len(sent) == 2
    assert conversation["id"] in {row["conversation_id"] for row in sent}
    for row in sent:
        refused = await client.patch(f"/messages/{row['id']}/note", json={"text": "Mine"})
        assert (refused.status_code, refused.json()["code"]) == (409, "not_a_note")
        assert (await client.got(f"/messages/{row['id']}/versions"))["can_edit"] is False
