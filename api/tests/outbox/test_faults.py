"""A relay behind a line that fails at any byte: what we believe is what happened, and nothing goes twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from faults import Fault, faulty_line

from atum_desk.outbox.relays.connections import RelaySessions
from atum_desk.outbox.relays.smtp import AnswerTimes, EnvelopedMail, Relay, SendOutcome
from local_rules import LOCAL

CONTENT = b"From: a@example.org\r\nSubject: Printer\r\n\r\nIt is on fire.\r\n.a leading dot\r\n"
LETTER = EnvelopedMail("a@example.org", ("b@example.org", "c@example.org"), CONTENT)
QUICK = AnswerTimes(command_seconds=0.4, data_seconds=0.4)


class FaultyRelay:
    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken += 1
        return "250 2.0.0 OK, queued"


@asynccontextmanager
async def relay_taking() -> AsyncIterator[tuple[FaultyRelay, int]]:
    taker, loop = FaultyRelay(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(taker, hostname="relay.localhost", loop=loop), "127.0.0.1", 0)
    try:
        yield taker, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def hand_over(port: int) -> SendOutcome:
    sessions = RelaySessions(patience=QUICK)
    try:
        return await sessions.hand_over(Relay("127.0.0.1", port, rules=LOCAL), LETTER)
    finally:
        await sessions.close()


async def lengths(port: int) -> dict[str, int]:
    """Return how many bytes an undisturbed dialogue has in each direction, without the goodbye."""
    async with faulty_line(port, None) as (line_port, line):
        sessions = RelaySessions(patience=QUICK)
        assert (await sessions.hand_over(Relay("127.0.0.1", line_port, rules=LOCAL), LETTER)).kind == "sent"
        carried = dict(line.carried)
        await sessions.close()
    return carried


def faults(lengths: dict[str, int]) -> list[Fault]:
    """Every byte of both directions cut; garbled to what means the most; some reset and some silent."""
    chance = random.Random(8)
    found: list[Fault] = []
    for direction in ("to_relay", "to_us"):
        places = range(lengths[direction])
        found += [Fault(direction, at, "cut") for at in places]
        found += [Fault(direction, at, "reset") for at in chance.sample(places, 40)]
        found += [Fault(direction, at, "silence") for at in chance.sample(places, 12)]
        values = b"245\n\r. \x00\xff" if direction == "to_us" else b"\n.A"
        sampled = places if direction == "to_us" else chance.sample(places, 60)
        found += [Fault(direction, at, "garble", value) for at in sampled for value in chance.sample(values, 2)]
    return found


@pytest.mark.slow("the line fails at each byte of a dialogue, with a session for each")
async def test_what_is_believed_is_what_happened_wherever_the_line_fails() -> None:
    told: Counter[tuple[str, str]] = Counter()
    async with relay_taking() as (taker, port):
        for fault in faults(await lengths(port)):
            taker.taken = 0
            async with faulty_line(port, fault) as (line_port, _line):
                outcome = await hand_over(line_port)
            await asyncio.sleep(0)
            told[fault.how, outcome.kind] += 1
            if outcome.kind == "sent":
                assert taker.taken == 1, fault
            elif outcome.kind != "unknown":
                assert taker.taken == 0, (fault, outcome)
            if outcome.kind == "deferred":
                # What is tried again by itself has never left.
                assert (await hand_over(port)).kind == "sent"
                assert taker.taken == 1, fault
    print(dict(told))
    kinds = {kind for _how, kind in told}
    assert kinds == {"sent", "deferred", "unknown", "rejected"}
    assert told["cut", "deferred"] > 200
    assert told["cut", "unknown"] > 50


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (250, "2.0.0 queued", "sent"),
        (250, "queued", "sent"),
        (450, "4.2.0 later", "deferred"),
        (550, "5.1.1 no", "rejected"),
        (550, "no such user", "rejected"),
        # damaged on its way: the code says one thing, the status another
        (450, "2.0.0 queued as 1234", "unknown"),
        (550, "2.0.0 queued as 1234", "unknown"),
        (250, "5.7.1 spam", "unknown"),
        (354, "go on", "unknown"),
        (-1, "Malformed", "unknown"),
        (777, "what", "unknown"),
    ],
)
def test_an_answer_to_the_data_counts_only_when_it_makes_sense(code: int, message: str, kind: str) -> None:
    from atum_desk.outbox.relays.smtp import outcome_of_end

    assert outcome_of_end(code, message).kind == kind
