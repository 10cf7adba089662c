"""Settings of a team out of sight: told by name that there is no such thing, and never a defect."""

from __future__ import annotations

from typing import Any

import asyncpg
import httpx
import pytest

from atum_desk.http.errors import answer_unforeseen
from desk import Client, Desk


class Hidden:
    """A team whose tickets the restricted administrator does not see, and what belongs to it."""

    team: int
    own_team: int
    mailbox: int
    layout: int
    person: int
    member: int


@pytest.fixture(scope="module")
async def hidden(shared_desk: Desk) -> Hidden:
    desk, admin = shared_desk, await shared_desk.administrator()
    hidden = Hidden()
    hidden.team, hidden.own_team = await desk.given.team(), await desk.given.team()
    box = {"address": "hidden@desk.example", "name": "Hidden", "team_id": hidden.team}
    hidden.mailbox = (await admin.posted("/mailboxes", box))["id"]
    layout = {"language": "it", "team_id": hidden.team}
    hidden.layout = (await admin.posted("/mail-layouts", layout))["id"]
    hidden.person = (await desk.given.staff(teams=(hidden.team,), sees_all_teams=False)).id
    hidden.member = (await desk.given.staff(teams=(hidden.own_team,), sees_all_teams=False)).id
    return hidden


@pytest.fixture(scope="module")
async def restricted(shared_desk: Desk, hidden: Hidden) -> Client:
    """An administrator in every right, who sees the tickets of one team."""
    return await shared_desk.staff("Administrator", teams=(hidden.own_team,), sees_all_teams=False)


RECEIVING = {"host": "127.0.0.1", "port": 9, "security": "none", "username": "x", "password": "y"}


async def refusals(client: Client, hidden: Hidden) -> dict[str, httpx.Response]:
    """Send every write of settings that names something of the hidden team."""
    box, layout, team = (f"/mailboxes/{hidden.mailbox}", f"/mail-layouts/{hidden.layout}", hidden.team)

    async def ask(method: str, path: str, body: Any = None) -> tuple[str, httpx.Response]:
        return f"{method} {path} {body}", await client.request(method, path, json=body)

    return dict(
        [
            await ask("post", "/mail-layouts", {"language": "de", "team_id": team}),
            await ask("patch", layout, {"intro": "x"}),
            await ask("delete", layout),
            await ask("post", "/mailboxes", {"address": "n@desk.example", "name": "N", "team_id": team}),
            await ask("patch", box, {"name": "Mine"}),
            await ask("patch", box, {"team_id": hidden.own_team}),
            await ask("get", f"{box}/sending"),
            await ask("patch", f"{box}/sending", {"max_per_minute": 3}),
            await ask("post", f"{box}/sending/test", {}),
            await ask("get", f"{box}/receiving"),
            await ask("put", f"{box}/receiving", RECEIVING),
            await ask("post", "/mailboxes/receiving-tests", {**RECEIVING, "mailbox_id": hidden.mailbox}),
            await ask("post", f"{box}/receiving/fetch"),
            await ask("get", f"{box}/receiving/log"),
            await ask("get", f"{box}/dns"),
            await ask("post", f"{box}/self-test"),
            await ask("get", f"{box}/self-test"),
            await ask("patch", f"/teams/{team}", {"name": "Mine now"}),
            await ask("patch", f"/teams/{team}", {"member_ids": []}),
            await ask("post", "/teams", {"name": "A team of my own"}),
            await ask("patch", f"/people/{hidden.person}", {"active": False}),
            await ask("patch", f"/people/{hidden.person}", {"team_ids": [hidden.own_team]}),
            await ask("post", f"/people/{hidden.person}/password"),
            await ask("patch", f"/people/{hidden.member}", {"team_ids": [team]}),
            await ask("patch", f"/people/{hidden.member}", {"sees_all_teams": True}),
            await ask("post", "/people", {"name": "N", "email": "n@x.example", "role_id": 1, "team_ids": [team]}),
            await ask("post", "/people", {"name": "N", "email": "n@x.example", "role_id": 1, "sees_all_teams": True}),
        ]
    )


async def test_nothing_of_a_team_out_of_sight_is_written_and_it_is_said_why(
    shared_desk: Desk, hidden: Hidden, restricted: Client
) -> None:
    stands = "select (select count(*) from changes where command <> 'session.start') as n"
    before = await shared_desk.value(stands)
    for asked, answer in (await refusals(restricted, hidden)).items():
        assert answer.status_code in (403, 404, 422), f"{asked}: {answer.status_code} {answer.text}"
        problem = answer.json()
        assert problem["code"] in (
            "team_not_found",
            "mailbox_not_found",
            "layout_not_found",
            "grant_too_wide",
            "validation_failed",
            "team_unknown",
        ), f"{asked}: {answer.text}"
        assert problem["detail"].strip()
    assert await shared_desk.value(stands) == before


async def test_the_same_is_done_for_whoever_sees_the_team(shared_desk: Desk, hidden: Hidden) -> None:
    """Without this the refusals above could have another reason."""
    admin = await shared_desk.administrator()
    for asked, answer in (await refusals(admin, hidden)).items():
        if "/mail-layouts/" in asked or "/receiving" in asked or "/self-test" in asked:
            continue
        if asked.startswith("post /people {") and answer.status_code == 409:
            continue
        assert answer.status_code < 300, f"{asked}: {answer.text}"


async def test_a_restricted_administrator_adds_people_who_see_no_more_than_they_do(
    shared_desk: Desk, hidden: Hidden, restricted: Client
) -> None:
    body = {"name": "Nia", "email": "nia@restricted.example", "role_id": 1, "team_ids": [hidden.own_team]}
    person = (await restricted.posted("/people", body))["person"]
    assert (person["sees_all_teams"], person["team_ids"]) == (False, [hidden.own_team])
    assert (await restricted.got("/me"))["person"]["sees_all_teams"] is False


async def test_an_undo_does_not_write_what_is_out_of_sight(
    shared_desk: Desk, hidden: Hidden, restricted: Client
) -> None:
    admin = await shared_desk.administrator()
    path = f"/mailboxes/{hidden.mailbox}"
    await admin.patched(path, {"team_id": hidden.team})
    moved = await admin.patch(path, json={"team_id": hidden.own_team})
    back = await admin.patch(path, json={"team_id": hidden.team})
    for change in (moved, back):
        answer = await restricted.post(f"/changes/{change.headers['x-change-id']}/undo")
        assert (answer.status_code, answer.json()["code"]) == (404, "change_not_found")
    undone = await admin.post(f"/changes/{back.headers['x-change-id']}/undo")
    assert undone.status_code == 200
    # Now the mailbox is in sight, and what took it out of it is no longer theirs to repeat.
    again = await restricted.post(f"/changes/{undone.json()['change_id']}/undo")
    assert again.status_code == 404
    await admin.patched(path, {"team_id": hidden.team})


async def test_a_policy_that_refuses_a_row_is_no_defect_and_a_missing_grant_is_one(shared_desk: Desk) -> None:
    person = await shared_desk.given.staff(sees_all_teams=False)
    team = await shared_desk.given.team()
    statements = {
        "insert into mail_layouts (workspace_id, team_id, language) values (ctx_workspace(), $1, 'de')": 422,
        "delete from teams where id = $1": 500,
    }
    for statement, status in statements.items():
        with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
            async with shared_desk.database.writing(person.actor, "layout.add") as work:
                await work.execute(statement, team)
        request: Any = type("Request", (), {"url": type("Url", (), {"path": "/x"})})
        assert answer_unforeseen(request, refused.value).status_code == status
