"""Hot reads in one round trip obey what every view obeys."""

from __future__ import annotations

import msgspec
import pytest

from atum_desk.kernel.database.single_round_trip import OneTrip
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import NotSignedIn
from factories import Given

SUBJECTS = OneTrip(
    "select t.subject from tickets t order by t.id limit $1", "bigint", columns="subject text"
)
CONTEXT = OneTrip("select concat(ctx_workspace(), '/', ctx_person())")


async def test_it_answers_as_whoever_asks(database: Database, given: Given) -> None:
    agent = await given.staff()
    [row], _ = await database.read_once(agent.actor, CONTEXT)
    assert row["answer"] == f"{given.workspace_id}/{agent.id}"


async def test_it_shows_only_what_the_policies_show(database: Database, given: Given) -> None:
    team, other = await given.team(), await given.team()
    await given.ticket("seen", team_id=team)
    await given.ticket("hidden", team_id=other)
    agent = await given.staff(sees_all_teams=False, teams=(team,))
    rows, _ = await database.read_once(agent.actor, SUBJECTS, 10)
    assert [row["subject"] for row in rows] == ["seen"]


async def test_nothing_it_entered_is_left_behind(database: Database, given: Given) -> None:
    agent = await given.staff()
    await given.ticket()
    for _ in range(4):
        await database.read_once(agent.actor, SUBJECTS, 10)
    async with database.connection("atum_desk_staff") as connection:
        assert await connection.fetchval("select ctx_workspace() is null")
        assert await connection.fetchval("select count(*) from tickets") == 0


async def test_it_cannot_write(database: Database, given: Given) -> None:
    agent = await given.staff()
    writing = OneTrip("select atum.open_change()::text from atum.next_ticket_number()")
    with pytest.raises(Exception, match="read-only"):
        await database.read_once(agent.actor, writing)


async def test_changed_powers_are_read_anew(database: Database, given: Given) -> None:
    agent = await given.staff()
    stale = msgspec.structs.replace(agent.actor, stamp="1.1", permissions=frozenset())
    _, fresh = await database.read_once(stale, CONTEXT)
    assert fresh.permissions == agent.actor.permissions


async def test_an_ended_session_reads_nothing(database: Database, given: Given) -> None:
    agent = await given.staff()
    async with database.writing(given.system, "session.end") as work:
        await work.execute("select end_sessions($1)", agent.id)
    with pytest.raises(NotSignedIn):
        await database.read_once(agent.actor, CONTEXT)
