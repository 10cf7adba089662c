"""What somebody writes is kept on the server until it is sent, whatever becomes of the browser and the ticket."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from atum_desk.drafts import jobs
from atum_desk.files.jobs import sweep
from atum_desk.files.store import FileStore
from atum_desk.kernel.jobs.handlers import WorkerContext
from desk import Client, Desk


async def opened(client: Client, **more: Any) -> int:
    ticket = await client.posted(
        "/tickets", {"subject": "Printer", "text": "It is on fire", "requester": {"email": "ann@example.org"}, **more}
    )
    number: int = ticket["number"]
    return number


async def saved(client: Client, number: int, text: str, version: int | None = None, **more: Any) -> dict[str, Any]:
    answer = await client.put(
        f"/tickets/{number}/draft", json={"kind": "reply", "text": text, "version": version, **more}
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def own(client: Client, number: int) -> dict[str, dict[str, Any]]:
    return {one["kind"]: one for one in (await client.got(f"/tickets/{number}/drafts"))["own"]}


async def uploaded(client: Client, name: str) -> int:
    answer = await client.post("/attachments", files={"file": (name, b"some bytes", "text/plain")})
    assert answer.status_code == 201, answer.text
    attachment_id: int = answer.json()["id"]
    return attachment_id


async def test_a_draft_is_there_again_with_its_files_and_its_people(desk: Desk) -> None:
    agent = await desk.staff("Agent")
    number = await opened(agent)
    file_id = await uploaded(agent, "plan.txt")
    people = {
        "to": [{"address": "ann@example.org", "name": "Ann"}],
        "cc": [{"address": "half@", "name": ""}],
        "bcc": [],
    }
    await saved(agent, number, "Dear Ann", people=people, attachment_ids=[file_id])
    await agent.put(f"/tickets/{number}/draft", json={"kind": "note", "text": "She is right"})
    drafts = await own(agent, number)
    assert drafts["reply"]["text"] == "Dear Ann"
    assert drafts["reply"]["people"] == people
    assert [one["filename"] for one in drafts["reply"]["attachments"]] == ["plan.txt"]
    assert drafts["note"]["text"] == "She is right"
    assert (await agent.get(drafts["reply"]["attachments"][0]["url"].removeprefix("/api/v1"))).status_code == 200


async def test_colleagues_see_who_writes_and_never_what(desk: Desk) -> None:
    author, colleague = await desk.staff("Agent"), await desk.staff("Agent")
    elsewhere = await desk.staff("Agent", sees_all_teams=False, teams=(await desk.given.team(),))
    number = await opened(author, team_id=await desk.given.first_team())
    await saved(author, number, "A secret text")
    seen = await colleague.got(f"/tickets/{number}/drafts")
    assert seen["own"] == []
    assert [(one["kind"], set(one)) for one in seen["others"]] == [
        ("reply", {"person_id", "name", "kind", "updated_at"})
    ]
    assert (await elsewhere.get(f"/tickets/{number}/drafts")).status_code == 404
    assert (await elsewhere.put(f"/tickets/{number}/draft", json={"kind": "note", "text": "x"})).status_code == 404
    # The colleague's own draft stands beside it, and neither touches the other.
    await saved(colleague, number, "Mine")
    assert (await own(author, number))["reply"]["text"] == "A secret text"
    draft_id = (await own(author, number))["reply"]["id"]
    assert (await colleague.get(f"/drafts/{draft_id}/versions")).status_code == 404
    assert (await colleague.post(f"/drafts/{draft_id}/restore")).status_code == 404


async def test_a_sent_draft_is_gone_for_its_author_alone_and_its_undo_brings_it_back(desk: Desk) -> None:
    author, colleague = await desk.staff("Agent"), await desk.staff("Agent")
    number = await opened(author)
    await saved(author, number, "Dear Ann")
    await author.put(f"/tickets/{number}/draft", json={"kind": "note", "text": "A note"})
    await saved(colleague, number, "Hello Ann")
    told = await author.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "Dear Ann"})
    assert set(await own(author, number)) == {"note"}
    assert {one["kind"] for one in (await author.got("/drafts"))["items"]} == {"note"}
    assert (await own(colleague, number))["reply"]["text"] == "Hello Ann"
    await author.posted(f"/changes/{told['change_id']}/undo", status=200)
    assert (await own(author, number))["reply"]["text"] == "Dear Ann"
    # What is begun after a reply is a draft of its own.
    await author.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "Dear Ann"})
    await saved(author, number, "One more thing")
    assert (await own(author, number))["reply"]["text"] == "One more thing"


async def test_what_another_window_wrote_and_what_was_deleted_is_an_earlier_version(desk: Desk) -> None:
    agent = await desk.staff("Agent")
    number = await opened(agent)
    first = await saved(agent, number, "From the first window")
    await saved(agent, number, "From the first window, longer", first["version"])
    # The second window has not seen what the first one saved.
    other = await saved(agent, number, "From the second window", first["version"])
    long = await saved(agent, number, "x" * 500, other["version"])
    await saved(agent, number, "short", long["version"])
    draft_id = (await own(agent, number))["reply"]["id"]
    texts = [one["text"] for one in (await agent.got(f"/drafts/{draft_id}/versions"))["items"]]
    assert texts == ["short", "x" * 500, "From the first window, longer"]


async def test_no_more_than_fifty_versions_are_kept(desk: Desk) -> None:
    agent = await desk.staff("Agent")
    number = await opened(agent)
    for turn in range(60):
        await saved(agent, number, f"window {turn:02}")
    draft_id = (await own(agent, number))["reply"]["id"]
    versions = (await agent.got(f"/drafts/{draft_id}/versions"))["items"]
    assert [one["text"] for one in versions] == [f"window {turn:02}" for turn in range(59, 9, -1)]


async def test_an_emptied_draft_is_in_the_trash_and_comes_back(desk: Desk) -> None:
    agent = await desk.staff("Agent")
    number = await opened(agent)
    await saved(agent, number, "All of it")
    answer = await agent.put(f"/tickets/{number}/draft", json={"kind": "reply", "text": "  "})
    assert answer.json() is None
    assert await own(agent, number) == {}
    [trashed] = (await agent.got("/drafts", discarded=True))["items"]
    assert (trashed["number"], trashed["preview"]) == (number, "All of it")
    await saved(agent, number, "Begun anew")
    assert (await agent.post(f"/drafts/{trashed['id']}/restore")).status_code == 204
    assert (await own(agent, number))["reply"]["text"] == "All of it"
    [other] = (await agent.got("/drafts", discarded=True))["items"]
    assert other["preview"] == "Begun anew"
    assert (await agent.delete(f"/tickets/{number}/draft", params={"kind": "reply"})).status_code == 204
    assert len((await agent.got("/drafts", discarded=True))["items"]) == 2


async def test_a_draft_follows_a_merge_and_survives_a_hand_over(desk: Desk) -> None:
    second = await desk.given.team()
    lead = await desk.staff("Team lead")
    agent = await desk.staff("Agent", sees_all_teams=False, teams=(await desk.given.first_team(),))
    into, number = await opened(lead), await opened(lead, team_id=await desk.given.first_team())
    await saved(agent, number, "Still writing")
    await lead.posted(f"/tickets/{number}/merge", {"into": into}, 200)
    draft = (await own(agent, into))["reply"]
    assert (draft["text"], draft["from_number"]) == ("Still writing", number)
    await saved(agent, into, "Still writing, longer", draft["version"])
    assert (await own(agent, into))["reply"] | {"from_number": None, "id": draft["id"]} == (await own(agent, into))[
        "reply"
    ]
    assert len((await agent.got("/drafts"))["items"]) == 1
    # The ticket goes to a team that the author does not see: the text stays theirs.
    await lead.patched(f"/tickets/{into}", {"team_id": second})
    [kept] = (await agent.got("/drafts"))["items"]
    assert (kept["number"], kept["subject"], kept["preview"]) == (None, None, "Still writing, longer")
    assert (await agent.got(f"/drafts/{kept['id']}/versions"))["items"][0]["text"] == "Still writing, longer"


async def test_files_of_a_draft_are_not_swept_and_old_trash_is(desk: Desk, database_url: str) -> None:
    agent = await desk.staff("Agent")
    worker = WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))
    trashed, sent, written = [await opened(agent) for _ in range(3)]
    kept, _loose = await uploaded(agent, "kept.txt"), await uploaded(agent, "loose.txt")
    await saved(agent, written, "With a file", attachment_ids=[kept])
    await saved(agent, trashed, "Not needed")
    await agent.delete(f"/tickets/{trashed}/draft", params={"kind": "reply"})
    await saved(agent, sent, "Sent")
    await agent.posted(f"/tickets/{sent}/messages", {"kind": "reply", "text": "Sent"})
    await jobs.prune(worker, b"")
    assert await desk.value("select count(*) from drafts") == 3
    await grow_old(database_url)
    await sweep(worker, b"")
    await jobs.prune(worker, b"")
    assert [row["id"] for row in await desk.rows("select id from attachments")] == [kept]
    assert [row["text"] for row in await desk.rows("select text from draft_texts")] == ["With a file"]
    assert [one["filename"] for one in (await own(agent, written))["reply"]["attachments"]] == ["kept.txt"]


async def grow_old(superuser: str) -> None:
    """Let drafts and uploads be five weeks older, which only a superuser may say."""
    connection = await asyncpg.connect(superuser)
    try:
        await connection.execute("set session_replication_role = replica")
        await connection.execute("update atum.attachments set created_at = created_at - interval '35 days'")
        await connection.execute(
            """update atum.drafts set updated_at = updated_at - interval '35 days',
                                      discarded_at = discarded_at - interval '35 days'"""
        )
    finally:
        await connection.close()


async def test_drafts_are_paged_and_their_number_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await desk.staff("Agent")
    numbers = [await opened(agent) for _ in range(3)]
    for number in numbers:
        await saved(agent, number, f"On {number}")
    first = await agent.got("/drafts", limit=2)
    rest = await agent.got("/drafts", limit=2, cursor=first["next_cursor"])
    assert [one["number"] for one in [*first["items"], *rest["items"]]] == numbers[::-1]
    monkeypatch.setattr("atum_desk.drafts.commands.MOST_DRAFTS", 3)
    answer = await agent.put(f"/tickets/{numbers[0]}/draft", json={"kind": "note", "text": "One more"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_drafts")
    await saved(agent, numbers[0], "Those that are there go on")


async def test_a_draft_keeps_its_formatting_beside_its_text(desk: Desk) -> None:
    agent = await desk.staff("Agent")
    number = await opened(agent)
    bold = "<p>Dear <strong>Ann</strong></p>"
    first = await saved(agent, number, "Dear Ann", html=bold)
    assert (await own(agent, number))["reply"]["html"] == bold
    await saved(agent, number, "x" * 300, first["version"], html=f"<p><em>{'x' * 300}</em></p>")
    plain = await saved(agent, number, "Hello", first["version"] + 1)
    assert (await own(agent, number))["reply"]["html"] is None
    draft_id = plain["id"]
    said = [(one["text"][:8], one["html"]) for one in (await agent.got(f"/drafts/{draft_id}/versions"))["items"]]
    assert said[0] == ("Hello", None)
    assert said[1][1] == f"<p><em>{'x' * 300}</em></p>"


async def test_text_that_an_earlier_release_saves_is_not_shown_with_old_formatting(
    desk: Desk, database_url: str
) -> None:
    agent = await desk.staff("Agent")
    number = await opened(agent)
    await saved(agent, number, "Dear Ann", html="<p>Dear <strong>Ann</strong></p>")
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("update atum.draft_texts set text = 'Dear Bea'")
    finally:
        await connection.close()
    reply = (await own(agent, number))["reply"]
    assert (reply["text"], reply["html"]) == ("Dear Bea", None)
