"""No pattern that a stranger's text meets takes quadratic time on a repeated string."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from types import ModuleType

import pytest

import atum_desk.mail
import atum_desk.mime

CHARACTERS = 4_000
# Less is noise; a quadratic pattern takes much longer on so many characters.
LEAST_SECONDS = 0.004
MOST_GROWTH = 3.0
MOST_TRIES = 8
# What they search is cut to a line of at most so many characters before.
BOUNDED = {"_SHARED": 500, "_DIGIT_START": 500, "_PREFIX": 998}
SEEDS = (
    *("a", "a ", " ", "\t ", "\n", "\r\n", "\n ", "-", "--", "=", "&", "<", ">", '"', "'", "@", "a@", "a@b.", "."),
    *("<a@b", "<!--", "cid:", "0", "1.", "a:", ":", ";", "a=", "[", "(", "From: ", "http://", "\x00", "é", "begin "),
    *("On 1 ", "&#1", "&a", "Message-ID: <", "Subject:", "RCPT TO:<", "to ", "<meta ", "charset=", "5.1.", "550 "),
)


def _patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for package in (atum_desk.mime, atum_desk.mail):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module: ModuleType = importlib.import_module(found.name)
            for name, value in vars(module).items():
                for number, one in enumerate(value if isinstance(value, tuple) else (value,)):
                    if isinstance(one, re.Pattern):
                        yield f"{found.name}.{name}[{number}]", one


PATTERNS = dict(_patterns())


def _seconds(pattern: re.Pattern[str] | re.Pattern[bytes], text: str) -> float:
    subject: str | bytes = text.encode() if isinstance(pattern.pattern, bytes) else text
    began = time.process_time()
    for match in pattern.finditer(subject):  # type: ignore[arg-type]
        match.end()
    pattern.match(subject)  # type: ignore[arg-type]
    return time.process_time() - began


def _grows_linearly(pattern: re.Pattern[str] | re.Pattern[bytes], once: str, twice: str) -> bool:
    """Compare the least time of each: what else the machine does only ever adds to one of them."""
    once_seconds = twice_seconds = float("inf")
    for _ in range(MOST_TRIES):
        once_seconds = min(once_seconds, _seconds(pattern, once))
        twice_seconds = min(twice_seconds, _seconds(pattern, twice))
        if twice_seconds < LEAST_SECONDS or twice_seconds < MOST_GROWTH * once_seconds:
            return True
    return False


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 40


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_grows_with_what_it_searches(name: str) -> None:
    pattern = PATTERNS[name]
    bound = BOUNDED.get(name.rpartition(".")[2].partition("[")[0])
    for seed in SEEDS:
        for tail in ("", "\n!", "!>"):
            size = bound // 2 if bound else CHARACTERS
            once, twice = (seed * (each // len(seed)) + tail for each in (size, 2 * size))
            assert _grows_linearly(pattern, once, twice), (seed, tail)


def test_a_quadratic_pattern_is_noticed() -> None:
    slow = re.compile(r"\s+$")
    assert not _grows_linearly(slow, " " * CHARACTERS + "!", " " * 2 * CHARACTERS + "!")
