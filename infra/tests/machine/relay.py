"""A mail server with a mail for us every tenth of a second, run on the machine by its own Python.

`python3 relay.py SWITCH STOP_FILE`: sends slowly, fast while SWITCH is there, each mail on a
connection of its own and offered once, until STOP_FILE appears; then prints what came of it as JSON.
"""

from __future__ import annotations

import json
import os
import smtplib
import sys
import time
from concurrent.futures import ThreadPoolExecutor

MAILBOX = "support@desk.test"
FAST_SECONDS, SLOW_SECONDS = 0.1, 2.0
# Below what the desk lets one relay hold open, and how long a sender waits for the greeting (RFC 5321).
MAX_AT_ONCE = 90
GREETING_SECONDS = 300.0


class MachineRelay:
    """What was taken, refused, and cut off, and the longest that one waited."""

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = {"taken": [], "refused": [], "broken": []}
        self.longest = 0.0

    def send(self, subject: str) -> None:
        """Offer a mail once."""
        began = time.monotonic()
        # Each from somebody else: many by one sender are kept back as a flood.
        sender = f"{subject.replace(' ', '')}@example.com"
        text = f"From: {sender}\r\nTo: {MAILBOX}\r\nSubject: {subject}\r\n\r\nHello.\r\n"
        try:
            with smtplib.SMTP("127.0.0.1", 2525, timeout=GREETING_SECONDS) as server:
                server.sendmail(sender, MAILBOX, text)
        except ConnectionRefusedError as error:
            self.seen["refused"].append(f"{time.time():.1f} {error}")
        except (OSError, smtplib.SMTPException) as error:
            self.seen["broken"].append(f"{time.time():.1f} {type(error).__name__} {error}")
        else:
            self.seen["taken"].append(subject)
        self.longest = max(self.longest, time.monotonic() - began)


def main(switch: str, stop: str) -> None:
    """Send until told to stop; print what came of it."""
    relay, sent, fast = MachineRelay(), 0, 0
    with ThreadPoolExecutor(MAX_AT_ONCE) as threads:
        while not os.path.exists(stop):
            sent += 1
            is_fast = os.path.lexists(switch)
            fast += is_fast
            threads.submit(relay.send, f"Mail {sent} of {os.getpid()}")
            due = time.monotonic() + (FAST_SECONDS if is_fast else SLOW_SECONDS)
            while time.monotonic() < due and os.path.lexists(switch) == is_fast:
                time.sleep(FAST_SECONDS / 4)
    print(json.dumps(relay.seen | {"sent": sent, "fast": fast, "longest": relay.longest}))


if __name__ == "__main__":
    main(*sys.argv[1:])
