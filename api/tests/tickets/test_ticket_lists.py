"""Lists of tickets: views, filters, sorting, paging, search and counts, held against a plain model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desk import Client, Desk

PRIORITIES = ("low", "normal", "high", "urgent")
STATUSES = ("new", "open", "waiting", "on_hold", "resolved", "closed", "cancelled")
SORTS = {
    "-updated_at": ("updated_at", True),
    "updated_at": ("updated_at", False),
    "-created_at": ("created_at", True),
    "created_at": ("created_at", False),
    "number": ("number", False),
    "-number": ("number", True),
}


class FilledDesk:
    """A desk of 28 tickets of every kind, and what each is."""

    def __init__(
        self, desk: Desk, client: Client, me: int, other_team: int, contacts: list[int], organization: int
    ) -> None:
        self.desk, self.client, self.me = desk, client, me
        self.other_team, self.contacts, self.organization = other_team, contacts, organization
        self.tickets: list[dict[str, Any]] = []


@pytest.fixture(scope="module")
async def filled(law_desk: Desk) -> FilledDesk:
    desk = law_desk
    me = await desk.given.staff(role="Administrator")
    client = desk.client(me)
    organization = await desk.given.organization("Listed", "listed.example")
    contacts = [await desk.given.contact(organization_id=organization), await desk.given.contact()]
    filled = FilledDesk(desk, client, me.id, await desk.given.team("Second"), contacts, organization)
    first_team = await desk.given.first_team()
    for number in range(28):
        made = await client.posted(
            "/tickets",
            {
                "subject": f"Ticket {number}",
                "text": f"common word{number % 5} unique{number}",
                "requester_id": contacts[number % 2],
                "team_id": filled.other_team if number % 3 == 0 else first_team,
                "priority": PRIORITIES[number % 4],
                "tags": ["even"] if number % 2 == 0 else ["odd", "Odd-One"],
            },
        )
        body: dict[str, Any] = {"assignee_id": me.id} if number % 4 == 1 else {}
        if (status := STATUSES[number % 7]) != "new":
            body["status"] = status
        if body:
            await client.patched(f"/tickets/{made['number']}", body)
    for number in range(1, 29):
        filled.tickets.append(await client.got(f"/tickets/{number}"))
    return filled


async def all_pages(client: Client, limit: int, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(40):
        page = await client.got("/tickets", limit=limit, **query, **cursor)
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}
    raise AssertionError("the pages never end")


def is_open(ticket: dict[str, Any]) -> bool:
    return ticket["status"]["category"] not in ("resolved", "closed")


# Whether a ticket of the API, of those that were made, belongs into a list.
Holds = Callable[[dict[str, Any], FilledDesk], bool]

VIEWS: dict[str, Holds] = {
    "my_open": lambda t, f: is_open(t) and t["assignee"] is not None and t["assignee"]["id"] == f.me,
    "unassigned": lambda t, f: is_open(t) and t["assignee"] is None,
    "all_open": lambda t, _: is_open(t),
    "waiting": lambda t, _: t["status"]["category"] == "waiting",
    "recently_resolved": lambda t, _: t["resolved_at"] is not None,
    "all": lambda _t, _f: True,
}


@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_holds_exactly_its_tickets_and_is_counted_right(filled: FilledDesk, view: str) -> None:
    expected = {t["number"] for t in filled.tickets if VIEWS[view](t, filled)}
    assert expected
    listed = await all_pages(filled.client, 5, view=view)
    assert {t["number"] for t in listed} == expected
    assert len(listed) == len(expected)
    if view != "all":
        assert (await filled.client.got("/tickets/counts"))["views"][view] == len(expected)


async def test_without_a_view_the_open_ones_are_listed(filled: FilledDesk) -> None:
    assert await filled.client.got("/tickets") == await filled.client.got(
        "/tickets", view="all_open", sort="-updated_at"
    )


FILTERS: dict[str, tuple[Callable[[FilledDesk], dict[str, Any]], Holds | None]] = {
    "one team": (lambda f: {"team_id": str(f.other_team)}, lambda t, f: t["team"]["id"] == f.other_team),
    "two teams": (lambda f: {"team_id": f"{f.other_team},1"}, lambda _t, _f: True),
    "mine": (lambda _: {"assignee_id": "me"}, lambda t, f: t["assignee"] is not None),
    "nobody's": (lambda _: {"assignee_id": "none"}, lambda t, _: t["assignee"] is None),
    "somebody's": (lambda f: {"assignee_id": str(f.me)}, lambda t, _: t["assignee"] is not None),
    "statuses": (lambda _: {"status": "open, cancelled"}, lambda t, _: t["status"]["key"] in ("open", "cancelled")),
    "categories": (lambda _: {"category": "closed,new"}, lambda t, _: t["status"]["category"] in ("closed", "new")),
    "priorities": (lambda _: {"priority": "high,urgent"}, lambda t, _: t["priority"] in ("high", "urgent")),
    "tag": (lambda _: {"tag": "ODD-one"}, lambda t, _: "odd-one" in t["tags"]),
    "requester": (lambda f: {"requester_id": f.contacts[1]}, lambda t, f: t["requester"]["id"] == f.contacts[1]),
    "organization": (lambda f: {"organization_id": f.organization}, lambda t, _: t["organization"] is not None),
    "unknown status": (lambda _: {"status": "nonsense"}, None),
    "unknown tag": (lambda _: {"tag": "nonsense"}, None),
}


@pytest.mark.parametrize("name", FILTERS)
async def test_a_filter_narrows_to_exactly_its_tickets(filled: FilledDesk, name: str) -> None:
    query, holds = FILTERS[name]
    listed = await all_pages(filled.client, 200, view="all", **query(filled))
    expected = {t["number"] for t in filled.tickets if holds(t, filled)} if holds else set()
    assert {t["number"] for t in listed} == expected
    assert bool(expected) == bool(holds)


@pytest.mark.parametrize("limit", [1, 7, 28, 200])
@pytest.mark.parametrize("sort", SORTS)
async def test_pages_are_in_order_and_hold_everything_once(filled: FilledDesk, sort: str, limit: int) -> None:
    column, descending = SORTS[sort]
    listed = await all_pages(filled.client, limit, view="all", sort=sort)
    assert [t["number"] for t in listed] == [
        t["number"] for t in sorted(filled.tickets, key=lambda t: (t[column], t["id"]), reverse=descending)
    ]


async def test_the_most_urgent_come_first_and_the_newest_of_them(filled: FilledDesk) -> None:
    listed = await all_pages(filled.client, 3, view="all", sort="-priority")
    expected = sorted(
        filled.tickets, key=lambda t: (PRIORITIES.index(t["priority"]), t["updated_at"], t["id"]), reverse=True
    )
    assert [t["number"] for t in listed] == [t["number"] for t in expected]


@pytest.mark.parametrize(("sort", "descending"), [("-updated_at", True), ("updated_at", False)])
async def test_resolved_tickets_come_in_the_order_they_were_resolved(
    filled: FilledDesk, sort: str, descending: bool
) -> None:
    listed = await all_pages(filled.client, 2, view="recently_resolved", sort=sort)
    resolved = [t for t in filled.tickets if t["resolved_at"]]
    assert [t["number"] for t in listed] == [
        t["number"] for t in sorted(resolved, key=lambda t: t["resolved_at"], reverse=descending)
    ]
    told = [t["resolved_at"] for t in listed]
    assert told == sorted(told, reverse=descending)


async def test_a_row_tells_what_the_ticket_tells(filled: FilledDesk) -> None:
    rows = {t["number"]: t for t in await all_pages(filled.client, 200, view="all")}
    for ticket in filled.tickets:
        row = rows[ticket["number"]]
        assert {
            **{k: ticket[k] for k in row if k != "requester"},
            "requester": {k: ticket["requester"][k] for k in ("id", "name", "vip")},
        } == row


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("common", lambda _: True),
        ("COMMON word3", lambda n: n % 5 == 3),
        ("unique7", lambda n: n == 7),
        ("unique7 word3", lambda _: False),
        ('"common word2"', lambda n: n % 5 == 2),
        ("word1 or word2", lambda n: n % 5 in (1, 2)),
        ("common -word0", lambda n: n % 5 != 0),
        ("' & | ! <-> ( :*", lambda _: False),
    ],
)
async def test_search_finds_what_holds_all_words(filled: FilledDesk, words: str, holds: Any) -> None:
    expected = {n + 1 for n in range(28) if holds(n)}
    for limit in (200, 4):
        listed = await all_pages(filled.client, limit, view="all", q=words)
        assert {t["number"] for t in listed} == expected
        assert len(listed) == len(expected)


async def test_search_obeys_view_and_filters(filled: FilledDesk) -> None:
    listed = await all_pages(filled.client, 200, view="unassigned", priority="low", q="common")
    expected = {t["number"] for t in filled.tickets if VIEWS["unassigned"](t, filled) and t["priority"] == "low"}
    assert {t["number"] for t in listed} == expected


async def test_a_ticket_with_many_mentions_is_found_once_whatever_the_page(desk: Desk) -> None:
    client = await desk.staff()
    numbers = [(await desk.given.ticket(text="needle first")).number for _ in range(5)]
    for turn in range(4):
        for number in numbers:
            await client.posted(f"/tickets/{number}/messages", {"kind": "note", "text": f"needle again {turn}"})
    for limit in (1, 2, 3, 50):
        listed = await all_pages(client, limit, view="all", q="needle")
        assert [t["number"] for t in listed] == list(reversed(numbers))


async def test_tags_are_offered_by_their_beginning_most_used_first(filled: FilledDesk) -> None:
    assert (await filled.client.got("/tags"))["items"][0] in ("even", "odd", "odd-one")
    assert (await filled.client.got("/tags", q="ODD"))["items"] == ["odd", "odd-one"]
    assert (await filled.client.got("/tags", q="%"))["items"] == []


async def test_open_tickets_are_counted_by_team(filled: FilledDesk) -> None:
    counts = (await filled.client.got("/tickets/counts"))["teams"]
    for team in (await filled.client.got("/teams"))["items"]:
        expected = sum(is_open(t) and t["team"]["id"] == team["id"] for t in filled.tickets)
        assert (counts[str(team["id"])], team["open_count"]) == (expected, expected)


@pytest.mark.parametrize(
    "query",
    [
        {"view": "mine"},
        {"sort": "subject"},
        {"priority": "highest"},
        {"category": "new,nonsense"},
        {"team_id": "1,x"},
        {"team_id": "1,,2"},
        {"assignee_id": "you"},
        {"assignee_id": "-1"},
        {"tag": "x" * 51},
        {"q": "x" * 1_001},
        {"requester_id": "x"},
        {"team_id": str(2**64)},
        {"requester_id": str(2**64)},
        {"tag": "\x00"},
        {"q": "vpn", "zone": "Europe/Atlantis"},
    ],
)
async def test_a_filter_that_is_none_is_refused(filled: FilledDesk, query: dict[str, str]) -> None:
    answer = await filled.client.get("/tickets", params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text


async def test_words_of_the_subject_are_found_and_follow_a_rename_and_its_undo(desk: Desk) -> None:
    client = await desk.administrator()
    ticket = await client.posted(
        "/tickets", {"subject": "Anemometer", "text": "It turns.", "requester": {"email": "a@example.org"}}
    )
    assert await _found(client, "anemometer") == [ticket["number"]]
    renamed = await client.patch(f"/tickets/{ticket['number']}", json={"subject": "Barograph"})
    assert await _found(client, "barograph") == [ticket["number"]]
    assert await _found(client, "anemometer") == []
    await client.post(f"/changes/{renamed.headers['X-Change-Id']}/undo")
    assert await _found(client, "anemometer") == [ticket["number"]]


async def _found(client: Client, words: str) -> list[int]:
    page = await client.got("/tickets", q=words, view="all")
    return [item["number"] for item in page["items"]]
