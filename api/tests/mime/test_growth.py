"""Twice the input takes about twice the time, and four times as much four times, for the worst of each kind."""

from __future__ import annotations

import html
import math
import os
from collections.abc import Callable

import pytest

from atum_desk.mime import sanitise_html
from bench.hostile_mail import KINDS, cpu_seconds, read_whole

# A quadratic step makes it four.
MOST_GROWTH = 2.6
START_BYTES = 6_000
LARGEST_BYTES = 96_000
# Below this the clock and the caches are what is measured.
LEAST_SECONDS = 0.008
TRIES = 4
# A step whose square is small shows late: four times as much of this takes about four times as long.
SEEN_LATE_BYTES = 60_000
MOST_LATE_GROWTH = 7.0
# A third of it costs a third. With a square for which four times as much of SEEN_LATE_BYTES takes
# MOST_LATE_GROWTH times as long, four times as much of this takes 5.2 times as long.
SEEN_EARLY_BYTES = SEEN_LATE_BYTES // 3
MOST_EARLY_GROWTH = 5.0
# For a longer run ATUM_TEST_GROWTH=whole: what sets in beyond the smaller sizes shows, too.
IS_WHOLE = os.environ.get("ATUM_TEST_GROWTH") == "whole"
LEAST_LATE_SECONDS = 0.1
LATE_TRIES = 3


def _grows_linearly(do: Callable[[bytes], object], make: Callable[[int], bytes]) -> tuple[bool, str]:
    size = START_BYTES
    while size < LARGEST_BYTES and cpu_seconds(do, make(size)) < LEAST_SECONDS:
        size *= 2
    once = twice = math.inf
    for _ in range(TRIES):
        # The least of all tries: others only add to what a step takes.
        once = min(once, cpu_seconds(do, make(size), times=2))
        twice = min(twice, cpu_seconds(do, make(2 * size), times=2))
        if twice / max(once, 1e-6) < MOST_GROWTH or twice < LEAST_SECONDS:
            return True, ""
    return False, f"{2 * size} bytes take {twice / max(once, 1e-6):.1f} times as long as {size}"


def _stays_linear(do: Callable[[bytes], object], make: Callable[[int], bytes]) -> tuple[bool, str]:
    early = cpu_seconds(do, make(SEEN_EARLY_BYTES), times=2)
    if not IS_WHOLE and early > LEAST_SECONDS:
        for _ in range(LATE_TRIES):
            if cpu_seconds(do, make(4 * SEEN_EARLY_BYTES)) < MOST_EARLY_GROWTH * early:
                return True, ""
    small = large = math.inf
    for _ in range(LATE_TRIES):
        small = min(small, cpu_seconds(do, make(SEEN_LATE_BYTES), times=2))
        large = min(large, cpu_seconds(do, make(4 * SEEN_LATE_BYTES)))
        if large / max(small, 1e-6) < MOST_LATE_GROWTH or large < LEAST_LATE_SECONDS:
            return True, ""
    # What is large suffers more from others that use the processor's caches, however often it is measured.
    # That makes it dearer once; a square goes on: where four times as much took seven times as long, twice
    # as much of that takes more than three times as long.
    twice = math.inf
    for _ in range(LATE_TRIES):
        large = min(large, cpu_seconds(do, make(4 * SEEN_LATE_BYTES)))
        twice = min(twice, cpu_seconds(do, make(8 * SEEN_LATE_BYTES)))
        if twice / max(large, 1e-6) < MOST_GROWTH:
            return True, ""
    growth = large / max(small, 1e-6)
    return False, f"{4 * SEEN_LATE_BYTES} bytes take {growth:.1f} times as long as a quarter of them"


@pytest.mark.parametrize("kind", KINDS)
def test_reading_a_mail_grows_with_its_size_and_not_with_its_square(kind: str) -> None:
    is_linear, words = _grows_linearly(read_whole, KINDS[kind])
    assert is_linear, words
    is_linear, words = _stays_linear(read_whole, KINDS[kind])
    assert is_linear, words


def test_the_measurement_notices_a_quadratic_step() -> None:
    def quadratic(raw: bytes) -> None:
        sum(len(raw[:at]) for at in range(0, len(raw), 4))

    for measured in (_grows_linearly, _stays_linear):
        is_linear, words = measured(quadratic, lambda size: b"a" * size)
        assert not is_linear
        assert "times as long" in words


@pytest.mark.parametrize(
    "kind", [name for name in KINDS if name.startswith(("`<", "blocks", "rows", "links", "tables"))]
)
def test_sanitised_html_is_not_many_times_its_source(kind: str) -> None:
    """A parser that opens formatting again in each block would write it again and again."""
    markup = KINDS[kind](100_000).partition(b"\n\n")[2].decode()
    assert len(sanitise_html(markup)) < 6 * len(markup) + 20_000


def test_references_mean_the_same_after_sanitising_once_and_twice() -> None:
    source = "a &amp; b &lt;i&gt; &quot;c&quot; &#38; &euro; & x &nosuch; &copy &#0; &#xfdd0; \ufdd0\ufdd1"
    once = sanitise_html(f'<p title="{source}">{source}</p>')
    assert sanitise_html(once) == once
    text = html.unescape(once.partition(">")[2].rpartition("<")[0])
    assert text == 'a & b <i> "c" & € & x &nosuch; © \ufffd  \ufffd\ufffd'
    link = sanitise_html('<a href="https://x.example/?a=1&copy=2&amp;lt=3&quot;">x</a>')
    assert 'href="https://x.example/?a=1&amp;copy=2&amp;lt=3&quot;"' in link
