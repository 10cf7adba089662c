"""Makes frames of what happened: each change encoded once, put together once for all who hear the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from atum_desk.live.audience import may_hear
from atum_desk.live.models import ChangesFrame, Event, Powers, TicketNow, Told, encode

MOST_CHANGES_IN_A_FRAME = 100


def tell(events: Sequence[Event], now: Mapping[int, TicketNow]) -> list[Told]:
    """Give the last event of each ticket its row, where that is known."""
    told: list[Told] = []
    having_row: set[int] = set()
    for event in reversed(events):
        row = now.get(event.ticket_id) if event.ticket_id is not None else None
        if row is None or event.ticket_id in having_row:
            told.append(Told(event))
            continue
        assert event.ticket_id is not None
        having_row.add(event.ticket_id)
        told.append(Told(event, row, event.staff_frame[:-1] + b',"row":' + row.encoded + b"}"))
    told.reverse()
    return told


def frames_for(powers: Powers, told: Iterable[Told]) -> list[bytes]:
    """Return the frames that tell a session with these powers what of it is for its eyes."""
    heard = [one for one in told if may_hear(powers, one.event)]
    return [
        _frame(powers, heard[start : start + MOST_CHANGES_IN_A_FRAME])
        for start in range(0, len(heard), MOST_CHANGES_IN_A_FRAME)
    ]


def _frame(powers: Powers, heard: list[Told]) -> bytes:
    changes = [msgspec.Raw(_change(powers, one)) for one in heard]
    return encode(ChangesFrame(seq=heard[-1].event.seq, changes=changes))


def _change(powers: Powers, told: Told) -> bytes:
    if powers.audience == "staff":
        shown = told.now is not None and powers.sees_tickets_of(told.now.team_id)
        return told.with_row if shown else told.event.staff_frame
    assert told.event.contact_frame is not None
    return told.event.contact_frame
