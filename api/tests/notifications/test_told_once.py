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

# A longer run sets ten thousand, which take minutes.
CHANGES = int(os.environ.get("ATUM_TEST_CHANGES", "2000"))
AT_ONCE = 50
KILLED_AFTER = (300, 700, 1_100, 1_500)
TICKETS = 12
ORDER = ("mentioned", "assigned", "reminder", "checklist", "replied", "team", "unassigned", "followed")
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
    requester: int
    assignee: int | None = None
    followers: set[int] = msgspec.field(default_factory=set)


class Model:
    """The people, tickets and changes of one run, and who must have been told what of each change.

    Many changes are one transaction, and each is two round trips, so that ten thousand take no minute.
    """

    def __init__(self, given: Given, people: list[int], tickets: list[ModelTicket], seed: int) -> None:
        self.given, self.people, self.tickets = given, people, tickets
        self.chance = random.Random(seed)
        self.expected: dict[tuple[int, int, int], str] = {}

    async def steps(self, count: int) -> None:
        """Do some things that people do."""
        async with self.given.database.writing(self.given.system, "ticket.note") as work:
            work.may_be_empty = True
            for _ in range(count):
                ticket, actor = self.chance.choice(self.tickets), self.chance.choice(self.people)
                await self.chance.choice([self.write, self.write, self.assign, self.follow, self.both])(
                    work, ticket, actor
                )

    async def write(self, work: UnitOfWork, ticket: ModelTicket, actor: int) -> None:
        """A note with or without mentions, or an answer of the requester."""
        from_outside = self.chance.random() < 0.3
        mentioned = [] if from_outside else self.chance.sample(self.people, self.chance.randint(0, 2))
        who = dict.fromkeys(mentioned, "mentioned")
        if from_outside and ticket.assignee:
            who.setdefault(ticket.assignee, "replied")
        writer = ticket.requester if from_outside else actor
        statement = self.message(ticket, writer, mentioned, from_outside=from_outside)
        await self.change(work, "ticket.note", ticket, writer, statement, who)

    async def assign(self, work: UnitOfWork, ticket: ModelTicket, actor: int) -> None:
        """Give a ticket to somebody or nobody."""
        before, wanted = ticket.assignee, self.chance.choice([None, *self.people])
        if before == wanted:
            return
        ticket.assignee = wanted
        who = {wanted: "assigned"} if wanted else {}
        await self.change(work, "ticket.assign", ticket, actor, self.assigned(ticket), who)

    async def both(self, work: UnitOfWork, ticket: ModelTicket, actor: int) -> None:
        """A note and an assignee in one change: a macro."""
        wanted = self.chance.choice(self.people)
        ticket.assignee = wanted
        written = f"{self.message(ticket, actor, [wanted], from_outside=False)}; {self.assigned(ticket)}"
        await self.change(work, "macro.apply", ticket, actor, written, {wanted: "mentioned"})

    async def follow(self, work: UnitOfWork, ticket: ModelTicket, actor: int) -> None:
        """Follow a ticket, or no longer; nobody is told of it."""
        starts = actor not in ticket.followers
        (ticket.followers.add if starts else ticket.followers.discard)(actor)
        statement = f"""insert into ticket_followers (workspace_id, ticket_id, person_id)
                        values (ctx_workspace(), {ticket.id}, {actor})
                        on conflict (ticket_id, person_id) do update set active = {starts}"""
        await self.change(work, "ticket.follow", ticket, actor, statement, None)

    def assigned(self, ticket: ModelTicket) -> str:
        return f"update tickets set assignee_id = {ticket.assignee or 'null'} where id = {ticket.id}"

    def message(self, ticket: ModelTicket, writer: int, mentioned: list[int], *, from_outside: bool) -> str:
        kind = "reply" if from_outside else "note"
        mentions = f"""'{{"staff_ids": {mentioned}, "team_ids": []}}'""" if mentioned else "null"
        return f"""insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel,
                                         text, mentions)
                   values (ctx_workspace(), {ticket.id}, '{kind}', {writer}, 'x', {not from_outside}, 'api', 'words',
                           {mentions})"""

    async def change(
        self,
        work: UnitOfWork,
        command: str,
        ticket: ModelTicket,
        actor: int,
        statement: str,
        who: dict[int, str] | None,
    ) -> None:
        """Write a change of its own, and work out who must be told of it; `who` is None where it is no news."""
        await work.execute(f"select act_for({actor}); {statement}")
        work.command, work.ticket_id = command, ticket.id
        change_id = await work.next_change("ticket.note")
        assert change_id
        if who is None:
            return
        everybody = {one: "followed" for one in (*ticket.followers, ticket.assignee) if one} | who
        for person, reason in everybody.items():
            if person != actor and reason not in SILENT:
                self.expected[change_id, person, ticket.id] = reason


@pytest.mark.slow("writes two thousand changes and kills five processes")
async def test_generated_changes_are_told_once_each_though_the_consumer_is_killed(
    given: Given, database_url: str, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)
    people = [(await given.staff()).id for _ in range(6)]
    model = Model(given, people, await made_tickets(given), seed)
    program = tmp_path / "consumers.py"
    program.write_text(PROGRAM)
    process = await started(program, database_url, tmp_path)
    async with deadline(240):
        try:
            await until(lambda: follows(given), 60)
            for place in range(0, CHANGES, AT_ONCE):
                await model.steps(AT_ONCE)
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


async def made_tickets(given: Given) -> list[ModelTicket]:
    ids = [(await given.ticket()).id for _ in range(TICKETS)]
    async with given.database.reading(given.system) as transaction:
        rows = await transaction.fetch("select id, requester_id from tickets where id = any($1)", ids)
    return [ModelTicket(row["id"], row["requester_id"]) for row in rows]


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
