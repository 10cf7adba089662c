"""Push to browsers: encrypted for each, one for a burst, removed when gone, and silent when it should be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from push_service import PushService, SubscribedBrowser, claims_of, trusted_context
from test_notifications import answered, my_id, noted, opened, told

from atum_desk.kernel import clock
from atum_desk.notifications.feature import PUSH
from atum_desk.notifications.pushes import PushNotTaken, push_due, send_push
from desk import Client, Desk


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    made = PushService(trusted_context(tmp_path, monkeypatch))
    yield made
    made.close()


async def subscribed(client: Client, browser: SubscribedBrowser, **more: Any) -> dict[str, Any]:
    answer = await client.put("/notifications/browsers", json=browser.subscription | more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def pushed(desk: Desk) -> None:
    """Push what is due, and run each job once; one that failed stays."""
    await push_due(desk.job, desk.given.system, 0)
    rows = await desk.rows("select id, payload from jobs.pgqueuer where entrypoint = 'notifications.push' order by id")
    for row in rows:
        _, asked = PUSH.decode(row["payload"])
        await send_push(desk.job, asked)
        async with desk.database.connection("atum_desk_worker") as connection:
            await connection.execute("delete from jobs.pgqueuer where id = $1", row["id"])


async def test_a_push_is_encrypted_for_its_browser_and_signed(desk: Desk, service: PushService) -> None:
    actor, ines = await desk.staff("Agent", name="Actor"), await desk.staff("Agent")
    browser = service.browser()
    key = (await subscribed(ines, browser, name="Firefox on Linux"))["public_key"]
    async with told(desk):
        number = await opened(actor, assignee_id=await my_id(ines))
    await pushed(desk)
    [(headers, body)] = service.seen
    assert browser.opened(body) == {
        "title": f"#{number} Printer",
        "body": "Actor assigned the ticket to you: It is on fire",
        "tag": f"ticket-{await desk.value('select max(id) from tickets')}",
        "path": f"/desk/tickets/{number}",
        "unread": 1,
    }
    assert (headers["content-encoding"], headers["ttl"], headers["urgency"]) == ("aes128gcm", "86400", "high")
    # The push service learns nothing of the ticket, not even its number.
    assert len(headers["topic"]) == 24
    assert b"Printer" not in body
    claims = claims_of(headers["authorization"], key)
    assert (claims["aud"], claims["sub"]) == (service.origin, desk.settings.web_url)
    assert 0 < claims["exp"] - clock.now().timestamp() <= 24 * 3600
    [held] = (await ines.got("/notifications/browsers"))["items"]
    assert (held["name"], held["current"], held["signed_in"]) == ("Firefox on Linux", True, True)
    assert held["last_used_at"] is not None


async def test_another_browser_cannot_read_it(desk: Desk, service: PushService) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    await subscribed(ines, service.browser())
    async with told(desk):
        await opened(actor, assignee_id=await my_id(ines))
    await pushed(desk)
    with pytest.raises(Exception, match=r"^$"):  # InvalidTag says nothing
        service.browser().opened(service.seen[0][1])


async def test_a_burst_on_a_ticket_is_one_push_and_the_next_one_takes_its_place(
    desk: Desk, service: PushService
) -> None:
    actor, ines = await desk.staff("Agent", name="Actor"), await desk.staff("Agent")
    me, browser = await my_id(ines), service.browser()
    await subscribed(ines, browser)
    async with told(desk):
        number = await opened(actor, assignee_id=me)
        for text in ("one", "two"):
            await noted(actor, number, text, mentions={"staff_ids": [me]})
    await pushed(desk)
    async with told(desk):
        await answered(desk, number)
    await pushed(desk)
    first, second = service.seen
    assert first[0]["topic"] == second[0]["topic"]
    shown = [browser.opened(body) for _, body in service.seen]
    assert [one["tag"] for one in shown] == [shown[0]["tag"]] * 2
    assert shown[0]["body"] == "Actor mentioned you, in a note, which only the staff see: two (and 2 more)"
    assert shown[1]["body"] == "Ann answered on your ticket: Still on fire (and 3 more)"
    # Nothing is due twice.
    await pushed(desk)
    assert len(service.seen) == 2


async def test_many_tickets_at_once_are_one_push(desk: Desk, service: PushService) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    browser = service.browser()
    await subscribed(ines, browser)
    async with told(desk):
        for _ in range(6):
            await opened(actor, assignee_id=await my_id(ines))
    await pushed(desk)
    [(_, body)] = service.seen
    shown = browser.opened(body)
    assert (shown["title"], shown["path"], shown["tag"]) == ("6 tickets", "/desk/notifications", "several")


async def test_what_was_read_or_undone_is_not_pushed(desk: Desk, service: PushService) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    await subscribed(ines, service.browser())
    async with told(desk):
        number = await opened(actor, assignee_id=await my_id(ines))
    await push_due(desk.job, desk.given.system, 0)
    # Between the queue and the push service.
    await ines.post(f"/tickets/{number}/read")
    await pushed(desk)
    assert service.seen == []


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_removed(desk: Desk, service: PushService, status: int) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    await subscribed(ines, service.browser())
    service.answers = [status]
    async with told(desk):
        await opened(actor, assignee_id=await my_id(ines))
    await pushed(desk)
    assert (await ines.got("/notifications/browsers"))["items"] == []


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_a_push_that_was_not_taken_is_tried_again(desk: Desk, service: PushService, status: int) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    await subscribed(ines, service.browser())
    service.answers = [status]
    async with told(desk):
        await opened(actor, assignee_id=await my_id(ines))
    with pytest.raises(PushNotTaken, match=str(status)):
        await pushed(desk)
    await pushed(desk)
    assert len(service.seen) == 2
    assert len((await ines.got("/notifications/browsers"))["items"]) == 1


async def test_without_content_a_push_says_only_that_there_is_something(desk: Desk, service: PushService) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    browser = service.browser()
    await subscribed(ines, browser)
    await ines.patched("/notifications/settings", {"push_content": False})
    async with told(desk):
        await opened(actor, assignee_id=await my_id(ines))
    await pushed(desk)
    shown = browser.opened(service.seen[0][1])
    assert (shown["title"], shown["body"]) == ("A new notification", "Open the desk to read it.")


async def test_who_turned_a_reason_off_or_has_quiet_hours_is_not_pushed(desk: Desk, service: PushService) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    await subscribed(ines, service.browser())
    hour = clock.now().hour
    quiet = {"begin": f"{(hour - 1) % 24:02}:00:00", "end": f"{(hour + 2) % 24:02}:00:00", "zone": "UTC"}
    await ines.patched("/notifications/settings", {"quiet": quiet})
    async with told(desk):
        await opened(actor, assignee_id=await my_id(ines))
    await pushed(desk)
    assert service.seen == []
    await ines.patched("/notifications/settings", {"quiet": None, "reasons": {"assigned": {"push": False}}})
    async with told(desk):
        await opened(actor, assignee_id=await my_id(ines))
    # The first one waited; the second is in the desk alone.
    await pushed(desk)
    assert len(service.seen) == 1


async def test_a_browser_is_told_while_somebody_is_signed_in_there(desk: Desk, service: PushService) -> None:
    actor, ines = await desk.staff("Agent"), await desk.given.staff("Ines")
    client, browser = desk.client(ines), service.browser()
    await subscribed(client, browser)
    assert (await client.delete("/session")).status_code < 300
    async with told(desk):
        await opened(actor, assignee_id=ines.id)
    await pushed(desk)
    assert service.seen == []
    # Signed in anew, the page renews what it has; of a browser that was removed nothing comes back.
    again = desk.client(await desk.given.sign_in(ines.id, "staff"))
    [held] = (await again.got("/notifications/browsers"))["items"]
    assert held["signed_in"] is False
    assert (await subscribed(again, browser, renew=True))["items"][0]["signed_in"] is True
    assert (await again.delete(f"/notifications/browsers/{held['id']}")).status_code == 204
    refused = await again.put("/notifications/browsers", json=browser.subscription | {"renew": True})
    assert (refused.status_code, refused.json()["code"]) == (404, "push_browser_not_found")


async def test_a_browser_belongs_to_who_used_it_last_and_is_theirs_alone(desk: Desk, service: PushService) -> None:
    ines, otto = await desk.staff("Agent"), await desk.staff("Agent")
    browser = service.browser()
    [held] = (await subscribed(ines, browser))["items"]
    assert (await otto.delete(f"/notifications/browsers/{held['id']}")).status_code == 404
    await subscribed(otto, browser)
    assert (await ines.got("/notifications/browsers"))["items"] == []
    assert len((await otto.got("/notifications/browsers"))["items"]) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example/send/x"},
        {"endpoint": "https://user@push.example/x"},
        {"endpoint": "https:///nowhere"},
        {"p256dh": "A" * 87},
        {"p256dh": "!" * 87},
        {"auth": "A" * 21},
    ],
)
async def test_what_is_no_subscription_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    ines = await desk.staff("Agent")
    given = SubscribedBrowser("https://push.example/send/x").subscription | wrong
    refused = await ines.put("/notifications/browsers", json=given)
    assert (refused.status_code, refused.json()["code"]) == (422, "push_subscription_unfit")


async def test_another_secret_makes_another_key_and_browsers_subscribe_anew(desk: Desk, service: PushService) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    before = (await subscribed(ines, service.browser()))["public_key"]
    async with desk.database.marking(desk.given.system) as transaction:
        await transaction.execute("update push_keys set private_key = 'x'")
    async with told(desk):
        await opened(actor, assignee_id=await my_id(ines))
    await pushed(desk)
    assert service.seen == []
    now = await ines.got("/notifications/browsers")
    assert now["items"] == []
    assert now["public_key"] != before
