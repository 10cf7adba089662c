"""Who follows a ticket, and whom a note mentions: seen with the ticket, taken along by merges, undone exactly."""

from __future__ import annotations

from typing import Any

from desk import Client, Desk

TICKET = {"subject": "Printer", "text": "It is on fire", "requester": {"email": "ann@example.org"}}


async def opened(client: Client, **more: Any) -> int:
    number: int = (await client.posted("/tickets", {**TICKET, **more}))["number"]
    return number


async def followers_of(client: Client, number: int) -> list[str]:
    return [one["name"] for one in (await client.got(f"/tickets/{number}/followers"))["items"]]


async def test_a_ticket_is_followed_and_not_followed_any_more(desk: Desk) -> None:
    one, other = await desk.staff("Agent", name="Ines"), await desk.staff("Agent", name="Otto")
    number = await opened(one)
    for client in (one, other, one):
        assert (await client.put(f"/tickets/{number}/followers/me")).status_code == 204
    assert await followers_of(one, number) == ["Ines", "Otto"]
    assert (await one.delete(f"/tickets/{number}/followers/me")).status_code == 204
    assert await followers_of(other, number) == ["Otto"]
    assert (await one.got(f"/tickets/{number}/followers"))["me"] is False
    written = await desk.rows("select command from changes where command like 'ticket.%follow' order by id")
    # Following again what one follows changes nothing.
    assert [row["command"] for row in written] == ["ticket.follow", "ticket.follow", "ticket.unfollow"]


async def test_following_is_undone(desk: Desk) -> None:
    agent = await desk.staff("Agent", name="Ines")
    number = await opened(agent)
    await agent.put(f"/tickets/{number}/followers/me")
    for command, left in (("ticket.follow", []), ("ticket.unfollow", ["Ines"])):
        if command == "ticket.unfollow":
            await agent.put(f"/tickets/{number}/followers/me")
            await agent.delete(f"/tickets/{number}/followers/me")
        change_id = await desk.value("select max(id) from changes where command = $1", command)
        assert (await agent.post(f"/changes/{change_id}/undo")).status_code == 200
        assert await followers_of(agent, number) == left


async def test_a_ticket_out_of_sight_is_not_followed(desk: Desk) -> None:
    agent = await desk.staff("Agent")
    elsewhere = await desk.staff("Agent", sees_all_teams=False, teams=(await desk.given.team(),))
    number = await opened(agent, team_id=await desk.given.first_team())
    for answer in (
        await elsewhere.put(f"/tickets/{number}/followers/me"),
        await elsewhere.delete(f"/tickets/{number}/followers/me"),
        await elsewhere.get(f"/tickets/{number}/followers"),
    ):
        assert answer.status_code == 404


async def test_followers_go_along_with_a_merge_and_come_back(desk: Desk) -> None:
    agent = await desk.staff("Team lead", name="Ines")
    other = await desk.staff("Agent", name="Otto")
    source, target = await opened(agent), await opened(agent)
    await other.put(f"/tickets/{source}/followers/me")
    await agent.put(f"/tickets/{target}/followers/me")
    await agent.posted(f"/tickets/{source}/merge", {"into": target}, 200)
    assert await followers_of(agent, target) == ["Ines", "Otto"]
    await agent.posted(f"/tickets/{source}/separate", {}, 200)
    assert await followers_of(agent, target) == ["Ines"]
    assert await followers_of(agent, source) == ["Otto"]


async def test_a_note_mentions_who_sees_the_ticket_and_is_refused_with_the_names_of_others(desk: Desk) -> None:
    agent = await desk.staff("Agent")
    team = await desk.given.team("Elsewhere")
    own = await desk.given.first_team()
    sees = await desk.given.staff("Ines", teams=(own,), sees_all_teams=False)
    hidden = await desk.given.staff("Hidden Hugo", teams=(team,), sees_all_teams=False)
    number = await opened(agent, team_id=own)
    path = f"/tickets/{number}/messages"
    added = await agent.posted(
        path, {"kind": "note", "text": "@Ines", "mentions": {"staff_ids": [sees.id, sees.id], "team_ids": [own]}}
    )
    kept = await desk.value("select mentions from messages where id = $1", added["message"]["id"])
    assert kept == {"staff_ids": [sees.id], "team_ids": [own]}
    for mentions, name in (({"staff_ids": [sees.id, hidden.id]}, "Hidden Hugo"), ({"team_ids": [team]}, "Elsewhere")):
        refused = await agent.post(path, json={"kind": "note", "text": "x", "mentions": mentions})
        assert (refused.status_code, refused.json()["code"]) == (422, "mention_out_of_sight")
        assert name in refused.json()["detail"]
        assert "Ines" not in refused.json()["detail"]
    contact = await desk.given.contact()
    for unknown in (999_999, contact):
        refused = await agent.post(path, json={"kind": "note", "text": "x", "mentions": {"staff_ids": [unknown]}})
        assert refused.json()["code"] == "mention_unknown"


async def test_a_reply_mentions_nobody(desk: Desk) -> None:
    agent = await desk.staff("Agent")
    number = await opened(agent)
    me = (await agent.got("/me"))["person"]["id"]
    refused = await agent.post(
        f"/tickets/{number}/messages", json={"kind": "reply", "text": "x", "mentions": {"staff_ids": [me]}}
    )
    assert refused.status_code == 422, refused.text
    assert "mentions" in refused.text


async def test_a_colleague_is_let_follow_and_removed_and_both_are_undone(desk: Desk) -> None:
    agent, otto = await desk.staff("Agent", name="Ines"), await desk.given.staff("Otto")
    number = await opened(agent)
    path = f"/tickets/{number}/followers/{otto.id}"
    assert (await agent.put(path)).status_code == 204
    assert await followers_of(agent, number) == ["Otto"]
    assert (await desk.client(otto).got(f"/tickets/{number}/followers"))["me"] is True
    # Once more changes nothing.
    assert "x-change-id" not in (await agent.put(path)).headers
    removed = await agent.delete(path)
    assert await followers_of(agent, number) == []
    assert (await agent.post(f"/changes/{removed.headers['x-change-id']}/undo")).status_code == 200
    assert await followers_of(agent, number) == ["Otto"]
    added = await desk.value("select min(id) from changes where command = 'ticket.add_follower'")
    assert (await agent.post(f"/changes/{added}/undo")).status_code in (200, 409)
    summary = await desk.value("select summary from changes where id = $1", added)
    assert summary["name"] == "Otto"


async def test_who_may_not_see_the_ticket_or_is_nobody_cannot_be_let_follow(desk: Desk) -> None:
    agent, elsewhere = await desk.staff("Agent"), await desk.given.team()
    narrow = await desk.given.staff("Nora", sees_all_teams=False, teams=(elsewhere,))
    number = await opened(agent, team_id=await desk.given.first_team())
    requester = await desk.value("select requester_id from tickets where number = $1", number)
    for person_id, code in (
        (narrow.id, "follower_out_of_sight"),
        (requester, "follower_unknown"),
        (10**9, "follower_unknown"),
    ):
        refused = await agent.put(f"/tickets/{number}/followers/{person_id}")
        assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_letting_others_follow_takes_the_permission_to_write_notes(desk: Desk) -> None:
    agent, otto = await desk.staff("Agent"), await desk.given.staff("Otto")
    reader = await desk.staff("Auditor")
    number = await opened(agent)
    for method in ("PUT", "DELETE"):
        refused = await reader.request(method, f"/tickets/{number}/followers/{otto.id}")
        assert refused.status_code == 403
    assert (await reader.put(f"/tickets/{number}/followers/me")).status_code == 204
