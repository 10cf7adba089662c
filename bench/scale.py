"""What a team meets on a large desk: many browsers, many sockets, every kind of search and list, the disk."""

import msgspec

from atum_desk.kernel.database.units_of_work import Database
from bench.bench_database import BenchDatabase
from bench.bulk_load import PROMISED_TICKETS, BulkLoad, measure_bulk
from bench.consumers import ConsumerLoad, measure_consumers
from bench.disk import Disk, measure_disk
from bench.list_load import ListCost, Opening, measure_lists, measure_opening
from bench.live_fanout import Fanout, measure_fanout
from bench.report import Line, at_least, at_most
from bench.search_load import PROMISED_OF_KIND_MILLISECONDS, SMALLER_DESK, SearchLoad, measure_search
from bench.team import TeamLoad, measure_team

OPENING_CLIENTS = 16
PROMISED = {
    "reply_p95_ms": 100.0,
    "generator_late_ms": 50.0,
    "right_seconds": 2.0,
    "requests": 1.0,
    "fanout_p95_ms": 500.0,
    "search_p95_ms": 100.0,
    "list_times": 4.0,
    "opened_a_second": 200.0,
    "reply_bytes": 7_000.0,
    "ledger_share": 0.25,
    "consumer_p95_ms": 1_000.0,
    "bulk_seconds": 60.0,
    "bulk_others_ms": 200.0,
}


class Extent(msgspec.Struct, frozen=True):
    """How much is measured, and for how many seconds each."""

    browsers: int
    sockets: int
    changes_per_second: int
    consumed_per_second: int
    bulk_tickets: int
    seconds: float


FULL = Extent(
    browsers=200, sockets=2_000, changes_per_second=50, consumed_per_second=200, bulk_tickets=10_000, seconds=20
)
QUICK = Extent(browsers=20, sockets=40, changes_per_second=10, consumed_per_second=20, bulk_tickets=100, seconds=1)


class Scale(msgspec.Struct, frozen=True):
    """All of it."""

    team: TeamLoad
    fanout: Fanout
    search: SearchLoad
    lists: list[ListCost]
    opening: Opening
    disk: Disk
    consumers: ConsumerLoad
    bulk: BulkLoad


async def measure_scale(bench_database: BenchDatabase, extent: Extent) -> Scale:
    """Measure one after the other; live and worker run beside the team."""
    disk = await measure_disk(bench_database, max(1.0, extent.seconds * 0.3))
    database = Database(bench_database.settings, bench_database.url, bench_database.settings.secret)
    await database.open("atum_desk_staff", "atum_desk_worker", size=OPENING_CLIENTS + 4)
    try:
        lists = await measure_lists(database, extent.seconds)
        opening = await measure_opening(database, OPENING_CLIENTS, max(1.0, extent.seconds / 4))
    finally:
        await database.close()
    search = await measure_search(bench_database, extent.seconds * 3)
    rate = extent.changes_per_second
    team = await measure_team(bench_database, extent.browsers, rate, extent.seconds)
    fanout = await measure_fanout(bench_database, extent.sockets, rate, extent.seconds / 2)
    consumers = await measure_consumers(bench_database, extent.consumed_per_second, extent.seconds / 2)
    bulk = await measure_bulk(bench_database, extent.bulk_tickets)
    return Scale(
        team=team, fanout=fanout, search=search, lists=lists, opening=opening, disk=disk, consumers=consumers, bulk=bulk
    )


def lines_of_scale(scale: Scale, extent: Extent) -> list[Line]:
    """Hold what was found against what is promised."""
    team, rate = scale.team, extent.changes_per_second
    crowd = f"{extent.browsers} browsers, {rate} changes a second"
    worst_list = max(scale.lists, key=lambda one: one.times_pages)
    worst_kind = max(scale.search.kinds, key=lambda one: one.p95_milliseconds)
    promised_of_kind = PROMISED_OF_KIND_MILLISECONDS[scale.disk.tickets <= SMALLER_DESK]
    worst_search = max(scale.search.latencies, key=lambda one: one.p95_milliseconds)
    return [
        at_most(f"{crowd}: a reply, p95, ms", team.reply_p95_ms, PROMISED["reply_p95_ms"]),
        # Beyond this the figures around it say more of the load generator than of the desk.
        at_most(
            "what was due waited in the load generator, p95, ms",
            max(team.writers_late_p95_ms, team.browsers_late_p95_ms),
            PROMISED["generator_late_ms"],
        ),
        at_most(f"{crowd}: a list is right after, worst, s", team.right_worst_seconds, PROMISED["right_seconds"]),
        at_most("lists that never came right", team.never_right, 0),
        at_most(
            "list and count requests of a browser in 5 s, most", team.most_requests_in_5_seconds, PROMISED["requests"]
        ),
        at_most(f"{extent.sockets} sockets: commit to frame, p95, ms", scale.fanout.p95_ms, PROMISED["fanout_p95_ms"]),
        at_most(
            f"search, p95 of the slowest of eight kinds ({worst_kind.name}), ms",
            worst_kind.p95_milliseconds,
            promised_of_kind,
        ),
        at_most(
            f"search with filters, p95 of the slowest kind ({worst_search.name}), ms",
            worst_search.p95_milliseconds,
            PROMISED["search_p95_ms"],
        ),
        at_most("empty pages of a search with more behind", scale.search.empty_with_cursor, 0),
        at_most(
            f"pages of the dearest list ({worst_list.name}), times the plain one's",
            worst_list.times_pages,
            PROMISED["list_times"],
        ),
        at_least(
            f"tickets opened by {OPENING_CLIENTS} clients, a second",
            scale.opening.a_second,
            PROMISED["opened_a_second"],
        ),
        at_most(
            f"{extent.consumed_per_second} changes a second, five consumers: commit to effect, p95, ms",
            scale.consumers.p95_ms,
            PROMISED["consumer_p95_ms"],
        ),
        at_most("effects of consumers missing or doubled", scale.consumers.missing + scale.consumers.doubled, 0),
        *_lines_of_bulk(scale.bulk),
        at_most("bytes on disk of a reply that waits to leave", scale.disk.reply_bytes, PROMISED["reply_bytes"]),
        at_most("the ledger's part of the disk", scale.disk.ledger_share, PROMISED["ledger_share"]),
    ]


def _lines_of_bulk(bulk: BulkLoad) -> list[Line]:
    return [
        at_most(f"{PROMISED_TICKETS} tickets get a tag, s", bulk.edits.seconds, PROMISED["bulk_seconds"]),
        at_most(f"{PROMISED_TICKETS} tickets get a reply, s", bulk.replies.seconds, PROMISED["bulk_seconds"]),
        at_most(
            f"somebody else's note meanwhile, p95, ms ({bulk.alone_p95_ms:.0f} before)",
            bulk.others_p95_ms,
            PROMISED["bulk_others_ms"],
        ),
    ]
