"""A private PostgreSQL: made, found again, started and stopped in a folder of ours."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

from atum_desk.kernel.config.settings import REPOSITORY, Settings
from atum_desk.launch.postgres_binaries import ServerBinaries, find_server
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.processes import end_process, processes_in, works_in
from atum_desk.launch.unprivileged import unprivileged

DATABASE = "atum_desk"
SUPERUSER = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # sun_path holds 107 bytes on Linux and 103 elsewhere
LONGEST_LOG_BYTES = 20_000_000
START_TIMEOUT_SECONDS = 60
FAST_SHUTDOWN_TIMEOUT_SECONDS = 20
ORPHAN_TIMEOUT_SECONDS = 10

SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",  # its compile time is longer than any query of ours takes
    "synchronous_commit": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # Statements and details can hold words out of people's mail, which are not for logs.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
CONNECTIONS_OF_AN_API_PROCESS = 20
FORGETFUL_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "192MB",
    "max_connections": "200",  # several test processes, each with pools and services
}
MEMORY_DISK = Path("/dev/shm")
LEAST_MEMORY_BYTES = 3_000_000_000


class EmbeddedPostgres:
    """One private server with one database, reached over a Unix socket only its owner can open.

    Several processes may hold the same server: the first to come starts it, the last to go stops
    it. A server left behind by a killed process is used again.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        data_directory: Path | None = None,
        durable: bool = True,
        server: ServerBinaries | None = None,
    ) -> None:
        """Describe the server; nothing happens before `start`.

        `data_directory` goes before the settings' own (`<data>/postgres`). A server that is not
        `durable` is faster and loses its data when the machine stops: for tests.
        """
        settings = settings or Settings()
        chosen = data_directory or settings.data / "postgres"
        self._more_connections = CONNECTIONS_OF_AN_API_PROCESS * (settings.api_processes - 1)
        self.data_directory = chosen.absolute()
        self.socket_directory = _socket_directory(self.data_directory)
        self.log_file = self.data_directory.parent / "logs" / f"{self.data_directory.name}.log"
        self.pid: int | None = None
        self._durable = durable
        self._server = server
        self._use: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> ServerBinaries:
        """The binaries in use; found, and fetched if need be, at the first call."""
        if self._server is None:
            self._server = find_server(self.data_directory)
        return self._server

    def dsn(self, database: str = DATABASE) -> str:
        """Return the superuser's address of a database."""
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.socket_directory))}"

    def start(self) -> str:
        """Start the server, or find it running, and return the database's address.

        Raises LaunchError when it does not come up; then nothing of it is left running.
        """
        self.data_directory.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.log_file.parent.mkdir(mode=0o700, exist_ok=True)
        with self._alone():
            self.pid = self._running_server()
            if self.pid is None:
                if not (self.data_directory / "PG_VERSION").exists():
                    self._create()
                self._launch()
            self._use = self._use or self._beside("users").open("w")
            fcntl.flock(self._use, fcntl.LOCK_SH)
        return self.dsn()

    def stop(self) -> None:
        """Let go of the server; unless another process uses it, it is shut down."""
        if self._use is None or self.pid is None:
            return
        with self._alone(), contextlib.suppress(BlockingIOError):
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._shut_down(self.pid)
        self._use.close()
        self._use = self.pid = None

    def is_running(self) -> bool:
        """Say whether the server that was started or found still runs."""
        if self._process is not None:
            return self._process.poll() is None
        return self.pid is not None and works_in(self.pid, self.data_directory)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from starting or stopping the same server meanwhile."""
        with self._beside("lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _beside(self, suffix: str) -> Path:
        return self.data_directory.with_name(f"{self.data_directory.name}.{suffix}")

    def _running_server(self) -> int | None:
        """Return the id of a server that can be used as it is; end what cannot."""
        left = processes_in(self.data_directory) if self.data_directory.exists() else []
        status = self._status()
        if status and status.pid in left:
            if status.ready and status.socket_directory == str(self.socket_directory):
                return status.pid
            self._shut_down(status.pid)
            left = processes_in(self.data_directory)
        for pid in left:
            # Its server is gone: it notices by itself, and would damage nothing if it did not.
            if not end_process(pid, signal.SIGTERM, ORPHAN_TIMEOUT_SECONDS):
                end_process(pid, signal.SIGKILL, ORPHAN_TIMEOUT_SECONDS)
        # With no process left in the folder these files are stale. The process id in them may
        # have been given to somebody else since, and then PostgreSQL would refuse to start.
        (self.data_directory / "postmaster.pid").unlink(missing_ok=True)
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.socket_directory / name).unlink(missing_ok=True)
        return None

    def _create(self) -> None:
        """Make the cluster and its database beside, and move them into place when complete."""
        draft = self._beside("new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        unprivileged().adopt(draft)
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
        if not self._durable:
            options.append("--no-sync")
        self._run("initdb", "-D", str(draft), "-U", SUPERUSER, *options)
        single = ["--single", "-D", str(draft), "-c", "log_checkpoints=off", "postgres"]
        self._run("postgres", *single, given=f"CREATE DATABASE {DATABASE}\n")
        if self.data_directory.exists():
            self.data_directory.rmdir()
        draft.rename(self.data_directory)

    def _run(self, program: str, *arguments: str, given: str = "") -> None:
        run = subprocess.run(
            [*unprivileged().prefix, self.server.path(program), *arguments],
            input=given,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=_environment(),
        )
        if run.returncode != 0 or "ERROR:" in run.stderr:
            raise LaunchError(f"PostgreSQL's {program} failed: {_last_line(run.stderr)}")

    def _launch(self) -> None:
        _private_folder(self.socket_directory)
        unprivileged().adopt(self.socket_directory)
        with open(_fresh_log(self.log_file), "ab") as log:
            self._process = subprocess.Popen(
                [*unprivileged().prefix, self.server.path("postgres"), *self._arguments()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                # A session of its own: Ctrl-C on the terminal must not reach it before its users.
                start_new_session=True,
            )
        self.pid = self._process.pid
        try:
            self._await_ready()
        except BaseException:
            self._shut_down(self.pid)
            self.pid = None
            raise

    def _arguments(self) -> list[str]:
        folder = str(self.socket_directory).replace('"', '""')
        options = SERVER_OPTIONS | {"unix_socket_directories": f'"{folder}"'}
        if not self._durable:
            options |= FORGETFUL_OPTIONS
        most = int(options["max_connections"]) + self._more_connections
        options = options | {"max_connections": str(most)}
        pairs = [f"{name}={value}" for name, value in options.items()]
        settings = [word for pair in (*pairs, *self.server.options) for word in ("-c", pair)]
        return ["-D", str(self.data_directory), *settings]

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            status = self._status()
            if status and status.pid == self.pid and status.ready:
                return
            if self._process is None or self._process.poll() is not None:
                break
            time.sleep(0.02)
        said = _last_line(self.log_file.read_text(errors="replace"))
        raise LaunchError(f"PostgreSQL did not start: {said} (more in {self.log_file})")

    def _shut_down(self, pid: int) -> None:
        if not end_process(pid, signal.SIGINT, FAST_SHUTDOWN_TIMEOUT_SECONDS):
            end_process(pid, signal.SIGQUIT, FAST_SHUTDOWN_TIMEOUT_SECONDS)
        if self._process is not None:
            self._process.wait()
            self._process = None
        with contextlib.suppress(OSError):
            self.socket_directory.rmdir()

    def _status(self) -> "_Status | None":
        try:
            return _Status((self.data_directory / "postmaster.pid").read_text())
        except (OSError, ValueError):
            return None


@contextlib.contextmanager
def running_database(settings: Settings) -> Iterator[str]:
    """Yield the address of the database to work on, starting the embedded one for the while."""
    if settings.database_url:
        yield settings.database_url
        return
    postgres = EmbeddedPostgres(settings)
    try:
        yield postgres.start()
    finally:
        postgres.stop()


def postgres_for_tests() -> EmbeddedPostgres:
    """Return the server all tests of this working copy share; it keeps nothing over a crash.

    It lies in memory where there is enough: a copy of a database costs a sixth of the CPU there.
    """
    return EmbeddedPostgres(data_directory=_folder_for_tests() / "test-postgres", durable=False)


def _folder_for_tests() -> Path:
    name = hashlib.sha256(os.fsencode(REPOSITORY)).hexdigest()[:16]
    folder = MEMORY_DISK / f"atum-{os.getuid()}-{name}"
    try:
        roomy = shutil.disk_usage(MEMORY_DISK).free >= LEAST_MEMORY_BYTES
    except OSError:
        roomy = False
    usable = roomy and os.access(MEMORY_DISK, os.W_OK)
    # Once it is there, it is used: processes that test at the same time must find the same one.
    return folder if folder.exists() or usable else REPOSITORY / "data"


class _Status:
    """The server's own account of itself in `postmaster.pid`.

    Source: https://www.postgresql.org/docs/current/storage-file-layout.html and, for the lines'
    order, `src/include/utils/pidfile.h`.
    """

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        self.pid = int(lines[0]) if lines else 0
        self.socket_directory = lines[4] if len(lines) > 4 else ""
        # "standby" is a copy that follows another server and answers reads.
        self.ready = len(lines) > 7 and lines[7].strip() in ("ready", "standby")


def _socket_directory(data_directory: Path) -> Path:
    """Return where the socket lies; a long path is replaced by a short one."""
    beside = data_directory.with_name(f"{data_directory.name}-socket")
    if len(os.fsencode(beside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(data_directory)).hexdigest()[:16]
    return Path(f"/tmp/atum-{os.getuid()}-{name}")


def _private_folder(folder: Path) -> None:
    """Make a folder nobody else can enter; refuse one that somebody else has put there."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        return
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in (os.getuid(), *(unprivileged().owner or ())[:1]):
        raise LaunchError(f"{folder} belongs to somebody else; remove it and start again.")
    folder.chmod(0o700)


def _fresh_log(log_file: Path) -> Path:
    """Put a log that has grown long aside, so that one older is kept and no more."""
    if log_file.exists() and log_file.stat().st_size > LONGEST_LOG_BYTES:
        log_file.replace(log_file.with_suffix(".log.1"))
    return log_file


def _environment() -> dict[str, str]:
    """Return our environment without what would change the server's ways."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "ERROR" in line or "error:" in line]
    return (telling or lines or ["no word why"])[-1]
