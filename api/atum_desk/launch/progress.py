"""What is being done before anything can be used, said at once and again while it lasts."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator

STILL_SECONDS = 10.0


@contextlib.contextmanager
def step(words: str, *, still_seconds: float = STILL_SECONDS) -> Iterator[None]:
    """Say what begins, how long it has taken every few seconds, and how long it took if that was long.

    `words` begin with a verb, such as "building the web application".
    """
    began_at = time.monotonic()
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(still_seconds):
            say(f"still {words} ({time.monotonic() - began_at:.0f} s)")

    say(words)
    reminder = threading.Thread(target=go_on, daemon=True)
    reminder.start()
    try:
        yield
    finally:
        ended.set()
        reminder.join()
    took = time.monotonic() - began_at
    if took >= still_seconds:
        say(f"done in {took:.0f} s")


def say(words: str) -> None:
    """Print a line of progress; a terminal that is gone ends nothing."""
    with contextlib.suppress(OSError):
        print(f"atum: {words}", file=sys.stderr, flush=True)
