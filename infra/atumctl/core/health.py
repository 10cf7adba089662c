"""Asks the services for their health, over HTTP as their users do."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from atumctl.core.address import is_ip_address
from atumctl.core.output import Failed
from atumctl.core.site import Site

READY = "/api/v1/health/ready"
LIVE = "/api/v1/health/live"
READY_SECONDS = 90.0
HTTPS_PORT = 443
ANSWER_SECONDS = 5.0
FIRST_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def ask(port: int, path: str, *, host: str = "", tls: bool = False, timeout: float = 5) -> tuple[int, bytes]:
    """Return status and body of a GET on this machine. Raises OSError when nobody answers."""
    if tls:
        connection: http.client.HTTPConnection = _Named(port, host, timeout)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP answer from port {port}: {error}") from None
    finally:
        connection.close()


def served_certificate(port: int, host: str, timeout: float) -> str:
    """Return, as PEM, the certificate that who asks for this name gets. Raises OSError."""
    with _speaking_tls(port, host, timeout) as connection:
        return ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True) or b"")


def _speaking_tls(port: int, host: str, timeout: float) -> ssl.SSLSocket:
    """Connect to this machine as a browser does that was given the name: nginx chooses a site by it."""
    # It is our own machine by its address; whom the certificate names is the doctor's business.
    context = ssl._create_unverified_context()
    plain = socket.create_connection(("127.0.0.1", port), timeout)
    try:
        # An address is never sent as a name (RFC 6066, section 3).
        name = None if not host or is_ip_address(host) else host
        return context.wrap_socket(plain, server_hostname=name)
    except ValueError as error:
        plain.close()
        raise OSError(f"{host} is not the name of a site: {error}") from None
    except BaseException:
        plain.close()
        raise


class _Named(http.client.HTTPConnection):
    """HTTP over TLS to this machine, by the name of a site."""

    def __init__(self, port: int, name: str, timeout: float) -> None:
        super().__init__("127.0.0.1", port, timeout=timeout)
        self._name, self._seconds = name, timeout

    def connect(self) -> None:
        """Connect, and say the name in the handshake."""
        self.sock = _speaking_tls(self.port, self._name, self._seconds)


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


def host_of(site: Site) -> str:
    """Return the name people type, as the settings have it."""
    return urlsplit(site.setting("ATUM_URL", "")).hostname or "localhost"


def serves(certificate: Path, host: str) -> bool:
    """Say whether this machine shows the first certificate of a file; no when nobody answers."""
    first = FIRST_CERTIFICATE.search(certificate.read_text())
    if first is None:
        return False
    try:
        served = served_certificate(HTTPS_PORT, host, ANSWER_SECONDS)
        return ssl.PEM_cert_to_DER_cert(first[0]) == ssl.PEM_cert_to_DER_cert(served)
    except (OSError, ValueError):
        return False


def await_certificate(certificate: Path, host: str) -> None:
    """Return when this machine shows a certificate. Raises Failed when it keeps another one."""
    deadline = time.monotonic() + READY_SECONDS
    while not serves(certificate, host):
        if time.monotonic() > deadline:
            raise Failed(f"port {HTTPS_PORT} does not serve {certificate} for {host}")
        time.sleep(0.3)


def _is_ready(body: bytes) -> bool:
    """Say whether nothing waits: degraded is not yet ready on a machine just installed."""
    try:
        return bool(json.loads(body).get("status", "ok") == "ok")
    except (ValueError, AttributeError):
        return False
