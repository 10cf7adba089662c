"""The mail port greets senders. That it is open proves nothing, for systemd holds it open."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

from atumctl.probes import PATIENCE_SECONDS
from atumctl.probes.measurement import Measurement, Probe
from atumctl.probes.triggers import State, Trigger, TriggerFinding
from atumctl.steps import mail_port

MAIL = Trigger("health.mail", "the mail port does not greet a sender")
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
MAX_LINE_BYTES = 512  # RFC 5321, 4.5.3.1.5


def _greeting(measurement: Measurement) -> Iterator[TriggerFinding]:
    host, port = mail_port.host(measurement.site), mail_port.number(measurement.site)
    if not port:
        yield measurement.not_here(MAIL, "no SMTP port is set")
        return
    address = ANY_ADDRESS.get(host, host)
    started = time.monotonic()
    try:
        with socket.create_connection((address, port), PATIENCE_SECONDS) as one:
            one.settimeout(PATIENCE_SECONDS)
            said = one.makefile("rb").readline(MAX_LINE_BYTES).decode(errors="replace").strip()
            one.sendall(b"QUIT\r\n")
    except OSError as error:
        late = 0 if isinstance(error, TimeoutError) else None
        words = f"{address} port {port}: {error}"
        yield measurement.found(MAIL, "fires", evidence=words, slow_seconds=late)
        return
    # 421 is the answer of a listener that has too many connections, and so works.
    code = said[:3]
    state: State = "ok" if code == "220" else "warn" if code == "421" else "fires"
    took_ms = round((time.monotonic() - started) * 1000, 1)
    words = f"{address} port {port}: {said or 'ended without a word'} in {took_ms} ms"
    yield measurement.found(MAIL, state, code, words)


PROBES = (Probe((MAIL,), _greeting),)
