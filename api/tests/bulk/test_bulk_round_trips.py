"""What a bulk run asks of PostgreSQL for each ticket: its statements are shared where they can be."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.bulk import batches
from bulk_runs import begun, counts, done
from desk import Desk
from round_trips import counted_round_trips

FEW, MANY = 10, 30
# What ten tickets share: taking and locking them, filling in their texts, where their mail goes, what became of them.
SHARED_BY_TEN = 8
# The ticket and its change; the message, its mail and its change, and which status a new ticket takes.
OF_AN_EDIT, OF_A_REPLY = 2, 4


@pytest.mark.parametrize(
    ("actions", "most"),
    [
        ({"set": {"priority": "high"}}, OF_AN_EDIT),
        ({"message": {"kind": "reply", "text": "Dear {{ requester.first_name }}"}}, OF_A_REPLY),
    ],
)
async def test_a_ticket_of_a_run_costs_few_round_trips(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, actions: dict[str, Any], most: int
) -> None:
    """A savepoint, its release and the change were three, and where a reply goes was asked for each."""
    # However slow the machine is: a batch that ends is no ticket's cost.
    monkeypatch.setattr(batches, "BATCH_SECONDS", 600.0)
    client = await desk.administrator()
    people = [await desk.given.contact() for _ in range(3)]
    seen = counted_round_trips(monkeypatch)
    sent = []
    for count in (FEW, MANY):
        numbers = [(await desk.given.ticket(requester_id=people[n % 3])).number for n in range(count)]
        run = await begun(client, actions, numbers=numbers)
        seen.clear()
        assert counts(await done(desk, client, run)) == ("done", count, 0, 0)
        sent.append(len(seen))
    tens = (MANY - FEW) // 10
    assert sent[1] - sent[0] <= (MANY - FEW) * most + tens * SHARED_BY_TEN, sent
