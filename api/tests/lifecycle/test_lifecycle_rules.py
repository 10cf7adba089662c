"""When tickets close and how long they reopen: the workspace's rules, and those of teams over them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.tickets.jobs import close_resolved
from atum_desk.tickets.queries.resolved import CLOSE_RESOLVED
from desk import Client, Desk
from factories import MadeTicket

RULES = {"close_after_days": 7, "reopen_within_days": None, "keep_assignee": True, "resolution_required": False}


def plain(rules: dict[str, Any]) -> dict[str, Any]:
    return {name: rules[name] for name in RULES}


async def resolved(desk: Desk, days_ago: float, **made: Any) -> MadeTicket:
    ticket = await desk.given.ticket(**made)
    agent = await desk.staff(sees_all_teams=True)
    clock.move(timedelta(days=-days_ago))
    try:
        await agent.patched(f"/tickets/{ticket.number}", {"status": "resolved"})
    finally:
        clock.move(timedelta(0))
    return ticket


async def close(desk: Desk) -> None:
    files = FileStore(desk.settings.uploads)
    await close_resolved(WorkerContext(database=desk.database, settings=desk.settings, files=files), b"")


async def category(desk: Desk, ticket: MadeTicket) -> str:
    return await desk.value("select category from tickets where id = $1", ticket.id)


async def undo_last(desk: Desk, client: Client) -> None:
    """Undo the newest change that still stands."""
    change_id = await desk.value(
        """select max(c.id) from changes c where c.command like 'lifecycle.%' and c.undo_of is null
              and not exists (select from changes u where u.undo_of = c.id)"""
    )
    await client.posted(f"/changes/{change_id}/undo", status=200)


async def test_a_workspace_that_says_nothing_has_the_rules_of_the_product(desk: Desk) -> None:
    agent = await desk.staff()
    assert await agent.got("/lifecycle-rules") == {"workspace": {**RULES, "version": 0}, "teams": []}


async def test_each_change_of_rules_is_one_change_with_one_undo(desk: Desk) -> None:
    admin, team_id = await desk.administrator(), await desk.given.first_team()
    path = f"/lifecycle-rules/teams/{team_id}"
    seen = [await admin.got("/lifecycle-rules")]
    seen.append(await admin.patched("/lifecycle-rules", {"close_after_days": 3}))
    seen.append(await admin.patched(path, {"reopen_within_days": 14}))
    seen.append(await admin.patched(path, {"keep_assignee": False, "close_after_days": None}))
    assert plain(seen[2]["teams"][0]) == {**RULES, "close_after_days": 3, "reopen_within_days": 14}
    answer = await admin.delete(path)
    assert answer.json()["teams"] == []
    for before in reversed(seen):
        await undo_last(desk, admin)
        now = await admin.got("/lifecycle-rules")
        assert plain(now["workspace"]) == plain(before["workspace"])
        assert [(one["team_id"], plain(one)) for one in now["teams"]] == [
            (one["team_id"], plain(one)) for one in before["teams"]
        ]


async def test_rules_that_somebody_else_changed_are_not_overwritten(desk: Desk) -> None:
    admin = await desk.administrator()
    await admin.patched("/lifecycle-rules", {"close_after_days": 3, "version": 0})
    late = await admin.patch("/lifecycle-rules", json={"close_after_days": 4, "version": 0})
    assert (late.status_code, late.json()["code"]) == (412, "version_conflict")


@pytest.mark.parametrize(
    "body", [{"close_after_days": 0}, {"close_after_days": 3651}, {"reopen_within_days": -1}, {"keep_assignee": None}]
)
async def test_days_out_of_bounds_are_refused(shared_desk: Desk, body: dict[str, Any]) -> None:
    answer = await (await shared_desk.administrator()).patch("/lifecycle-rules", json=body)
    assert answer.status_code == 422, answer.text


async def test_rules_are_an_administrators_and_of_teams_that_exist(shared_desk: Desk) -> None:
    agent, admin = await shared_desk.staff(), await shared_desk.administrator()
    assert (await agent.patch("/lifecycle-rules", json={"close_after_days": 3})).status_code == 403
    unknown = await admin.patch("/lifecycle-rules/teams/999999", json={"close_after_days": 3})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "rules_team_unknown")


async def test_each_team_closes_after_days_of_its_own_or_never(desk: Desk) -> None:
    admin = await desk.administrator()
    slow, never = await desk.given.team("Slow"), await desk.given.team("Never")
    await admin.patched("/lifecycle-rules", {"close_after_days": 2})
    await admin.patched(f"/lifecycle-rules/teams/{slow}", {"close_after_days": 20})
    await admin.patched(f"/lifecycle-rules/teams/{never}", {"close_after_days": None})
    expected = {}
    for team_id, days_ago, becomes in (
        (None, 1, "resolved"),
        (None, 3, "closed"),
        (slow, 3, "resolved"),
        (slow, 21, "closed"),
        (never, 400, "resolved"),
    ):
        ticket = await resolved(desk, days_ago, **({} if team_id is None else {"team_id": team_id}))
        expected[ticket.id] = becomes
    await close(desk)
    rows = await desk.rows("select id, category from tickets where id = any($1)", list(expected))
    assert {row["id"]: row["category"] for row in rows} == expected


async def test_a_workspace_may_close_nothing(desk: Desk) -> None:
    await (await desk.administrator()).patched("/lifecycle-rules", {"close_after_days": None})
    ticket = await resolved(desk, 400)
    await close(desk)
    assert await category(desk, ticket) == "resolved"


async def test_what_cannot_close_is_not_in_the_way_of_what_can(desk: Desk) -> None:
    """Two hundred are closed at once: as many that have no closed status to go to would have stopped the rest."""
    admin = await desk.administrator()
    stuck = await admin.posted("/statuses", {"name": "Stuck", "category": "resolved", "next": []})
    ticket = await resolved(desk, 8)
    made = await desk.given.ticket()
    async with desk.database.writing(desk.given.system, "ticket.status") as work:
        await work.execute("update tickets set status_id = $2 where id = $1", made.id, stuck["id"])
        await work.execute("update tickets set resolved_at = moment() - interval '90 days' where id = $1", made.id)
        closed = await work.fetch(CLOSE_RESOLVED, 1, 7)
    assert [row["number"] for row in closed] == [ticket.number]
    assert await category(desk, made) == "resolved"


@pytest.mark.parametrize(
    ("status", "days_ago", "within", "reopens"),
    [("closed", 2, 3, True), ("closed", 4, 3, False), ("resolved", 4, 3, False), ("resolved", 40, None, True)],
)
async def test_the_portal_says_and_does_what_an_answer_does(
    desk: Desk, status: str, days_ago: float, within: int | None, reopens: bool
) -> None:
    admin, contact = await desk.administrator(), await desk.given.contact()
    await admin.patched("/lifecycle-rules", {"reopen_within_days": within, "close_after_days": None})
    ticket = await resolved(desk, days_ago, requester_id=contact)
    if status == "closed":
        await admin.patched(f"/tickets/{ticket.number}", {"status": "closed"})
    requester = await desk.requester(contact)
    can = (await requester.got(f"/portal/tickets/{ticket.number}"))["can"]
    assert (can["reopen"], can["follow_up"]) == (reopens, not reopens)
    await requester.posted(f"/portal/tickets/{ticket.number}/messages", {"text": "Not done."})
    assert await category(desk, ticket) == ("open" if reopens else status)
    [follow_ups] = await desk.rows("select count(*) as n from tickets where follow_up_of_id = $1", ticket.id)
    assert follow_ups["n"] == (0 if reopens else 1)


async def test_a_walk_for_what_is_to_close_reads_no_ticket_that_is_not(desk: Desk) -> None:
    """A team that closes nothing keeps its resolved tickets for good: they are not looked through every ten minutes."""
    admin, never = await desk.administrator(), await desk.given.team("Never")
    await admin.patched(f"/lifecycle-rules/teams/{never}", {"close_after_days": None})
    for _ in range(20):
        await resolved(desk, 400, team_id=never)
    ticket = await resolved(desk, 8)
    async with desk.database.writing(desk.given.system, "ticket.close") as work:
        await work.execute("set local enable_seqscan = off")
        plan = "\n".join(row[0] for row in await work.fetch(f"explain (analyze, costs off) {CLOSE_RESOLVED}", 200, 7))
    assert "tickets_team_to_close" in plan
    assert "Rows Removed by Filter: 20" not in plan
    assert await category(desk, ticket) == "closed"
