"""What a reply asks of PostgreSQL: as few statements as it takes, whatever else a desk has learned to do."""

from __future__ import annotations

import pytest

from desk import Desk
from round_trips import counted_round_trips

# Enter, lock with where its mail goes, message, mail and job, what it looks like now, the change with its COMMIT.
OF_A_REPLY = 6
# Which status a new ticket takes, asked once.
OF_A_FIRST_REPLY = 7


async def test_a_reply_takes_six_round_trips_and_the_first_one_seven(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await desk.administrator()
    requester = await desk.given.contact("Rita", "rita@round.example")
    tickets = [await desk.given.ticket(subject, requester_id=requester) for subject in ("First", "Second")]
    answer = {"kind": "reply", "text": "It works again."}
    # The first request of a session asks who it is.
    await client.posted(f"/tickets/{tickets[0].number}/messages", answer)
    seen = counted_round_trips(monkeypatch)
    for number, most in ((tickets[1].number, OF_A_FIRST_REPLY), (tickets[1].number, OF_A_REPLY)):
        seen.clear()
        await client.posted(f"/tickets/{number}/messages", answer)
        assert len(seen) <= most, [one.strip()[:80] for one in seen]
        assert len(seen) > 1
