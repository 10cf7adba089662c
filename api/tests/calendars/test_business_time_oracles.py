"""Other programs' business hours give the same answers: their cases, where the material is at hand."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from calendar_cases import ALWAYS, timetable

from atum_desk.calendars.business_time import add, elapsed, is_open, next_closing, next_opening
from atum_desk.calendars.problems import CalendarNeverOpens

REPOSITORY = Path(__file__).resolve().parents[3]


def material(name: str) -> Path:
    path = Path(os.environ.get("ATUM_MATERIAL") or REPOSITORY.parent / "shared" / "material") / name
    if not path.exists():
        pytest.skip(f"test material {name} is not at {path.parent} (set ATUM_MATERIAL)")
    return path


def test_the_due_times_of_biz_are_ours() -> None:
    folder = material("biz")
    calendars = {
        name: timetable(
            {day: list(pairs.items()) for day, pairs in said["hours"].items()}, said["tz"], said["holidays"]
        )
        for name, said in json.loads((folder / "calendars.json").read_text()).items()
    }
    cases = [json.loads(line) for line in (folder / "due_table.jsonl").read_text().splitlines()]
    wrong = []
    for case in cases:
        due = add(calendars[case["calendar"]], datetime.fromisoformat(case["start"]), case["minutes"] * 60)
        if due != datetime.fromisoformat(case["due_at_close"] or case["due"]):
            wrong.append((case, due))
    assert not wrong
    assert len(cases) > 800


@pytest.mark.parametrize("name", ["business-time", "working-hours"])
def test_the_cases_of_ruby_libraries_hold(name: str) -> None:
    cases = json.loads((material(name) / "cases.json").read_text())
    # When it last closed is a question that nothing here asks.
    answers = [(case, *_answers(case)) for case in cases if case["op"] != "last_open"]
    assert [case for case, answer, expected in answers if answer != expected] == []
    assert len(answers) > 20


def _answers(case: dict[str, Any]) -> tuple[Any, Any]:
    zone = ZoneInfo(case["time_zone"])
    calendar = timetable(case["hours"], case["time_zone"], case.get("holidays", ()), case.get("special_hours"))

    def moment(name: str) -> datetime:
        found = datetime.fromisoformat(case[name])
        return found if found.tzinfo else found.replace(tzinfo=zone)

    match case["op"]:
        case "add":
            return add(calendar, moment("from"), case["seconds"]), moment("expected")
        case "elapsed":
            return elapsed(calendar, moment("from"), moment("to")), case["expected"]
        case "open_at":
            return is_open(calendar, moment("at")), case["expected"]
        case "next_open":
            return next_opening(calendar, moment("from")), moment("expected")
        case _:
            return next_closing(calendar, moment("from")), moment("expected")


def test_the_due_times_of_libredesk_are_ours() -> None:
    for case in json.loads((material("libredesk") / "sla.json").read_text()):
        if "start" not in case:
            continue  # a duration that is none; ours is checked by the route
        hours = ALWAYS if case.get("always_open") else case["hours"]
        calendar = timetable(hours, case["time_zone"], case.get("holidays", ()))
        start, seconds = datetime.fromisoformat(case["start"]), case["minutes"] * 60
        if "error" in case:
            with pytest.raises(CalendarNeverOpens):
                add(calendar, start, seconds)
        else:
            assert add(calendar, start, seconds) == datetime.fromisoformat(case["due"]), case["name"]
