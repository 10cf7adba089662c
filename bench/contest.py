"""The round robin: every operation on ours, on the bare application and in pgbench, slice by slice.

Slices alternate so that whatever else the machine does meets all of them alike.
"""

import msgspec

from atum_desk.launch.postgres_binaries import find_client
from atum_desk.launch.problems import LaunchError
from bench.bench_database import BenchDatabase
from bench.client import Samples, press
from bench.operations import Operation, operations
from bench.pgbench import Pgbench
from bench.processes import Process

CONNECTIONS = 4
WARM_UP_SECONDS = 0.5
OURS, BARE, PGBENCH = "ours", "bare", "pgbench"
Results = dict[str, dict[str, Samples]]


class ContestServer(msgspec.Struct, frozen=True):
    """A process that answers."""

    process: Process
    port: int
    cookie: str


async def contest(bench_database: BenchDatabase, rounds: int, slice_seconds: float) -> Results:
    """Return what each operation cost each contestant."""
    todo = operations(bench_database.data)
    results: Results = {one.name: {} for one in todo}
    database_alone = _pgbench(bench_database)
    with bench_database.service("api", "api_port") as (api, api_port), bench_database.bare() as (bare, bare_port):
        servers = {
            OURS: ContestServer(api, api_port, await bench_database.sign_in()),
            BARE: ContestServer(bare, bare_port, "none=0"),
        }
        for one in todo:
            for server in servers.values():
                await _slice(bench_database, server, one, min(WARM_UP_SECONDS, slice_seconds))
        for _ in range(rounds):
            for one in todo:
                of_one = results[one.name]
                for name, server in servers.items():
                    measured = await _slice(bench_database, server, one, slice_seconds)
                    of_one.setdefault(name, Samples()).add(measured)
                if database_alone:
                    measured = _pgbench_slice(bench_database, database_alone, one, slice_seconds)
                    of_one.setdefault(PGBENCH, Samples()).add(measured)
    return results


async def _slice(bench_database: BenchDatabase, server: ContestServer, operation: Operation, seconds: float) -> Samples:
    app, database = server.process.cpu_seconds(), bench_database.postgres_cpu_seconds()
    samples = await press(server.port, server.cookie, operation.next_request, seconds, CONNECTIONS)
    samples.took_cpu(server.process.cpu_seconds() - app, bench_database.postgres_cpu_seconds() - database)
    return samples


def _pgbench_slice(bench_database: BenchDatabase, pgbench: Pgbench, operation: Operation, seconds: float) -> Samples:
    before = bench_database.postgres_cpu_seconds()
    samples = pgbench.run(operation.script, seconds)
    samples.took_cpu(0.0, bench_database.postgres_cpu_seconds() - before)
    return samples


def _pgbench(bench_database: BenchDatabase) -> Pgbench | None:
    try:
        program = find_client("pgbench", bench_database.postgres.server)
    except LaunchError:
        return None
    return Pgbench(program, bench_database.bare_url, CONNECTIONS) if program.exists() else None
