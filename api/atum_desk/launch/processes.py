"""Other processes of this machine, as /proc tells of them."""

import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
LISTEN = "0A"


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


def port_holder(port: int) -> int | None:
    """Return the id of the process that listens on a TCP port, if it can be seen."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for entry in PROC.glob("[0-9]*"):
        try:
            if any(os.readlink(opened) in sockets for opened in (entry / "fd").iterdir()):
                return int(entry.name)
        except OSError:
            continue
    return None


def _listening_inodes(port: int) -> Iterator[str]:
    """Yield the inodes of listening sockets, from the tables proc(5) describes."""
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            local, state, inode = (line.split()[column] for column in (1, 3, 9))
            if state == LISTEN and int(local.rpartition(":")[2], 16) == port:
                yield inode
