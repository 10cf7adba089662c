"""A requester's mail reopens an ended ticket, or opens a follow-up, as the rules of the ticket's team have it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from mail_desk import MailDesk, letter

from atum_desk.kernel import clock
from atum_desk.lifecycle.rule_commands import change_rules, change_team_rules
from atum_desk.lifecycle.schemas import RulesChange
from atum_desk.tickets.commands.properties import change_ticket
from atum_desk.tickets.schemas import TicketChange
from factories import Given, SignedIn


async def rule(given: Given, change: RulesChange, *, team: bool = False) -> None:
    admin = await given.staff(role="Administrator")
    if team:
        await change_team_rules(given.database, admin.actor, await given.first_team(), change, None)
    else:
        await change_rules(given.database, admin.actor, change, None)


async def ended(
    mail_desk: MailDesk, given: Given, status: str, *, days_ago: float, assignee: SignedIn | None = None
) -> dict[str, Any]:
    """Let a mail open a ticket, assign it, and end it so long ago."""
    await mail_desk.deliver(letter(message_id="<first@example.org>"))
    await mail_desk.settled(1)
    agent = await given.staff()
    [ticket] = await mail_desk.rows("select id, number from tickets")
    clock.move(timedelta(days=-days_ago))
    try:
        for change in (TicketChange(assignee_id=assignee.id if assignee else None), TicketChange(status=status)):
            await change_ticket(given.database, agent.actor, ticket["number"], change, None)
    finally:
        clock.move(timedelta(0))
    return ticket


async def answered(mail_desk: MailDesk) -> list[dict[str, Any]]:
    """Deliver an answer; return all tickets in order."""
    await mail_desk.deliver(letter(text="Again!", In_Reply_To="<first@example.org>"))
    await mail_desk.settled(2)
    return await mail_desk.rows(
        """select t.*, (select count(*) from messages m where m.ticket_id = t.id) as messages from tickets t order by id"""
    )


@pytest.mark.parametrize(
    ("status", "days_ago", "within", "reopens"),
    [
        ("resolved", 30, None, True),
        ("closed", 0, None, False),
        ("resolved", 2, 3, True),
        ("closed", 2, 3, True),
        ("cancelled", 2, 3, True),
        ("resolved", 4, 3, False),
        ("closed", 4, 3, False),
        ("resolved", 0, 0, False),
    ],
)
async def test_an_answer_reopens_within_the_days_and_opens_a_follow_up_after_them(
    mail_desk: MailDesk, given: Given, status: str, days_ago: float, within: int | None, reopens: bool
) -> None:
    await rule(given, RulesChange(reopen_within_days=within))
    ticket = await ended(mail_desk, given, status, days_ago=days_ago)
    old, *new = await answered(mail_desk)
    if reopens:
        assert (old["category"], old["resolved_at"], old["closed_at"], old["messages"]) == ("open", None, None, 2)
        assert new == []
    else:
        assert (old["category"], old["messages"]) == ("closed" if status == "cancelled" else status, 1)
        assert [(one["follow_up_of_id"], one["category"], one["messages"]) for one in new] == [(ticket["id"], "new", 1)]


async def test_a_teams_own_rules_hold_over_the_workspaces(mail_desk: MailDesk, given: Given) -> None:
    await rule(given, RulesChange(reopen_within_days=0))
    await rule(given, RulesChange(reopen_within_days=30), team=True)
    await ended(mail_desk, given, "closed", days_ago=10)
    assert [one["category"] for one in await answered(mail_desk)] == ["open"]


async def test_an_automatic_answer_opens_no_follow_up(mail_desk: MailDesk, given: Given) -> None:
    await rule(given, RulesChange(reopen_within_days=0))
    await ended(mail_desk, given, "resolved", days_ago=1)
    await mail_desk.deliver(letter(text="Away", In_Reply_To="<first@example.org>", Auto_Submitted="auto-replied"))
    await mail_desk.settled(2)
    assert await mail_desk.rows("select category, message_count from tickets") == [
        {"category": "resolved", "message_count": 2}
    ]


@pytest.mark.parametrize(("keep", "kept"), [(True, True), (False, False)])
async def test_a_reopened_ticket_keeps_its_assignee_as_the_rules_say(
    mail_desk: MailDesk, given: Given, keep: bool, kept: bool
) -> None:
    await rule(given, RulesChange(keep_assignee=keep))
    assignee = await given.staff("Mina")
    await ended(mail_desk, given, "resolved", days_ago=1, assignee=assignee)
    [ticket] = await answered(mail_desk)
    assert (ticket["category"], ticket["assignee_id"]) == ("open", assignee.id if kept else None)


@pytest.mark.parametrize("status", ["resolved", "waiting"])
async def test_a_ticket_of_somebody_who_left_falls_to_its_team(mail_desk: MailDesk, given: Given, status: str) -> None:
    assignee = await given.staff("Gone")
    await ended(mail_desk, given, status, days_ago=1, assignee=assignee)
    async with given.database.writing(given.system, "person.edit") as work:
        await work.execute("update people set active = false where id = $1", assignee.id)
    [ticket] = await answered(mail_desk)
    assert (ticket["category"], ticket["assignee_id"]) == ("open", None)
    [told] = await mail_desk.rows(
        """select c.command, r.old -> 'assignee_id' as was from changes c join row_changes r on r.change_id = c.id
            where r.table_name = 'tickets' and r.old ? 'assignee_id' and r.new -> 'assignee_id' = 'null'"""
    )
    assert told["was"] == assignee.id
