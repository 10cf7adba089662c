"""How long requests take: one bucket for each, for ever and over the last five minutes.

A request's time ends where its answer begins: a slow reader is not our slowness, and a large upload is not timed.
Several API processes tell each other their counts, so that whichever is asked answers for all of them.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from itertools import accumulate

import msgspec

from atum_desk.kernel.processes.shared_memory import SharedSlots

BOUNDS_SECONDS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.35),
    *(0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 20.0, 30.0),
)
SLICE_SECONDS = 10.0
SLICES = 30


class Slice:
    """The requests of ten seconds."""

    __slots__ = ("began_at", "counts", "longest_seconds", "refused_sign_ins", "seconds")

    def __init__(self, began_at: float) -> None:
        self.began_at = began_at
        self.counts = [0] * (len(BOUNDS_SECONDS) + 1)
        self.seconds = 0.0
        self.longest_seconds = 0.0
        self.refused_sign_ins = 0


class Lately(msgspec.Struct, frozen=True):
    """What the last five minutes were like; times in seconds, None without a request."""

    requests: int
    refused_sign_ins: int
    p95_seconds: float | None
    longest_seconds: float | None


class Counts(msgspec.Struct, frozen=True, array_like=True):
    """What one process counted: since the start, and in the last five minutes. Times in seconds."""

    by_status: list[int]
    counts: list[int]
    seconds: float
    recent_counts: list[int]
    recent_longest_seconds: float
    recent_refused_sign_ins: int


class RequestTimes:
    """Counts every request of this process, and knows what its siblings counted."""

    def __init__(self, shared: SharedSlots | None = None, index: int = 0) -> None:
        """Count from nothing, or go on where the process that had this slot before ended."""
        self._shared, self._index = shared, index
        self._by_status = [0] * 6
        self._slice = Slice(time.perf_counter())
        self._ends_at = self._slice.began_at + SLICE_SECONDS
        self._past: deque[Slice] = deque(maxlen=SLICES)
        self._before = Slice(0.0)
        if shared and (kept := shared.read(index)):
            before = _decode(kept)
            self._by_status = list(before.by_status)
            self._before.counts, self._before.seconds = list(before.counts), before.seconds

    def note(self, began_at: float, answered_at: float, status: int, *, timed: bool = True) -> None:
        """Count a request; both moments are those of `time.perf_counter`."""
        if answered_at >= self._ends_at:
            self._turn(answered_at)
        self._by_status[status // 100] += 1
        if not timed:
            return
        seconds, current = answered_at - began_at, self._slice
        current.counts[bisect_left(BOUNDS_SECONDS, seconds)] += 1
        current.seconds += seconds
        if seconds > current.longest_seconds:
            current.longest_seconds = seconds

    def note_refused_sign_in(self) -> None:
        """Count a sign-in with a wrong password."""
        self._slice.refused_sign_ins += 1

    def share(self) -> None:
        """Let the other processes know what this one counted."""
        if self._shared:
            self._shared.write(self._index, _encode(self._own()))

    def by_status(self) -> list[int]:
        """Return how many requests were answered since the start, by the first digit of the status."""
        return _columns(one.by_status for one in self._everywhere())

    def lately(self) -> Lately:
        """Return what the last five minutes were like."""
        everywhere = self._everywhere()
        counts = _columns(one.recent_counts for one in everywhere)
        longest = max(one.recent_longest_seconds for one in everywhere) if sum(counts) else None
        return Lately(
            requests=sum(counts),
            refused_sign_ins=sum(one.recent_refused_sign_ins for one in everywhere),
            p95_seconds=_percentile(counts, 0.95, longest) if longest is not None else None,
            longest_seconds=longest,
        )

    def histogram(self) -> tuple[list[tuple[str, float]], float]:
        """Return Prometheus' cumulative buckets since the start, and the sum of all seconds."""
        everywhere = self._everywhere()
        counts = _columns(one.counts for one in everywhere)
        names = (*(f"{bound:g}" for bound in BOUNDS_SECONDS), "+Inf")
        seconds = sum(one.seconds for one in everywhere)
        return [*zip(names, map(float, accumulate(counts)), strict=True)], seconds

    def _everywhere(self) -> list[Counts]:
        others = self._shared.read_others(self._index) if self._shared else []
        return [self._own(), *map(_decode, others)]

    def _own(self) -> Counts:
        now = time.perf_counter()
        if now >= self._ends_at:
            self._turn(now)
        since = now - SLICE_SECONDS * SLICES
        recent = [one for one in (*self._past, self._slice) if one.began_at > since]
        slices = (self._before, *self._past, self._slice)
        return Counts(
            by_status=self._by_status,
            counts=_columns(one.counts for one in slices),
            seconds=sum(one.seconds for one in slices),
            recent_counts=_columns(one.counts for one in recent),
            recent_longest_seconds=max(one.longest_seconds for one in recent),
            recent_refused_sign_ins=sum(one.refused_sign_ins for one in recent),
        )

    def _turn(self, now: float) -> None:
        """Begin a new slice; one that falls out of the five minutes goes into the sum of all before."""
        if len(self._past) == SLICES:
            gone = self._past[0]
            self._before.seconds += gone.seconds
            self._before.counts = [a + b for a, b in zip(self._before.counts, gone.counts, strict=True)]
        self._past.append(self._slice)
        self._slice = Slice(now)
        self._ends_at = now + SLICE_SECONDS


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Counts).decode


def _columns(rows: Iterable[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _percentile(counts: list[int], share: float, longest: float) -> float:
    """Return the time that this share stays under: the upper bound of its bucket, as Prometheus does."""
    wanted = share * sum(counts)
    for bound, reached in zip((*BOUNDS_SECONDS, longest), accumulate(counts), strict=True):
        if reached >= wanted:
            return min(bound, longest)
    return longest
