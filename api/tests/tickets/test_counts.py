"""Counts are shared for a second by whoever sees the same teams, and by nobody who wrote since."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.queries import counts
from desk import Client, Desk
from factories import SignedIn
from scratch_databases import SECRET
from waiting import until

ASLEEP = "(snoozed_at is not null and coalesce(woken_at < snoozed_at, true))"
SHARED = {
    "unassigned": f"is_open and assignee_id is null and not {ASLEEP}",
    "all_open": f"is_open and not {ASLEEP}",
    "waiting": "category = 'waiting'",
    "snoozed": f"is_open and {ASLEEP}",
    "recently_resolved": "not is_open and resolved_at > now() - interval '7 days'",
}
STATUSES = ("open", "waiting", "on_hold", "resolved", "closed")


async def counted_plainly(desk: Desk, person: SignedIn, teams: list[int] | None) -> dict[str, Any]:
    """Count as the database's owner, who sees every row, what the person should be told."""
    seen = f"team_id = any('{{{','.join(map(str, teams))}}}')" if teams is not None else "true"
    views = {**SHARED, "my_open": f"is_open and assignee_id = {person.id} and not {ASLEEP}"}
    return {
        "views": {
            name: await desk.value(f"select count(*) from tickets where {seen} and {condition}")
            for name, condition in views.items()
        },
        "teams": {
            str(team): await desk.value(
                f"select count(*) from tickets where is_open and not {ASLEEP} and team_id = {team}"
            )
            for team in (teams if teams is not None else await desk.value("select array_agg(id) from teams"))
        },
    }


async def change_anything(desk: Desk, client: Client, source: random.Random, me: int) -> None:
    """Open, assign, resolve, move or take back, as it comes."""
    number = await desk.value("select number from tickets order by random() limit 1")
    teams = await desk.value("select array_agg(id order by id) from teams")
    bodies: list[dict[str, Any]] = [
        {"status": source.choice(STATUSES)},
        {"assignee_id": source.choice([me, None])},
        {"team_id": source.choice(teams)},
        {"snooze": source.choice([{}, None])},
    ]
    match source.randrange(6):
        case 0:
            await client.posted("/tickets", {"subject": "x", "text": "y", "requester": {"email": "ann@example.org"}})
        case 1:
            last = await desk.value(
                f"select max(id) from changes where actor_id = {me} and command ~ '^ticket' and undo_of is null"
            )
            # What others changed since, or what was undone already, is refused.
            await client.post(f"/changes/{last or 1}/undo")
        case _:
            # Refused where the lifecycle does not lead there.
            await client.patch(f"/tickets/{number}", json=source.choice(bodies))


@pytest.mark.parametrize("seed", range(3))
async def test_whoever_writes_reads_the_plain_count_at_once(desk: Desk, seed: int) -> None:
    await desk.given.team("Second")
    source = random.Random(seed)
    people = [await desk.given.staff(role="Administrator") for _ in range(2)]
    for _ in range(6):
        await desk.given.ticket()
    for _ in range(25):
        person = source.choice(people)
        client = desk.client(person)
        await change_anything(desk, client, source, person.id)
        assert await client.got("/tickets/counts") == await counted_plainly(desk, person, None)


async def test_of_many_who_write_at_once_each_sees_their_own_and_soon_all(desk: Desk) -> None:
    people = [await desk.given.staff(role="Administrator") for _ in range(6)]
    bystander = await desk.staff()
    source = random.Random(11)

    async def work(person: SignedIn) -> None:
        client = desk.client(person)
        for mine in range(1, 6):
            await client.posted(
                "/tickets",
                {
                    "subject": "x",
                    "text": "y",
                    "assignee_id": person.id,
                    "requester": {"email": f"ann{source.random()}@example.org"},
                },
            )
            counted = await client.got("/tickets/counts")
            assert counted["views"]["my_open"] == mine
            assert counted["views"]["all_open"] >= mine
            await bystander.got("/tickets/counts")

    await asyncio.gather(*(work(person) for person in people))
    await until(lambda: _counts(bystander, 30), 20)


async def _counts(client: Client, expected: int) -> bool:
    return bool((await client.got("/tickets/counts"))["views"]["all_open"] == expected)


async def test_what_was_written_through_another_process_is_seen_at_once(
    desk: Desk, database: Database, settings: Settings, database_url: str
) -> None:
    person = await desk.given.staff(role="Administrator")
    other = Database(settings, database_url, SECRET)
    await other.open("atum_desk_staff", size=1)
    try:
        for number in range(1, 4):
            await desk.client(person).posted(
                "/tickets", {"subject": "x", "text": "y", "requester": {"email": "ann@example.org"}}
            )
            for process in (other, database):
                found = await counts.read_counts(process, person.actor)
                assert found.views["all_open"] == number
    finally:
        await other.close()


async def test_who_sees_other_teams_is_told_other_figures_also_within_the_second(desk: Desk) -> None:
    second = await desk.given.team("Second")
    first = await desk.given.first_team()
    people = {
        None: await desk.given.staff(),
        (first,): await desk.given.staff(sees_all_teams=False, teams=(first,)),
        (second,): await desk.given.staff(sees_all_teams=False, teams=(second,)),
        (): await desk.given.staff(sees_all_teams=False),
    }
    for team in (first, first, second):
        await desk.given.ticket(team_id=team)
    for _ in range(3):
        for teams, person in people.items():
            seen = None if teams is None else list(teams)
            expected = await counted_plainly(desk, person, seen)
            assert await desk.client(person).got("/tickets/counts") == expected


async def test_a_team_that_is_taken_away_takes_its_figures_along(desk: Desk) -> None:
    second = await desk.given.team("Second")
    person = await desk.given.staff(sees_all_teams=False, teams=(second,))
    await desk.given.ticket(team_id=second)
    client = desk.client(person)
    assert (await client.got("/tickets/counts"))["teams"] == {str(second): 1}
    administrator = await desk.administrator()
    await administrator.got("/tickets/counts")
    async with desk.database.writing(desk.given.system, "team.update") as work:
        await work.execute("delete from team_members where person_id = $1", person.id)
    assert await client.got("/tickets/counts") == await counted_plainly(desk, person, [])


async def test_readers_of_one_second_cost_one_count(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "KEPT_SECONDS", 60.0)
    readers: list[Actor] = [(await desk.given.staff()).actor for _ in range(4)]
    await desk.given.ticket()
    for reader in readers:
        await counts.read_counts(database, reader)
    counted = 0
    keep = counts.KeptCounts.keep

    def keep_and_count(*values: Any) -> None:
        nonlocal counted
        counted += 1
        keep(*values)

    monkeypatch.setattr(counts.KeptCounts, "keep", keep_and_count)
    await asyncio.gather(*(counts.read_counts(database, reader) for reader in readers * 10))
    assert counted == 0
    await desk.given.ticket()
    # Others' changes may be a second late; here a second takes a minute.
    assert (await counts.read_counts(database, readers[0])).views["all_open"] == 1
