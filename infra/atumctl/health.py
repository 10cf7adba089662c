"""Asks the services how they are, over HTTP as everybody else."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from typing import Any

from atumctl.output import Failed

READY_SECONDS = 90.0
ADDRESSES = {
    "API": "http://127.0.0.1:8000/api/v1/health/ready",
    "live service": "http://127.0.0.1:8001/api/v1/health/ready",
}


def ask(
    port: int, path: str, *, host: str = "", tls: bool = False, timeout: float = 5
) -> tuple[int, bytes]:
    """Return status and body of a GET on this machine. Raises OSError when nobody answers."""
    if tls:
        # It is our own machine by its address; whom the certificate names is the doctor's business.
        context = ssl._create_unverified_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=timeout, context=context
        )
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP from port {port}: {error}") from None
    finally:
        connection.close()


def await_ready(port: int, path: str, name: str, **how: Any) -> None:
    """Return when a service says that it is ready. Raises Failed with its last answer."""
    deadline = time.monotonic() + READY_SECONDS
    said = "no answer"
    while time.monotonic() < deadline:
        try:
            status, body = ask(port, path, **how)
        except OSError as error:
            said = str(error)
        else:
            if status == 200 and _is_ready(body):
                return
            said = f"{status} {body[:300].decode(errors='replace')}"
        time.sleep(0.3)
    raise Failed(f"the {name} is not ready after {READY_SECONDS:g} s: {said}")


def _is_ready(body: bytes) -> bool:
    """Say whether nothing waits: degraded is not yet ready on a machine just installed."""
    try:
        return bool(json.loads(body).get("status", "ok") == "ok")
    except (ValueError, AttributeError):
        return False
