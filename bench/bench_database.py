"""Where it all happens: a private PostgreSQL, durable like production's, two databases and the processes."""

import contextlib
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec

from atum_desk.entry.prepare import prepare_database
from atum_desk.http.session_cookies import STAFF_COOKIE
from atum_desk.kernel.config.settings import Settings, ensure_secret
from atum_desk.kernel.context import new_token, token_hash
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.launch.postgres import DATABASE, EmbeddedPostgres
from bench.dataset import BARE_DATABASE, Dataset, copy_bare, describe, load
from bench.processes import Process, postgres_cpu_seconds
from bench.vocabulary import learn_vocabulary


class BenchDatabase(msgspec.Struct, frozen=True):
    """A loaded installation that serves nothing yet."""

    postgres: EmbeddedPostgres
    settings: Settings
    data: Dataset

    @property
    def url(self) -> str:
        """The superuser's address of the product's database."""
        return self.postgres.dsn()

    @property
    def bare_url(self) -> str:
        """The superuser's address of the copy without ledger and policies."""
        return self.postgres.dsn(BARE_DATABASE)

    def postgres_cpu_seconds(self) -> float:
        """Return what PostgreSQL has used so far."""
        return postgres_cpu_seconds(self.postgres.data_directory, self.postgres.pid or 0)

    def environment(self, **ports: int) -> dict[str, str]:
        """Return the settings of a process of this desk."""
        given = {f"ATUM_{name.upper()}": str(port) for name, port in ports.items()}
        return given | {
            "ATUM_DATABASE_URL": self.url,
            "ATUM_DATA": str(self.settings.data),
            "ATUM_SECRET": self.settings.secret,
            "ATUM_LOG_LEVEL": "warning",
            "ATUM_LOG_FORMAT": "json",
        }

    @contextlib.contextmanager
    def service(self, name: str, port_name: str, **settings: str) -> Iterator[tuple[Process, int]]:
        """Run one of the product's processes on a free port of its kind, with further settings."""
        with self.services((name, port_name), **settings) as [(process, port)]:
            yield process, port

    @contextlib.contextmanager
    def services(self, *names: tuple[str, str], **settings: str) -> Iterator[list[tuple[Process, int]]]:
        """Run several of them, started at the same time: each is named with its kind of port."""
        with contextlib.ExitStack() as stack:
            started = []
            for name, port_name in names:
                port = free_port()
                other = {"api_port": free_port(), "live_port": free_port(), "smtp_port": 0}
                environment = self.environment(**(other | {port_name: port})) | settings
                process = Process(f"atum_desk.entry.{name}", **environment)
                stack.callback(process.stop)
                started.append((process, port))
            for process, port in started:
                process.await_port(port)
            yield started

    @contextlib.contextmanager
    def bare(self) -> Iterator[tuple[Process, int]]:
        """Run the bare application on a free port."""
        port = free_port()
        words = ("bench.bare.app", str(port), self.bare_url, str(self.data.administrator_id))
        process = Process(*words)
        try:
            process.await_port(port)
            yield process, port
        finally:
            process.stop()

    async def sign_in(self) -> str:
        """Open a session for the administrator and return its cookie."""
        token = new_token("staff")
        database = Database(self.settings, self.url, self.settings.secret)
        await database.open("atum_desk_worker", size=2)
        try:
            async with database.connection("atum_desk_worker") as connection:
                await connection.execute(
                    "select atum.open_session($1, 'staff', 'cookie', $2, null, 'bench', null, interval '1 day')",
                    self.data.administrator_id,
                    token_hash(token),
                )
        finally:
            await database.close()
        return f"{STAFF_COOKIE}={token}"


ALL = (("api", "api_port"), ("live", "live_port"), ("worker", "smtp_port"))


@contextlib.asynccontextmanager
async def open_house(folder: Path, tickets: int, *, keep: bool) -> AsyncIterator[BenchDatabase]:
    """Build a desk with so many tickets in a folder, or use the one that is kept there."""
    postgres = EmbeddedPostgres(data_directory=folder / "postgres")
    url = postgres.start()
    try:
        settings = ensure_secret(Settings(data=folder / "data"))
        await prepare_database(url, settings)
        data = await load(url, tickets)
        await learn_vocabulary(url)
        await copy_bare(postgres.dsn("postgres"), DATABASE, postgres.dsn(BARE_DATABASE))
        yield BenchDatabase(postgres, settings, data)
    finally:
        postgres.stop()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def open_kept_house(folder: Path) -> AsyncIterator[BenchDatabase]:
    """Open a desk that is there already, with the schema it has; others may hold its server, too."""
    postgres = EmbeddedPostgres(data_directory=folder / "postgres")
    url = postgres.start()
    try:
        settings = ensure_secret(Settings(data=folder / "data"))
        yield BenchDatabase(postgres, settings, await describe(url))
    finally:
        postgres.stop()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
