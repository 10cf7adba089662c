"""Search under load in an open loop through the real API: eight kinds of terms, then all with filters and people."""

import asyncio
import math
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import islice, pairwise, product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import asyncpg
import msgspec

from atum_desk.http.session_cookies import STAFF_COOKIE
from atum_desk.kernel.context import SystemActor, new_token, token_hash
from atum_desk.kernel.database.units_of_work import Database
from bench.bench_database import BenchDatabase, open_kept_house
from bench.client import Connection, Request

API = "/api/v1/tickets"
SEARCH = "/api/v1/search"
SAMPLED_MESSAGES = 4_000
PROMISED_P95_MILLISECONDS = 100
# Of the eight kinds alone, on a desk of so many tickets and on a larger one.
SMALLER_DESK = 100_000
PROMISED_OF_KIND_MILLISECONDS = {True: 50.0, False: 100.0}
# Requests a second; an open loop, so a slow answer delays no request but meets more of them.
RATE = 8.0
# A word counts as common by the share of messages that hold it, and as rare by how many of those sampled do.
COMMON_SHARE, RARE_COUNT = 0.04, 2
# The shares between which a word is drawn as one that a hundredth of the messages hold.
HUNDREDTH = (0.005, 0.02)
# The words that are in so many messages and more are drawn for "word of a third".
THIRD_SHARE = 0.25
# What is promised for each, under the names of the other tables' kinds.
EIGHT_KINDS = {
    "rare word": "rare",
    "1 % word": "hundredth",
    "two words": "two common",
    "phrase": "phrase of common",
    "prefix": "beginning",
    "no hit": "absent",
    "typo": "typo",
    "word in 30 % of messages": "word of a third",
}
# So many of each are asked before they count: the API has opened its connections and planned its statements.
WARMING = 2
KINDS = (
    "common",
    "middling",
    "rare",
    "absent",
    "two common",
    "phrase of common",
    "phrase of rare",
    "exclusion",
    "or",
    "number",
    "order number",
    "beginning",
    "typo",
    "word of a third",
)
# Of GET /search: what else it looks through, by parts of names.
NAME_KINDS = {"contact": "contacts", "company": "organizations", "file": "attachments"}
SEARCHED_VIEWS = ("all_open", "unassigned", "waiting", "recently_resolved")
FILTERS = ("nothing", "view", "team", "status", "assignee", "requester", "tag", "organization")


class SearchLatency(msgspec.Struct, frozen=True):
    """What searches of one kind, with one filter or of one person took, from when each was due."""

    name: str
    requests: int
    p50_milliseconds: float
    p95_milliseconds: float
    worst_milliseconds: float

    @property
    def holds(self) -> bool:
        """Tell whether it keeps what is promised."""
        return self.p95_milliseconds <= PROMISED_P95_MILLISECONDS


class SearchLoad(msgspec.Struct, frozen=True):
    """The latencies by kind of term, by filter and by person, and what came back refused or empty with a cursor.

    `kinds` are the eight kinds, without a filter, for an administrator and a member of two teams.
    """

    kinds: list[SearchLatency]
    latencies: list[SearchLatency]
    refused: int
    empty_with_cursor: int


class Terms:
    """Words of sampled messages by how many hold them; each call draws another term of a kind."""

    def __init__(self, texts: list[str], newest_number: int, seed: int = 11) -> None:
        self._source = random.Random(seed)
        self._newest_number = newest_number
        spoken = [re.findall(r"[^\W\d_]{2,}", text.lower()) for text in texts]
        held = Counter(word for words in spoken for word in set(words))
        ranked = [word for word, _ in held.most_common()]
        self._thirds = [word for word in ranked if held[word] >= THIRD_SHARE * len(texts)] or ranked[:1]
        low, high = (share * len(texts) for share in HUNDREDTH)
        self._hundredths = [word for word in ranked if low <= held[word] <= high] or ranked[-1:]
        self._groups: dict[str, list[str]] = defaultdict(list)
        for word, count in sorted(held.items()):
            self._groups[self._group(count, len(texts))].append(word)
        # Words that stand side by side in one sentence.
        self._pairs: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            for left, right in pairwise(re.findall(r"[^\W\d_]+|[.,?]", text.lower())):
                rarer = min(held[left], held[right])
                if rarer:
                    self._pairs[self._group(rarer, len(texts))].append(f'"{left} {right}"')

    @staticmethod
    def _group(count: int, of: int) -> str:
        if count <= RARE_COUNT:
            return "rare"
        return "common" if count >= COMMON_SHARE * of else "middling"

    def draw(self, kind: str) -> str:
        """Return a term of a kind."""

        def word(group: str) -> str:
            return self._source.choice(self._groups[group])

        match kind:
            case "absent":
                return "q" + "".join(self._source.choices("qxzjv", k=9))
            case "word of a third":
                return self._source.choice(self._thirds)
            case "hundredth":
                return self._source.choice(self._hundredths)
            case "beginning":
                return word(self._source.choice(["common", "middling"]))[: self._source.randint(3, 5)]
            case "typo":
                return self._mistyped(max((word("middling") for _ in range(5)), key=len))
            case "two common":
                return f"{word('common')} {word('common')}"
            case "phrase of common" | "phrase of rare":
                return self._source.choice(self._pairs[kind.removeprefix("phrase of ")])
            case "exclusion":
                return f"{word('common')} -{word('middling')}"
            case "or":
                return f"{word('middling')} or {word('rare')}"
            case "number":
                return str(self._source.randint(1, self._newest_number))
            case "order number":
                return f"AT-{self._source.randint(1, self._newest_number) * 100 + 1}"
        return word(kind)

    def _mistyped(self, word: str) -> str:
        """Return a word with two letters exchanged, or one twice."""
        at = self._source.randrange(1, max(2, len(word) - 1))
        turned = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        return turned if turned != word else word[:at] + word[at] + word[at:]


class FilterValues:
    """What filters may ask for: values of sampled tickets."""

    def __init__(self, tickets: list[asyncpg.Record], seed: int = 12) -> None:
        self._source = random.Random(seed)
        self._tickets = tickets

    def draw(self, name: str) -> dict[str, Any]:
        """Return the query of a filter."""
        ticket = self._source.choice(self._tickets)
        match name:
            case "nothing":
                return {}
            case "view":
                return {"view": self._source.choice(SEARCHED_VIEWS)}
            case "status":
                return {"status": self._source.choice(["waiting", "on_hold", "resolved", "closed"])}
            case "tag":
                return {"tag": f"tag{self._source.randint(0, 39)}"}
        column = f"{name}_id"
        return {column: ticket[column] or "none"} if name == "assignee" else {column: ticket[column]}


async def measure_search(bench_database: BenchDatabase, seconds: float, rate: float = RATE) -> SearchLoad:
    """Search for so long, so many times a second, each time another term, filter and person in turn."""
    connection = await asyncpg.connect(bench_database.url, server_settings={"search_path": "atum, public"})
    try:
        terms, places = await _sample(connection)
    finally:
        await connection.close()
    people = {"administrator": await bench_database.sign_in(), **await _members(bench_database)}
    rounds = [*product(KINDS, FILTERS, people), *product(NAME_KINDS, ("nothing",), people)]
    random.Random(13).shuffle(rounds)
    request_of = _request_of(terms, places)
    with bench_database.service("api", "api_port") as (_, port):
        kinds = await _measure_kinds(port, people, request_of, seconds / 2, rate)
        due = islice(_forever(rounds), math.ceil(seconds / 2 * rate))
        return await _open_loop(port, people, list(due), request_of, rate, kinds)


async def _measure_kinds(
    port: int, people: dict[str, str], request_of: Callable[[str, str], Request], seconds: float, rate: float
) -> list[SearchLatency]:
    """Ask the eight kinds in turn, after each was asked a few times without being counted."""
    names = {kind: name for name, kind in EIGHT_KINDS.items()}
    rounds = list(product(EIGHT_KINDS.values(), ("nothing",), list(people)[:2]))
    await _open_loop(port, people, rounds * WARMING, request_of, rate)
    due = list(islice(_forever(rounds), max(len(rounds), math.ceil(seconds * rate))))
    load = await _open_loop(port, people, due, request_of, rate)
    return [msgspec.structs.replace(one, name=names[one.name]) for one in load.latencies if one.name in names]


async def _sample(connection: asyncpg.Connection) -> tuple[Terms, FilterValues]:
    newest = await connection.fetchval("select max(id) from messages")
    ids = random.Random(14).sample(range(1, newest + 1), min(newest, SAMPLED_MESSAGES))
    rows = await connection.fetch("select text, ticket_id from messages where id = any($1)", ids)
    tickets = await connection.fetch(
        """select team_id, assignee_id, requester_id, organization_id from tickets
            where id = any($1) and organization_id is not null""",
        [row["ticket_id"] for row in rows],
    )
    number = await connection.fetchval("select max(number) from tickets")
    return Terms([row["text"] for row in rows], number), FilterValues(tickets)


async def _members(bench_database: BenchDatabase) -> dict[str, str]:
    """Make a member of two teams and one of none, and return their cookies."""
    database = Database(bench_database.settings, bench_database.url, bench_database.settings.secret)
    await database.open("atum_desk_worker", size=2)
    try:
        return {
            name: await _member(database, name, teams)
            for name, teams in (("member of two teams", 2), ("member of none", 0))
        }
    finally:
        await database.close()


async def _member(database: Database, name: str, teams: int) -> str:
    token = new_token("staff")
    async with database.writing(SystemActor(workspace_id=1, via="job"), "person.add") as work:
        person_id = await work.fetchval(
            """insert into people (workspace_id, kind, name, role_id, sees_all_teams)
               select 1, 'staff', $1, id, false from roles where name = 'Agent' and workspace_id = 1
               returning id""",
            f"Bench: {name}",
        )
        await work.execute(
            """insert into team_members (workspace_id, team_id, person_id)
               select 1, id, $1 from teams order by id desc limit $2""",
            person_id,
            teams,
        )
    async with database.connection("atum_desk_worker") as connection:
        await connection.execute(
            "select atum.open_session($1, 'staff', 'cookie', $2, null, 'bench', null, interval '1 day')",
            person_id,
            token_hash(token),
        )
    return f"{STAFF_COOKIE}={token}"


Round = tuple[str, str, str]


def _forever(rounds: list[Round]) -> Iterator[Round]:
    while True:
        yield from rounds


def _request_of(terms: Terms, places: FilterValues) -> Callable[[str, str], Request]:
    def request(kind: str, narrowing: str) -> Request:
        if kind in NAME_KINDS:
            return Request("GET", f"{SEARCH}?{urlencode({'q': terms.draw('beginning'), 'kinds': NAME_KINDS[kind]})}")
        asked = {"view": "all", **places.draw(narrowing), "q": terms.draw(kind)}
        return Request("GET", f"{API}?{urlencode(asked)}")

    return request


async def _open_loop(
    port: int,
    people: dict[str, str],
    due: list[Round],
    request_of: Callable[[str, str], Request],
    rate: float,
    kinds: list[SearchLatency] | None = None,
) -> SearchLoad:
    idle: list[Connection] = []
    taken: dict[str, list[float]] = defaultdict(list)
    answers: Counter[str] = Counter()

    async def ask(at: float, names: Round) -> None:
        kind, narrowing, person = names
        request = request_of(kind, narrowing)
        await asyncio.sleep(max(0, at - time.perf_counter()))
        connection = idle.pop() if idle else await Connection.open(port)
        try:
            body = await connection.send(request.encoded(port, people[person]), 200)
            page = msgspec.json.decode(body)
            page = page.get(NAME_KINDS.get(kind, ""), page)
            answers["empty_with_cursor"] += bool(page["next_cursor"] and not page["items"])
        except RuntimeError as error:
            if "search_too_broad" not in str(error):
                raise
            answers["refused"] += 1
        for name in (kind, f"filter: {narrowing}", f"by: {person}", "all"):
            taken[name].append(time.perf_counter() - at)
        idle.append(connection)

    start = time.perf_counter() + 0.5
    try:
        await asyncio.gather(*(ask(start + n / rate, names) for n, names in enumerate(due)))
    finally:
        for connection in idle:
            connection.close()
    latencies = [_latency(name, seconds) for name, seconds in taken.items()]
    return SearchLoad(kinds or [], latencies, answers["refused"], answers["empty_with_cursor"])


def _latency(name: str, seconds: list[float]) -> SearchLatency:
    ranked = sorted(value * 1000 for value in seconds)
    median, p95 = (ranked[math.ceil(share * len(ranked)) - 1] for share in (0.5, 0.95))
    return SearchLatency(name, len(ranked), median, p95, ranked[-1])


def as_text(load: SearchLoad) -> str:
    """Return the latencies as a table."""
    lines = ["| search | requests | p50 ms | p95 ms | worst ms |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {one.name} | {one.requests} | {one.p50_milliseconds:.0f} | {one.p95_milliseconds:.0f}"
        f" | {one.worst_milliseconds:.0f} |"
        for one in (*load.kinds, *load.latencies)
    ]
    lines.append(f"\n{load.refused} refused as too broad, {load.empty_with_cursor} empty with a cursor")
    return "\n".join(lines)


def main() -> None:
    """Measure a data set that `./atum bench --keep` left: FOLDER SECONDS [RATE]."""
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    rate = float(sys.argv[3]) if len(sys.argv) > 3 else RATE

    async def run() -> SearchLoad:
        async with open_kept_house(folder) as bench_database:
            return await measure_search(bench_database, seconds, rate)

    print(as_text(asyncio.run(run())))


if __name__ == "__main__":
    main()
