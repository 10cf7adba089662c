"""Guessing passwords: the attacker waits ever longer, the owner of the account does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import msgspec
import pytest
from limits import parse

from atum_desk.entry.api import build_app
from atum_desk.http.device_cookie import DEVICE_COOKIE, MAX_PEOPLE, device_cookie, find_device
from atum_desk.http.rate_limits import STEPS, RateLimits
from atum_desk.http.sign_in_throttle import SignInThrottle, network_of
from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.problems import RateLimited
from desk import Client, Desk, cookies_of
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD, SECRET

RIGHT = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
WRONG = {**RIGHT, "password": "wrong"}
PERSON, SALT = 7, "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ"


@pytest.fixture
def move_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    """Move the clock of this process, by which attempts are counted and cookies are dated."""
    moved = 0.0
    real = time.time

    def move(seconds: float) -> None:
        nonlocal moved
        moved += seconds
        clock.move(timedelta(seconds=moved))

    monkeypatch.setattr(time, "time", lambda: real() + moved)
    yield move
    clock.move(timedelta(0))


class Guesser:
    """Attempts at one address, without the cost of looking at passwords."""

    def __init__(self, email: str = ADMIN_EMAIL, *, known: bool = True) -> None:
        self.limits = RateLimits("")
        self.email = email
        self.salt = SALT if known else None

    def attempt(self, ip: str, cookie: str | None = None) -> SignInThrottle:
        return SignInThrottle(self.limits, SECRET, email=self.email, ip=ip, device_cookie=cookie)

    async def wrong(self, ip: str, cookie: str | None = None) -> int:
        """Guess wrong; return 0, or how many seconds one is told to wait."""
        try:
            await self.attempt(ip, cookie).admit(self.salt)
        except RateLimited as refusal:
            return int(refusal.headers["Retry-After"])
        return 0

    async def right(self, ip: str, cookie: str | None = None) -> None:
        attempt = self.attempt(ip, cookie)
        await attempt.admit(self.salt)
        await attempt.succeed()

    async def until_refused(self, ip: str, cookie: str | None = None) -> tuple[int, int]:
        """Guess until refused; return how many guesses that took and how long to wait."""
        for guesses in range(500):
            if wait := await self.wrong(ip, cookie):
                return guesses, wait
        raise AssertionError("never refused")


# ---------------------------------------------------------------- strangers
async def test_a_stranger_waits_longer_the_longer_they_go_on(move_on: Callable[[float], None]) -> None:
    guesser = Guesser()
    first, wait = await guesser.until_refused("203.0.113.9")
    assert first == 5
    assert wait == pytest.approx(60, abs=2)
    move_on(wait)
    second, wait = await guesser.until_refused("203.0.113.9")
    assert second == 5
    assert wait == pytest.approx(14 * 60, abs=10)
    move_on(wait)
    waits = []
    for _ in range(3):
        waits.append(wait := (await guesser.until_refused("203.0.113.9"))[1])
        move_on(wait)
    assert max(waits) > 4 * 3600


async def test_a_day_of_guessing_from_everywhere_is_bounded_for_one_address(move_on: Callable[[float], None]) -> None:
    guesser, guessed = Guesser(), 0
    for minute in range(24 * 60):
        guessed += not await guesser.wrong(f"10.{minute % 200}.{minute % 7}.1")
        move_on(60)
    assert guessed <= 100


async def test_a_network_is_one_stranger_whichever_addresses_it_guesses_from() -> None:
    guesser = Guesser()
    for host in range(1, 6):
        assert not await guesser.wrong(f"203.0.113.{host}")
    assert await guesser.wrong("203.0.113.200")
    assert not await guesser.wrong("203.0.114.1")
    for host in range(1, 6):
        assert not await guesser.wrong(f"2001:db8:1:2::{host}")
    assert await guesser.wrong("2001:db8:1:2:ffff::9")
    assert not await guesser.wrong("2001:db8:1:3::1")


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("no address", "no address"),
        ("x" * 1000, "x" * 64),
    ],
)
def test_networks(ip: str, network: str) -> None:
    assert network_of(ip) == network


async def test_every_spelling_of_an_address_is_one_address() -> None:
    guesser = Guesser("info@example.org")
    for spelling in ("info@example.org", "INFO@Example.ORG", " info@example.org ", "\u0130nfo@example.org"):
        guesser.email = spelling
        assert not await guesser.wrong("203.0.113.9")
    guesser.email = "info@EXAMPLE.org"
    assert not await guesser.wrong("203.0.113.9")
    assert await guesser.wrong("203.0.113.9")


async def test_an_own_account_does_not_begin_a_networks_budget_anew() -> None:
    guesser, own = Guesser(known=False), Guesser("attacker@example.org")
    own.limits = guesser.limits
    refused_at = 0
    for number in range(200):
        guesser.email = f"n{number}@example.org"
        if await guesser.wrong("203.0.113.9"):
            refused_at = number
            break
        if number % 10 == 0:
            await own.right("203.0.113.9")
    assert refused_at <= STEPS["sign_in_network"][0].amount


async def test_nobody_learns_who_has_an_account_from_the_limits(move_on: Callable[[float], None]) -> None:
    told = []
    for known in (True, False):
        guesser = Guesser(known=known)
        answers = []
        for number in range(80):
            answers.append(bool(await guesser.wrong(f"10.0.{number % 12}.1")))
            move_on(20)
        move_on(-80 * 20)
        told.append(answers)
    assert told[0] == told[1]
    assert True in told[0]


async def test_the_answer_says_how_long_to_wait_and_is_the_same_for_whom_nobody_knows(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STEPS, "sign_in_stranger", [parse("2 per 5 minutes")])
    told = []
    for email in (ADMIN_EMAIL, "nobody@example.org"):
        client = desk.client()
        for _ in range(2):
            answer = await client.post("/session", json={"email": email, "password": "wrong"})
            assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")
        # In capitals and with spaces it is the same address.
        body = {"email": f" {email.upper()} ", "password": ADMIN_PASSWORD}
        limited = await client.post("/session", json=body)
        assert (limited.status_code, limited.json()["code"]) == (429, "rate_limited")
        assert limited.json()["retry_after_seconds"] == int(limited.headers["retry-after"])
        told.append(int(limited.headers["retry-after"]))
    assert told == [pytest.approx(300, abs=20), pytest.approx(300, abs=20)]


async def test_a_right_password_forgives_the_wrong_ones_before(desk: Desk) -> None:
    client = desk.client()
    client.cookies.clear()
    amount = STEPS["sign_in_stranger"][0].amount
    for _ in range(2):
        for _ in range(amount - 1):
            assert (await desk_post(client, WRONG)).status_code == 401
        assert (await desk_post(client, RIGHT)).status_code == 200


async def desk_post(client: Client, body: dict[str, str]) -> httpx.Response:
    """Sign in as a browser without cookies would."""
    client.cookies.clear()
    return await client.post("/session", json=body)


# ---------------------------------------------------------------- the owner
async def test_an_attacker_elsewhere_does_not_lock_out_a_known_browser_or_network(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, office = desk.client(ip="198.51.100.7"), "198.51.100.99"
    assert (await owner.post("/session", json=RIGHT)).status_code == 200
    monkeypatch.setitem(STEPS, "sign_in_address", [parse("4 per hour")])
    attackers = [desk.client() for _ in range(6)]
    statuses = [(await one.post("/session", json=WRONG)).status_code for one in attackers]
    assert statuses == [401] * 4 + [429] * 2
    # At home, where nobody signed in before, with the browser that did; and in the office without it.
    assert (await desk.client().post("/session", json=RIGHT)).status_code == 429
    home = desk.client(cookie=f"{DEVICE_COOKIE}={owner.cookies[DEVICE_COOKIE]}")
    assert (await home.post("/session", json=RIGHT)).status_code == 200
    assert (await desk.client(ip=office).post("/session", json=RIGHT)).status_code == 200


async def test_a_known_browser_has_a_budget_of_its_own_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = desk.client()
    await owner.posted("/session", RIGHT, status=200)
    monkeypatch.setitem(STEPS, "sign_in_known_device", [parse("3 per 5 minutes")])
    for _ in range(3):
        assert (await owner.post("/session", json=WRONG)).status_code == 401
    assert (await owner.post("/session", json=RIGHT)).status_code == 429


async def test_the_device_cookie_opens_nothing_and_scripts_cannot_read_it(desk: Desk) -> None:
    answer = await desk.client().post("/session", json=RIGHT)
    morsel = cookies_of(answer)[DEVICE_COOKIE]
    assert morsel["httponly"] is True
    assert (morsel["samesite"].lower(), morsel["path"]) == ("strict", "/api/v1/")
    assert not morsel["secure"]
    only = desk.client(cookie=f"{DEVICE_COOKIE}={morsel.value}")
    assert (await only.get("/me")).status_code == 401
    bearer = desk.bearer(morsel.value)
    assert (await bearer.get("/me")).status_code == 401
    desk.app = build_app(desk.database, msgspec.structs.replace(desk.settings, url="https://desk.example"))
    secure = cookies_of(await desk.client().post("/session", json=RIGHT))[DEVICE_COOKIE]
    assert secure["secure"] is True


def salt_of_person(person_id: int) -> str:
    return f"{SALT}{person_id}"


class SignInBrowser:
    """Device cookies of one browser, as people sign in with it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cookie: str | None = None

    async def sign_in(self, person_id: int) -> int | None:
        salt = salt_of_person(person_id)
        known = find_device(self.cookie, SECRET, salt)
        self.cookie = device_cookie(self.cookie, self.settings, salt, known).value
        return known

    def knows(self, person_id: int, salt: str | None = None) -> bool:
        return find_device(self.cookie, SECRET, salt or salt_of_person(person_id)) is not None


async def test_a_device_is_known_for_its_people_until_their_password_changes_or_a_year_passed(
    settings: Settings, move_on: Callable[[float], None]
) -> None:
    browser = SignInBrowser(settings)
    assert await browser.sign_in(PERSON) is None
    assert await browser.sign_in(PERSON) is not None
    assert not browser.knows(PERSON + 1)
    assert not browser.knows(PERSON, "$argon2id$another")
    for person_id in range(20, 20 + MAX_PEOPLE - 1):
        await browser.sign_in(person_id)
    assert browser.knows(PERSON)
    await browser.sign_in(99)
    assert not browser.knows(PERSON)
    assert browser.knows(99)
    move_on(366 * 86_400)
    assert not browser.knows(99)


@pytest.mark.parametrize("cookie", ["", "~", "~~~~~", "7x1x1zaaaaaaaaaaaaaaaa", "x" * 5000, "é", "7x1x1z"])
async def test_a_forged_device_is_a_stranger(settings: Settings, cookie: str) -> None:
    browser = SignInBrowser(settings)
    browser.cookie = cookie
    assert not browser.knows(PERSON)
    await browser.sign_in(PERSON)
    assert browser.knows(PERSON)
    assert not browser.knows(8)
    _number, _, rest = (browser.cookie or "").partition("x")
    browser.cookie = f"8x{rest}"
    assert not browser.knows(PERSON)


async def test_a_reset_makes_known_browsers_and_networks_strangers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    person, admin = await desk.given.staff(), await desk.administrator()
    email = f"agent{person.id}@atum.localhost"
    first = (await admin.posted(f"/people/{person.id}/password", status=200))["password"]
    owner = desk.client()
    await owner.posted("/session", {"email": email, "password": first}, status=200)
    await admin.posted(f"/people/{person.id}/password", status=200)
    monkeypatch.setitem(STEPS, "sign_in_address", [parse("1 per hour")])
    body = {"email": email, "password": "wrong"}
    assert (await desk.client().post("/session", json=body)).status_code == 401
    assert (await owner.post("/session", json=body)).status_code == 429


async def test_after_ones_own_new_password_this_browser_and_network_stay_known(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, admin = await desk.given.staff(), await desk.administrator()
    email = f"agent{person.id}@atum.localhost"
    first = (await admin.posted(f"/people/{person.id}/password", status=200))["password"]
    owner, other = desk.client(ip="198.51.100.7"), desk.client()
    for browser in (owner, other):
        await browser.posted("/session", {"email": email, "password": first}, status=200)
    second = "seven quiet herons wade"
    body = {"current_password": first, "new_password": second}
    assert (await owner.post("/me/password", json=body)).status_code == 204
    monkeypatch.setitem(STEPS, "sign_in_address", [parse("1 per hour")])
    wrong, right = {"email": email, "password": "wrong"}, {"email": email, "password": second}
    assert (await desk.client().post("/session", json=wrong)).status_code == 401
    assert (await other.post("/session", json=right)).status_code == 429
    home = desk.client(cookie=f"{DEVICE_COOKIE}={owner.cookies[DEVICE_COOKIE]}")
    assert (await home.post("/session", json=right)).status_code == 200
    assert (await desk.client(ip="198.51.100.9").post("/session", json=right)).status_code == 200


async def test_behind_a_proxy_the_network_is_that_of_the_browser(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STEPS, "sign_in_stranger", [parse("1 per hour")])
    desk.app = build_app(desk.database, msgspec.structs.replace(desk.settings, trusted_proxies="192.0.2.1"))
    for browser in ("203.0.113.9", "203.0.114.9"):
        client = desk.client(None, ip="192.0.2.1", **{"x-forwarded-for": f"1.2.3.4, {browser}"})
        assert (await desk_post(client, WRONG)).status_code == 401
        assert (await desk_post(client, WRONG)).status_code == 429


# ---------------------------------------------------------------- the current password
async def test_the_current_password_is_guessed_from_one_session_so_often_only(desk: Desk) -> None:
    person = await desk.given.staff()
    here, there = desk.client(person), desk.client(await desk.given.sign_in(person.id, "staff"))
    body = {"current_password": "wrong", "new_password": "words that nobody guesses"}
    for _ in range(STEPS["current_password"][0].amount):
        assert (await here.post("/me/password", json=body)).status_code == 401
    limited = await here.post("/me/password", json=body)
    assert limited.status_code == 429
    assert 0 < int(limited.headers["retry-after"]) <= 301
    assert (await there.post("/me/password", json=body)).status_code == 401


async def test_a_token_does_not_guess_on_by_making_tokens(desk: Desk) -> None:
    person = await desk.given.staff()
    script = desk.bearer(await desk.token(person.id))
    body = {"current_password": "wrong", "new_password": "words that nobody guesses"}
    for _ in range(STEPS["current_password"][0].amount):
        assert (await script.post("/me/password", json=body)).status_code == 401
    child = desk.bearer((await script.posted("/me/tokens", {"name": "more"}))["token"])
    assert (await child.post("/me/password", json=body)).status_code == 429
