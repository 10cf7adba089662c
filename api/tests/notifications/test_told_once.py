"""Generated changes, with consumers killed in between: nobody is told twice, and nobody too little.

What must be told is worked out here once more, from what each step did and how things stood then.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

import msgspec
import pytest

from atum_desk.kernel.database.units_of_work import UnitOfWork
from factories import Given
from scratch_databases import SECRET
from waiting import deadline, until

CHANGES = 2_000
KILLED_AFTER = (300, 700, 1_100, 1_500)
TICKETS = 12
ORDER = ("mentioned", "assigned", "replied", "team", "unassigned", "followed")
# By default nobody is told of these.
SILENT = {"unassigned"}
PROGRAM = """
import asyncio, sys
from pathlib import Path
import atum_desk.entry.features
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.ledger.consumer_runner import ConsumerRunner
from atum_desk.notifications.consumers import consumers

async def main():
    database = Database(Settings(data=Path(sys.argv[3])), sys.argv[1], sys.argv[2])
    await database.open("atum_desk_worker", size=4)
    await ConsumerRunner(database, consumers).run()

asyncio.run(main())
"""


class ModelTicket(msgspec.Struct):
    """A ticket as the model knows it."""

    id: int
    assignee: int | None = None
    followers: set[int] = msgspec.field(default_factory=set)


class Model:
    """The people, tickets and changes of one run, and who must have been told what of each change."""

    def __init__(self, given: Given, people: list[int], tickets: list[ModelTicket], seed: int) -> None:
        self.given, self.people, self.tickets = given, people, tickets
        self.chance = random.Random(seed)
        self.expected: dict[tuple[int, int, int], str] = {}

    async def step(self) -> None:
        """Do one thing that a person does."""
        ticket, actor = self.chance.choice(self.tickets), self.chance.choice(self.people)
        await self.chance.choice([self.write, self.write, self.assign, self.follow, self.both])(ticket, actor)

    async def write(self, ticket: ModelTicket, actor: int) -> None:
        """A note with or without mentions, or an answer of the requester."""
        from_outside = self.chance.random() < 0.3
        mentioned = [] if from_outside else self.chance.sample(self.people, self.chance.randint(0, 2))
        async with self.given.database.writing(self.given.system, "ticket.note") as work:
            await self.message(work, ticket, actor, mentioned, from_outside=from_outside)
        who = dict.fromkeys(mentioned, "mentioned")
        if from_outside and ticket.assignee:
            who.setdefault(ticket.assignee, "replied")
        self.expect(work, ticket, None if from_outside else actor, who, news=True)

    async def assign(self, ticket: ModelTicket, actor: int) -> None:
        """Give a ticket to somebody or nobody."""
        before, wanted = ticket.assignee, self.chance.choice([None, *self.people])
        if before == wanted:
            return
        async with self.given.database.writing(self.given.system, "ticket.assign") as work:
            await self.as_person(work, actor)
            await work.execute("update tickets set assignee_id = $2 where id = $1", ticket.id, wanted)
            work.ticket_id = ticket.id
        ticket.assignee = wanted
        self.expect(work, ticket, actor, {wanted: "assigned"} if wanted else {}, news=True)

    async def both(self, ticket: ModelTicket, actor: int) -> None:
        """A note and an assignee in one change: a macro."""
        wanted = self.chance.choice(self.people)
        async with self.given.database.writing(self.given.system, "macro.apply") as work:
            await self.message(work, ticket, actor, [wanted], from_outside=False)
            await work.execute("update tickets set assignee_id = $2 where id = $1", ticket.id, wanted)
        ticket.assignee = wanted
        self.expect(work, ticket, actor, {wanted: "mentioned"}, news=True)

    async def follow(self, ticket: ModelTicket, actor: int) -> None:
        """Follow a ticket, or no longer."""
        starts = actor not in ticket.followers
        async with self.given.database.writing(self.given.system, "ticket.follow") as work:
            await self.as_person(work, actor)
            await work.execute(
                """insert into ticket_followers (workspace_id, ticket_id, person_id) values (ctx_workspace(), $1, $2)
                   on conflict (ticket_id, person_id) do update set active = $3""",
                ticket.id,
                actor,
                starts,
            )
            work.ticket_id = ticket.id
        (ticket.followers.add if starts else ticket.followers.discard)(actor)

    async def as_person(self, work: UnitOfWork, person_id: int) -> None:
        await work.act_for(person_id)

    async def message(
        self, work: UnitOfWork, ticket: ModelTicket, actor: int, mentioned: list[int], *, from_outside: bool
    ) -> None:
        if not from_outside:
            await self.as_person(work, actor)
        await work.execute(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text,
                                     mentions)
               select workspace_id, id, $2, case when $3 then requester_id else $4 end, 'x', not $3, 'api', 'words', $5
                 from tickets where id = $1""",
            ticket.id,
            "reply" if from_outside else "note",
            from_outside,
            actor,
            {"staff_ids": mentioned, "team_ids": []} if mentioned else None,
        )
        work.ticket_id = ticket.id

    def expect(
        self, work: UnitOfWork, ticket: ModelTicket, actor: int | None, who: dict[int, str], *, news: bool
    ) -> None:
        assert work.change_id
        everybody = {one: "followed" for one in (*ticket.followers, ticket.assignee) if one and news} | who
        for person, reason in everybody.items():
            if person != actor and reason not in SILENT:
                self.expected[work.change_id, person, ticket.id] = reason


@pytest.mark.slow("writes two thousand changes and kills five processes")
async def test_generated_changes_are_told_once_each_though_the_consumer_is_killed(
    given: Given, database_url: str, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)
    people = [(await given.staff()).id for _ in range(6)]
    model = Model(given, people, [ModelTicket((await given.ticket()).id) for _ in range(TICKETS)], seed)
    program = tmp_path / "consumers.py"
    program.write_text(PROGRAM)
    process = await started(program, database_url, tmp_path)
    async with deadline(240):
        try:
            await until(lambda: follows(given), 60)
            for place in range(CHANGES):
                await model.step()
                if place in KILLED_AFTER:
                    process.send_signal(signal.SIGKILL)
                    await process.wait()
                    process = await started(program, database_url, tmp_path)
            last = max(change_id for change_id, _, _ in model.expected)
            await until(lambda: has_settled(given, last), 120)
        finally:
            process.send_signal(signal.SIGKILL)
            await process.wait()
    async with given.database.reading(given.system) as transaction:
        rows = await transaction.fetch("select change_id, person_id, ticket_id, reason from notifications")
        parked = await transaction.fetchval("select count(*) from parked_changes")
    told = [((row["change_id"], row["person_id"], row["ticket_id"]), row["reason"]) for row in rows]
    assert parked == 0
    assert len(told) == len({key for key, _ in told}), f"told twice (seed {seed})"
    found = dict(told)
    wrong = {key: (found.get(key), reason) for key, reason in model.expected.items() if found.get(key) != reason}
    assert not wrong, f"told (what, should) otherwise (seed {seed}): {list(wrong.items())[:5]}"
    assert len(told) == len(model.expected), f"told too much (seed {seed})"


async def started(program: Path, database_url: str, data: Path) -> asyncio.subprocess.Process:
    here = Path(__file__).parents[2]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        database_url,
        SECRET,
        str(data),
        cwd=here,
        env={"PYTHONPATH": f"{here}:{here / 'tests'}", "PATH": os.environ["PATH"]},
    )


async def follows(given: Given) -> bool:
    """Tell whether the consumer has its place: what comes after it is handed to it."""
    async with given.database.connection("atum_desk_worker") as connection:
        return bool(await connection.fetchval("select count(*) from consumers where name = 'notifications'"))


async def has_settled(given: Given, last: int) -> bool:
    """Tell whether the feed is past the last change and no lane waits."""
    async with given.database.connection("atum_desk_worker") as connection:
        return bool(
            await connection.fetchval(
                """select exists (select from consumers where name = 'notifications' and change_id >= $1)
                      and not exists (select from waiting_changes where consumer = 'notifications')""",
                last,
            )
        )
