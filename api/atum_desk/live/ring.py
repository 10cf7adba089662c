"""The last events, kept so that a client that comes back soon is told what it missed at once."""

from __future__ import annotations

from collections import deque

from atum_desk.kernel.ledger import Position
from atum_desk.live.models import Event

LENGTH = 10_000


class Ring:
    """Events after `floor`, complete and in order."""

    def __init__(self, floor: Position, length: int = LENGTH) -> None:
        self._events: deque[Event] = deque()
        self._length = length
        self.floor = floor

    def add(self, event: Event) -> None:
        """Keep an event and let go of the oldest when there are too many."""
        self._events.append(event)
        if len(self._events) > self._length:
            self.floor = self._events.popleft().position

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
