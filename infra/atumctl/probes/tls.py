"""The certificate: in its file, and as port 443 serves it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from atumctl.core import health
from atumctl.core.address import is_ip_address
from atumctl.core.shell import ShellError, run
from atumctl.probes import PATIENCE_SECONDS
from atumctl.probes.measurement import Measurement, Probe
from atumctl.probes.triggers import Trigger, TriggerFinding, scarce
from atumctl.steps.tls import certificate

DATE_OF_OPENSSL = "%b %d %H:%M:%S %Y %Z"
CERTIFICATE = Trigger(
    "health.certificate",
    "the certificate ends within so many days; it warns at three times that",
    "degraded",
    "ATUM_OPS_CERTIFICATE_DAYS",
    7,
    "days",
)


NAME = re.compile(r"^\s*server_name\s+([^\s;]+)\s*;", re.MULTILINE)
PORT = 443


def _certificate(measurement: Measurement) -> Iterator[TriggerFinding]:
    file = certificate(measurement.site)
    if not measurement.tls and not file.exists():
        yield measurement.not_here(CERTIFICATE, "this desk uses plain HTTP and has no certificate")
        return
    name = _name(measurement)
    shown = f"what port {PORT} shows for {name}"
    try:
        pems = {str(file): _first_of(file)}
        if measurement.tls:
            pems[shown] = health.served_certificate(PORT, name, PATIENCE_SECONDS)
        ends = {place: _end_of(pem) for place, pem in pems.items()}
        wrong = _wrong(name, pems[shown], pems[str(file)]) if measurement.tls else []
    except (OSError, ValueError, ShellError) as error:
        yield measurement.found(CERTIFICATE, "fires", evidence=f"cannot be read: {error}")
        return
    days = {place: (end - measurement.now).total_seconds() / 86400 for place, end in ends.items()}
    fewest = min(days.values())
    lines = [f"{place}: until {end:%Y-%m-%d %H:%M} UTC" for place, end in ends.items()]
    state = scarce(fewest, CERTIFICATE.threshold(measurement.site) or 0)
    if wrong and state == "ok":
        state = "warn"
    yield measurement.found(CERTIFICATE, state, round(fewest, 1), "\n".join([*lines, *wrong]))


def _wrong(name: str, served: str, in_file: str) -> list[str]:
    """Return what a browser would object to, and a renewed file that nginx has not read yet."""
    option = "-checkip" if is_ip_address(name) else "-checkhost"
    said = run(["openssl", "x509", "-noout", option, name], input=served, timeout=PATIENCE_SECONDS)
    wrong = [f"it is not for {name}"] if "does NOT match" in said.stdout else []
    if ssl.PEM_cert_to_DER_cert(served) != ssl.PEM_cert_to_DER_cert(in_file):
        wrong.append("nginx shows another certificate than the file's: systemctl reload nginx")
    return wrong


def _name(measurement: Measurement) -> str:
    """Return the name of our site among nginx's: another proxy before it may have another one."""
    try:
        found = NAME.search(measurement.site.nginx_site.read_text())
    except OSError:
        found = None
    return found[1] if found else measurement.host


def _first_of(file: Path) -> str:
    """Return the certificate of a file whose chain follows it."""
    text = file.read_text()
    end = "-----END CERTIFICATE-----"
    begin = text.index("-----BEGIN CERTIFICATE-----")
    return text[begin : text.index(end, begin) + len(end)]


def _end_of(pem: str) -> datetime:
    argv = ["openssl", "x509", "-noout", "-enddate"]
    text = run(argv, input=pem, timeout=PATIENCE_SECONDS).stdout.strip().partition("=")[2]
    return datetime.strptime(text, DATE_OF_OPENSSL).replace(tzinfo=UTC)


PROBES = (Probe((CERTIFICATE,), _certificate),)
