"""Calendars over HTTP: what is stored, what is refused, what a file adds, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.kernel import clock
from desk import Client, Desk

WORKDAYS = {day: [{"opens": "09:00", "closes": "17:00"}] for day in ("mon", "tue", "wed", "thu", "fri")}
MONDAY = "2026-03-02T"


async def add_calendar(client: Client, name: str = "Support", **settings: Any) -> dict[str, Any]:
    body = {"name": name, "time_zone": "Europe/Berlin", "hours": WORKDAYS, **settings}
    return await client.posted("/calendars", body)


def event(*lines: str, start: str = "20260601", name: str = "Away") -> str:
    return "\r\n".join(
        (
            "BEGIN:VEVENT",
            f"UID:{name}@x.example",
            f"SUMMARY:{name}",
            f"DTSTART;VALUE=DATE:{start}",
            *lines,
            "END:VEVENT",
        )
    )


def file_of(*events: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//X//Y//EN")
    return "\r\n".join((*head, *events, "END:VCALENDAR", "")).encode()


async def imported(client: Client, calendar: dict[str, Any], raw: bytes, status: int = 200) -> dict[str, Any]:
    answer = await client.post(f"/calendars/{calendar['id']}/import", files={"file": ("feed.ics", raw)})
    assert answer.status_code == status, answer.text
    return answer.json()


async def days_of(client: Client, calendar: dict[str, Any], events: list[str]) -> list[str]:
    return [day["date"] for day in (await imported(client, calendar, file_of(*events)))["imported_days"]]


async def test_a_calendar_answers_when_something_is_due_and_what_passed(desk: Desk) -> None:
    admin = await desk.administrator()
    calendar = await add_calendar(admin)
    path = f"/calendars/{calendar['id']}"
    due = await admin.got(f"{path}/due", start_at=f"{MONDAY}15:00:00Z", seconds=7_200)
    assert due == {"due_at": "2026-03-03T09:00:00Z"}
    passed = await admin.got(f"{path}/elapsed", start_at=f"{MONDAY}15:00:00Z", end_at=due["due_at"])
    assert passed == {"seconds": 7_200}
    state = await admin.got(f"{path}/state", at=f"{MONDAY}17:00:00+01:00")
    assert state["is_open"] is False
    assert state["next_opening_at"] == "2026-03-03T08:00:00Z"
    assert state["next_closing_at"] == "2026-03-03T16:00:00Z"
    assert await admin.got("/calendars") == {"items": [calendar]}


async def test_a_calendar_that_never_opens_says_so_and_a_moment_needs_a_zone(desk: Desk) -> None:
    admin = await desk.administrator()
    path = f"/calendars/{(await add_calendar(admin, hours={}))['id']}"
    answer = await admin.get(f"{path}/due", params={"start_at": f"{MONDAY}15:00:00Z", "seconds": 60})
    assert (answer.status_code, answer.json()["code"]) == (422, "calendar_never_opens")
    assert (await admin.got(f"{path}/state"))["next_opening_at"] is None
    answer = await admin.get(f"{path}/due", params={"start_at": f"{MONDAY}15:00:00", "seconds": 60})
    assert answer.status_code == 422
    far = {"start_at": "2026-01-01T00:00:00Z", "end_at": "2190-01-01T00:00:00Z"}
    answer = await admin.get(f"{path}/elapsed", params=far)
    assert (answer.status_code, answer.json()["code"]) == (422, "moment_too_far")


REFUSED: dict[str, dict[str, Any]] = {
    "time_zone": {"time_zone": "Mars/Base"},
    "country": {"country": "XX"},
    "region": {"country": "DE", "region": "ZZ"},
    "hours": {"hours": {"mon": [{"opens": "09:00", "closes": "12:00"}, {"opens": "11:00", "closes": "13:00"}]}},
    "hours of two days": {
        "hours": {"sun": [{"opens": "22:00", "closes": "06:00"}], "mon": [{"opens": "05:00", "closes": "13:00"}]}
    },
    "special_days": {"special_days": [{"date": "2026-12-24"}, {"date": "2026-12-24", "name": "Again"}]},
    "yearly special_days": {
        "special_days": [{"date": "2026-12-24", "yearly": True}, {"date": "2027-12-24", "yearly": True}]
    },
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_no_calendar_can_be_is_refused_by_its_field(desk: Desk, name: str) -> None:
    admin = await desk.administrator()
    answer = await admin.post("/calendars", json={"name": "Wrong", "time_zone": "UTC", **REFUSED[name]})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
    assert [fault["field"] for fault in answer.json()["errors"]] == [
        name.split()[-1] if name[0] == "y" else name.split()[0]
    ]
    answer = await admin.post("/calendars/preview", json={"time_zone": "UTC", **REFUSED[name]})
    assert answer.status_code == 422


async def test_a_clock_that_is_none_is_refused(desk: Desk) -> None:
    admin = await desk.administrator()
    for opens, closes in (("9:00", "17:00"), ("24:00", "17:00"), ("09:00", "24:01"), ("09:60", "17:00")):
        hours = {"mon": [{"opens": opens, "closes": closes}]}
        answer = await admin.post("/calendars", json={"name": "Wrong", "time_zone": "UTC", "hours": hours})
        assert answer.status_code == 422, (opens, closes)


async def test_a_change_keeps_the_rest_and_its_undo_brings_all_back(desk: Desk) -> None:
    admin = await desk.administrator()
    calendar = await add_calendar(admin)
    path = f"/calendars/{calendar['id']}"
    answer = await admin.patch(path, json={"country": "DE", "region": "BY", "version": calendar["version"]})
    assert answer.json()["hours"] == calendar["hours"]
    stale = await admin.patch(path, json={"name": "Other", "version": calendar["version"]})
    assert stale.status_code == 412
    await admin.posted(f"/changes/{answer.headers['X-Change-Id']}/undo", {}, status=200)
    assert (await admin.got(path))["country"] is None
    deleted = await admin.delete(path)
    assert deleted.status_code == 204
    assert (await admin.get(path)).status_code == 404
    await admin.posted(f"/changes/{deleted.headers['X-Change-Id']}/undo", {}, status=200)
    assert (await admin.got(path))["hours"] == calendar["hours"]


async def test_two_calendars_of_one_name_are_refused(desk: Desk) -> None:
    admin = await desk.administrator()
    await add_calendar(admin, "Night")
    answer = await admin.post("/calendars", json={"name": "night", "time_zone": "UTC"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")


async def test_the_preview_names_the_holidays_of_a_year_and_whose_rule_each_is(desk: Desk) -> None:
    admin = await desk.administrator()
    year = clock.now().year + 1
    calendar = await add_calendar(admin, "Imported")
    await imported(admin, calendar, file_of(event("RRULE:FREQ=YEARLY", start="20200501", name="Our day")))
    days = [
        {"date": "2020-02-29", "name": "Leap", "yearly": True},
        {"date": "2020-12-24", "name": "Short", "yearly": True, "spans": [{"opens": "09:00", "closes": "12:00"}]},
    ]
    body = {"time_zone": "Europe/Berlin", "hours": WORKDAYS, "special_days": days, "country": "DE", "region": "BY"}
    shown = (await admin.posted("/calendars/preview", {**body, "id": calendar["id"]}, status=200))["days"]
    by_day = {day["date"][5:]: (day["source"], day["is_closed"]) for day in shown}
    assert by_day["12-24"] == ("special", False)
    assert by_day["05-01"] == ("imported", True)
    assert by_day["01-06"] == ("public", True)
    assert "02-29" not in by_day or year % 4 in (0, 1)
    assert [day["date"] for day in shown] == sorted(day["date"] for day in shown)
    other = (await admin.posted("/calendars/preview", {**body, "region": "BE"}, status=200))["days"]
    assert "01-06" not in {day["date"][5:] for day in other}


async def test_countries_have_their_regions(desk: Desk) -> None:
    items = (await (await desk.administrator()).got("/calendars/countries"))["items"]
    by_code = {one["code"]: one["regions"] for one in items}
    assert "BY" in by_code["DE"]
    assert len(by_code) > 200


async def test_a_file_gives_whole_days_with_their_recurrences(desk: Desk) -> None:
    admin = await desk.administrator()
    calendar = await add_calendar(admin)
    this_year = clock.now().year
    feed = [
        event("RRULE:FREQ=YEARLY", start="20150815", name="Each year"),
        event(f"DTEND;VALUE=DATE:{this_year}0604", start=f"{this_year}0602", name="Two days"),
        event("RRULE:FREQ=YEARLY;UNTIL=20200101T000000Z", start="20100701", name="Long gone"),
        event("STATUS:CANCELLED", start=f"{this_year}0303", name="Called off"),
        event(
            "RRULE:FREQ=WEEKLY;COUNT=3", f"EXDATE;VALUE=DATE:{this_year}0914", start=f"{this_year}0907", name="Thrice"
        ),
        event(start=f"{this_year}1010", name="Moved").replace(
            "DTSTART", f"RECURRENCE-ID;VALUE=DATE:{this_year}1009\r\nDTSTART"
        ),
        event("RRULE:FREQ=DAILY;COUNT=1", start=f"{this_year}1009", name="Moved"),
        event(name="A meeting").replace(";VALUE=DATE:20260601", f":{this_year}0601T100000Z"),
    ]
    got = await imported(admin, calendar, file_of(*feed))
    days = {day["date"]: day["name"] for day in got["imported_days"]}
    august = {day for day in days if day.endswith("-08-15")}
    assert august == {f"{year}-08-15" for year in range(this_year - 1, this_year + 11)}
    rest = {f"{day[5:]} {name}" for day, name in days.items() if day not in august}
    assert rest == {"06-02 Two days", "06-03 Two days", "09-07 Thrice", "09-21 Thrice", "10-10 Moved"}
    assert got["imported_from"] == "feed.ics"
    assert got["imported_until"] == f"{this_year + 10}-12-31"
    # The next file replaces it, its undo brings this one back, and an empty list lets all go.
    path = f"/calendars/{calendar['id']}"
    again = await admin.post(f"{path}/import", files={"file": ("b.ics", file_of(event(start=f"{this_year}0101")))})
    assert len(again.json()["imported_days"]) == 1
    await admin.posted(f"/changes/{again.headers['X-Change-Id']}/undo", {}, status=200)
    assert (await admin.got(path))["imported_days"] == got["imported_days"]
    assert (await admin.patched(path, {"imported_days": []}))["imported_until"] is None


UNREADABLE = {
    "format": b"nothing of the kind",
    "empty": file_of(event(start="20010101")),
    "rule": file_of(event("RRULE:FREQ=SECONDLY")),
    "many": file_of(event("RRULE:FREQ=DAILY")),
    "long": file_of(*[event("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", name=str(n)) for n in range(9)]),
}


@pytest.mark.parametrize("fault", UNREADABLE)
async def test_a_file_that_gives_nothing_says_why_and_changes_nothing(desk: Desk, fault: str) -> None:
    admin = await desk.administrator()
    calendar = await add_calendar(admin)
    answer = await imported(admin, calendar, UNREADABLE[fault], status=422)
    assert (answer["code"], answer["parameters"]["reason"]["code"]) == (
        "calendar_file_unreadable",
        f"calendar_file_fault.{fault}",
    ), answer
    assert (await admin.got(f"/calendars/{calendar['id']}"))["version"] == calendar["version"]


async def test_a_file_that_is_too_large_is_refused(desk: Desk) -> None:
    admin = await desk.administrator()
    answer = await imported(admin, await add_calendar(admin), b"x" * 1_000_001, status=413)
    assert answer["code"] == "too_large"


async def test_an_agent_reads_calendars_and_changes_none(desk: Desk) -> None:
    admin = await desk.administrator()
    calendar = await add_calendar(admin)
    agent = await desk.staff()
    assert (await agent.got("/calendars"))["items"] == [calendar]
    assert (await agent.patch(f"/calendars/{calendar['id']}", json={"name": "Mine"})).status_code == 403
