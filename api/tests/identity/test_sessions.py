"""Signing in and out: cookies, tokens, limits, and how soon a change of powers is felt."""

from __future__ import annotations

import time
from datetime import timedelta
from http.cookies import SimpleCookie
from statistics import median

import msgspec
import pytest

from atum_desk.entry.api import build_app
from atum_desk.http.device_cookie import DEVICE_COOKIE
from atum_desk.http.session_cookies import STAFF_COOKIE
from atum_desk.kernel import clock
from desk import Client, Desk, cookies_of
from factories import SignedIn
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD

RIGHT = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}


async def cookie_of(client: Client) -> SimpleCookie:
    answer = await client.post("/session", json=RIGHT)
    assert answer.status_code == 200, answer.text
    return cookies_of(answer)


async def test_signing_in_tells_who_one_is_and_sets_a_cookie_scripts_cannot_read(shared_desk: Desk) -> None:
    client = shared_desk.client()
    answer = await client.post("/session", json={**RIGHT, "email": f"  {ADMIN_EMAIL.upper()} "})
    assert answer.json()["person"]["email"] == ADMIN_EMAIL
    morsel = cookies_of(answer)[STAFF_COOKIE]
    assert morsel["httponly"] is True
    assert morsel["samesite"].lower() == "lax"
    assert morsel["path"] == "/"
    assert not morsel["secure"]
    assert int(morsel["max-age"]) == shared_desk.settings.session_days * 86_400
    assert (await client.got("/me"))["person"]["email"] == ADMIN_EMAIL


async def test_under_https_the_cookie_is_secure(desk: Desk) -> None:
    desk.app = build_app(desk.database, msgspec.structs.replace(desk.settings, url="https://desk.example"))
    answer = await desk.client().post("/session", json=RIGHT)
    lines = answer.headers.get_list("set-cookie")
    names = sorted(line.partition("=")[0] for line in lines)
    assert names == [f"__Host-{STAFF_COOKIE}", DEVICE_COOKIE, STAFF_COOKIE]
    assert all("; Secure" in line for line in lines)


async def test_signing_out_ends_the_session_and_takes_the_cookie_away(shared_desk: Desk) -> None:
    client = shared_desk.client()
    token = (await cookie_of(client))[STAFF_COOKIE].value
    answer = await client.delete("/session")
    assert answer.status_code == 204
    assert SimpleCookie(answer.headers["set-cookie"])[STAFF_COOKIE]["max-age"] == "0"
    assert (await shared_desk.bearer(token).get("/me")).status_code == 401


async def test_an_unknown_address_a_wrong_password_and_an_inactive_person_get_the_same_answer(desk: Desk) -> None:
    inactive = await desk.given.staff()
    admin = await desk.administrator()
    password = (await admin.posted(f"/people/{inactive.id}/password", status=200))["password"]
    await admin.patched(f"/people/{inactive.id}", {"active": False})
    contact = await desk.given.contact(email="no.password@example.org")
    assert contact
    told = []
    for email, given in (
        ("nobody@example.org", "wrong"),
        (ADMIN_EMAIL, "wrong"),
        ("no.password@example.org", "wrong"),
        (f"agent{inactive.id}@atum.localhost", password),
        ("", ""),
        ("x" * 320, "y" * 1000),
        ("%", "%"),
    ):
        answer = await desk.client().post("/session", json={"email": email, "password": given})
        assert answer.status_code == 401
        told.append({**answer.json()})
    assert all(problem == told[0] for problem in told)
    assert told[0]["code"] == "sign_in_failed"


async def test_an_unknown_address_takes_as_long_as_a_known_one(desk: Desk) -> None:
    async def seconds(email: str) -> float:
        started = time.perf_counter()
        await desk.client().post("/session", json={"email": email, "password": "wrong"})
        return time.perf_counter() - started

    known, unknown = [], []
    for number in range(5):
        known.append(await seconds(ADMIN_EMAIL))
        unknown.append(await seconds(f"nobody{number}@example.org"))
    # A missing hash answers in a tenth of the time; loaded machines blur far less than that.
    assert median(unknown) > median(known) / 3


SAME_SITE: tuple[dict[str, str], ...] = (
    {},
    {"origin": "http://localhost:8000"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": "http://other.example"},
)
CROSS_SITE = (
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://localhost:8000"},
    {"origin": "http://localhost:8000.evil.example"},
)


@pytest.mark.parametrize("headers", CROSS_SITE, ids=str)
async def test_another_site_cannot_write_with_a_browsers_cookie(shared_desk: Desk, headers: dict[str, str]) -> None:
    person = await shared_desk.given.staff()
    basic = {"authorization": "Basic eDp5"}
    for client in (shared_desk.client(person, **headers), shared_desk.client(person, **headers, **basic)):
        for answer in (
            await client.patch("/me", json={"name": "Stolen"}),
            await client.post("/session", json=RIGHT),
            await client.delete("/session"),
            await client.post("/attachments", files={"file": ("a", b"a")}),
            await client.post("/portal/tickets", json={}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")
        assert (await client.got("/me"))["person"]["name"] == person.actor.name


@pytest.mark.parametrize("headers", SAME_SITE, ids=str)
async def test_our_own_pages_may_write(shared_desk: Desk, headers: dict[str, str]) -> None:
    client = shared_desk.client(await shared_desk.given.staff(), **headers)
    assert (await client.patched("/me", {"name": "Own page"}))["person"]["name"] == "Own page"
    assert (await shared_desk.client(None, **headers).post("/session", json=RIGHT)).status_code == 200


async def test_a_token_is_taken_from_anywhere_because_no_browser_sends_it_by_itself(shared_desk: Desk) -> None:
    person = await shared_desk.given.staff()
    client = shared_desk.bearer(await shared_desk.token(person.id), origin="http://evil.example")
    assert (await client.patched("/me", {"name": "By script"}))["person"]["name"] == "By script"


async def test_a_wrong_token_is_not_helped_by_a_good_cookie(shared_desk: Desk) -> None:
    person = await shared_desk.given.staff()
    client = shared_desk.client(person, authorization="Bearer atum_s_wrong", origin="http://evil.example")
    assert (await client.patch("/me", json={"name": "Stolen"})).status_code == 401


@pytest.mark.parametrize(
    "token", ["", "x", "atum_s_", "atum_s_" + "x" * 43, "atum_c_" + "x" * 43, "atum_s_" + "x" * 500]
)
async def test_a_token_that_is_none_opens_nothing(shared_desk: Desk, token: str) -> None:
    client = shared_desk.client(authorization=f"Bearer {token}")
    for path in ("/me", "/portal/tickets"):
        assert (await client.get(path)).json()["code"] == "not_signed_in"


async def test_ways_in_are_listed_and_a_revoked_one_is_refused_at_once(shared_desk: Desk) -> None:
    person = await shared_desk.given.staff()
    here = shared_desk.client(person)
    other = await shared_desk.given.sign_in(person.id, "staff")
    there = shared_desk.client(other)
    assert (await there.get("/me")).status_code == 200
    items = (await here.got("/me/sessions"))["items"]
    assert [(i["kind"], i["current"]) for i in items] == [("cookie", False), ("cookie", True)]
    assert (await here.delete(f"/me/sessions/{items[0]['id']}")).status_code == 204
    assert (await there.get("/me")).json()["code"] == "not_signed_in"
    assert (await here.get("/me")).status_code == 200


async def test_nobody_ends_somebody_elses_session(shared_desk: Desk) -> None:
    other = await shared_desk.given.staff()
    answer = await (await shared_desk.administrator()).delete(f"/me/sessions/{other.actor.session_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
    assert (await shared_desk.client(other).get("/me")).status_code == 200


async def test_a_session_ends_at_its_time(desk: Desk) -> None:
    client = await desk.staff()
    assert (await client.get("/me")).status_code == 200
    clock.move(timedelta(days=2))
    try:
        assert (await client.get("/me")).status_code == 401
    finally:
        clock.move(timedelta(0))


async def test_a_change_of_role_is_felt_with_the_next_request(shared_desk: Desk) -> None:
    admin = await shared_desk.administrator()
    roles = {role["name"]: role["id"] for role in (await admin.got("/roles"))["items"]}
    person = await shared_desk.given.staff(role="Administrator")
    client = shared_desk.client(person)
    assert "mail:manage" in (await client.got("/me"))["permissions"]
    assert (await client.get("/mail/balance")).status_code == 200
    await admin.patched(f"/people/{person.id}", {"role_id": roles["Agent"]})
    assert (await client.get("/mail/balance")).status_code == 403
    assert "mail:manage" not in (await client.got("/me"))["permissions"]
    await admin.patched(f"/people/{person.id}", {"role_id": roles["Administrator"]})
    assert (await client.post("/teams", json={"name": "Felt at once"})).status_code == 201
    await admin.patched(f"/people/{person.id}", {"role_id": roles["Auditor"]})
    refused = await client.post("/teams", json={"name": "Felt at once too"})
    assert (refused.status_code, refused.json()["permission"]) == (403, "settings:teams:edit")


async def test_a_change_of_the_roles_permissions_is_felt_with_the_next_request(desk: Desk) -> None:
    person = await desk.given.staff()
    client = desk.client(person)
    assert (await client.post("/contacts", json={"name": "A", "email": "a@example.org"})).status_code == 201
    async with desk.database.writing(desk.given.system, "role.edit") as work:
        await work.execute(
            "update roles set permissions = array_remove(permissions, 'contact:edit') where name = 'Agent'"
        )
    assert (await client.post("/contacts", json={"name": "B", "email": "b@example.org"})).status_code == 403


async def test_a_deactivated_person_is_out_at_once_with_every_session_and_token(shared_desk: Desk) -> None:
    person = await shared_desk.given.staff()
    browser, script = (shared_desk.client(person), shared_desk.bearer(await shared_desk.token(person.id)))
    assert {(await c.get("/me")).status_code for c in (browser, script)} == {200}
    await (await shared_desk.administrator()).patched(f"/people/{person.id}", {"active": False})
    assert {(await c.get("/me")).status_code for c in (browser, script)} == {401}


# ---------------------------------------------------------------- tokens
async def test_a_script_does_what_its_scopes_allow_and_no_more(shared_desk: Desk) -> None:
    admin = await shared_desk.administrator()
    made = await admin.posted("/me/tokens", {"name": "nightly", "scopes": ["contact:edit"], "expires_in_days": 1})
    script = shared_desk.bearer(made["token"])
    assert (await script.got("/me"))["permissions"] == ["contact:edit"]
    assert (await script.post("/contacts", json={"name": "S", "email": "script@example.org"})).status_code == 201
    refused = await script.post("/teams", json={"name": "By script"})
    assert (refused.status_code, refused.json()["permission"]) == (403, "settings:teams:edit")
    assert (await script.get("/mails")).status_code == 403
    items = (await admin.got("/me/sessions"))["items"]
    assert [(i["name"], i["scopes"]) for i in items if i["kind"] == "token"] == [("nightly", ["contact:edit"])]


async def test_a_scoped_token_does_not_read_the_audit_its_person_may_read(shared_desk: Desk) -> None:
    admin = await shared_desk.given.staff(role="Administrator")
    await (await shared_desk.administrator()).posted("/teams", {"name": "Seen by auditors"})

    async def commands(*scopes: str) -> set[str]:
        script = shared_desk.bearer(await shared_desk.token(admin.id, *scopes))
        return {change["command"] for change in (await script.got("/changes", limit=200))["items"]}

    assert "team.add" in await commands()
    assert "team.add" in await commands("audit:read")
    assert "team.add" not in await commands("ticket:read")


async def test_a_token_never_carries_more_than_its_maker(shared_desk: Desk) -> None:
    agent = await shared_desk.given.staff()
    client = shared_desk.client(agent)
    for scope in ("settings:people:edit", "no:such:thing", ""):
        answer = await client.post("/me/tokens", json={"name": "more", "scopes": [scope]})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_such_permission")
    narrow = shared_desk.bearer(await shared_desk.token(agent.id, "ticket:note"))
    made = await narrow.posted("/me/tokens", {"name": "child"})
    assert made["session"]["scopes"] == ["ticket:note"]
    assert (await shared_desk.bearer(made["token"]).got("/me"))["permissions"] == ["ticket:note"]


async def test_a_token_that_expired_or_was_deleted_opens_nothing(desk: Desk) -> None:
    client = await desk.staff()
    short = await client.posted("/me/tokens", {"name": "short", "expires_in_days": 1})
    gone = await client.posted("/me/tokens", {"name": "gone", "expires_in_days": 30})
    assert (await client.delete(f"/me/sessions/{gone['id']}")).status_code == 204
    assert (await desk.bearer(gone["token"]).get("/me")).status_code == 401
    assert (await desk.bearer(short["token"]).get("/me")).status_code == 200
    clock.move(timedelta(days=1, minutes=1))
    try:
        assert (await desk.bearer(short["token"]).get("/me")).status_code == 401
    finally:
        clock.move(timedelta(0))


async def test_no_token_or_hash_is_ever_told_or_kept_in_the_ledger(desk: Desk) -> None:
    admin = await desk.given.staff(role="Administrator")
    client = desk.client(admin)
    key = {"Idempotency-Key": "make-a-token"}
    made = await client.posted("/me/tokens", {"name": "secret"}, headers=key)
    person = await client.posted(
        "/people", {"name": "New", "email": "new@example.org", "role_id": await role_id(desk, "Agent")}
    )
    reset = await client.posted(f"/people/{person['person']['id']}/password", status=200)
    secrets = [made["token"], person["password"], reset["password"], admin.token]
    told = [
        (await client.get(path, params={"limit": 200})).text for path in ("/me/sessions", "/changes", "/people", "/me")
    ]
    ledger = await desk.rows("select * from row_changes")
    kept = await desk.rows(
        "select convert_from(response, 'UTF8') as response from idempotency_keys where response is not null"
    )
    for text in (*told, str(ledger), str(await desk.rows("select summary from changes")), str(kept)):
        assert not any(secret in text for secret in secrets)
    assert not any("hash" in (row["new"] or {}) for row in ledger)
    assert not any("argon2" in str(row) for row in ledger)
    again = await client.post("/me/tokens", json={"name": "secret"}, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "already_done")


# ---------------------------------------------------------------- passwords
async def test_changing_ones_password_needs_the_present_one_and_ends_other_sessions(shared_desk: Desk) -> None:
    here, elsewhere, email, password = await with_password(shared_desk)
    new = "a longer password than before"
    wrong = await here.post("/me/password", json={"current_password": "wrong", "new_password": new})
    assert wrong.status_code == 401
    short = await here.post("/me/password", json={"current_password": password, "new_password": "short"})
    assert short.json()["errors"][0]["field"] == "new_password"
    assert (
        await here.post("/me/password", json={"current_password": password, "new_password": new})
    ).status_code == 204
    assert (await here.get("/me")).status_code == 200
    assert (await elsewhere.get("/me")).status_code == 401
    stranger = shared_desk.client()
    assert (await stranger.post("/session", json={"email": email, "password": password})).status_code == 401
    assert (await stranger.post("/session", json={"email": email, "password": new})).status_code == 200


async def test_a_reset_password_is_told_once_and_ends_every_session(shared_desk: Desk) -> None:
    here, elsewhere, email, password = await with_password(shared_desk)
    admin = await shared_desk.administrator()
    person_id = (await here.got("/me"))["person"]["id"]
    new = (await admin.posted(f"/people/{person_id}/password", status=200))["password"]
    assert {(await c.get("/me")).status_code for c in (here, elsewhere)} == {401}
    stranger = shared_desk.client()
    assert (await stranger.post("/session", json={"email": email, "password": password})).status_code == 401
    assert (await stranger.post("/session", json={"email": email, "password": new})).status_code == 200


async def with_password(desk: Desk) -> tuple[Client, Client, str, str]:
    """Return a new agent's two browsers, their address and password."""
    person: SignedIn = await desk.given.staff()
    email = f"agent{person.id}@atum.localhost"
    password = (await (await desk.administrator()).posted(f"/people/{person.id}/password", status=200))["password"]
    clients = []
    for _ in range(2):
        client = desk.client()
        await client.posted("/session", {"email": email, "password": password}, status=200)
        clients.append(client)
    return clients[0], clients[1], email, password


async def role_id(desk: Desk, name: str) -> int:
    return await desk.value("select id from roles where name = $1", name)
