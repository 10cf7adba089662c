"""What stands at the edge of every answer: host names, browsers' rules, cookies, and repeated writes."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

import httpx
import msgspec
import pytest

from atum_desk.http.device_cookie import DEVICE_COOKIE
from atum_desk.http.web_files import WebFiles
from atum_desk.kernel.cookies import CONTACT_COOKIE, HOST_PREFIX, STAFF_COOKIE
from desk import Client, Desk
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD

PATHS = ("/", "/tickets/1", "/assets/x.js", "/metrics", "/api/v1/health/live", "/api/v1/me")


def with_settings(desk: Desk, **given: Any) -> Desk:
    """Return the same desk under other settings."""
    settings = msgspec.structs.replace(desk.settings, **given)
    return Desk(desk.database, settings, desk.given)


# ---------------------------------------------------------------- host names


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost:8000", True),
        ("desk.localhost", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("192.168.1.7", True),
        ("desk.example.org", True),
        ("DESK.example.org:443", True),
        ("help.example.org", True),
        ("evil.example", False),
        ("evil.example:8000", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("desk.example.org.evil.example", False),
        ("", False),
        ("a@localhost", False),
        ("localhost/x", False),
        ("[::1", False),
    ],
)
async def test_only_our_own_names_are_answered(shared_desk: Desk, path: str, host: str, known: bool) -> None:
    desk = with_settings(shared_desk, url="https://desk.example.org", allowed_hosts="x.test,help.example.org")
    answer = await desk.client(ip="127.0.0.1").get(f"http://localhost{path}", headers={"host": host})
    assert (answer.status_code != 421) is known
    if not known:
        assert answer.json()["code"] == "unknown_host"
        assert "https://desk.example.org" in answer.json()["detail"]


async def test_two_hosts_are_nobodys(shared_desk: Desk) -> None:
    request = httpx.Request(
        "GET", "http://localhost:8000/api/v1/health/live", headers=[("host", "localhost"), ("host", "localhost")]
    )
    assert (await shared_desk.client().send(request)).status_code == 421


async def test_metrics_are_read_by_this_machine_and_by_no_page_that_points_its_name_here(shared_desk: Desk) -> None:
    local = shared_desk.client(ip="127.0.0.1")
    for host, status in (("127.0.0.1:8000", 200), ("localhost:8000", 200), ("rebound.example:8000", 421)):
        answer = await local.get("http://localhost:8000/metrics", headers={"host": host})
        assert answer.status_code == status, host
    token = "a-token-of-prometheus"
    scraped = with_settings(shared_desk, metrics_token=token, allowed_hosts="desk.internal")
    elsewhere = scraped.client(ip="10.1.1.1", authorization=f"Bearer {token}")
    for host, status in (("10.0.0.5:8000", 200), ("desk.internal:8000", 200), ("other.internal", 421)):
        answer = await elsewhere.get("http://localhost:8000/metrics", headers={"host": host})
        assert answer.status_code == status, host


# ---------------------------------------------------------------- headers


async def test_every_kind_of_answer_keeps_other_sites_out(desk: Desk, tmp_path: Any) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "a.js").write_text("1")
    desk.app._web = WebFiles(tmp_path, desk.settings)
    client = await desk.staff()
    made = await client.posted("/attachments", files={"file": ("a.txt", b"a")})
    root = "http://localhost:8000"
    answers = {
        "page": await client.get(f"{root}/"),
        "asset": await client.get(f"{root}/assets/a.js"),
        "api": await client.get("/me"),
        "refusal": await client.get("/tickets/999999"),
        "cross-site": await client.post("/tickets", json={}, headers={"sec-fetch-site": "cross-site"}),
        "host": await client.get("/me", headers={"host": "evil.example"}),
        "file": await client.get(f"/attachments/{made['id']}"),
        "metrics": await client.get(f"{root}/metrics"),
    }
    for kind, answer in answers.items():
        headers = answer.headers
        assert headers["cross-origin-opener-policy"] == "same-origin", kind
        assert headers["cross-origin-resource-policy"] == "same-origin", kind
        assert headers["referrer-policy"] == "same-origin", kind
        assert headers["x-content-type-options"] == "nosniff", kind
        assert headers["x-frame-options"] == "DENY", kind
        # What may be shown as a page says what no page may; of other answers it would be bytes alone.
        assert ("camera=()" in headers.get("permissions-policy", "")) == (kind in ("page", "file")), kind
    policy = answers["page"].headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answers["file"].headers["content-security-policy"] == "sandbox; default-src 'none'"


async def test_forms_alone_stand_in_frames_of_other_sites(desk: Desk, tmp_path: Any) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    desk.app._web = WebFiles(tmp_path, desk.settings)
    client, root = desk.client(), "http://localhost:8000"
    form = await client.get(f"{root}/f/new-machine?field.machine=hx")
    assert form.status_code == 200
    assert "frame-ancestors *" in form.headers["content-security-policy"]
    assert "x-frame-options" not in form.headers
    assert form.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in form.headers
    for path in ("/", "/f", "/f/a/b", "/F/a", "/desk", "/desk/f/a", "/f/../desk", "/f/%2e%2e/desk", "/requests/f/a"):
        page = await client.get(f"{root}{path}")
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"], path
        assert page.headers["x-frame-options"] == "DENY", path
    api = await client.get("/portal")
    assert api.headers["x-frame-options"] == "DENY"


# ---------------------------------------------------------------- cookies


def cookies_of(answer: httpx.Response) -> dict[str, Any]:
    found: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        found.load(line)
    return dict(found)


async def sign_in(desk: Desk) -> httpx.Response:
    answer = await desk.client().post("/session", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
    assert answer.status_code == 200
    return answer


def presenting(desk: Desk, cookie: str) -> Client:
    return desk.client(cookie=cookie)


async def test_under_tls_the_cookie_is_this_hosts_alone_and_without_it_has_its_plain_name(desk: Desk) -> None:
    assert set(cookies_of(await sign_in(desk))) == {STAFF_COOKIE, DEVICE_COOKIE}
    secure = with_settings(desk, url="https://desk.example.org")
    cookies = cookies_of(await sign_in(secure))
    assert cookies.pop(DEVICE_COOKIE)["secure"]
    assert set(cookies) == {HOST_PREFIX + STAFF_COOKIE, STAFF_COOKIE}
    for cookie in cookies.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "lax")
    token = cookies[HOST_PREFIX + STAFF_COOKIE].value
    for name in (HOST_PREFIX + STAFF_COOKIE, STAFF_COOKIE):
        assert (await presenting(secure, f"{name}={token}").get("/me")).status_code == 200


async def test_a_stale_or_planted_cookie_hides_no_session(desk: Desk) -> None:
    agent, stale = await desk.given.staff(), "atum_s_" + "x" * 43
    contact = await desk.given.sign_in(await desk.given.contact(), "contact")
    for cookie in (
        f"{STAFF_COOKIE}={stale}; {STAFF_COOKIE}={agent.token}",
        f"{HOST_PREFIX}{STAFF_COOKIE}={stale}; {STAFF_COOKIE}={agent.token}",
        f"{STAFF_COOKIE}=; {STAFF_COOKIE}=nonsense; {STAFF_COOKIE}={agent.token}",
        f"{STAFF_COOKIE}={contact.token}; {STAFF_COOKIE}={agent.token}",
    ):
        me = await presenting(desk, cookie).got("/me")
        assert me["person"]["id"] == agent.id
    # One that others could have planted does not go before one that they cannot.
    other = await desk.given.staff()
    me = await presenting(desk, f"{STAFF_COOKIE}={other.token}; {HOST_PREFIX}{STAFF_COOKIE}={agent.token}").got("/me")
    assert me["person"]["id"] == agent.id
    many = "; ".join(f"{STAFF_COOKIE}=atum_s_{n}" for n in range(50))
    assert (await presenting(desk, f"{many}; {STAFF_COOKIE}={agent.token}").get("/me")).status_code == 401


@pytest.mark.parametrize("url", ["", "https://desk.example.org"])
async def test_signing_out_ends_every_session_presented_and_clears_every_name(desk: Desk, url: str) -> None:
    office = with_settings(desk, url=url or desk.settings.url)
    one, other = await desk.given.staff(), await desk.given.staff()
    client = presenting(office, f"{STAFF_COOKIE}={one.token}; {STAFF_COOKIE}={other.token}")
    answer = await client.delete("/session")
    assert answer.status_code == 204
    cleared = cookies_of(answer)
    assert set(cleared) == ({HOST_PREFIX + STAFF_COOKIE, STAFF_COOKIE} if url else {STAFF_COOKIE})
    assert {(cookie.value, cookie["max-age"]) for cookie in cleared.values()} == {("", "0")}
    for person in (one, other):
        assert (await office.client(person).get("/me")).status_code == 401


async def test_a_portal_link_sets_the_cookie_of_this_host(desk: Desk) -> None:
    secure = with_settings(desk, url="https://desk.example.org")
    contact = await desk.given.sign_in(await desk.given.contact(), "contact")
    for name in (HOST_PREFIX + CONTACT_COOKIE, CONTACT_COOKIE):
        home = await presenting(secure, f"{name}={contact.token}").got("/portal")
        assert home["signed_in"] is True


# ---------------------------------------------------------------- repeated writes


async def note(client: Client, number: int, key: str = "k") -> httpx.Response:
    body = {"kind": "note", "text": "the words of a note"}
    return await client.post(f"/tickets/{number}/messages", json=body, headers={"idempotency-key": key})


async def test_a_repeated_write_answers_only_who_may_still_see_its_ticket(desk: Desk) -> None:
    mine, theirs = await desk.given.team(), await desk.given.team()
    agent = await desk.given.staff(teams=(mine,), sees_all_teams=False)
    client, ticket = desk.client(agent), await desk.given.ticket(team_id=mine)
    first, again = await note(client, ticket.number), await note(client, ticket.number)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotent-replay"] == "true"
    await move(desk, ticket.id, theirs)
    hidden = await note(client, ticket.number)
    fresh = await note(client, ticket.number, "another key")
    assert (hidden.status_code, fresh.status_code) == (404, 404)
    assert "the words" not in hidden.text
    await move(desk, ticket.id, mine)
    assert (await note(client, ticket.number)).content == first.content


async def test_the_answer_to_a_hand_over_out_of_sight_is_not_told_again(desk: Desk) -> None:
    mine, theirs = await desk.given.team(), await desk.given.team()
    agent = await desk.given.staff(role="Administrator", teams=(mine,), sees_all_teams=False)
    client, ticket = desk.client(agent), await desk.given.ticket(team_id=mine)
    moved = [
        await client.patch(f"/tickets/{ticket.number}", json={"team_id": theirs}, headers={"idempotency-key": "k"})
        for _ in range(2)
    ]
    assert await desk.value("select team_id from tickets where id = $1", ticket.id) == theirs
    assert moved[1].status_code == 404
    assert "idempotent-replay" not in moved[1].headers


async def test_an_answer_goes_to_nobody_who_may_less_than_whoever_got_it(desk: Desk) -> None:
    agent, ticket = await desk.given.staff(), await desk.given.ticket()
    wide = desk.client(agent)
    narrow = desk.bearer(await desk.token(agent.id, "ticket:note"))
    first = await note(wide, ticket.number)
    repeated = await note(narrow, ticket.number)
    assert (repeated.status_code, repeated.json()["code"]) == (409, "already_done")
    assert first.json().keys() & {"message", "ticket"}
    assert not repeated.json().keys() & {"message", "ticket"}
    # What the narrow one was told itself it may hear again, and so may who holds more.
    made = await note(narrow, ticket.number, "other")
    assert (await note(narrow, ticket.number, "other")).content == made.content
    assert (await note(wide, ticket.number, "other")).content == made.content


async def test_a_key_is_one_persons(desk: Desk) -> None:
    ticket = await desk.given.ticket()
    first = await note(await desk.staff(), ticket.number)
    second = await note(await desk.staff(), ticket.number)
    assert second.status_code == 201
    assert first.json()["message"]["id"] != second.json()["message"]["id"]


async def test_a_key_of_the_release_before_is_answered_to_who_sees_its_ticket(desk: Desk) -> None:
    client, ticket = await desk.staff(), await desk.given.ticket()
    first = await note(client, ticket.number)
    async with desk.database.marking(desk.given.system) as transaction:
        await transaction.execute("update idempotency_keys set permissions = null")
    assert (await note(client, ticket.number)).content == first.content


async def move(desk: Desk, ticket_id: int, team_id: int) -> None:
    async with desk.database.writing(desk.given.system, "ticket.move") as work:
        await work.execute("update tickets set team_id = $2 where id = $1", ticket_id, team_id)
        work.ticket_id = ticket_id
