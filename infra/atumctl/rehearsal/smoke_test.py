"""Does what people do first with a running release and takes the time; raises what does not work."""

from __future__ import annotations

import http.client
import json
import smtplib
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from atumctl.core.output import AtumctlError

API = "/api/v1"
READY_SECONDS = 90.0
# It ends as soon as the ticket is there; a busy machine shall not be taken for a fault.
MAIL_SECONDS = 90.0
ANSWER_SECONDS = 20.0
TIMES = 20


class SmokeTestFault(AtumctlError):
    """A smoke test failed; the text says what does not work."""


@dataclass(frozen=True)
class HttpAnswer:
    """What came back."""

    status: int
    body: bytes
    cookie: str

    def json(self) -> Any:
        """Return the body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise SmokeTestFault(f"no JSON came back but {self.body[:80]!r}") from None


@dataclass(frozen=True)
class Times:
    """How long it took in the middle, in seconds."""

    list: float
    ticket: float

    def best(self, other: Times) -> Times:
        """Return the lesser of each: what else the machine did makes a page slower, never faster."""
        return Times(min(self.list, other.list), min(self.ticket, other.ticket))


class DeskUnderTest:
    """A desk on this machine, used by one person."""

    def __init__(self, ports: dict[str, int], is_dead: Callable[[], str]) -> None:
        self._ports = ports
        self._is_dead = is_dead
        self._cookie = ""

    def ask(self, method: str, path: str, body: Any = None, *, port: str = "api") -> HttpAnswer:
        """Send one request and return its answer. Raises TrialFault when none comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self._ports[port], timeout=ANSWER_SECONDS)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._cookie:
            headers["Cookie"] = self._cookie
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
            return HttpAnswer(answer.status, answer.read(), cookie)
        except (OSError, http.client.HTTPException) as error:
            raise SmokeTestFault(f"{method} {path} is not answered: {error}") from None
        finally:
            connection.close()

    def expect(self, statuses: tuple[int, ...], method: str, path: str, body: Any = None) -> HttpAnswer:
        """Send a request. Raises TrialFault unless it is answered so."""
        answer = self.ask(method, path, body)
        if answer.status not in statuses:
            said = answer.body[:200].decode(errors="replace")
            raise SmokeTestFault(f"{method} {path} is answered {answer.status}: {said}")
        return answer

    def await_ready(self) -> None:
        """Return when API and live service say that they are ready."""
        for port, name in (("api", "API"), ("live", "live service")):
            deadline = time.monotonic() + READY_SECONDS
            while (said := self._readiness(port)) is not None:
                self._require_alive()
                if time.monotonic() > deadline:
                    raise SmokeTestFault(f"the {name} is not ready after {READY_SECONDS:g} s: {said}")
                time.sleep(0.2)

    def refuse_strangers(self) -> None:
        """Make sure that who is not signed in sees nothing."""
        for path in (f"{API}/tickets", f"{API}/tickets/1", f"{API}/people"):
            self.expect((401, 403, 404), "GET", path)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by e-mail and password."""
        answer = self.expect((200, 201), "POST", f"{API}/session", {"email": email, "password": password})
        self._cookie = answer.cookie
        self.expect((200,), "GET", f"{API}/me")

    def write(self) -> None:
        """Open a ticket and read it."""
        asked = {"email": "rehearsal@example.com", "name": "Rehearsal"}
        opened = {"subject": "Rehearsal", "text": "A new release was tried.", "requester": asked}
        number = self.expect((201,), "POST", f"{API}/tickets", opened).json()["number"]
        ticket = self.expect((200,), "GET", f"{API}/tickets/{number}").json()
        if ticket["subject"] != "Rehearsal":
            raise SmokeTestFault(f"ticket {number} reads {ticket['subject']!r}, which is not what was written")

    def take_mail(self, mailbox: str) -> None:
        """Deliver a mail and wait until it is a ticket."""
        subject = f"Rehearsal {time.time_ns()}"
        text = f"From: rehearsal@example.com\r\nTo: {mailbox}\r\nSubject: {subject}\r\n\r\nA mail.\r\n"
        deadline = time.monotonic() + MAIL_SECONDS
        self._deliver(mailbox, text, deadline)
        while time.monotonic() < deadline:
            page = self.expect((200,), "GET", f"{API}/tickets").json()
            if any(item["subject"] == subject for item in page["items"]):
                return
            self._require_alive()
            time.sleep(0.3)
        raise SmokeTestFault(f"a mail that was accepted is not a ticket after {MAIL_SECONDS:g} s")

    def measure(self) -> Times:
        """Return how long the list and a ticket take."""
        items = self.expect((200,), "GET", f"{API}/tickets").json()["items"]
        number = items[-1]["number"]
        return Times(self._median(f"{API}/tickets"), self._median(f"{API}/tickets/{number}"))

    def _require_alive(self) -> None:
        """Raise TrialFault when a service has ended, for that is why something else does not work."""
        if dead := self._is_dead():
            raise SmokeTestFault(f"the {dead} process ended by itself")

    def _readiness(self, port: str) -> str | None:
        """Return why a service is not ready; None when it is."""
        try:
            answer = self.ask("GET", f"{API}/health/ready", port=port)
        except SmokeTestFault as fault:
            return str(fault)
        return None if answer.status == 200 else answer.body[:200].decode(errors="replace")

    def _deliver(self, mailbox: str, text: str, deadline: float) -> None:
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self._ports["smtp"], timeout=10) as server:
                    server.sendmail("rehearsal@example.com", mailbox, text)
                    return
            except (OSError, smtplib.SMTPException) as error:
                self._require_alive()
                if time.monotonic() > deadline:
                    raise SmokeTestFault(f"no mail is accepted: {error}") from None
                time.sleep(0.2)

    def _median(self, path: str) -> float:
        seconds = []
        for _ in range(TIMES):
            began = time.monotonic()
            self.expect((200,), "GET", path)
            seconds.append(time.monotonic() - began)
        return statistics.median(seconds)
