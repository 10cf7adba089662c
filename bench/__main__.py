"""`./atum bench`: builds a data set, measures, prints one table and writes it as JSON."""

import argparse
import os
import platform
import sys
import time
from pathlib import Path

import msgspec
import uvloop

from atum_desk.kernel.config.settings import REPOSITORY
from bench.bench_database import ALL, BenchDatabase, open_house
from bench.contest import contest
from bench.growth import SCALES, Size, measure_growth
from bench.growth_tables import as_tables
from bench.hostile_mail import print_costs
from bench.ledger_cost import measure_ledger
from bench.mail_load import MailResult, measure_mail, measure_mail_load
from bench.report import MEBIBYTE, Report, as_text, lines_of, rows_of
from bench.scale import FULL, QUICK, lines_of_scale, measure_scale
from bench.warm_start import WarmStart, measure_start

BEGAN_AT = time.perf_counter()
RESULTS = REPOSITORY / "bench" / "results"
QUICK_TICKETS = 2_000
SMALLER_TICKETS = 100_000
SLICE_SECONDS, QUICK_SLICE_SECONDS = 1.0, 0.2
LEDGER_BATCHES = 100
MAILS_A_SECOND = 200.0
LOAD_SECONDS = 8.0


def main() -> int:
    """Run the bench; the exit code tells whether every measured promise holds."""
    asked = _arguments()
    if asked.markup:
        print_costs()
        return 0
    if asked.growth:
        print(as_tables(uvloop.run(_measure_growth())))
        return 0
    report = uvloop.run(_run(asked))
    print(as_text(report))
    file: Path = asked.json or RESULTS / f"{report.tickets}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    return 1 if any(line.verdict == "FAIL" for line in report.lines) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./atum bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=10, help="seconds for each operation and contestant")
    parser.add_argument("--json", type=Path, help="where to write the figures; bench/results/TICKETS.json")
    parser.add_argument("--keep", action="store_true", help="keep the data set for the next run")
    parser.add_argument("--quick", action="store_true", help="a small data set and short slices: does it run?")
    parser.add_argument(
        "--growth",
        action="store_true",
        help="only what a reply, a mail and a change add to the disk, at two sizes of the desk",
    )
    parser.add_argument("--markup", action="store_true", help="only what the worst mail of each kind costs a megabyte")
    asked = parser.parse_args()
    if asked.quick:
        asked.tickets, asked.seconds = QUICK_TICKETS, 1
    return asked


async def _run(asked: argparse.Namespace) -> Report:
    folder = RESULTS / f"data-set-{asked.tickets}"
    began = time.perf_counter()
    _say(f"building {asked.tickets:,} tickets")
    async with open_house(folder, asked.tickets, keep=asked.keep) as bench_database:
        load_seconds = time.perf_counter() - began
        _say(f"built in {load_seconds:.0f} s; mail and memory")
        mail, memory = await _mail_and_memory(
            bench_database, 40 if asked.quick else 400, 1 if asked.quick else LOAD_SECONDS
        )
        _say("list, ticket, reply, open, counts")
        slice_seconds = QUICK_SLICE_SECONDS if asked.quick else SLICE_SECONDS
        results = await contest(bench_database, asked.seconds, slice_seconds)
        _say("the ledger's cost")
        ledger = await measure_ledger(bench_database, 2 if asked.quick else LEDGER_BATCHES)
        _say("browsers, sockets, searches, lists, the disk")
        extent = QUICK if asked.quick else FULL
        scale = await measure_scale(bench_database, extent)
    _say("warm start")
    start = WarmStart(words="left out by --quick") if asked.quick else measure_start()
    rows = rows_of(results)
    lines = lines_of(rows, ledger, memory, mail, start, _smaller(asked.tickets))
    return Report(
        tickets=asked.tickets,
        rows=rows,
        lines=[*lines, *lines_of_scale(scale, extent)],
        scale=msgspec.to_builtins(scale),
        machine={"cpus": os.cpu_count(), "python": platform.python_version(), "load_at_end": os.getloadavg()[0]},
        memory_mib=memory,
        load_seconds=load_seconds,
    )


async def _measure_growth() -> list[Size]:
    sizes = []
    for tickets in SCALES:
        _say(f"filling {tickets:,} tickets, then mail and people for a minute")
        sizes.append(await measure_growth(RESULTS / f"growth-{tickets}", tickets))
    return sizes


async def _mail_and_memory(
    bench_database: BenchDatabase, mails: int, load_seconds: float
) -> tuple[MailResult, dict[str, float]]:
    with bench_database.services(*ALL) as [(api, _), (live, _), (worker, smtp_port)]:
        mail = await measure_mail(bench_database, smtp_port, mails)
        processes = {"api": api, "live": live, "worker": worker}
        memory = {name: one.memory_bytes() / MEBIBYTE for name, one in processes.items()}
        mail.load = await measure_mail_load(
            bench_database.url, smtp_port, a_second=MAILS_A_SECOND, seconds=load_seconds
        )
        return mail, memory


def _smaller(tickets: int) -> Report | None:
    """Return the last run at 100,000, which a larger one is compared with."""
    file = RESULTS / f"{SMALLER_TICKETS}.json"
    if tickets <= SMALLER_TICKETS or not file.exists():
        return None
    return msgspec.json.decode(file.read_bytes(), type=Report)


def _say(words: str) -> None:
    print(f"bench, {time.perf_counter() - BEGAN_AT:.0f} s: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
