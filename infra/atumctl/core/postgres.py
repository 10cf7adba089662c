"""A site's PostgreSQL through its own client programs, as its superuser."""

from __future__ import annotations

import contextlib
import csv
import grp
import io
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, unquote, urlsplit

from atumctl.core.shell import CommandResult, ShellError, last_words, run
from atumctl.core.site import Site

ADMINISTRATION = "postgres"  # the database to be in while others are made and dropped
SUPERUSER = "postgres"
PSQL = ("--no-psqlrc", "--quiet", "--csv", "--tuples-only", "--set=ON_ERROR_STOP=1", "--file=-")
# A cluster's own moods must not change how values are written.
OPTIONS = "-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex"
MAX_SECONDS = 6 * 3600.0
CONCURRENTLY = "tuple concurrently updated"
ROLE_ATTEMPTS = 8
ROLE_PAUSE_SECONDS = 0.05
END_OF_ANSWER = "--end-of-answer--"

Rows = list[list[str]]


class Postgres:
    """The server and the database of a site.

    A server's is reached over its Unix socket as the account `postgres`; the embedded one at
    `ATUM_PG_DSN` with the programs in `ATUM_PG_BIN`, both given by `./atum`.
    """

    def __init__(self, site: Site) -> None:
        self._is_server = site.kind == "server"
        address = "" if self._is_server else os.environ.get("ATUM_PG_DSN", "")
        self._environment = _libpq(address) | {"PGOPTIONS": OPTIONS, "PGAPPNAME": "atumctl"}
        self.database = self._environment.pop("PGDATABASE", site.database)

    def tool(self, name: str) -> str:
        """Return the path of a client program, or its name where the machine has one to choose."""
        folder = os.environ.get("ATUM_PG_BIN", "")
        return name if self._is_server or not folder else str(Path(folder) / name)

    def query(self, sql: str, database: str | None = None, *, options: str = "") -> Rows:
        """Run statements and return the rows of them all as text; NULL is an empty text."""
        argv, env = self._command("psql", *PSQL), self._env(database, options)
        return _rows(run(argv, input=sql, env=env, timeout=MAX_SECONDS).stdout)

    def value(self, sql: str, database: str | None = None) -> str:
        """Return the first column of the first row."""
        return self.query(sql, database)[0][0]

    def change_role(self, statement: str) -> None:
        """Run one statement that makes or alters a role of the cluster.

        PostgreSQL does not wait for another that alters the same role, of whichever database it is
        (a desk that starts sets its roles' passwords): it refuses, and is asked again.
        """
        for left in reversed(range(ROLE_ATTEMPTS)):
            try:
                self.query(statement, ADMINISTRATION)
                return
            except ShellError as error:
                if CONCURRENTLY not in str(error) or not left:
                    raise
                time.sleep(ROLE_PAUSE_SECONDS)

    @contextlib.contextmanager
    def session(self, database: str | None = None) -> Iterator[PsqlSession]:
        """Keep one connection open, for what must happen in one transaction."""
        argv, env = self._command("psql", *PSQL), self._env(database)
        with _started(argv, env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
            yield PsqlSession(running)

    @contextlib.contextmanager
    def dumping(self, snapshot: str, target: IO[bytes], compression: int) -> Iterator[RunningServer]:
        """Run pg_dump of an exported snapshot into a file; `finish` waits for it."""
        options = ("--format=custom", f"--compress={compression}", f"--snapshot={snapshot}")
        argv = self._command("pg_dump", *options)
        with _started(argv, self._env(None), stdout=target) as running:
            yield running

    def restore(self, dump: Path, database: str) -> None:
        """Restore a dump into an empty database, with as many jobs as there are cores."""
        options = ["--exit-on-error", f"--dbname={database}"]
        # What is not there yet cannot be lost: a crash in between means starting anew.
        quick = "-c synchronous_commit=off -c maintenance_work_mem=256MB"
        with dump.open("rb") as content:
            if not self._is_server:
                options += [f"--jobs={_jobs()}", str(dump)]
            elif _readable_by(SUPERUSER, dump):
                # The path leads through folders the account may not enter; the open file does not.
                options += [f"--jobs={_jobs()}", "/dev/stdin"]
            argv = self._command("pg_restore", *options)
            with _started(argv, self._env(database, quick), stdin=content) as running:
                running.finish()

    def exists(self, database: str) -> bool:
        """Say whether there is such a database."""
        sql = f"select 1 from pg_database where datname = {literal(database)}"
        return bool(self.query(sql, ADMINISTRATION))

    def create(self, database: str, owner: str | None = None) -> None:
        """Make an empty database."""
        owned = f" owner {identifier(owner)}" if owner else ""
        made = f"create database {identifier(database)} template template0 encoding 'UTF8'{owned}"
        self.query(made, ADMINISTRATION)

    def drop(self, database: str) -> None:
        """Drop a database where it exists, whoever is connected."""
        sql = f"drop database if exists {identifier(database)} with (force)"
        self.query(f"set client_min_messages = warning; {sql}", ADMINISTRATION)

    def rename(self, database: str, name: str) -> None:
        """Give a database another name, ending the connections that stand in the way."""
        old, new = identifier(database), identifier(name)
        closed = f"""alter database {old} with allow_connections false;
            select pg_terminate_backend(pid, 5000) from pg_stat_activity
             where datname = {literal(database)}"""
        opened = "alter database {} with allow_connections true"
        try:
            self.query(f"{closed}; alter database {old} rename to {new}", ADMINISTRATION)
        except ShellError:
            self.query(opened.format(old), ADMINISTRATION)
            raise
        self.query(opened.format(new), ADMINISTRATION)

    def databases(self, prefix: str) -> list[str]:
        """Return the databases whose name begins so, in their order."""
        sql = f"""select datname from pg_database where starts_with(datname, {literal(prefix)})
                   order by datname collate "C" """
        return [row[0] for row in self.query(sql, ADMINISTRATION)]

    def url(self, database: str) -> str:
        """Return the superuser's address of a database of the embedded server."""
        parts = urlsplit(os.environ["ATUM_PG_DSN"])
        return parts._replace(path=f"/{database}").geturl()

    def _command(self, tool: str, *words: str) -> list[str]:
        prefix = ["runuser", "-u", SUPERUSER, "--"] if self._is_server else []
        return [*prefix, self.tool(tool), *words]

    def _env(self, database: str | None, options: str = "") -> dict[str, str]:
        chosen = {"PGDATABASE": database or self.database}
        return self._environment | chosen | {"PGOPTIONS": f"{OPTIONS} {options}".strip()}


class PsqlSession:
    """One connection that answers statement by statement."""

    def __init__(self, running: RunningServer) -> None:
        self._running = running

    def ask(self, sql: str) -> Rows:
        """Run statements and return their rows. Raises ShellError with PostgreSQL's words."""
        given, taken = self._running.process.stdin, self._running.process.stdout
        assert given is not None
        assert taken is not None
        with contextlib.suppress(BrokenPipeError):
            given.write(f"{sql};\n\\echo {END_OF_ANSWER}\n".encode())
            given.flush()
        lines: list[str] = []
        for line in iter(taken.readline, b""):
            text = line.decode()
            if text.rstrip("\n") == END_OF_ANSWER:
                return _rows("".join(lines))
            lines.append(text)
        self._running.finish()
        raise ShellError(self._running.argv, "the connection ended")


class RunningServer:
    """A program that was started and writes or reads a file meanwhile."""

    def __init__(self, process: subprocess.Popen[bytes], argv: list[str], said: IO[bytes]) -> None:
        self.process = process
        self.argv = argv
        self._said = said

    def finish(self) -> None:
        """Wait for its end. Raises ShellError with its last words when it failed."""
        try:
            code = self.process.wait(MAX_SECONDS)
        except subprocess.TimeoutExpired:
            raise ShellError(self.argv, f"did not end within {MAX_SECONDS:g} s") from None
        if code != 0:
            self._said.seek(0)
            done = CommandResult(code, "", self._said.read().decode(errors="replace"))
            raise ShellError(self.argv, last_words(done), done)


def identifier(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


@contextlib.contextmanager
def _started(
    argv: list[str],
    env: Mapping[str, str],
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
) -> Iterator[RunningServer]:
    """Run a program for the while; whatever happens, nothing of it is left behind."""
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                argv,
                stdin=stdin,
                stdout=stdout,
                stderr=said,
                cwd="/",
                env=_surroundings() | dict(env),
                start_new_session=True,
            )
        except OSError as error:
            raise ShellError(argv, error.strerror or str(error)) from None
        try:
            yield RunningServer(process, argv, said)
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            process.wait()


def _surroundings() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def _rows(text: str) -> Rows:
    # An empty line is a row whose one column is empty.
    return [row or [""] for row in csv.reader(io.StringIO(text))]


def _libpq(address: str) -> dict[str, str]:
    """Return an address as libpq's variables: a password in one is seen by nobody else."""
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    found = {
        "PGHOST": query.get("host", [parts.hostname or ""])[0],
        "PGPORT": str(parts.port or query.get("port", [""])[0]),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGSSLMODE": query.get("sslmode", [""])[0],
    }
    return {name: value for name, value in found.items() if value}


def _jobs() -> int:
    return min(4, len(os.sched_getaffinity(0)))


def _readable_by(group: str, file: Path) -> bool:
    found = file.stat()
    try:
        belongs = found.st_gid == grp.getgrnam(group).gr_gid
    except KeyError:
        return False
    return bool(found.st_mode & 0o004 or (belongs and found.st_mode & 0o040))
