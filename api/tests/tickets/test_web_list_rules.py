"""The web places changed tickets in its lists by itself: both are held to one file of cases.

The cases are what the API answers for tickets of every kind; web/tests/listRules.test.ts holds the
web's rules to the same file. After a rule changed here, delete the file: this writes it anew, and fails once.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from atum_desk.tickets.schemas import Sort, View
from atum_desk.tickets.values import PRIORITIES
from desk import Client, Desk

ROOT = Path(__file__).parents[3]
CASES = ROOT / "web" / "tests" / "listCases.json"
OPENAPI = ROOT / "api" / "openapi.json"
# The moment that stands in the file for the one at which the tickets were made.
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
STATUSES = ("new", "open", "waiting", "on_hold", "resolved", "closed", "cancelled")
TIMES = ("created_at", "updated_at", "resolved_at", "last_message_at")
ME, OTHER, FIRST_TEAM, SECOND_TEAM, ORGANIZATION = 11, 12, 1, 2, 31
CONTACTS = (21, 22)
TICKETS = 42
SNOOZED_AT = datetime(2026, 1, 1, tzinfo=UTC)
# Every filter of the list with values that some tickets have and some have not.
FILTERS: dict[str, tuple[str, ...]] = {
    "team_id": ("1", "2", "1,2"),
    "assignee_id": ("me", "none", "12"),
    "status": ("open", "open, cancelled", "nonsense"),
    "category": ("new", "closed,waiting", "resolved"),
    "priority": ("urgent", "low,high"),
    "tag": ("vpn", "VPN", "nonsense"),
    "requester_id": ("21", "22"),
    "organization_id": ("31",),
    "group": ("status:waiting", "status:on_hold", "priority:normal", "priority:high", "assignee:11", "assignee:"),
}
NOT_FILTERS = {"zone", "fields", "view", "sort", "q", "limit", "cursor"}


def asked_for() -> list[dict[str, str]]:
    """Return every list of the cases, as its query."""
    plain = [{"view": view, "sort": sort} for view in get_args(View) for sort in get_args(Sort)]
    narrowed = [
        {"view": view, "sort": "-updated_at", name: value}
        for view in ("all", "all_open")
        for name, values in FILTERS.items()
        for value in values
    ]
    both = {"view": "unassigned", "sort": "-priority", "team_id": "2", "priority": "low,urgent"}
    return [*plain, *narrowed, both]


class Stand:
    """What stands in the file for what a database gives anew each time: ids and moments."""

    def __init__(self, ids: dict[str, dict[int, int]], made_at: datetime) -> None:
        self.ids = ids
        self.real = {kind: {there: here for here, there in of.items()} for kind, of in ids.items()}
        self.made_at = made_at

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as the file has it."""
        told = dict(row)
        for kind, known in self.ids.items():
            if told[kind] is not None:
                told[kind] = {**told[kind], "id": known[told[kind]["id"]]}
        for name in TIMES:
            if told[name] is not None:
                moved = datetime.fromisoformat(told[name]) - self.made_at + NOW
                told[name] = msgspec.to_builtins(moved)
        return told

    def query(self, asked: dict[str, str]) -> dict[str, str]:
        """Return a query as this database understands it."""
        real = dict(asked)
        for kind, known in self.real.items():
            name = f"{kind}_id"
            if name in real:
                parts = [one.strip() for one in real[name].split(",")]
                real[name] = ",".join(str(known[int(one)]) if one.isdigit() else one for one in parts)
            field, _, value = real.get("group", "").partition(":")
            if field == kind and value:
                real["group"] = f"{kind}:{known[int(value)]}"
        return real


def snoozed(n: int, *, done: bool) -> dict[str, Any]:
    """Some are snoozed, some woke, and what is done is no longer snoozed."""
    if n % 5 > 2:
        return {"snoozed_at": None, "snoozed_until": None, "woken_at": None}
    return {
        "snoozed_at": SNOOZED_AT,
        "snoozed_until": SNOOZED_AT + timedelta(days=900) if n % 2 else None,
        "woken_at": SNOOZED_AT + timedelta(days=1) if done or n % 5 == 2 else None,
    }


def ticket_values(n: int, made_at: datetime) -> dict[str, Any]:
    """Return what makes a ticket one of its kind: moments to the microsecond, some of them equal."""
    status = STATUSES[n % 7]
    updated_at = made_at - timedelta(minutes=n * 11 % TICKETS // 3, microseconds=(0, 1, 500_000)[n // 14])
    done = status in ("resolved", "closed", "cancelled")
    days = (1, 6, 8, 30)[n // 7 % 4]
    return {
        "number": n + 1,
        "subject": f"Ticket {n + 1}",
        "status": status,
        "priority": n * 5 % 4 + 1,
        "team": (FIRST_TEAM, SECOND_TEAM)[n % 3 == 0],
        "assignee": (None, ME, OTHER)[n // 2 % 3],
        "requester": CONTACTS[n % 2],
        "tags": [[], ["vpn"], ["printer", "vpn"]][n % 3],
        "created_at": made_at - timedelta(days=40, seconds=n // 2),
        "updated_at": updated_at,
        "resolved_at": made_at - timedelta(days=days, microseconds=n // 2) if done else None,
        **snoozed(n, done=done),
    }


async def insert_tickets(
    desk: Desk, made_at: datetime, teams: dict[int, int], people: dict[int | None, int | None], contacts: dict[int, int]
) -> None:
    """Write the tickets with moments of their own, which no command would let them have."""
    given = desk.given
    async with desk.database.writing(given.system, "ticket.open") as work:
        for n in range(TICKETS):
            values = ticket_values(n, made_at)
            await work.execute(
                """insert into tickets (workspace_id, number, subject, status_id, category, priority, channel,
                                        team_id, assignee_id, requester_id, organization_id, tags,
                                        created_at, updated_at, resolved_at,
                                        snoozed_at, snoozed_until, woken_at, snooze_on_reply)
                   select $1, $2, $3, s.id, s.category, $5, 'email', $6, $7, p.id, p.organization_id, $9, $10, $11, $12,
                          $13, $14, $15, case when $13::timestamptz is not null then true end
                     from statuses s, people p where s.key = $4 and s.workspace_id = $1 and p.id = $8""",
                given.workspace_id,
                values["number"],
                values["subject"],
                values["status"],
                values["priority"],
                teams[values["team"]],
                people[values["assignee"]],
                contacts[values["requester"]],
                values["tags"],
                values["created_at"],
                values["updated_at"],
                values["resolved_at"],
                values["snoozed_at"],
                values["snoozed_until"],
                values["woken_at"],
            )


async def fill(desk: Desk) -> tuple[Client, Stand]:
    """Make the tickets of the cases."""
    given = desk.given
    me = await given.staff("Ada", role="Administrator")
    other = await given.staff("Ben")
    teams = {FIRST_TEAM: await given.first_team(), SECOND_TEAM: await given.team("Second")}
    organization = await given.organization("Listed", "listed.example")
    contacts = {
        CONTACTS[0]: await given.contact("Cy", organization_id=organization),
        CONTACTS[1]: await given.contact("Di"),
    }
    people: dict[int | None, int | None] = {ME: me.id, OTHER: other.id, None: None}
    made_at = datetime.now(UTC).replace(microsecond=0)
    await insert_tickets(desk, made_at, teams, people, contacts)
    ids = {
        "team": {there: here for here, there in teams.items()},
        "assignee": {me.id: ME, other.id: OTHER},
        "requester": {there: here for here, there in contacts.items()},
        "organization": {organization: ORGANIZATION},
    }
    return desk.client(me), Stand(ids, made_at)


async def test_the_webs_cases_are_what_the_api_answers(law_desk: Desk) -> None:
    client, stand = await fill(law_desk)
    page = await client.got("/tickets", view="all", sort="number", limit=200)
    lists = []
    for asked in asked_for():
        listed = await client.got("/tickets", limit=200, **stand.query(asked))
        lists.append({"asked": asked, "numbers": [row["number"] for row in listed["items"]]})
    found = {
        "now": msgspec.to_builtins(NOW),
        "me": ME,
        "rows": [stand.row(row) for row in page["items"]],
        "lists": lists,
    }
    if not CASES.exists():
        CASES.write_text(written(found))
        pytest.fail(f"{CASES.name} was missing and is written; run the web's tests on it")
    known = json.loads(CASES.read_text())
    for one, other in zip(known["lists"], found["lists"], strict=True):
        assert one == other, f"a list changed; without {CASES.name} this writes it anew"
    assert known == found, f"a row changed; without {CASES.name} this writes it anew"


def written(found: dict[str, Any]) -> str:
    """Return the file's text, a row or list a line."""
    lines = {name: ",\n".join(json.dumps(one) for one in found[name]) for name in ("rows", "lists")}
    return (
        f'{{"now": {json.dumps(found["now"])}, "me": {found["me"]},\n'
        f'"rows": [\n{lines["rows"]}\n],\n"lists": [\n{lines["lists"]}\n]}}\n'
    )


def test_every_filter_of_the_list_has_its_cases() -> None:
    operation = json.loads(OPENAPI.read_text())["paths"]["/api/v1/tickets"]["get"]
    names = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    assert names - NOT_FILTERS == set(FILTERS)


def test_the_cases_tell_tickets_apart() -> None:
    """No filter, view or order of the cases holds all or looks like another."""
    known = json.loads(CASES.read_text())
    # Creation is ordered as numbers are.
    lists = [one for one in known["lists"] if "created" not in one["asked"].get("sort", "")]
    assert len({json.dumps(one["numbers"]) for one in lists}) > len(lists) * 0.7
    assert {row["priority"] for row in known["rows"]} == set(PRIORITIES)
