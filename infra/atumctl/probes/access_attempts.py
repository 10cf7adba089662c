"""Requests to our own API over HTTP, with keys that must not be let in."""

from __future__ import annotations

import http.client
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atumctl.core.shell import run
from atumctl.core.site import Site
from atumctl.probes import PATIENCE_SECONDS

CANARY = ("-m", "atum_desk.entry.cli", "canary", "--json")
# Python and the application must be loaded first.
CANARY_SECONDS = 4.5
# The watch has the time that a busy machine takes for it.
PATIENT_CANARY_SECONDS = 60.0


@dataclass(frozen=True)
class AccessAttempt:
    """A request and what came back; `words` tell it without its key."""

    status: int
    words: str
    body: bytes = b""

    @property
    def opened(self) -> bool:
        """Say whether it was let in."""
        return 200 <= self.status < 400


def attempt_access(
    port: int,
    method: str,
    path: str,
    who: str,
    *,
    token: str = "",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> AccessAttempt:
    """Send a request to the API itself. Raises OSError when nobody answers."""
    sent = dict(headers or {})
    if token:
        sent["Authorization"] = f"Bearer {token}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        content = answer.read(100_000)
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP answer from port {port}: {error}") from None
    finally:
        connection.close()
    return AccessAttempt(answer.status, f"{method} {path} by {who}: {answer.status}", content)


def make_keys(site: Site, code: Path, *, patient: bool) -> dict[str, Any]:
    """Have the application make its canary: a ticket's number, and keys that must not open it."""
    argv = [_python(site), *CANARY]
    if site.kind == "server":
        argv = ["runuser", "-u", site.user, "--", *argv]
    env = site.read_env() | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(code)}
    seconds = PATIENT_CANARY_SECONDS if patient else CANARY_SECONDS
    done = run(argv, env=env, cwd=code, timeout=seconds)
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def _python(site: Site) -> str:
    places = (site.python(), site.python(site.prefix), Path(sys.executable))
    return str(next(place for place in places if place.exists()))
