"""How many uploads are under way at once: in this process, from strangers, and from each person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from atum_desk.files.problems import TooManyUploads, UploadsBusy

# A browser has six connections to a host; a second window shall have some too.
MOST_OF_ONE = 8


class UploadSlots:
    """Counts the uploads of one process. Strangers have half of the places, so that staff find one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._most_anonymous = max(1, most // 2)
        self._anonymous = 0
        self._by_key: Counter[str] = Counter()

    @contextmanager
    def slot(self, key: str, *, anonymous: bool = False) -> Iterator[None]:
        """Hold a place. `key` is a person or an address.

        Raises TooManyUploads when that one has as many under way as they may, UploadsBusy when all have.
        """
        if self._by_key[key] >= min(MOST_OF_ONE, self._most):
            raise TooManyUploads(limit=self._by_key[key])
        if self._by_key.total() >= self._most or (anonymous and self._anonymous >= self._most_anonymous):
            raise UploadsBusy
        self._by_key[key] += 1
        self._anonymous += anonymous
        try:
            yield
        finally:
            self._anonymous -= anonymous
            self._by_key[key] -= 1
            if not self._by_key[key]:
                del self._by_key[key]
