"""The private PostgreSQL, on the server of this machine."""

import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from atum_desk.launch.postgres import EmbeddedPostgres
from atum_desk.launch.postgres_binaries import ServerBinaries, find_server, servers_on_this_machine
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.processes import end_process, processes_in

Make = Callable[..., EmbeddedPostgres]


@pytest.fixture
def data_directory(tmp_path: Path) -> Path:
    return tmp_path / "with space" / "postgres"


@pytest.fixture
def make(data_directory: Path) -> Iterator[Make]:
    """A function that describes one and the same server; whatever runs is ended after the test."""
    made: list[EmbeddedPostgres] = []

    def describe(durable: bool = False) -> EmbeddedPostgres:
        made.append(EmbeddedPostgres(data_directory=data_directory, durable=durable))
        return made[-1]

    yield describe
    for postgres in made:
        postgres.stop()
    assert not any(postgres.is_running() for postgres in made)
    assert processes_in(data_directory) == []


async def _ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_it_is_made_with_checksums_and_utf8_and_no_port(make: Make) -> None:
    postgres = make()
    connection = await asyncpg.connect(postgres.start())
    names = ["data_checksums", "server_encoding", "TimeZone", "listen_addresses", "lc_collate"]
    found = [await connection.fetchval("select current_setting($1)", name) for name in names]
    await connection.close()
    assert found == ["on", "UTF8", "UTC", "", "C.UTF-8"]
    assert stat.S_IMODE(postgres.socket_directory.stat().st_mode) == 0o700


async def test_what_was_written_is_there_after_a_restart(make: Make) -> None:
    postgres = make()
    await _ask(postgres.start(), "create table kept as select 42 as answer")
    postgres.stop()
    assert await _ask(postgres.start(), "select answer from kept") == 42


async def test_a_server_that_was_left_running_is_used_again(make: Make) -> None:
    first, second = make(), make()
    first.start()
    assert await _ask(second.start(), "select 1") == 1
    assert second.pid == first.pid
    first.stop()
    assert second.is_running(), "the second still uses it"


async def test_after_kill_9_of_the_server_the_next_start_recovers(make: Make) -> None:
    postgres = make(durable=True)
    await _ask(postgres.start(), "create table kept as select 42 as answer")
    assert postgres.pid is not None
    end_process(postgres.pid, signal.SIGKILL, timeout_seconds=10)
    assert not postgres.is_running()
    assert await _ask(make().start(), "select answer from kept") == 42


def test_stale_files_whose_number_now_is_somebody_elses_are_no_obstacle(make: Make, data_directory: Path) -> None:
    postgres = make()
    postgres.start()
    names = data_directory / "postmaster.pid", postgres.socket_directory / ".s.PGSQL.5432.lock"
    stale = {name: name.read_text().replace(str(postgres.pid), str(os.getpid())) for name in names}
    postgres.stop()
    for name, text in stale.items():
        name.parent.mkdir(exist_ok=True)
        name.write_text(text)
    postgres.start()
    assert postgres.is_running()


def test_an_interrupted_creation_is_begun_anew(make: Make, data_directory: Path) -> None:
    draft = data_directory.with_name("postgres.new")
    (draft / "base").mkdir(parents=True)
    make().start()
    assert not draft.exists()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    postgres = EmbeddedPostgres(data_directory=tmp_path / ("long" * 30) / "pg", durable=False)
    assert len(str(postgres.socket_directory)) < 60
    postgres.start()
    postgres.stop()
    assert not postgres.socket_directory.exists()


def test_a_server_that_refuses_its_data_says_why_and_leaves_nothing(make: Make, data_directory: Path) -> None:
    postgres = make()
    postgres.start()
    postgres.stop()
    (data_directory / "global" / "pg_control").unlink()
    with pytest.raises(LaunchError, match=r"PostgreSQL did not start: .*pg_control"):
        postgres.start()
    assert processes_in(data_directory) == []


def test_the_newest_server_of_the_machine_is_chosen_for_a_new_directory(tmp_path: Path) -> None:
    servers = servers_on_this_machine()
    if not servers:
        pytest.skip("this machine has no PostgreSQL of its own")
    assert find_server(tmp_path / "none") == servers[0]
    assert servers[0].major == max(server.major for server in servers)


def test_a_directory_of_an_absent_major_version_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("9\n")
    with pytest.raises(LaunchError, match="made by PostgreSQL 9, which is not on this machine"):
        find_server(tmp_path)


def test_initdb_that_fails_is_told_in_its_words(tmp_path: Path) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "initdb").write_text("#!/bin/sh\necho 'initdb: error: no room' >&2\nexit 1\n")
    (broken / "initdb").chmod(0o755)
    server = ServerBinaries(broken, 15)
    postgres = EmbeddedPostgres(data_directory=tmp_path / "postgres", server=server)
    with pytest.raises(LaunchError, match="initdb failed: initdb: error: no room"):
        postgres.start()
    assert not (tmp_path / "postgres").exists()
