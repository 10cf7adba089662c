"""Absences: entered, started once at their moment, and nobody's answer waits for somebody who is away."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atum_desk.absences.jobs import start_due
from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.tickets.commands.new_tickets import append_message
from atum_desk.tickets.models import NewMessage
from desk import Desk

Ids = list[int]


def in_days(days: float) -> str:
    return (clock.now() + timedelta(days=days)).isoformat()


def away(days: float = -1, until: float = 5, **more: Any) -> dict[str, Any]:
    return {"starts_at": in_days(days), "ends_at": in_days(until)} | more


@pytest.fixture
def worker(desk: Desk) -> WorkerContext:
    return WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))


async def assigned(desk: Desk, person_id: int, team_id: int | None = None) -> int:
    """Return the id of an open ticket that is somebody's."""
    ticket = await desk.given.ticket()
    async with desk.database.writing(desk.given.system, "test.write") as work:
        await work.execute(
            "update tickets set assignee_id = $2, team_id = coalesce($3, team_id) where id = $1",
            ticket.id,
            person_id,
            team_id,
        )
    return ticket.id


async def assignee(desk: Desk, ticket_id: int) -> int | None:
    found: int | None = await desk.value("select assignee_id from tickets where id = $1", ticket_id)
    return found


async def answer_of_requester(desk: Desk, ticket_id: int, *, automatic: bool = False) -> None:
    requester = await desk.value("select requester_id from tickets where id = $1", ticket_id)
    async with desk.database.writing(desk.given.system, "mail.file") as work:
        await append_message(
            work,
            ticket_id,
            NewMessage(
                kind="reply",
                text="And now?",
                author_id=requester,
                author_name="R",
                from_staff=False,
                channel="email",
                automatic=automatic,
            ),
        )


# ---------------------------------------------------------------- entered


async def test_one_is_entered_changed_deleted_and_each_is_taken_back(desk: Desk) -> None:
    signed_in, deputy = await desk.given.staff("Ann"), await desk.given.staff("Ben")
    ann = desk.client(signed_in)
    columns = "person_id, deputy_id, note, open_tickets"

    async def stored() -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in await desk.rows(f"select {columns} from absences order by id")]

    states = [await stored()]
    made = await ann.posted("/absences", away(deputy_id=deputy.id, note="Sea"))
    assert (made["person"]["name"], made["deputy"]["name"], made["is_now"], made["can_edit"]) == (
        *("Ann", "Ben", True, True),
    )
    states.append(await stored())
    path = f"/absences/{made['id']}"
    await ann.patched(path, {"deputy_id": None, "open_tickets": "team"})
    states.append(await stored())
    assert (await ann.patch(path, json={"note": "x", "version": 1})).status_code == 412
    assert (await ann.delete(path)).status_code == 204
    states.append(await stored())
    changes = await desk.rows("select id from changes where command like 'absence.%' order by id desc")
    for change, state in zip(changes, states[-2::-1], strict=True):
        await ann.posted(f"/changes/{change['id']}/undo", status=200)
        assert await stored() == state


async def test_one_enters_ones_own_and_an_administrator_anybodys(desk: Desk) -> None:
    signed_in, other = await desk.given.staff("Ann"), await desk.given.staff("Ben")
    ann, admin = desk.client(signed_in), await desk.administrator()
    refused = await ann.post("/absences", json=away(person_id=other.id))
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    bens = await admin.posted("/absences", away(person_id=other.id))
    assert (await ann.delete(f"/absences/{bens['id']}")).status_code == 403
    # The first PUT adds, the second changes the same.
    first = (await ann.put("/me/absence", json=away(2, 9))).json()
    second = (await ann.put("/me/absence", json=away(3, 9, note="Later"))).json()
    assert (first["id"], second["note"], second["is_now"]) == (second["id"], "Later", False)
    listed = await ann.got("/absences", limit=1)
    rest = await ann.got("/absences", cursor=listed["next_cursor"])
    assert [one["person"]["name"] for one in listed["items"] + rest["items"]] == ["Ben", "Ann"]
    assert [one["id"] for one in (await ann.got("/absences", now=True))["items"]] == [bens["id"]]
    await admin.patched(f"/absences/{bens['id']}", {"ends_at": in_days(0.00001)})
    clock.move(timedelta(minutes=5))
    try:
        assert [one["person"]["name"] for one in (await ann.got("/absences"))["items"]] == ["Ann"]
        assert len((await ann.got("/absences", past=True))["items"]) == 2
    finally:
        clock.move(timedelta(0))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ends_at": in_days(-2)}, "absence_dates_wrong"),
        ({"starts_at": in_days(-9), "ends_at": in_days(-2)}, "absence_dates_wrong"),
        ({"ends_at": in_days(900)}, "absence_dates_wrong"),
        ({"ends_at": "2999-01-01T00:00:00"}, "absence_dates_wrong"),
        ({"deputy_id": 999_999}, "absence_deputy_unfit"),
        ({"deputy_id": 0}, "absence_deputy_unfit"),
        ({"person_id": 999_999}, "absence_person_unknown"),
    ],
)
async def test_what_makes_no_sense_is_refused(desk: Desk, wrong: dict[str, Any], code: str) -> None:
    admin = await desk.administrator()
    own = (await admin.got("/me"))["person"]["id"]
    given = away() | {key: own if value == 0 else value for key, value in wrong.items()}
    refused = await admin.post("/absences", json=given)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert await desk.value("select count(*) from absences") == 0


async def test_a_person_is_away_once_at_a_time_also_when_two_say_so_at_once(desk: Desk) -> None:
    ann = desk.client(await desk.given.staff("Ann"))
    answers = await asyncio.gather(*(ann.post("/absences", json=away(n * 0.1, 4)) for n in range(4)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert {one.json().get("code") for one in answers if one.status_code == 409} == {"absence_overlaps"}
    await ann.posted("/absences", away(4, 6))


async def test_lists_of_people_tell_until_when_somebody_is_away(desk: Desk) -> None:
    signed_in = await desk.given.staff("Ann")
    ann = desk.client(signed_in)
    made = await ann.posted("/absences", away(-1, 3))
    people = {one["id"]: one["absent_until"] for one in (await ann.got("/people"))["items"]}
    assert people.pop(signed_in.id) == made["ends_at"]
    assert set(people.values()) == {None}


# ---------------------------------------------------------------- its start


@pytest.mark.parametrize("choice", ["stay", "deputy", "team"])
async def test_its_start_moves_the_open_tickets_as_chosen_once_and_one_undo_gives_them_back(
    desk: Desk, worker: WorkerContext, choice: str
) -> None:
    ann, ben = await desk.given.staff("Ann"), await desk.given.staff("Ben")
    mine = [await assigned(desk, ann.id) for _ in range(3)]
    closed = await assigned(desk, ann.id)
    others = await assigned(desk, ben.id)
    async with desk.database.writing(desk.given.system, "test.write") as work:
        await work.execute(
            "update tickets set status_id = (select min(id) from statuses where category = 'resolved') where id = $1",
            closed,
        )
    await desk.client(ann).posted("/absences", away(0.05, 9, deputy_id=ben.id, open_tickets=choice))
    wanted = {"stay": ann.id, "deputy": ben.id, "team": None}[choice]
    await start_due(worker, b"")
    assert [await assignee(desk, one) for one in mine] == [ann.id] * 3
    clock.move(timedelta(hours=2))
    try:
        # Two workers at once, and again later: its tickets are moved once.
        await asyncio.gather(start_due(worker, b""), start_due(worker, b""))
        assert [await assignee(desk, one) for one in mine] == [wanted] * 3
        assert [await assignee(desk, one) for one in (closed, others)] == [ann.id, ben.id]
        starts = await desk.rows("select id from changes where command = 'absence.start'")
        assert len(starts) == (0 if choice == "stay" else 1)
        for start in starts:
            admin = await desk.administrator()
            await admin.posted(f"/changes/{start['id']}/undo", status=200)
            assert [await assignee(desk, one) for one in mine] == [ann.id] * 3
        await start_due(worker, b"")
        assert [await assignee(desk, one) for one in mine] == [ann.id] * 3
    finally:
        clock.move(timedelta(0))


async def test_one_that_was_over_before_a_worker_came_moves_nothing(desk: Desk, worker: WorkerContext) -> None:
    ann = await desk.given.staff("Ann")
    ticket = await assigned(desk, ann.id)
    await desk.client(ann).posted("/absences", away(1, 2, open_tickets="team"))
    clock.move(timedelta(days=3))
    try:
        await start_due(worker, b"")
        assert await assignee(desk, ticket) == ann.id
    finally:
        clock.move(timedelta(0))


async def test_the_deputy_of_each_team_is_one_who_sees_it(desk: Desk, worker: WorkerContext) -> None:
    first, second = await desk.given.first_team(), await desk.given.team()
    ann = await desk.given.staff("Ann")
    ben = await desk.given.staff("Ben", teams=(first,), sees_all_teams=False)
    seen, unseen = await assigned(desk, ann.id, first), await assigned(desk, ann.id, second)
    await desk.client(ann).posted("/absences", away(deputy_id=ben.id, open_tickets="deputy"))
    await start_due(worker, b"")
    assert [await assignee(desk, one) for one in (seen, unseen)] == [ben.id, None]


# ---------------------------------------------------------------- answers of requesters


async def test_an_answer_reaches_the_deputy_or_the_team_and_a_robots_moves_nothing(desk: Desk) -> None:
    ann, ben = await desk.given.staff("Ann"), await desk.given.staff("Ben")
    waiting, opened, automatic = [await assigned(desk, ann.id) for _ in range(3)]
    async with desk.database.writing(desk.given.system, "test.write") as work:
        await work.execute(
            "update tickets set status_id = (select min(id) from statuses where category = 'waiting') where id = $1",
            waiting,
        )
    made = await desk.client(ann).posted("/absences", away(deputy_id=ben.id))
    await answer_of_requester(desk, automatic, automatic=True)
    assert await assignee(desk, automatic) == ann.id
    for ticket in (waiting, opened):
        await answer_of_requester(desk, ticket)
        assert await assignee(desk, ticket) == ben.id
    assert await desk.value("select category from tickets where id = $1", waiting) == "open"
    # Without a deputy the team has it.
    await desk.client(ann).patched(f"/absences/{made['id']}", {"deputy_id": None})
    await answer_of_requester(desk, automatic)
    assert await assignee(desk, automatic) is None


async def test_an_answer_in_the_portal_reaches_the_deputy(desk: Desk) -> None:
    """Contacts see no absence; their answers find who stands in nevertheless."""
    ann, ben = await desk.given.staff("Ann"), await desk.given.staff("Ben")
    ticket = await assigned(desk, ann.id)
    await desk.client(ann).posted("/absences", away(deputy_id=ben.id))
    row = (await desk.rows("select number, requester_id from tickets where id = $1", ticket))[0]
    requester = await desk.requester(row["requester_id"])
    await requester.posted(f"/portal/tickets/{row['number']}/messages", {"text": "Still there?"})
    assert await assignee(desk, ticket) == ben.id


# ---------------------------------------------------------------- the line of deputies


def stand_in(start: int, deputies: dict[int, int | None], present: set[int]) -> int | None:
    """What the line of deputies comes to, said once more: `deputies` has whom each who is away named."""
    passed, person = {start}, deputies[start]
    while person is not None and person not in passed:
        if person in present:
            return person
        passed.add(person)
        person = deputies[person]
    return None


PEOPLE = 6


@pytest.fixture
async def crew(desk: Desk) -> Ids:
    return [(await desk.given.staff(f"P{n}")).id for n in range(PEOPLE)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    named=st.lists(st.one_of(st.none(), st.integers(0, PEOPLE - 1)), min_size=PEOPLE, max_size=PEOPLE),
    away_now=st.lists(st.booleans(), min_size=PEOPLE, max_size=PEOPLE),
)
async def test_every_line_of_deputies_ends_with_one_who_is_there_or_with_nobody(
    desk: Desk, crew: Ids, named: list[int | None], away_now: list[bool]
) -> None:
    """Circles of any length, lines of any length, ends that are away with nobody named."""
    async with desk.database.writing(desk.given.system, "test.write") as work:
        await work.execute("delete from absences")
        for person, deputy, is_away in zip(crew, named, away_now, strict=True):
            deputy_id = None if deputy is None or crew[deputy] == person else crew[deputy]
            # Who is there has an absence, too: a later one, which counts for nothing now.
            days = "-1" if is_away else "1"
            await work.execute(
                f"""insert into absences (workspace_id, person_id, deputy_id, starts_at, ends_at) values
                      (ctx_workspace(), $1, $2, moment() + interval '{days} days', moment() + interval '2 days')""",
                person,
                deputy_id,
            )
    deputies = {
        person: None if deputy is None or crew[deputy] == person else crew[deputy]
        for person, deputy in zip(crew, named, strict=True)
    }
    present = {person for person, is_away in zip(crew, away_now, strict=True) if not is_away}
    team = await desk.given.first_team()
    async with desk.database.reading(desk.given.system) as transaction:
        for person in crew:
            absent = await transaction.fetchval("select is_absent($1)", person)
            assert absent == (person not in present)
            if absent:
                found = await transaction.fetchval("select stand_in_for($1, $2)", person, team)
                assert found == stand_in(person, deputies, present)
