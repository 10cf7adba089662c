"""A real clamd on a Unix socket and a port, with a database of one test signature."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from free_ports import free_port
from suite.machine_speed import scaled

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
# What the signature below finds. Not the well-known test file: that one in a repository alarms scanners.
INFECTED = b"ATUM-DESK-TEST-VIRUS-7f3a"
NAME = "Atum.Test.Virus"


def is_there() -> bool:
    return Path(CLAMD).exists()


@contextmanager
def running_clamd(max_bytes: int = 3_000_000) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a scanner: its Unix socket and its port."""
    # A socket's path must be short, and the scanner may give up its rights as root.
    with tempfile.TemporaryDirectory(prefix="clam") as folder:
        home, port = Path(folder), free_port()
        home.chmod(0o755)
        (home / "db").mkdir()
        (home / "db" / "test.ndb").write_text(f"{NAME}:0:*:{INFECTED.hex()}\n")
        (home / "clamd.conf").write_text(
            f"Foreground yes\nLocalSocket {home}/s\nTCPSocket {port}\nTCPAddr 127.0.0.1\n"
            f"DatabaseDirectory {home}/db\nStreamMaxLength {max_bytes}\nUser {_user()}\n"
            f"LogFile {home}/log\nTemporaryDirectory {home}\n"
        )
        process = subprocess.Popen(
            [CLAMD, "--config-file", str(home / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait(home / "s", process, home / "log")
            yield f"unix:{home}/s", f"tcp://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(scaled(20))


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def _wait(path: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"clamd ended: {log.read_text() if log.exists() else ''}")
        with socket.socket(socket.AF_UNIX) as one:
            if one.connect_ex(str(path)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("clamd did not start")
