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
