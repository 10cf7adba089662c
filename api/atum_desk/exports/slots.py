"""How many exports are under way at once: in this process, and of each person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from atum_desk.exports.problems import ExportsBusy, TooManyExports

# Each holds a connection of the process's ten for as long as it lasts.
MOST_AT_ONCE = 3
MOST_OF_ONE = 2


class ExportSlots:
    """Counts the exports of one process."""

    def __init__(self) -> None:
        self._by_person: Counter[int] = Counter()

    @property
    def taken(self) -> int:
        """How many are under way."""
        return self._by_person.total()

    @contextmanager
    def slot(self, person_id: int) -> Iterator[None]:
        """Hold a place. Raises TooManyExports, or ExportsBusy when all places are taken."""
        if self._by_person[person_id] >= MOST_OF_ONE:
            raise TooManyExports(MOST_OF_ONE)
        if self.taken >= MOST_AT_ONCE:
            raise ExportsBusy(MOST_AT_ONCE)
        self._by_person[person_id] += 1
        try:
            yield
        finally:
            self._by_person[person_id] -= 1
            if not self._by_person[person_id]:
                del self._by_person[person_id]
