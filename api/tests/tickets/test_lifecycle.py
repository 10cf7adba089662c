"""What follows from a status follows the same way, whoever sets it: category, and when it was resolved and closed."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import atum_desk
from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.tickets.jobs import close_resolved
from atum_desk.tickets.public import NewMessage, append_message
from desk import Desk
from factories import MadeTicket

FOLLOWING = ("category", "resolved_at", "closed_at")

Way = Callable[[Desk, MadeTicket, str], Awaitable[None]]


async def by_property(desk: Desk, ticket: MadeTicket, status: str) -> None:
    await (await desk.staff()).patched(f"/tickets/{ticket.number}", {"status": status})


async def in_bulk(desk: Desk, ticket: MadeTicket, status: str) -> None:
    body = {"numbers": [ticket.number], "set": {"status": status}}
    await (await desk.staff()).posted("/tickets/bulk", body, status=200)


async def with_a_note(desk: Desk, ticket: MadeTicket, status: str) -> None:
    body = {"kind": "note", "text": "So.", "status": status}
    await (await desk.staff()).posted(f"/tickets/{ticket.number}/messages", body)


async def by_statement(desk: Desk, ticket: MadeTicket, status: str) -> None:
    async with desk.database.writing(desk.given.system, "ticket.status") as work:
        await work.execute(
            "update tickets set status_id = (select id from statuses where key = $2) where id = $1", ticket.id, status
        )


WAYS = [by_property, in_bulk, with_a_note, by_statement]


async def state_of(desk: Desk, ticket: MadeTicket) -> dict[str, Any]:
    [row] = await desk.rows(f"select {', '.join(FOLLOWING)} from tickets where id = $1", ticket.id)
    return row


def is_recent(moment: datetime | None) -> bool:
    return moment is not None and abs(clock.now() - moment) < timedelta(minutes=10)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("status", "category", "is_resolved", "is_closed"),
    [
        ("open", "open", False, False),
        ("on_hold", "on_hold", False, False),
        ("resolved", "resolved", True, False),
        ("closed", "closed", True, True),
        ("cancelled", "closed", True, True),
    ],
)
async def test_category_and_moments_follow_the_status(
    shared_desk: Desk, way: Way, status: str, category: str, is_resolved: bool, is_closed: bool
) -> None:
    ticket = await shared_desk.given.ticket()
    await way(shared_desk, ticket, status)
    state = await state_of(shared_desk, ticket)
    assert state["category"] == category
    assert is_recent(state["resolved_at"]) == is_resolved
    assert is_recent(state["closed_at"]) == is_closed


@pytest.mark.parametrize("way", WAYS)
async def test_a_reopened_ticket_was_not_resolved(shared_desk: Desk, way: Way) -> None:
    ticket = await shared_desk.given.ticket()
    await by_property(shared_desk, ticket, "resolved")
    await way(shared_desk, ticket, "open")
    assert await state_of(shared_desk, ticket) == {"category": "open", "resolved_at": None, "closed_at": None}


async def test_a_requesters_mail_reopens(shared_desk: Desk) -> None:
    given = shared_desk.given
    contact = await given.contact()
    ticket = await given.ticket(requester_id=contact)
    await by_property(shared_desk, ticket, "resolved")
    async with given.database.writing(given.system, "ticket.reply") as work:
        message = NewMessage(
            kind="reply", text="Still so.", author_id=contact, author_name="C", from_staff=False, channel="email"
        )
        await append_message(work, ticket.id, message)
    state = await state_of(shared_desk, ticket)
    assert state == {"category": "open", "resolved_at": None, "closed_at": None}


async def test_a_requester_resolves_at_the_portal(shared_desk: Desk) -> None:
    contact = await shared_desk.given.contact()
    ticket = await shared_desk.given.ticket(requester_id=contact)
    requester = await shared_desk.requester(contact, only_ticket_id=ticket.id)
    await by_property(shared_desk, ticket, "open")
    answer = await requester.post(f"/portal/tickets/{ticket.number}/resolve")
    assert answer.status_code < 300, answer.text
    state = await state_of(shared_desk, ticket)
    assert (state["category"], state["closed_at"]) == ("resolved", None)
    assert is_recent(state["resolved_at"])


async def test_closing_keeps_when_it_was_resolved(desk: Desk) -> None:
    ticket = await desk.given.ticket()
    clock.move(timedelta(days=-8))
    try:
        await by_property(desk, ticket, "resolved")
    finally:
        clock.move(timedelta(0))
    before = await state_of(desk, ticket)
    worker = WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))
    await close_resolved(worker, b"")
    after = await state_of(desk, ticket)
    assert (after["category"], after["resolved_at"]) == ("closed", before["resolved_at"])
    assert is_recent(after["closed_at"])


@pytest.mark.parametrize("statuses", [("resolved",), ("closed",), ("resolved", "closed"), ("resolved", "open")])
async def test_undo_restores_what_followed(shared_desk: Desk, statuses: tuple[str, ...]) -> None:
    """What an undo writes back stays as it was, to the microsecond: nothing follows from it anew."""
    admin, ticket = await shared_desk.administrator(), await shared_desk.given.ticket()
    seen = []
    for status in statuses:
        seen.append(await state_of(shared_desk, ticket))
        await admin.patched(f"/tickets/{ticket.number}", {"status": status})
    for before in reversed(seen):
        change_id = await shared_desk.value(
            """select max(c.id) from changes c where c.ticket_id = $1 and c.undo_of is null
                  and not exists (select from changes u where u.undo_of = c.id)""",
            ticket.id,
        )
        answer = await admin.post(f"/changes/{change_id}/undo")
        assert answer.status_code < 300, answer.text
        assert await state_of(shared_desk, ticket) == before


async def test_what_an_earlier_release_sets_itself_stays(shared_desk: Desk) -> None:
    """A rollback keeps this schema: the statement of the release before it means what it meant."""
    ticket = await shared_desk.given.ticket()
    async with shared_desk.database.writing(shared_desk.given.system, "ticket.status") as work:
        await work.execute(
            """update tickets t set status_id = s.id, category = s.category, resolved_at = '2026-01-01', closed_at = null
                 from statuses s where s.key = 'resolved' and t.id = $1""",
            ticket.id,
        )
    state = await state_of(shared_desk, ticket)
    assert (state["category"], state["resolved_at"].year) == ("resolved", 2026)


def columns_set(source: str) -> set[str]:
    """Return the columns that statements in a module's text set of tickets."""
    sets = re.findall(r"\bupdate tickets\b.*?\bset\b(.*?)\b(?:from|where)\b", source, re.S)
    return {name for text in sets for name in re.findall(r"(\w+)\s*=", text)}


def test_no_statement_sets_what_follows() -> None:
    assert columns_set("update tickets t set status_id = 1, closed_at = moment() where id = 1") == {
        "status_id",
        "closed_at",
    }
    package = Path(atum_desk.__file__).parent
    written = {path.name: columns_set(path.read_text()) for path in package.rglob("*.py")}
    assert "status_id" in written["writes.py"]
    offending = {name: columns & set(FOLLOWING) for name, columns in written.items() if columns & set(FOLLOWING)}
    assert offending == {}
