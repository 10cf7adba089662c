"""Ports for the servers that tests start."""

from __future__ import annotations

import os
import random
import socket

# Below those that the system gives to outgoing connections: nobody takes one between its choice
# and its use. Test processes share them out by their number.
FIRST, LAST = 20_000, 32_000
PROCESSES = 8

_handed_out: set[int] = set()


def free_port() -> int:
    """Return a TCP port of this machine that nobody listens on, another one at each call."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PROCESSES
    while True:
        port = random.randrange(FIRST + process, LAST, PROCESSES)
        if port in _handed_out:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _handed_out.add(port)
        return port
