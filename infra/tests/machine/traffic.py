"""People and mail at work, run on the machine by its own Python: what they sent, got and lost.

`python3 traffic.py EMAIL PASSWORD STOP_FILE`: works until the file appears, then prints JSON. A
request that fails counts and is not sent again; a mail is offered again as its sender would.
"""

from __future__ import annotations

import http.client
import json
import smtplib
import ssl
import sys
import threading
import time
from pathlib import Path

API = "/api/v1"
PAUSE_SECONDS = 0.1
MAIL_PAUSE_SECONDS = 0.3
MAX_SECONDS = 60


class TrafficPerson(threading.Thread):
    """Somebody who reads or writes without a break, on a connection kept or anew each time."""

    def __init__(self, cookie: str, stop: Path, *, writes: bool, keeps: bool) -> None:
        super().__init__()
        self.cookie, self.stop, self.writes, self.keeps = cookie, stop, writes, keeps
        self.failures: list[str] = []
        self.seconds: list[float] = []
        self.gap = 0.0
        self.made: list[int] = []

    def run(self) -> None:
        """Ask without a break."""
        connection = connect()
        last = time.monotonic()
        while not self.stop.exists():
            began = time.monotonic()
            try:
                status, answer = self.ask(connection)
                if status >= 500:
                    self.failures.append(f"{time.time():.1f} {status} {answer[:120]!r}")
                elif self.writes and status == 201:
                    self.made.append(json.loads(answer)["number"])
            except (OSError, http.client.HTTPException) as error:
                status = 599
                self.failures.append(f"{time.time():.1f} {type(error).__name__} {error}")
                connection.close()
                connection = connect()
            now = time.monotonic()
            self.seconds.append(now - began)
            if status < 500:
                self.gap = max(self.gap, now - last)
                last = now
            if not self.keeps:
                connection.close()
                connection = connect()
            time.sleep(PAUSE_SECONDS)

    def ask(self, connection: http.client.HTTPConnection) -> tuple[int, bytes]:
        """Read the list, or open a ticket."""
        headers = {"Cookie": self.cookie, "Host": "desk.test"}
        if self.writes:
            body = {
                "subject": f"Written at {time.time()}",
                "text": "There it is.",
                "requester": {"email": "ines@example.com", "name": "Ines"},
            }
            headers["Content-Type"] = "application/json"
            connection.request("POST", f"{API}/tickets", json.dumps(body), headers)
        else:
            connection.request("GET", f"{API}/tickets", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


class MailSender(threading.Thread):
    """A mail server that has one mail after the other for us, and keeps what is not taken."""

    def __init__(self, stop: Path) -> None:
        super().__init__()
        self.stop = stop
        self.taken: list[str] = []
        self.refused = 0
        self.waited = 0.0

    def run(self) -> None:
        """Send one mail after the other."""
        number = 0
        while not self.stop.exists():
            number += 1
            self.deliver(f"Mail {number} of {time.time()}")
            time.sleep(MAIL_PAUSE_SECONDS)

    def deliver(self, subject: str) -> None:
        """Offer a mail until it is taken."""
        began = time.monotonic()
        sender = f"s{abs(hash(subject))}@example.com"
        text = f"From: {sender}\r\nTo: support@desk.test\r\nSubject: {subject}\r\n\r\nHello.\r\n"
        while time.monotonic() - began < MAX_SECONDS:
            try:
                with smtplib.SMTP("127.0.0.1", 2525, timeout=15) as server:
                    server.sendmail(sender, "support@desk.test", text)
                self.taken.append(subject)
                self.waited = max(self.waited, time.monotonic() - began)
                return
            except (OSError, smtplib.SMTPException):
                self.refused += 1
                time.sleep(0.2)


def connect() -> http.client.HTTPConnection:
    """Return a connection through nginx."""
    context = ssl._create_unverified_context()
    return http.client.HTTPSConnection("127.0.0.1", 443, timeout=40, context=context)


def sign_in(email: str, password: str) -> str:
    """Return a session's cookie."""
    connection = connect()
    body = json.dumps({"email": email, "password": password})
    headers = {"Host": "desk.test", "Content-Type": "application/json"}
    connection.request("POST", f"{API}/session", body, headers)
    answer = connection.getresponse()
    assert answer.status < 300, (answer.status, answer.read())
    return str(answer.getheader("Set-Cookie")).partition(";")[0]


def main(email: str, password: str, stop_file: str) -> None:
    """Work until told to stop; print what came of it."""
    stop = Path(stop_file)
    cookie = sign_in(email, password)
    people = [TrafficPerson(cookie, stop, writes=w, keeps=k) for w in (0, 1) for k in (0, 1)]  # type: ignore[arg-type]
    sender = MailSender(stop)
    for thread in (*people, sender):
        thread.start()
    for thread in (*people, sender):
        thread.join()
    seconds = sorted(one for person in people for one in person.seconds)
    result = {
        "requests": len(seconds),
        "failures": [words for person in people for words in person.failures],
        "p50": round(seconds[len(seconds) // 2], 3),
        "p99": round(seconds[len(seconds) * 99 // 100], 3),
        "longest": round(seconds[-1], 3),
        "longest_without_a_write": round(max(p.gap for p in people if p.writes), 3),
        "tickets": [number for person in people for number in person.made],
        "mails": sender.taken,
        "mails_offered_again": sender.refused,
        "longest_mail": round(sender.waited, 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
