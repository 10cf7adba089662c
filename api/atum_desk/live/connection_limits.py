"""How many connections one person and one address may hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from atum_desk.live.client import LiveClient


class LiveConnectionLimits:
    """Counts the connections of one process, those that have not said who they are included."""

    def __init__(self, per_person: int, per_address: int) -> None:
        self._per_person, self._per_address = per_person, per_address
        self._addresses: Counter[str] = Counter()
        # In the order in which they came.
        self._people: defaultdict[int, dict[LiveClient, None]] = defaultdict(dict)

    @contextmanager
    def of_address(self, address: str) -> Iterator[bool]:
        """Hold a place of an address while a connection lasts; False when it has no place left."""
        self._addresses[address] += 1
        try:
            yield self._addresses[address] <= self._per_address
        finally:
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]

    def take(self, client: LiveClient) -> LiveClient | None:
        """Give a client a place of its person; return the one that came first and has to make room."""
        held = self._people[client.powers.person_id]
        held[client] = None
        if len(held) <= self._per_person:
            return None
        oldest = next(iter(held))
        del held[oldest]
        return oldest

    def leave(self, client: LiveClient) -> None:
        """Free a client's place."""
        held = self._people[client.powers.person_id]
        held.pop(client, None)
        if not held:
            del self._people[client.powers.person_id]
