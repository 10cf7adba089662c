"""Listening sockets that the service manager opened for this process.

Source: sd_listen_fds(3). They stay open while the process restarts, so that who connects meanwhile
waits instead of being refused.
"""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping

FIRST_DESCRIPTOR = 3
VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


def passed_sockets(name: str, environment: MutableMapping[str, str] = os.environ) -> list[socket.socket]:
    """Return the listening stream sockets that were passed under a name; none without them.

    What is passed for another process is left alone. The variables go, and no process that this
    one starts inherits a socket.
    """
    pid, count, names = (environment.get(variable, "") for variable in VARIABLES)
    if pid != str(os.getpid()) or not count.isdigit():
        return []
    for variable in VARIABLES:
        environment.pop(variable, None)
    found = []
    for descriptor, given in zip(
        range(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + int(count)), names.split(":"), strict=False
    ):
        os.set_inheritable(descriptor, False)
        if given == name:
            found.append(_listening(socket.socket(fileno=descriptor), name))
    return found


def _listening(one: socket.socket, name: str) -> socket.socket:
    is_stream = one.type == socket.SOCK_STREAM
    if not is_stream or not one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        one.close()
        raise OSError(f"The socket passed as {name} does not listen for connections.")
    one.setblocking(False)
    return one
