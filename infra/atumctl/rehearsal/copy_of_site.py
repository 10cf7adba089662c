"""A copy of the site on which a release runs: other ports, another database, a sandbox.

On a server it is a sandbox of systemd, without the network, without the right to write anywhere
else, and as the service user; elsewhere, in tests, plain processes.
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from atumctl.core import output
from atumctl.core.durable_files import write_durably
from atumctl.core.postgres import Postgres
from atumctl.core.processes import REHEARSAL as UNITS
from atumctl.core.processes import REHEARSED_SERVICES as SERVICES
from atumctl.core.shell import CommandResult, ShellError, run
from atumctl.core.site import Site, read_env_file

MAX_MIGRATION_SECONDS = 1800.0
ENDING_SECONDS = 20.0
LOCAL_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
MIN_PORT = 20_000
MAX_TRIED = 200


class CopyOfSite:
    """Runs a release's processes against a database that is a copy."""

    def __init__(self, site: Site, database: str) -> None:
        self._site = site
        self._database = database
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.folder = site.data / "rehearsal"
        self.ports = dict(zip(("api", "live", "smtp"), free_ports(3), strict=True))

    def prepare(self) -> None:
        """Make the folder the processes may write to, and their settings."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "data/uploads").mkdir(parents=True)
        write_durably(self._env_file, _as_env_file(self._env()).encode())
        if self._site.kind == "server":
            user = self._site.user
            run(["chown", "-R", f"{user}:{user}", self.folder / "data"])

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def migrate(self, release: Path, *, lock_timeout_ms: int = 0) -> None:
        """Bring the database to a release's schema; a lock is waited for no longer than told."""
        waiting = f"lock_timeout={lock_timeout_ms}" if lock_timeout_ms else ""
        done = self._run(release, "atum_desk.entry.cli", "migrate", "--json", query=waiting)
        # What people must know of the new release: a mailbox that it will not connect to.
        for line in done.stderr.splitlines():
            if line.startswith("Mailbox "):
                output.note(line)

    def call(self, release: Path, *words: str, query: str = "") -> str:
        """Run `python -m` of a release, as the database's owner, and return its output."""
        return self._run(release, *words, query=query).stdout

    def _run(self, release: Path, *words: str, query: str = "") -> CommandResult:
        url = self._url(self._owner_url())
        extra = {"ATUM_DATABASE_URL": f"{url}{'&' if '?' in url else '?'}{query}" if query else url}
        if self._site.kind == "server":
            write_durably(self._extra_file, _as_env_file(extra).encode())
            argv = self._sandboxed(f"{UNITS}-call", release, "--wait", "--pipe")
            return run([*argv, "-m", *words], timeout=MAX_MIGRATION_SECONDS)
        argv = [str(self._site.python(release)), "-m", *words]
        plain = self._env() | extra | {"PYTHONDONTWRITEBYTECODE": "1"}
        return run(argv, env=plain, cwd=release / "api", timeout=MAX_MIGRATION_SECONDS)

    def start(self, release: Path) -> None:
        """Start the services of a release."""
        for name in SERVICES:
            module = f"atum_desk.entry.{name}"
            if self._site.kind == "server":
                write_durably(self._extra_file, b"")
                run([*self._sandboxed(f"{UNITS}-{name}", release), "-m", module])
                continue
            with self._log(name).open("wb") as log:
                self._running[name] = subprocess.Popen(
                    [self._site.python(release), "-m", module],
                    stdout=log,
                    stderr=log,
                    cwd=release / "api",
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    env=os.environ | self._env() | {"PYTHONDONTWRITEBYTECODE": "1"},
                )

    def stop(self) -> None:
        """End the services."""
        if self._site.kind == "server":
            end_services()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def last_words(self) -> str:
        """Return the last lines that the services wrote."""
        if self._site.kind == "server":
            argv = ["journalctl", "-n", "6", "-o", "cat", "--no-pager"]
            return run([*argv, *(f"--unit={UNITS}-{name}" for name in SERVICES)], check=False).stdout
        logs = (self._log(name) for name in SERVICES)
        return "".join(log.read_text(errors="replace")[-600:] for log in logs if log.exists())

    def is_dead(self) -> str:
        """Return the name of a service that ended by itself; nothing while all run."""
        for name in SERVICES:
            if self._site.kind == "server":
                if run(["systemctl", "is-failed", "--quiet", f"{UNITS}-{name}"], check=False).ok:
                    return name
            elif self._running[name].poll() is not None:
                return name
        return ""

    def _sandboxed(self, unit: str, release: Path, *words: str) -> list[str]:
        site = self._site
        limits = {
            "User": site.user,
            "WorkingDirectory": str(release / "api"),
            "ProtectSystem": "strict",
            "ProtectHome": "yes",
            "PrivateTmp": "yes",
            "PrivateDevices": "yes",
            "NoNewPrivileges": "yes",
            "CapabilityBoundingSet": "",
            "ReadWritePaths": f'"{self.folder / "data"}"',
            "InaccessiblePaths": f'"{site.uploads}" "{site.backups}" "{site.quarantine}"',
            "IPAddressDeny": "any",
            "IPAddressAllow": "localhost",
            "MemoryMax": "1536M",
            "TasksMax": "256",
            "TimeoutStopSec": "15",
        }
        properties = [f"--property={name}={value}" for name, value in limits.items()]
        files = [f"--property=EnvironmentFile={one}" for one in (self._env_file, self._extra_file)]
        argv = ["systemd-run", "--quiet", f"--unit={unit}", *words, *properties, *files]
        return [*argv, "--setenv=PYTHONDONTWRITEBYTECODE=1", "--", str(site.python(release))]

    @property
    def _env_file(self) -> Path:
        return self.folder / "env"

    @property
    def _extra_file(self) -> Path:
        return self.folder / "env.more"

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _env(self) -> dict[str, str]:
        ports = {f"ATUM_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        own = {
            "ATUM_DATABASE_URL": self._url(self._site.read_env().get("ATUM_DATABASE_URL", "")),
            "ATUM_DATA": str(self.folder / "data"),
            "ATUM_WEB_PORT": ports["ATUM_API_PORT"],
            "ATUM_BIND": "127.0.0.1",
            # What would reach anybody outside: mail that waits in the copy must not leave.
            "ATUM_MAIL_RELAY": "",
            "ATUM_LMTP_SOCKET": "",
            "ATUM_REDIS_URL": "",
        }
        return self._site.read_env() | ports | own

    def _owner_url(self) -> str:
        return read_env_file(self._site.owner_env_file).get("ATUM_OWNER_URL", "")

    def _url(self, url: str) -> str:
        """Return an address of the site's database, turned to the copy."""
        if self._site.kind != "server":
            return Postgres(self._site).url(self._database)
        return urlsplit(url)._replace(path=f"/{self._database}").geturl()


def end_services() -> None:
    """End what a rehearsal on this machine has left running."""
    for name in (*SERVICES, "call"):
        unit = f"{UNITS}-{name}.service"
        try:
            run(["systemctl", "stop", unit], check=False, timeout=30)
        except ShellError:
            run(["systemctl", "kill", "--signal=KILL", unit], check=False)
        run(["systemctl", "reset-failed", unit], check=False)


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody listens on.

    They lie below those that Linux gives to outgoing connections, or such a connection could take
    one before the process that it is for has begun.
    """
    lowest_given_away = int(LOCAL_PORTS.read_text().split()[0])
    candidates = range(MIN_PORT, max(lowest_given_away, MIN_PORT + MAX_TRIED))
    return list(islice(filter(_is_free, random.sample(candidates, MAX_TRIED)), count))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _as_env_file(values: dict[str, str]) -> str:
    quoted = ((name, value.replace("\\", "\\\\").replace('"', '\\"')) for name, value in values.items())
    return "".join(f'{name}="{value}"\n' for name, value in quoted)
