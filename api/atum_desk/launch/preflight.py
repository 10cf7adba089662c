"""What must hold before anything is started: a data folder of our own, room, and free ports."""

import errno
import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from atum_desk.kernel.config.settings import Settings
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.processes import command_line, port_holder

LEAST_FREE_BYTES = 200_000_000


def hold_data_folder(settings: Settings) -> IO[str]:
    """Make the data folder and take it for this process; return the lock to keep open.

    Raises LaunchError when it cannot be written, has no room, or another process has it.
    """
    folder = settings.data
    lock = _open_lock(folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise LaunchError(
            f"ATUM DESK already runs on {folder} (process {holder}); stop it first or choose another ATUM_DATA."
        ) from None
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        lock.close()
        raise LaunchError(
            f"The disk of {folder} has {free // 1_000_000} MB left; "
            f"at least {LEAST_FREE_BYTES // 1_000_000} MB are needed."
        )
    return lock


def check_ports(settings: Settings) -> None:
    """Raise LaunchError for the first port that is taken, not permitted or given twice."""
    seen: dict[int, str] = {}
    for name, port in _ports(settings).items():
        if port in seen:
            raise LaunchError(f"{seen[port]} and {name} are both {port}: they must differ.")
        seen[port] = name
        _check_port(name, port, *_address(settings, name))


def _address(settings: Settings, name: str) -> tuple[str, str]:
    """Return what a port listens on, and the setting that says so."""
    if name == "ATUM_SMTP_PORT" and settings.smtp_bind:
        return settings.smtp_bind, "ATUM_SMTP_BIND"
    return settings.bind, "ATUM_BIND"


def _ports(settings: Settings) -> dict[str, int]:
    ports = {"ATUM_API_PORT": settings.api_port, "ATUM_LIVE_PORT": settings.live_port}
    if settings.web_port != settings.api_port:
        ports["ATUM_WEB_PORT"] = settings.web_port
    if settings.smtp_port:
        ports["ATUM_SMTP_PORT"] = settings.smtp_port
    return ports


def _check_port(name: str, port: int, bind: str, bind_name: str) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            bind, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise LaunchError(f"{bind_name} is {bind!r}: there is no such address.") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            raise LaunchError(_why_not(error, name, port, bind, bind_name)) from None


def _why_not(error: OSError, name: str, port: int, bind: str, bind_name: str) -> str:
    if error.errno == errno.EADDRINUSE:
        holder = port_holder(port)
        who = f"by process {holder} ({command_line(holder)})" if holder else "by another user"
        return f"Port {port} is taken {who}; stop that or set {name} to another port."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this user; set {name} to one above 1023."
    return f"{bind} port {port} cannot be used: {error.strerror}; see {bind_name} and {name}."


def _open_lock(folder: Path) -> IO[str]:
    try:
        # Entered but not listed by others, for the account PostgreSQL may have to run as.
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        for name in ("uploads", "backups", "quarantine", "journal", "logs"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        return (folder / "running").open("a+")
    except OSError as error:
        raise LaunchError(f"The data folder {folder} cannot be written: {error.strerror}; see ATUM_DATA.") from None
