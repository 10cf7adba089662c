"""Mail that waits: digests at the full hour and once a day, absences with a summary or a deputy; each once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from test_notification_mail import mailed
from test_notifications import my_id, noted, opened, told

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.notifications.mails import send_due
from desk import Client, Desk


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.move(timedelta(0))


def now_is(moment: datetime) -> None:
    """Let the clocks of this process and of the database show a moment."""
    clock.move(timedelta(0))
    clock.move(moment - clock.now())


async def wanting(desk: Desk, frequency: str, **more: Any) -> tuple[Client, int]:
    """Return somebody who gets assignments and mentions by mail so often."""
    ines = await desk.staff("Agent", name="Ines")
    often = {"mail": True, "frequency": frequency}
    await ines.patched("/notifications/settings", {"reasons": {"assigned": often, "mentioned": often}, **more})
    return ines, await my_id(ines)


async def test_hourly_news_leave_together_at_the_full_hour_by_ticket(desk: Desk, settings: Settings) -> None:
    actor = await desk.staff("Agent", name="Actor")
    _, me = await wanting(desk, "hourly")
    start = clock.now().replace(minute=10, second=0)
    now_is(start)
    async with told(desk):
        first = await opened(actor, assignee_id=me)
        await noted(actor, first, "Look at gateway B", mentions={"staff_ids": [me]})
        second = await opened(actor, assignee_id=me)
    now_is(start + timedelta(minutes=45))
    assert await mailed(desk, settings) == []
    now_is(start + timedelta(minutes=51))
    [mail] = await mailed(desk, settings)
    assert mail["subject"] == "News of 2 tickets"
    told_last, told_first = mail["text"].split("\n\n\n")[:2]
    assert f"#{second} Printer" in told_last
    assert f"#{first} Printer" in told_first
    assert "Actor assigned the ticket to you:\n\nIt is on fire" in told_first
    assert "Actor mentioned you, in a note, which only the staff see:\n\nLook at gateway B" in told_first
    assert f"/desk/tickets/{first}" in told_first
    assert "Please answer in the desk" in mail["text"]
    # It is about several tickets, so an answer finds none of them.
    assert mail["reply_to"] is None
    # Nothing is empty, nothing comes twice.
    now_is(start + timedelta(hours=2))
    assert len(await mailed(desk, settings)) == 1


async def test_what_is_read_before_its_hour_is_not_in_it(desk: Desk, settings: Settings) -> None:
    actor = await desk.staff("Agent")
    ines, me = await wanting(desk, "hourly")
    async with told(desk):
        number = await opened(actor, assignee_id=me)
    await ines.post(f"/tickets/{number}/read")
    now_is(clock.now() + timedelta(hours=1))
    assert await mailed(desk, settings) == []


@pytest.mark.parametrize(
    ("zone", "at", "told_at", "before", "after"),
    [
        # The day on which clocks go forward has no 02:30; its mail leaves at 03:30 of summer time.
        ("Europe/Berlin", "02:30", "2027-03-27T12:00", "2027-03-28T01:29+00:00", "2027-03-28T01:31+00:00"),
        # The day on which they go back has 02:30 twice; its mail leaves once.
        ("Europe/Berlin", "02:30", "2027-10-30T12:00", "2027-10-31T01:29+00:00", "2027-10-31T01:31+00:00"),
        ("Europe/Berlin", "08:00", "2027-03-27T12:00", "2027-03-28T05:59+00:00", "2027-03-28T06:01+00:00"),
        ("Asia/Kathmandu", "08:00", "2027-06-01T12:00", "2027-06-02T02:14+00:00", "2027-06-02T02:16+00:00"),
    ],
)
async def test_daily_news_leave_at_their_time_in_the_zone_also_when_clocks_change(
    desk: Desk, settings: Settings, zone: str, at: str, told_at: str, before: str, after: str
) -> None:
    actor = await desk.staff("Agent")
    _, me = await wanting(desk, "daily", digest={"at": f"{at}:00", "zone": zone})
    async with told(desk):
        await opened(actor, assignee_id=me)
    created = datetime.fromisoformat(told_at).replace(tzinfo=ZoneInfo(zone))
    async with desk.database.marking(desk.given.system) as transaction:
        await transaction.execute("update notifications set created_at = $1", created)
    now_is(datetime.fromisoformat(before))
    assert await mailed(desk, settings) == []
    now_is(datetime.fromisoformat(after))
    [mail] = await mailed(desk, settings)
    assert mail["subject"] == "News of one ticket"
    for hours in (1, 2, 12, 24):
        now_is(datetime.fromisoformat(after) + timedelta(hours=hours))
        assert len(await mailed(desk, settings)) == 1


async def test_workers_at_once_and_one_that_dies_send_one_digest(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await desk.staff("Agent")
    _, me = await wanting(desk, "hourly")
    async with told(desk):
        for _ in range(3):
            await opened(actor, assignee_id=me)
    now_is(clock.now() + timedelta(hours=1))

    async def dies(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("atum_desk.notifications.mails.queue_mail", dies)
        with pytest.raises(RuntimeError):
            await send_due(desk.job, desk.given.system, 0)
    await asyncio.gather(*(send_due(desk.job, desk.given.system, 0) for _ in range(4)))
    [mail] = await mailed(desk, settings)
    assert mail["subject"] == "News of 3 tickets"


async def away(desk: Desk, client: Client, *, deputy_id: int | None = None) -> None:
    begun, back = clock.now() - timedelta(hours=1), clock.now() + timedelta(days=3)
    dates = {"starts_at": begun.isoformat(), "ends_at": back.isoformat()}
    assert (await client.put("/me/absence", json=dates | {"deputy_id": deputy_id})).status_code == 200


async def test_mail_waits_in_an_absence_and_comes_as_one_summary(desk: Desk, settings: Settings) -> None:
    actor = await desk.staff("Agent")
    ines, me = await wanting(desk, "at_once")
    await away(desk, ines)
    assert (await ines.got("/notifications/settings"))["absent_until"] is not None
    async with told(desk):
        numbers = [await opened(actor, assignee_id=me) for _ in range(3)]
    assert await mailed(desk, settings) == []
    now_is(clock.now() + timedelta(days=3, minutes=1))
    [mail] = await mailed(desk, settings)
    assert mail["subject"] == "While you were away: 3 tickets"
    assert all(f"#{number} Printer" in mail["text"] for number in numbers)
    # Nothing of it comes twice.
    assert len(await mailed(desk, settings)) == 1


async def test_mail_goes_to_the_deputy_who_sees_the_ticket_or_waits(desk: Desk, settings: Settings) -> None:
    actor, otto = await desk.staff("Agent"), await desk.staff("Agent", name="Otto")
    narrow = await desk.given.team("Narrow")
    other = await desk.staff("Agent", name="Nora", sees_all_teams=False, teams=(narrow,))
    ines, me = await wanting(desk, "at_once", in_absence="deputy")
    await away(desk, ines, deputy_id=await my_id(otto))
    async with told(desk):
        await opened(actor, assignee_id=me)
    [mail] = await mailed(desk, settings)
    assert [one["name"] for one in mail["recipients"]] == ["Otto"]
    assert "You get this because you stand in for Ines, who is away." in mail["text"]
    assert (await ines.put("/me/absence", json=await dates_with(ines, await my_id(other)))).status_code == 200
    async with told(desk):
        await opened(actor, assignee_id=me)
    assert len(await mailed(desk, settings)) == 1


async def dates_with(client: Client, deputy_id: int) -> dict[str, Any]:
    [held] = (await client.got("/absences", now=True))["items"]
    return {"starts_at": held["starts_at"], "ends_at": held["ends_at"], "deputy_id": deputy_id}


async def test_who_wants_it_gets_mail_in_an_absence_all_the_same(desk: Desk, settings: Settings) -> None:
    actor = await desk.staff("Agent")
    ines, me = await wanting(desk, "at_once", in_absence="send")
    await away(desk, ines)
    async with told(desk):
        await opened(actor, assignee_id=me)
    [mail] = await mailed(desk, settings)
    assert [one["name"] for one in mail["recipients"]] == ["Ines"]


async def test_a_muted_ticket_tells_mentions_and_assignments_until_it_is_resolved(desk: Desk) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    me = await my_id(ines)
    async with told(desk):
        number = await opened(actor, assignee_id=me)
    assert (await ines.put(f"/tickets/{number}/mute")).status_code == 204
    assert (await ines.got("/notifications"))["items"][0]["muted"] is True
    async with told(desk):
        await noted(actor, number)
        await noted(actor, number, mentions={"staff_ids": [me]})
        await actor.patched(f"/tickets/{number}", {"status": "resolved"})
    [ticket] = (await ines.got("/notifications"))["items"]
    assert [one["reason"] for one in ticket["items"]] == ["mentioned", "assigned"]
    assert ticket["muted"] is False
    async with told(desk):
        await actor.patched(f"/tickets/{number}", {"status": "open"})
    [ticket] = (await ines.got("/notifications"))["items"]
    assert [one["reason"] for one in ticket["items"]] == ["followed", "mentioned", "assigned"]
