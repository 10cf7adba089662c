"""Makes frames of what happened: each change encoded once, put together once for all who hear the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from atum_desk.live.audience import may_hear, words_for
from atum_desk.live.models import ChangesFrame, Event, Powers, TicketNow, Told, decode_change, encode

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
        told.append(Told(event, row))
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
    if powers.audience != "staff":
        assert told.event.contact_frame is not None
        return told.event.contact_frame
    frame = _staff_frame(powers, told.event)
    if told.now is None or not powers.sees_tickets_of(told.now.team_id):
        return frame
    return frame[:-1] + b',"row":' + told.now.encoded + b"}"


def _staff_frame(powers: Powers, event: Event) -> bytes:
    """Return an event's frame with the words that concern somebody; most concern all who hear of it."""
    words = words_for(powers, event)
    if len(words) == len({word.name for word in event.words}):
        return event.staff_frame
    return encode(msgspec.structs.replace(decode_change(event.staff_frame), fields=sorted(words)))
