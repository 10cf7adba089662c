"""`./atum up`: everything started in order, kept running, and ended in the opposite order."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from types import FrameType

import msgspec

from atum_desk.kernel.config.settings import REPOSITORY, Settings, ensure_secret
from atum_desk.kernel.processes.child_signals import end_with_parent
from atum_desk.launch.announcement import Announcer
from atum_desk.launch.children import Child
from atum_desk.launch.gateway import open_gateway
from atum_desk.launch.postgres import EmbeddedPostgres
from atum_desk.launch.preflight import check_ports, hold_data_folder
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.progress import step
from atum_desk.launch.readiness import until_ready
from atum_desk.launch.scheduled_tasks import Chores
from atum_desk.launch.web_build import build_web

SERVICES = {"api": "atum_desk.entry.api", "live": "atum_desk.entry.live", "worker": "atum_desk.entry.worker"}
READY_TIMEOUT_SECONDS = 60.0
QUICK_ENDS_BEFORE_GIVING_UP = 3
DATABASE_CHECK_SECONDS = 0.5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
CLI = (sys.executable, "-m", "atum_desk.entry.cli")


class PrintedSignIn(msgspec.Struct, frozen=True):
    """What `./atum migrate --json` prints; both are null unless it made the administrator."""

    email: str | None = None
    password: str | None = None


def up(settings: Settings, *, as_json: bool = False, demo: bool = False) -> None:
    """Start everything and return after Ctrl-C or SIGTERM, when everything has ended.

    Raises LaunchError when something cannot be started; then nothing is left running.
    """
    with ending_on_signals(), hold_data_folder(settings):
        check_ports(settings)
        announcer = Announcer(settings, as_json)
        settings = ensure_secret(settings)
        build_web()
        with _database(settings) as (postgres, dsn):
            environment = child_environment(settings, dsn)
            with step("preparing the database's tables"):
                prepared = _run_verb(environment, "migrate", "--json")
            first = msgspec.json.decode(prepared, type=PrintedSignIn)
            try:
                if demo:
                    with step("loading sample data, which takes about half a minute once"):
                        told = _run_verb(environment, "demo").decode()
                    for line in told.splitlines():
                        announcer.progress(line)
                children = [
                    Child(name, [sys.executable, "-m", module], environment, announcer.line)
                    for name, module in SERVICES.items()
                ]
                chores = Chores(settings, environment, announcer.line)
                supervisor = Supervisor(settings, children, postgres, announcer, chores)
                asyncio.run(supervisor.run(first.password))
            finally:
                announcer.leave(first.password)


@contextlib.contextmanager
def ending_on_signals() -> Iterator[None]:
    """End what is inside at the first signal that asks for it, quietly.

    A shell starts background jobs with SIGINT ignored, so each handler is set anew.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in STOP_SIGNALS:
        signal.signal(number, interrupt)
    with contextlib.suppress(KeyboardInterrupt):
        yield


class Supervisor:
    """Keeps the children and the database running until a signal asks it to end."""

    def __init__(
        self,
        settings: Settings,
        children: list[Child],
        postgres: EmbeddedPostgres | None,
        announcer: Announcer,
        chores: Chores | None = None,
    ) -> None:
        """Take what is to be kept running; `postgres` is None when it is somebody else's."""
        self._chores = chores
        self._settings = settings
        self._children = children
        self._postgres = postgres
        self._announcer = announcer

    async def run(self, first_password: str | None) -> None:
        """Start the children, announce when they serve, and return when all have ended.

        Raises LaunchError when they do not come to serve.
        """
        stop = asyncio.Event()
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        stopped = asyncio.create_task(stop.wait())
        watch = asyncio.create_task(self._watch_postgres())
        running = [asyncio.create_task(child.run()) for child in self._children]
        chores: asyncio.Task[None] | None = None
        try:
            async with self._gateway():
                self._announcer.progress("starting the services")
                if await self._becomes_ready(stopped):
                    self._announcer.ready(first_password)
                    if self._chores:
                        chores = asyncio.create_task(self._chores.run())
                    await asyncio.wait([stopped, *running], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            watch.cancel()
            if chores:
                chores.cancel()
                await asyncio.wait([chores])
            for child in self._children:
                child.stop()
            await asyncio.gather(*running)

    async def _becomes_ready(self, stopped: "asyncio.Task[bool]") -> bool:
        """Return whether everything serves before a stop is asked for; raise when it never will."""
        missing: set[str] = set()
        ready = asyncio.create_task(until_ready(self._settings, missing))
        failed = asyncio.create_task(self._first_failure())
        done, _ = await asyncio.wait(
            {ready, failed, stopped}, timeout=READY_TIMEOUT_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        ready.cancel()
        failed.cancel()
        if failed in done:
            child = failed.result()
            raise LaunchError(f"The {child.name} process does not stay up: {child.last_line}")
        if not done:
            names = " and ".join(sorted(missing))
            raise LaunchError(f"Not ready within {READY_TIMEOUT_SECONDS:.0f} s: {names}.")
        return stopped not in done

    async def _first_failure(self) -> Child:
        while True:
            for child in self._children:
                if child.quick_ends >= QUICK_ENDS_BEFORE_GIVING_UP:
                    return child
            await asyncio.sleep(0.1)

    async def _watch_postgres(self) -> None:
        while self._postgres is not None:
            await asyncio.sleep(DATABASE_CHECK_SECONDS)
            if not self._postgres.is_running():
                self._announcer.line("postgres", "ended; starts again")
                try:
                    await asyncio.to_thread(self._postgres.start)
                except LaunchError as error:
                    self._announcer.line("postgres", str(error))

    @contextlib.asynccontextmanager
    async def _gateway(self) -> AsyncIterator[None]:
        if self._settings.web_port == self._settings.api_port:
            yield
            return
        server = await open_gateway(self._settings)
        try:
            yield
        finally:
            server.close()


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[tuple[EmbeddedPostgres | None, str]]:
    if settings.database_url:
        yield None, settings.database_url
        return
    postgres = EmbeddedPostgres(settings)
    with step("starting the database"):
        dsn = postgres.start()
    try:
        yield postgres, dsn
    finally:
        postgres.stop()


def child_environment(settings: Settings, dsn: str) -> dict[str, str]:
    """Return what the processes are started with: ours, the database, and the way to the code."""
    form = settings.log_format
    if form == "auto":
        form = "text" if sys.stdout.isatty() else "json"
    return os.environ | {
        "ATUM_DATABASE_URL": dsn,
        "ATUM_DATA": str(settings.data),
        "ATUM_LOG_FORMAT": form,
        "PYTHONPATH": str(REPOSITORY / "api"),
        "PYTHONUNBUFFERED": "1",
    }


def _run_verb(environment: Mapping[str, str], *verb: str) -> bytes:
    """Run one of our verbs as a process, so that what it imports does not stay in memory here."""
    run = subprocess.run(
        [*CLI, *verb],
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=end_with_parent(),
    )
    said = run.stderr.decode(errors="replace").strip()
    if run.returncode != 0:
        last = said.splitlines()[-1] if said else "no word why"
        raise LaunchError(f"./atum {verb[0]} failed: {last.removeprefix('atum: ')}")
    return run.stdout
