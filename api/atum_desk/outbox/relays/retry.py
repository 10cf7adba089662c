"""When a mail that could not be handed over is tried again (RFC 5321, section 4.5.4.1)."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_SECONDS = 60.0
LONGEST_SECONDS = 4 * 3600.0
GIVE_UP_AFTER = timedelta(days=3)
JITTER = 0.2


def retry_delay_seconds(attempts: int, age: timedelta) -> float | None:
    """Return the wait before the next attempt, doubling from a minute to four hours; None: give up.

    A fifth of jitter keeps mails that failed together from coming back together.
    """
    if age >= GIVE_UP_AFTER:
        return None
    delay = min(FIRST_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_SECONDS)
    return delay * random.uniform(1 - JITTER, 1 + JITTER)
