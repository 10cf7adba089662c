"""Lists in groups: every field that may be a group, counted as a plain GROUP BY counts, bounded, read from indexes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from loaded_desk import LoadedDesk, loaded_desk

from atum_desk.conditions.public import Condition, Field, parse
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.group_schemas import TicketGroups
from atum_desk.tickets.queries import groups
from atum_desk.tickets.queries.condition_counts import COUNT_CAP
from atum_desk.tickets.queries.conditions import evaluate_statement, reader_of
from atum_desk.tickets.queries.groups import read_groups, walk_statement
from atum_desk.tickets.register import REGISTER
from atum_desk.tickets.schemas import TicketFilter
from desk import Client, Desk

TICKETS = 12_000
GROUPABLE = [field for field in REGISTER.fields if field.can_group]
# Lists of which groups are asked: by view or by text.
TEXTS = (
    "",
    "open:yes",
    "open:yes assignee:none",
    "priority:high",
    "type:incident -category:open",
    "open:yes subject:printer",
)


@pytest.fixture(scope="module")
async def loaded(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LoadedDesk]:
    async with loaded_desk(cluster, template, tmp_path_factory.mktemp("groups"), TICKETS) as desk:
        yield desk


async def groups_of(desk: LoadedDesk, who: str, field: Field, text: str) -> tuple[TicketGroups, Counter[str | None]]:
    """Return the groups of a list, and what a statement without any walk counts of the same."""
    actor = desk.people[who]
    reader = reader_of(actor, ZoneInfo("UTC"))
    condition = parse(text, REGISTER)
    async with desk.database.reading(actor) as transaction:
        found = await read_groups(transaction, TicketFilter(view="all"), condition, field, reader, REGISTER)
        return found, await counted_plainly(transaction, condition, field, reader)


async def counted_plainly(
    transaction: ReadTransaction, condition: Condition | None, field: Field, reader: Any
) -> Counter[str | None]:
    tests = [] if condition is None else [condition]
    statement, values = evaluate_statement(tests, reader, "$1::int is null", REGISTER)
    value = f"({field.value_sql})::text as value"
    rows = await transaction.fetch(statement.replace(" as held", f"::boolean[] as held, {value}"), None, *values[1:])
    return Counter(row["value"] for row in rows if all(row["held"]))


async def stored_as_text(desk: LoadedDesk, field: Field, item: Any) -> str | None:
    """Return a group's value as its column holds it."""
    if item.value is None or field.kind not in ("status", "resolution", "ranked_choice"):
        return item.value
    if field.kind == "ranked_choice":
        return str(field.choices.index(item.value) + 1)
    table = {"status": "statuses", "resolution": "resolutions"}[field.kind]
    return str(await desk.owner.fetchval(f"select id from {table} where key = $1", item.value))


def test_what_a_list_may_be_grouped_by_has_one_value_a_ticket() -> None:
    keys = {field.key for field in GROUPABLE}
    assert {"status", "team", "assignee", "priority", "requester", "organization", "type", "channel"} <= keys
    assert {"category", "resolution", "mailbox", "unread", "requester.vip", "organization.vip"} <= keys
    assert not {"cc", "tags", "subject", "created_at", "number"} & keys


@pytest.mark.parametrize("field", GROUPABLE, ids=lambda field: field.key)
async def test_groups_are_those_of_a_plain_group_by(loaded: LoadedDesk, field: Field) -> None:
    for who in ("everything", "two teams", "nothing"):
        for text in TEXTS[1:] if who == "everything" else TEXTS[:3]:
            found, plain = await groups_of(loaded, who, field, text)
            counted = {await stored_as_text(loaded, field, one): one for one in found.items}
            assert len(counted) == len(found.items)
            for value, one in counted.items():
                assert one.count == min(plain[value], COUNT_CAP), (who, text, one)
                assert one.exact == (plain[value] <= COUNT_CAP), (who, text, one)
            if found.complete:
                assert set(counted) == set(plain), (who, text)
            else:
                assert len(plain) > groups.MOST_GROUPS, (who, text)
                assert len(counted) == groups.MOST_GROUPS


@pytest.mark.parametrize("key", ["assignee", "team", "status", "priority", "type", "category", "resolution"])
async def test_of_a_list_longer_than_the_walk_each_group_is_counted_alone(
    loaded: LoadedDesk, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(groups, "WALKED", 300)
    field = REGISTER.by_key[key]
    for text in ("", "open:yes"):
        found, plain = await groups_of(loaded, "everything", field, text)
        counted = {await stored_as_text(loaded, field, one): one for one in found.items}
        assert found.complete
        assert {value: one.count for value, one in counted.items()} == {
            value: min(count, COUNT_CAP) for value, count in plain.items()
        }, text
        # At the cap the walk says "so many or more"; below it each is exact.
        assert all(one.exact for one in found.items if one.count < COUNT_CAP)


async def test_of_many_requesters_the_walk_tells_which_and_says_that_there_may_be_others(
    loaded: LoadedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "WALKED", 200)
    found, plain = await groups_of(loaded, "everything", REGISTER.by_key["requester"], "open:yes")
    assert not found.complete
    assert len(found.items) == groups.MOST_GROUPS
    assert all(one.exact and one.count == plain[one.value] for one in found.items)


async def test_counts_that_are_given_up_are_the_least_that_the_walk_saw(
    loaded: LoadedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "WALKED", 300)
    monkeypatch.setattr(groups, "ALONE_SECONDS", -1.0)
    found, plain = await groups_of(loaded, "everything", REGISTER.by_key["team"], "")
    assert sum(one.count for one in found.items) == 300
    assert not any(one.exact for one in found.items)
    assert all(one.count <= plain[one.value] for one in found.items)


@pytest.mark.parametrize("who", ["everything", "two teams", "nothing"])
@pytest.mark.parametrize("field", GROUPABLE, ids=lambda field: field.key)
async def test_the_walk_reads_no_table_of_tickets_whole(loaded: LoadedDesk, who: str, field: Field) -> None:
    async with loaded.database.reading(loaded.people[who]) as transaction:
        for view in ("all", "all_open"):
            statement, values = walk_statement(TicketFilter(view=view), field)
            plan = await transaction.fetchval(f"explain (format json) {statement}", *values)
            scanned = [one["Relation Name"] for one in nodes_of(plan[0]["Plan"]) if one["Node Type"] == "Seq Scan"]
            assert not {"tickets", "messages", "people", "ticket_tags"} & set(scanned), (view, scanned)


def nodes_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for below in plan.get("Plans", []) for node in nodes_of(below))]


async def page_of(client: Client, group: str, **query: Any) -> set[int]:
    page = await client.got("/tickets", group=group, limit=200, **query)
    return {one["number"] for one in page["items"]}


async def test_each_group_has_its_own_page_of_the_list(desk: Desk) -> None:
    agent, admin = await desk.staff("Team lead"), await desk.administrator()
    await admin.posted(
        "/custom-fields",
        {
            "entity": "ticket",
            "name": "Place",
            "key": "place",
            "kind": "choice",
            "options": [{"name": "Lab"}, {"name": "Hall"}],
        },
    )
    await admin.posted("/custom-fields", {"entity": "ticket", "name": "Leased", "key": "leased", "kind": "boolean"})
    tickets = [(await desk.given.ticket(f"Grouped press {place}")).number for place in range(4)]
    await agent.patched(f"/tickets/{tickets[0]}", {"priority": "urgent", "fields": {"place": "lab", "leased": True}})
    await agent.patched(f"/tickets/{tickets[1]}", {"fields": {"place": "lab", "leased": False}})
    await agent.patched(f"/tickets/{tickets[2]}", {"assignee_id": (await agent.got("/me"))["person"]["id"]})
    view = await agent.posted("/views", {"name": "Presses", "text": 'subject:"grouped press"'})
    for query in ({"view": "all", "q": 'subject:"grouped press"'}, {"view": view["id"]}):
        for by, sizes in {
            "priority": [1, 3],
            "assignee": [1, 3],
            "field.place": [2, 2],
            "field.leased": [1, 1, 2],
            "requester": [1, 1, 1, 1],
            "team": [4],
        }.items():
            found = await agent.got("/tickets/groups", by=by, **query)
            assert [one["count"] for one in found["items"]] == sizes, by
            assert found["complete"]
            pages = [await page_of(agent, one["group"], **query) for one in found["items"]]
            assert [len(page) for page in pages] == sizes, by
            assert sorted(number for page in pages for number in page) == sorted(tickets), by
    [urgent, *_] = (await agent.got("/tickets/groups", by="priority", view=view["id"]))["items"]
    assert (urgent["group"], urgent["value"], urgent["name"]) == ("priority:urgent", "urgent", None)


async def test_what_is_no_group_is_refused(desk: Desk) -> None:
    agent = await desk.staff()
    for by in ("subject", "nowhere", "cc", "field.gone"):
        answer = await agent.get("/tickets/groups", params={"by": by})
        assert (answer.status_code, answer.json()["code"]) == (422, "group_unknown"), by
    for group in ("subject:x", "assignee:me", "priority:huge", "nowhere", "team:99999999999999999999"):
        answer = await agent.get("/tickets", params={"group": group})
        assert (answer.status_code, answer.json()["code"]) == (422, "group_unknown"), group
