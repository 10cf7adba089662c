"""Tells the service manager how this process does: ready, stopping, alive (sd_notify(3)).

Where no manager asks for it (NOTIFY_SOCKET is not set) nothing happens.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Mapping

import structlog

log = structlog.get_logger()


def always() -> bool:
    """Tell that a process lives whose event loop turns at all."""
    return True


class ServiceManager:
    """The line to systemd, or to nobody."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Take where to write and how often from the environment systemd started us with."""
        self._address = environment.get("NOTIFY_SOCKET", "")
        # A child inherits the variables; the watchdog waits for the process it names.
        meant = environment.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        given = environment.get("WATCHDOG_USEC", "") if meant else ""
        self._watchdog_seconds = int(given) / 1e6 if given.isdigit() else 0.0

    def ready(self, status: str) -> None:
        """Say that requests are served from now on."""
        self._tell("READY=1", f"STATUS={status}")

    def stopping(self, status: str) -> None:
        """Say that the process ends after what it has in hand."""
        self._tell("STOPPING=1", f"STATUS={status}")

    def alive(self) -> None:
        """Say that the process lives, to a service manager that watches it."""
        if self._watchdog_seconds:
            self._tell("WATCHDOG=1")

    async def keep_watch(self, is_alive: Callable[[], bool] = always) -> None:
        """Say again and again that the process lives, while it does, until cancelled.

        This runs on the event loop: when that hangs, so does this, and systemd notices.
        """
        if not self._address or not self._watchdog_seconds:
            return
        was_alive = True
        while True:
            alive = is_alive()
            if alive:
                self.alive()
            elif was_alive:
                log.error("watchdog_not_fed", reason="the process runs but does no work")
            was_alive = alive
            await asyncio.sleep(self._watchdog_seconds / 2)

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        address = self._address
        # A leading @ names a socket in the abstract namespace.
        if address.startswith("@"):
            address = "\0" + address[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            log.warning("service_manager_not_reached", error=str(error))
