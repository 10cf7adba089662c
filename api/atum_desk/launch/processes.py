"""Other processes of this machine, as /proc tells of them."""

import os
import select
import signal
from pathlib import Path

PROC = Path("/proc")


def processes_in(folder: Path) -> list[int]:
    """Return the ids of the processes whose working directory is `folder`.

    Every process of a PostgreSQL server works in its data directory, so this finds the server and
    what an abruptly ended one left behind. Processes of other users are not seen unless we are
    root.
    """
    everybody = (int(entry.name) for entry in PROC.glob("[0-9]*"))
    return sorted(pid for pid in everybody if works_in(pid, folder))


def works_in(pid: int, folder: Path) -> bool:
    """Say whether a process lives and its working directory is `folder`."""
    try:
        return os.readlink(PROC / str(pid) / "cwd") == str(folder.resolve())
    except OSError:
        return False


def command_line(pid: int) -> str:
    """Return the command of a process, or an empty text when it is gone or not ours to see."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def end_process(pid: int, how: signal.Signals, timeout_seconds: float) -> bool:
    """Send a signal and wait for the process, ours or not, to end; say whether it did."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        signal.pidfd_send_signal(descriptor, how)
        ready, _, _ = select.select([descriptor], [], [], timeout_seconds)
        return bool(ready)
    except ProcessLookupError:
        return True
    finally:
        os.close(descriptor)
