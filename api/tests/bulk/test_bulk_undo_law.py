"""Whatever runs did, in whatever order with what others did, undoing them newest first gives back what was."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bulk_runs import begun, counts, done, undone
from desk import Client, Desk

STATE = """
    select t.number, t.subject, s.key as status, t.priority, t.type, t.team_id, t.assignee_id, t.tags, t.message_count,
           t.preview, t.resolved_at is null as is_unresolved,
           array(select m.text from messages m where m.ticket_id = t.id order by m.id) as texts,
           array(select k.tag from ticket_tags k where k.ticket_id = t.id order by k.tag) as kept_tags,
           array(select o.state from outbox o where o.ticket_id = t.id order by o.id) as mails
      from tickets t join statuses s on s.id = t.status_id order by t.number"""


class BulkStory:
    """A desk, somebody who changes many tickets, and chance."""

    def __init__(self, desk: Desk, client: Client, seed: int) -> None:
        self.desk = desk
        self.client = client
        self.source = random.Random(seed)
        self.numbers: list[int] = []
        self.teams: list[int] = []
        self.people: list[int] = []

    async def begin(self) -> None:
        self.teams = [await self.desk.given.first_team(), await self.desk.given.team()]
        self.people = [(await self.desk.given.staff()).id for _ in range(2)]
        for n in range(8):
            self.numbers.append((await self.desk.given.ticket(f"Ticket {n}")).number)
            await self.client.patched(f"/tickets/{self.numbers[-1]}", {"tags": self.source.sample(["a", "b", "c"], 2)})

    def actions(self) -> dict[str, Any]:
        """Return what a run does: one to three things."""
        choose = self.source.choice
        sets: dict[str, Any] = {
            "priority": choose(["low", "high", "urgent"]),
            "type": choose(["incident", "task"]),
            "status": choose(["open", "waiting", "resolved"]),
            "team_id": choose(self.teams),
            "assignee_id": choose([None, *self.people]),
        }
        names = self.source.sample(sorted(sets), self.source.randrange(3))
        made: dict[str, Any] = {"set": {name: sets[name] for name in names}}
        if self.source.random() < 0.5:
            made["add_tags"], made["remove_tags"] = [choose("abcd")], [choose("abc")]
        if self.source.random() < 0.5 or not (names or "add_tags" in made):
            made["message"] = {"kind": choose(["note", "reply"]), "text": "To {{ requester.name }}"}
        return made

    async def run(self) -> dict[str, Any]:
        """Do a run over some tickets, or rename or merge a tag."""
        if self.source.random() < 0.25:
            told = await self.client.got("/tags/managed")
            names = [one["name"] for one in told["items"] if one["tickets"]]
            if len(names) > 1:
                one, other = self.source.sample(names, 2)
                if self.source.random() < 0.5:
                    changed = await self.client.patched(
                        f"/tags/{one}", {"name": f"{one}{self.source.randrange(10**6)}"}
                    )
                else:
                    changed = await self.client.posted(f"/tags/{one}/merge", {"into": other}, 200)
                return await done(self.desk, self.client, changed["run"])
        some = self.source.sample(self.numbers, self.source.randrange(1, 8))
        return await done(self.desk, self.client, await begun(self.client, self.actions(), numbers=some))


@pytest.mark.parametrize("seed", range(3))
async def test_undoing_runs_newest_first_gives_back_what_was_and_redo_what_became_of_it(desk: Desk, seed: int) -> None:
    story = BulkStory(desk, await desk.administrator(), seed)
    await story.begin()
    states, runs = [await desk.rows(STATE)], []
    for _ in range(7):
        runs.append(await story.run())
        assert runs[-1]["state"] == "done"
        states.append(await desk.rows(STATE))
    undoings: list[dict[str, Any] | None] = []
    for run, before in zip(reversed(runs), reversed(states[:-1]), strict=True):
        if not run["can_undo"]:
            assert run["changed"] == 0
            undoings.append(None)
            continue
        undoing = await undone(desk, story.client, run)
        assert counts(undoing) == ("done", run["changed"], 0, 0)
        assert await desk.rows(STATE) == before
        undoings.append(undoing)
    for undoing, after in zip(reversed(undoings), states[1:], strict=True):
        if undoing:
            assert counts(await undone(desk, story.client, undoing))[1:] == (undoing["changed"], 0, 0)
        assert await desk.rows(STATE) == after
