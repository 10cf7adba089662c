"""The last events, kept so that a client that comes back soon is told what it missed at once."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping

from atum_desk.kernel.ledger.tail import Position
from atum_desk.live.models import Event, TicketNow

LENGTH = 10_000
MOST_ROWS = 1_000


class Ring:
    """Events of one workspace after `floor`, complete and in order, and the newest rows of their tickets."""

    def __init__(self, floor: Position, length: int = LENGTH) -> None:
        self._events: deque[Event] = deque()
        self._rows: OrderedDict[int, TicketNow] = OrderedDict()
        self._length = length
        self.floor = floor

    def add(self, event: Event) -> None:
        """Keep an event and let go of the oldest when there are too many."""
        self._events.append(event)
        if len(self._events) > self._length:
            self.floor = self._events.popleft().position

    def add_older(self, events: list[Event], floor: Position) -> None:
        """Keep what happened after `floor` and before all that is kept, if there is room for it."""
        if len(events) + len(self._events) <= self._length:
            self._events.extendleft(reversed(events))
            self.floor = floor

    def since(self, position: Position) -> list[Event] | None:
        """Return the events after a position, or None when it lies before what is kept."""
        if position < self.floor:
            return None
        missed = []
        for event in reversed(self._events):
            if event.position <= position:
                break
            missed.append(event)
        missed.reverse()
        return missed

    def note_rows(self, ticket_ids: Iterable[int], rows: Mapping[int, TicketNow]) -> None:
        """Keep what was just read of tickets; of one that was not read nothing older is kept either."""
        for ticket_id in ticket_ids:
            self._rows.pop(ticket_id, None)
            if row := rows.get(ticket_id):
                self._rows[ticket_id] = row
        while len(self._rows) > MOST_ROWS:
            self._rows.popitem(last=False)

    def rows_of(self, ticket_ids: Iterable[int]) -> dict[int, TicketNow]:
        """Return the rows of these tickets that are kept."""
        return {one: self._rows[one] for one in ticket_ids if one in self._rows}
