"""What a bulk request would come to, before anything is done."""

from __future__ import annotations

import asyncpg

from atum_desk.bulk.asked_change import asked_change
from atum_desk.bulk.commands import require_sense
from atum_desk.bulk.schemas import MOST_TICKETS, BulkActions, BulkMessage, BulkPreview, BulkRequest, BulkSample
from atum_desk.bulk.selection import PAGE, walk_numbers, wanted_of
from atum_desk.bulk.texts import read_text
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import READ, Database, ReadTransaction
from atum_desk.kernel.notices import NoticeRef
from atum_desk.kernel.problems import Problem
from atum_desk.tickets.public import (
    VARIABLES,
    ListTooBroad,
    MissingCounter,
    TextAgent,
    find_absence_notice,
    list_ids,
    list_template_values,
    require_fit,
)

SAMPLES = 5
# Counting a whole result is bounded as lists are.
LONGEST_SECONDS = 5


async def preview(database: Database, actor: Actor, request: BulkRequest) -> BulkPreview:
    """Count the tickets of a request and what they lack for it, and fill its message in for the first few.

    Raises what beginning it would raise, and ListTooBroad when counting takes longer than 5 seconds.
    """
    require_sense(request)
    change = asked_change(request.actions, actor.person_id)
    begin = f"{READ}; set local statement_timeout = {LONGEST_SECONDS * 1000}"
    async with database.reading(actor, begin) as transaction:
        await require_fit(transaction, request.actions.where_missing)
        missing = MissingCounter(transaction, change)
        try:
            first, count = await _count(transaction, actor, request, missing)
        except asyncpg.QueryCanceledError:
            raise ListTooBroad from None
        samples = await _samples(transaction, actor, request.actions.message, first)
        notices = await list_notices(transaction, request.actions)
    return BulkPreview(
        count=count,
        most=MOST_TICKETS,
        samples=samples,
        variables=list(VARIABLES),
        missing=missing.counts,
        notices=notices,
    )


async def list_notices(transaction: ReadTransaction, actions: BulkActions) -> list[NoticeRef]:
    """Return what the asker is to know before the tickets go to somebody who is away."""
    assignee_id = actions.set.assignee_id
    if not isinstance(assignee_id, int):
        return []
    notice = await find_absence_notice(transaction, assignee_id, None)
    return [notice] if notice else []


async def _count(
    transaction: ReadTransaction, actor: Actor, request: BulkRequest, missing: MissingCounter
) -> tuple[list[int], int]:
    if request.search is None:
        numbers = sorted(set(request.numbers or []))
        for begin in range(0, len(numbers), PAGE):
            await missing.add(numbers[begin : begin + PAGE])
        return numbers[:SAMPLES], len(numbers)
    wanted = await wanted_of(transaction, actor, request.search)
    first: list[int] = []
    count, place = 0, None
    while True:
        numbers, place = await walk_numbers(transaction, wanted, place, PAGE)
        await missing.add(numbers)
        first, count = first or numbers[:SAMPLES], count + len(numbers)
        if place is None or count > MOST_TICKETS:
            return first, count


async def _samples(
    transaction: ReadTransaction, actor: Actor, message: BulkMessage | None, numbers: list[int]
) -> list[BulkSample]:
    ids = await list_ids(transaction, numbers)
    values = await list_template_values(transaction, ids, TextAgent(actor.name, actor.email))
    text = read_text(message) if message else None
    samples = []
    for one in sorted(values.values(), key=lambda each: each["ticket"]["number"]):
        ticket = one["ticket"]
        sample = BulkSample(ticket["number"], ticket["subject"], one["requester"]["name"], None)
        try:
            sample.text = text.filled_in(one) if text else None
        except Problem as problem:
            sample.problem = problem.body()
        samples.append(sample)
    return samples
