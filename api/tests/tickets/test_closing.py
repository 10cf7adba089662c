"""A resolved ticket closes by itself when nobody came back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.tickets.commands.properties import change_ticket
from atum_desk.tickets.jobs import close_resolved
from atum_desk.tickets.schemas import TicketChange
from factories import Given


@pytest.fixture
def worker(database: Database, settings: Settings) -> WorkerContext:
    return WorkerContext(database=database, settings=settings, files=FileStore(settings.uploads))


async def _resolve(given: Given, number: int, *, days_ago: int) -> None:
    agent = await given.staff()
    clock.move(timedelta(days=-days_ago))
    try:
        await change_ticket(given.database, agent.actor, number, TicketChange(status="resolved"), None)
    finally:
        clock.move(timedelta(0))


async def _category(given: Given, ticket_id: int) -> str:
    async with given.database.reading(given.system) as transaction:
        category: str = await transaction.fetchval("select category from tickets where id = $1", ticket_id)
    return category


async def test_a_ticket_resolved_a_week_ago_closes_and_one_resolved_today_does_not(
    given: Given, worker: WorkerContext
) -> None:
    old, fresh = await given.ticket(), await given.ticket()
    await _resolve(given, old.number, days_ago=8)
    await _resolve(given, fresh.number, days_ago=0)
    await close_resolved(worker, b"")
    assert await _category(given, old.id) == "closed"
    assert await _category(given, fresh.id) == "resolved"


async def test_closing_twice_makes_one_change(given: Given, worker: WorkerContext) -> None:
    ticket = await given.ticket()
    await _resolve(given, ticket.number, days_ago=8)
    await close_resolved(worker, b"")
    await close_resolved(worker, b"")
    async with given.database.reading(given.system) as transaction:
        made = await transaction.fetchval("select count(*) from changes where command = 'ticket.close'")
    assert made == 1
