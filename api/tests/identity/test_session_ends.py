"""What ends when: passwords, activation and roles; children of tokens; and administrators ending others' sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from atum_desk.files.public import FileStore
from atum_desk.identity import jobs, queries
from atum_desk.identity.commands import MAX_TOKENS, reset_password_of
from atum_desk.identity.passwords import hash_password
from atum_desk.kernel import clock
from atum_desk.kernel.context import new_token, token_hash
from atum_desk.kernel.jobs.handlers import WorkerContext
from desk import Client, Desk
from factories import SignedIn

OPEN, ENDED = 200, 401


class WaysIn:
    """Somebody with two browsers, a token, a narrow token, a token's token, and a portal link."""

    def __init__(self, desk: Desk, person: SignedIn) -> None:
        self.desk = desk
        self.id = person.id
        self.here = desk.client(person)
        self.clients: dict[str, Client] = {"here": self.here}
        self.ids: dict[str, int] = {"here": person.actor.session_id}

    @classmethod
    async def of_new(cls, desk: Desk, role: str = "Agent", scope: str = "ticket:note") -> WaysIn:
        ways = cls(desk, await desk.given.staff(role=role))
        elsewhere = await desk.given.sign_in(ways.id, "staff")
        ways.clients["elsewhere"] = desk.client(elsewhere)
        ways.ids["elsewhere"] = elsewhere.actor.session_id
        await ways.make("token", ways.here)
        await ways.make("narrow", ways.here, scopes=[scope])
        await ways.make("child", ways.clients["token"])
        ticket = await desk.given.ticket(requester_id=ways.id)
        link = await desk.given.sign_in(ways.id, "contact", only_ticket_id=ticket.id)
        ways.clients["link"] = desk.client(link)
        assert set((await ways.state()).values()) == {OPEN}
        return ways

    async def make(self, name: str, maker: Client, **body: Any) -> dict[str, Any]:
        made = await maker.posted("/me/tokens", {"name": name, **body})
        self.clients[name] = self.desk.bearer(made["token"])
        self.ids[name] = made["id"]
        return made

    async def state(self) -> dict[str, int]:
        return {
            name: (await client.get("/portal/tickets" if name == "link" else "/me")).status_code
            for name, client in self.clients.items()
        }

    async def open_ones(self) -> set[str]:
        return {name for name, status in (await self.state()).items() if status == OPEN}

    async def password(self) -> str:
        """Give them a password without ending anything."""
        hashed = await hash_password("the old one of four words")
        async with self.desk.database.writing(self.desk.given.system, "person.test") as work:
            await work.execute("select set_password($1, $2)", self.id, hashed)
        return "the old one of four words"


async def last_change(desk: Desk, command: str) -> dict[str, Any]:
    rows = await desk.rows("select * from changes where command = $1 order by id desc limit 1", command)
    return rows[0]


def names_told(change: dict[str, Any]) -> set[str]:
    return {one["name"] or one["kind"] for one in change["summary"]["ended"]}


# ---------------------------------------------------------------- passwords
@pytest.mark.parametrize("keep_tokens", [False, True])
async def test_ones_new_password_ends_everything_but_this_browser_and_the_tokens_one_keeps(
    shared_desk: Desk, keep_tokens: bool
) -> None:
    ways = await WaysIn.of_new(shared_desk)
    body = {"current_password": await ways.password(), "new_password": "quite another one of words"}
    answer = await ways.here.post("/me/password", json={**body, "keep_tokens": keep_tokens})
    assert answer.status_code == 204
    kept = {"token", "narrow", "child"} if keep_tokens else set()
    assert await ways.open_ones() == {"here"} | kept
    told = names_told(await last_change(shared_desk, "person.password"))
    assert told == {"cookie", "link"} | ({"token", "narrow", "child"} - kept)


async def test_a_reset_ends_sessions_tokens_and_links_and_says_which(shared_desk: Desk) -> None:
    ways = await WaysIn.of_new(shared_desk)
    admin = await shared_desk.administrator()
    await admin.posted(f"/people/{ways.id}/password", status=200)
    assert await ways.open_ones() == set()
    change = await last_change(shared_desk, "person.reset_password")
    assert names_told(change) == {"cookie", "link", "token", "narrow", "child"}
    assert change["summary"]["ended_count"] == 6


async def test_a_reset_from_the_command_line_ends_the_same(shared_desk: Desk) -> None:
    ways = await WaysIn.of_new(shared_desk)
    await ways.password()
    await reset_password_of(shared_desk.database, f"agent{ways.id}@atum.localhost")
    assert await ways.open_ones() == set()


# ---------------------------------------------------------------- activation
async def test_what_ended_with_deactivation_does_not_come_back_with_activation(shared_desk: Desk) -> None:
    ways, admin = await WaysIn.of_new(shared_desk), await shared_desk.administrator()
    off = await admin.patch(f"/people/{ways.id}", json={"active": False})
    assert off.status_code == 200
    assert len(names_told(await last_change(shared_desk, "person.edit"))) == 5
    await admin.patched(f"/people/{ways.id}", {"active": True})
    assert await ways.open_ones() == set()


async def test_undoing_a_deactivation_brings_nothing_back_and_undoing_an_activation_ends_all(shared_desk: Desk) -> None:
    ways, admin = await WaysIn.of_new(shared_desk), await shared_desk.administrator()
    off = await admin.patch(f"/people/{ways.id}", json={"active": False})
    undone = await admin.posted(f"/changes/{off.headers['x-change-id']}/undo", status=200)
    assert await ways.open_ones() == set()
    again = await shared_desk.given.sign_in(ways.id, "staff")
    assert (await shared_desk.client(again).get("/me")).status_code == OPEN
    await admin.posted(f"/changes/{undone['change_id']}/undo", status=200)
    assert names_told(await last_change(shared_desk, "change.undo")) == {"cookie"}
    await admin.patched(f"/people/{ways.id}", {"active": True})
    assert (await shared_desk.client(again).get("/me")).status_code == ENDED


async def test_whoever_switches_a_person_off_the_database_ends_their_sessions(shared_desk: Desk) -> None:
    contact_id = await shared_desk.given.contact()
    signed_in = await shared_desk.given.sign_in(contact_id, "contact")
    for active in (False, True):
        async with shared_desk.database.writing(shared_desk.given.system, "person.test") as work:
            await work.execute("update people set active = $2 where id = $1", contact_id, active)
    assert (await shared_desk.client(signed_in).get("/portal/tickets")).status_code == ENDED


async def test_saying_active_of_somebody_who_is_ends_nothing(shared_desk: Desk) -> None:
    ways, admin = await WaysIn.of_new(shared_desk), await shared_desk.administrator()
    await admin.patched(f"/people/{ways.id}", {"active": True, "name": "Still here"})
    assert set((await ways.state()).values()) == {OPEN}


# ---------------------------------------------------------------- roles
async def test_a_role_with_fewer_powers_ends_the_tokens_that_carry_what_was_lost(shared_desk: Desk) -> None:
    ways = await WaysIn.of_new(shared_desk, role="Team lead", scope="mail:manage")
    await ways.make("note", ways.here, scopes=["ticket:note"])
    admin = await shared_desk.administrator()
    roles = {role["name"]: role["id"] for role in (await admin.got("/roles"))["items"]}
    await admin.patched(f"/people/{ways.id}", {"role_id": roles["Agent"]})
    assert await ways.open_ones() == {"here", "elsewhere", "link", "note"}
    assert "mail:manage" not in (await ways.here.got("/me"))["permissions"]
    assert names_told(await last_change(shared_desk, "person.edit")) == {"token", "child", "narrow"}
    raised = await admin.patch(f"/people/{ways.id}", json={"role_id": roles["Team lead"]})
    assert await ways.open_ones() == {"here", "elsewhere", "link", "note"}
    await ways.make("again", ways.here)
    await admin.posted(f"/changes/{raised.headers['x-change-id']}/undo", status=200)
    assert await ways.open_ones() == {"here", "elsewhere", "link", "note"}
    assert names_told(await last_change(shared_desk, "change.undo")) == {"again"}


# ---------------------------------------------------------------- a token's tokens
async def test_a_tokens_token_ends_no_later_and_with_it(shared_desk: Desk) -> None:
    ways = await WaysIn.of_new(shared_desk)
    parent = await ways.make("parent", ways.here, expires_in_days=7)
    child = await ways.make("long", ways.clients["parent"], expires_in_days=365)
    short = await ways.make("short", ways.clients["parent"], expires_in_days=1)
    await ways.make("grandchild", ways.clients["long"], expires_in_days=365)
    assert child["session"]["expires_at"] == parent["session"]["expires_at"]
    assert short["session"]["expires_at"] < parent["session"]["expires_at"]
    assert child["session"]["parent_id"] == parent["id"]
    assert parent["session"]["parent_id"] is None
    assert (await ways.here.delete(f"/me/sessions/{parent['id']}")).status_code == 204
    left = await ways.open_ones()
    assert left == set(ways.clients) - {"parent", "long", "short", "grandchild"}
    told = names_told(await last_change(shared_desk, "session.end"))
    assert told == {"parent", "long", "short", "grandchild"}


async def test_what_a_browser_made_belongs_to_the_person_and_outlives_the_browser(shared_desk: Desk) -> None:
    ways = await WaysIn.of_new(shared_desk)
    assert (await ways.here.delete("/session")).status_code == 204
    assert await ways.open_ones() == set(ways.clients) - {"here"}


@pytest.mark.parametrize(
    ("scopes", "days", "kind"),
    [(None, 1, "token"), (["mail:manage"], 1, "token"), (["ticket:note"], 9, "token"), (["ticket:note"], 1, "cookie")],
)
async def test_the_database_refuses_a_child_that_exceeds_its_parent(
    shared_desk: Desk, scopes: list[str] | None, days: int, kind: str
) -> None:
    ways = await WaysIn.of_new(shared_desk)
    parent = await ways.make("parent", ways.here, scopes=["ticket:note"], expires_in_days=7)
    insert = """insert into sessions (workspace_id, person_id, audience, kind, token_hash, scopes, expires_at, parent_id)
                values (ctx_workspace(), $1, 'staff', $5, $2, $3, moment() + $4::interval, $6)"""
    with pytest.raises(asyncpg.CheckViolationError):
        async with shared_desk.database.marking(shared_desk.given.system) as transaction:
            await transaction.execute(
                insert, ways.id, token_hash(new_token("staff")), scopes, timedelta(days=days), kind, parent["id"]
            )


async def test_a_person_has_so_many_tokens_and_no_more(shared_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atum_desk.identity.commands.MAX_TOKENS", 2)
    assert MAX_TOKENS == 100
    client = await shared_desk.staff()
    for name in ("one", "two"):
        await client.posted("/me/tokens", {"name": name})
    answer = await client.post("/me/tokens", json={"name": "three"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_tokens")


async def test_what_ended_by_its_time_is_forgotten_after_a_month_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PRUNED_AT_ONCE", 2)
    ways = await WaysIn.of_new(desk)
    async with desk.database.marking(desk.given.system) as transaction:
        await transaction.execute(
            """insert into sessions (workspace_id, person_id, audience, kind, token_hash, expires_at)
               select ctx_workspace(), $1, 'staff', 'cookie', sha256(n::text::bytea),
                      moment() - case when n < 5 then interval '31 days' else interval '29 days' end
                 from generate_series(1, 7) n""",
            ways.id,
        )
    before = await desk.value("select count(*) from sessions")
    worker = WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))
    await jobs.prune(worker, b"")
    assert await desk.value("select count(*) from sessions") == before - 4
    assert set((await ways.state()).values()) == {OPEN}


# ---------------------------------------------------------------- one's own, and others'
async def test_one_ends_all_ones_other_sessions_and_keeps_ones_tokens_if_one_likes(shared_desk: Desk) -> None:
    ways = await WaysIn.of_new(shared_desk)
    answer = await ways.here.delete("/me/sessions", params={"keep_tokens": True})
    assert answer.status_code == 204
    assert await ways.open_ones() == {"here", "token", "narrow", "child"}
    assert (await ways.here.delete("/me/sessions")).status_code == 204
    assert await ways.open_ones() == {"here"}
    assert names_told(await last_change(shared_desk, "session.end_others")) == {"token", "narrow", "child"}


async def test_an_administrator_lists_somebodys_sessions_without_what_opens_them(shared_desk: Desk) -> None:
    ways, admin = await WaysIn.of_new(shared_desk), await shared_desk.administrator()
    answer = await admin.get(f"/people/{ways.id}/sessions")
    items = answer.json()["items"]
    assert [item["kind"] for item in items] == ["link", "token", "token", "token", "cookie", "cookie"]
    assert [item["audience"] for item in items] == ["contact"] + ["staff"] * 5
    assert not any(item["current"] for item in items)
    by_name = {item["name"]: item for item in items}
    assert by_name["child"]["parent_id"] == ways.ids["token"]
    assert by_name["narrow"]["scopes"] == ["ticket:note"]
    assert by_name["token"]["ip"].startswith("10.")
    assert datetime.fromisoformat(by_name["token"]["expires_at"]) > clock.now()
    secrets = [
        client.headers["authorization"][7:]
        for name, client in ways.clients.items()
        if "authorization" in client.headers
    ]
    assert len(secrets) == 3
    assert not any(secret in answer.text for secret in secrets)
    assert "hash" not in answer.text


async def test_an_administrator_ends_one_of_somebodys_sessions_or_all_and_the_ledger_says_so(shared_desk: Desk) -> None:
    ways, admin = await WaysIn.of_new(shared_desk), await shared_desk.administrator()
    path = f"/people/{ways.id}/sessions"
    assert (await admin.delete(f"{path}/{ways.ids['token']}")).status_code == 204
    assert await ways.open_ones() == {"here", "elsewhere", "narrow", "link"}
    one = await last_change(shared_desk, "session.end_of")
    assert (one["summary"]["person_id"], names_told(one)) == (ways.id, {"token", "child"})
    gone = await admin.delete(f"{path}/{ways.ids['token']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "session_not_found")
    assert (await admin.delete(path)).status_code == 204
    assert await ways.open_ones() == set()
    everything = await last_change(shared_desk, "session.end_all_of")
    assert everything["summary"]["ended_count"] == 4
    assert everything["actor_id"] == (await admin.got("/me"))["person"]["id"]
    undo = await admin.post(f"/changes/{everything['id']}/undo")
    assert (undo.status_code, undo.json()["code"]) == (409, "not_undoable")


async def test_a_session_is_ended_only_at_its_own_person(shared_desk: Desk) -> None:
    ways, admin = await WaysIn.of_new(shared_desk), await shared_desk.administrator()
    other = await shared_desk.given.staff()
    wrong = await admin.delete(f"/people/{other.id}/sessions/{ways.ids['here']}")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "session_not_found")
    contact = await shared_desk.given.contact()
    for path in (f"/people/{contact}/sessions", "/people/999999/sessions"):
        for method in ("GET", "DELETE"):
            assert (await admin.request(method, path)).json()["code"] == "person_not_found"
    assert set((await ways.state()).values()) == {OPEN}


async def test_of_ones_own_sessions_the_one_that_asks_stays(shared_desk: Desk) -> None:
    ways = await WaysIn.of_new(shared_desk, role="Administrator")
    assert (await ways.here.delete(f"/people/{ways.id}/sessions")).status_code == 204
    assert await ways.open_ones() == {"here"}


async def test_nobody_ends_the_sessions_of_somebody_who_may_more(shared_desk: Desk) -> None:
    ways = await WaysIn.of_new(shared_desk, role="Administrator")
    async with shared_desk.database.writing(shared_desk.given.system, "role.add") as work:
        await work.execute(
            "insert into roles (workspace_id, name, permissions) values (ctx_workspace(), 'Access only', '{settings:people:edit}')"
        )
    personnel = await shared_desk.staff("Access only")
    for path in (f"/people/{ways.id}/sessions", f"/people/{ways.id}/sessions/{ways.ids['here']}"):
        refused = await personnel.delete(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "grant_too_wide")
    assert set((await ways.state()).values()) == {OPEN}


async def test_without_the_permission_nobody_lists_or_ends_them_nor_with_a_narrow_token(shared_desk: Desk) -> None:
    ways, admin = (await WaysIn.of_new(shared_desk), await shared_desk.given.staff(role="Administrator"))
    narrow = shared_desk.bearer(await shared_desk.token(admin.id, "ticket:note"))
    for client in (await shared_desk.staff("Team lead"), narrow):
        for method in ("GET", "DELETE"):
            answer = await client.request(method, f"/people/{ways.id}/sessions")
            assert (answer.status_code, answer.json()["permission"]) == (403, "settings:people:edit")


@pytest.mark.parametrize(
    "statement",
    [
        "select * from end_sessions($1)",
        "select * from end_session($1, 1)",
        "select * from sessions_of($1)",
        "select set_password($1, 'x')",
        "select * from end_tokens_with($1, '{ticket:note}')",
    ],
)
async def test_the_doors_stay_shut_for_hand_made_sql_of_an_agent(shared_desk: Desk, statement: str) -> None:
    victim = await WaysIn.of_new(shared_desk)
    agent = await shared_desk.given.staff()
    with pytest.raises(asyncpg.PostgresError) as refusal:
        async with shared_desk.database.writing(agent.actor, "person.test") as work:
            await work.execute(statement, victim.id)
    assert refusal.value.sqlstate == "AT403"
    with pytest.raises(asyncpg.PostgresError):
        async with shared_desk.database.connection("atum_desk_staff") as connection:
            await connection.execute(statement, victim.id)
    assert set((await victim.state()).values()) == {OPEN}
