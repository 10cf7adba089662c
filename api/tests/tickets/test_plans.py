"""Every list, under row security, walks an index: no plan reads all tickets or all messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest

from atum_desk.conditions.public import NamedValue, ValueNames, parse
from atum_desk.conversations import queries as conversation_queries
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail.filing.facts import FACTS
from atum_desk.outbox.enqueue import ENQUEUE
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.queries import conditions, counts, lists, offers, threads, writes
from atum_desk.tickets.queries.excerpts import EXCERPTS
from atum_desk.tickets.queries.snoozes import DUE
from atum_desk.tickets.register import REGISTER
from atum_desk.tickets.schemas import Sort, TicketFilter, View
from factories import Given
from loaded_databases import loaded_database
from scratch_databases import SECRET, make_settings

# Large enough that reading all of it never looks cheaper than an index.
TICKETS = 12_000
BIG = frozenset({"tickets", "messages"})
BIG_OF_CONDITIONS = BIG | {"people", "addresses"}
NARROWINGS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "one team": {"team_ids": [2]},
    "teams": {"team_ids": [2, 3]},
    "assignee": {"assignee_id": 20},
    "nobody": {"assignee_id": 0},
    "status": {"statuses": ["open", "waiting"]},
    "few of a category": {"categories": ["on_hold"]},
    "resolved": {"categories": ["resolved"]},
    "all but closed": {"categories": ["new", "open", "waiting", "on_hold", "resolved"]},
    "priority": {"priorities": ["high", "urgent"]},
    "tag": {"tag": "tag7"},
    "custom field": {"field_key": "1=red"},
    "requester": {"requester_id": 300},
    "organization": {"organization_id": 5},
}


# Conditions of each source of fields, led by an index or by none, that many, few and no tickets meet.
CONDITIONS = (
    *(
        "priority:urgent type:incident",
        "assignee:me",
        "assignee:none -tag:tag7",
        "tag:tag7 status:open",
        "status:on_hold",
    ),
    *("subject:printer", "subject:nowhere", "-subject:printer", "created:<2001", "created:>now-3d or number:7"),
    *("requester:300", "organization:5 -status:closed", "team:my-teams", "team:2,3", "cc:me or unread:yes"),
    *("requester.email:nobody@nowhere.example", "requester.name:nobody organization.domain:nowhere"),
    *("from:nobody", "attachment:nowhere.pdf", "-words:nowhere", "(words:nowhere or category:resolved) tag:none"),
    *("-(subject:a or mailbox:none)", "follow_up_of:7", "open:no closed:any", "messages:>999 channel:phone"),
)


class Staff(msgspec.Struct):
    """Somebody who sees every team, and somebody who sees two."""

    database: Database
    everything: Actor
    two_teams: Actor


@pytest.fixture(scope="module")
async def staff(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staff]:
    settings = make_settings(tmp_path_factory.mktemp("plans") / "data")
    async with loaded_database(cluster, template, TICKETS) as url:
        database = Database(settings, url, SECRET)
        await database.open("atum_desk_staff", "atum_desk_worker", size=2)
        try:
            given = await Given.of_first_workspace(database)
            everything = await given.staff()
            two_teams = await given.staff(sees_all_teams=False, teams=(2, 3))
            yield Staff(database, everything.actor, two_teams.actor)
        finally:
            await database.close()


@pytest.fixture(params=["everything", "two_teams"])
def actor(request: pytest.FixtureRequest, staff: Staff) -> Actor:
    return getattr(staff, request.param)


async def read_whole(
    staff: Staff, actor: Actor, statement: str, values: list[Any], big: frozenset[str] = BIG
) -> set[str]:
    """Return the big tables that a statement's plan reads from end to end."""
    async with staff.database.reading(actor) as transaction:
        [plan] = await transaction.fetchval(f"explain (format json) {statement}", *values)
    return read_from_end_to_end(plan) & big


def read_from_end_to_end(plan: dict[str, Any]) -> set[str]:
    return {node["Relation Name"] for node in nodes(plan["Plan"]) if node["Node Type"] == "Seq Scan"}


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


@pytest.mark.parametrize("sort", get_args(Sort))
@pytest.mark.parametrize("view", get_args(View))
async def test_no_list_reads_every_ticket(staff: Staff, actor: Actor, view: View, sort: Sort) -> None:
    found = {}
    for name, narrowing in NARROWINGS.items():
        statement, values = lists.list_statement(TicketFilter(view=view, sort=sort, **narrowing), None, 50)
        if tables := await read_whole(staff, actor, statement, values):
            found[name] = tables
    assert found == {}


@pytest.mark.parametrize("view", get_args(View))
async def test_no_list_by_a_condition_reads_every_ticket(staff: Staff, actor: Actor, view: View) -> None:
    """Whatever few or many tickets meet it: what the planner thinks of a condition moves no plan."""
    statuses = (
        NamedValue("status", "open", ("open",)),
        *(NamedValue("status", key, (key,)) for key in ("on_hold", "closed")),
    )
    found = {}
    for place, text in enumerate(CONDITIONS):
        condition = parse(text, REGISTER, ValueNames(statuses))
        assert condition is not None
        reader = conditions.reader_of(actor, ZoneInfo("UTC"))
        # Each condition meets some of the orders, and each order some of the conditions.
        for sort in (get_args(Sort)[place % 7], get_args(Sort)[(place + 3) % 7]):
            wanted = narrowed(TicketFilter(view=view, sort=sort), condition, reader, REGISTER)
            statement, values = lists.list_statement(wanted, None, 50)
            if tables := await read_whole(staff, actor, statement, values, BIG_OF_CONDITIONS):
                found[text, sort] = tables
    assert found == {}


async def test_a_condition_over_one_ticket_reads_no_table_whole(staff: Staff, actor: Actor) -> None:
    parsed = [parse(text, REGISTER, ValueNames([NamedValue("status", "open", ("open",))])) for text in CONDITIONS[:2]]
    parsed += [parse(text, REGISTER) for text in CONDITIONS if "status" not in text and "category" not in text]
    reader = conditions.reader_of(actor, ZoneInfo("UTC"))
    asked = [one for one in parsed if one is not None]
    statement, values = conditions.evaluate_statement(asked, reader, conditions.OF_NUMBER, REGISTER)
    assert await read_whole(staff, actor, statement, [7, *values[1:]], BIG_OF_CONDITIONS) == set()


@pytest.mark.parametrize(("view", "sort"), [*product(["all", "all_open"], get_args(Sort))])
async def test_no_second_page_reads_every_ticket(staff: Staff, actor: Actor, view: View, sort: Sort) -> None:
    wanted = TicketFilter(view=view, sort=sort)
    page = await lists.read_tickets(staff.database, actor, wanted, None, 20)
    assert page.next_cursor
    statement, values = lists.list_statement(wanted, page.next_cursor, 20)
    assert await read_whole(staff, actor, statement, values) == set()


async def test_counts_read_no_table_whole(staff: Staff, actor: Actor) -> None:
    assert await read_whole(staff, actor, counts.COUNTS, []) == set()
    shared = counts.OWN_COUNT.replace("$3", "$3::text")
    assert await read_whole(staff, actor, shared, [1, [2, 3], "10:20:"]) == set()


async def test_a_ticket_with_its_thread_reads_no_table_whole(staff: Staff, actor: Actor) -> None:
    """As it runs for long: by the plan that is kept for every ticket."""
    types, values = ("int, bigint, bigint, text[]", "7, 0, 50, array['assignee_id', 'status_id']")
    async with staff.database.reading(actor) as transaction:
        await transaction.execute("set local plan_cache_mode = force_generic_plan")
        await transaction.execute(f"prepare thread({types}) as {threads.TICKET_WITH_THREAD}")
        [plan] = await transaction.fetchval(f"explain (format json) execute thread({values})")
        await transaction.execute("deallocate thread")
    read = read_from_end_to_end(plan)
    # The part of the ledger that has the rows; those made ahead are empty.
    assert not read & (BIG | {"people", "changes", "row_changes_0"})


async def test_offers_walk_the_tickets_of_the_requester_alone(staff: Staff, actor: Actor) -> None:
    async with staff.database.reading(actor) as transaction:
        [plan] = await transaction.fetchval(f"explain (format json) {offers.OFFERED}", 7)
    assert not read_from_end_to_end(plan) & BIG
    assert "tickets_requester" in {node.get("Index Name") for node in nodes(plan["Plan"])}
    assert not any(node["Node Type"] == "Bitmap Heap Scan" for node in nodes(plan["Plan"]))


async def test_what_sleeps_is_walked_by_indexes_of_its_own(staff: Staff, actor: Actor) -> None:
    """Looked for every five seconds, and listed, also where there are many open tickets and few of them are snoozed."""
    snoozed, values = lists.list_statement(TicketFilter(view="snoozed"), None, 50)
    async with staff.database.reading(actor) as transaction:
        [due] = await transaction.fetchval(f"explain (format json) {DUE}", 100)
        [listed] = await transaction.fetchval(f"explain (format json) {snoozed}", *values)
    walked = [{node.get("Index Name") for node in nodes(plan["Plan"])} for plan in (due, listed)]
    assert "tickets_snooze_due" in walked[0]
    assert "tickets_snoozed" in walked[1]
    assert not read_from_end_to_end(due) & BIG


async def test_a_replys_mail_finds_its_thread_by_ticket(staff: Staff) -> None:
    """Also on a desk with so few mails that an index of their ids looks cheap to read whole."""
    values: list[Any] = [None] * 24
    values[0], values[6:8] = 1, ["text", 7]
    async with staff.database.reading(staff.everything) as transaction:
        [plan] = await transaction.fetchval(f"explain (format json) {ENQUEUE}", *values)
    scans = [node for node in nodes(plan["Plan"]) if node.get("Relation Name") == "messages"]
    assert [node["Index Name"] for node in scans if "Index Name" in node] == ["messages_ticket"]


async def test_conversations_are_read_by_their_ticket_and_their_messages(staff: Staff, actor: Actor) -> None:
    statements = (
        f"{conversation_queries.ITEM} order by c.id desc limit 50",
        threads.OF_CONVERSATION.replace("$2", "9").replace("$3", "50"),
    )
    for statement in statements:
        async with staff.database.reading(actor) as transaction:
            # There are few of them here, so that reading all would be as cheap.
            await transaction.execute("set local enable_seqscan = off")
            [plan] = await transaction.fetchval(f"explain (format json) {statement}", 7)
        assert not read_from_end_to_end(plan) & BIG
        used = {node["Index Name"] for node in nodes(plan["Plan"]) if "Index Name" in node}
        assert "messages_conversation" in used
        assert "messages_ticket" not in used


async def test_a_tickets_first_mail_is_found_by_its_ticket(staff: Staff) -> None:
    """And not by walking the mails of all tickets in the order of their ids."""
    async with staff.database.reading(staff.everything) as transaction:
        await transaction.execute("set local enable_seqscan = off")
        statement = writes.MAIL_CONTEXT.format(ticket="$1", author="ctx_person()")
        [plan] = await transaction.fetchval(f"explain (format json) {statement}", 7)
    scans = [node for node in nodes(plan["Plan"]) if node.get("Relation Name") == "outbox"]
    used = {node["Index Name"] for node in nodes(plan["Plan"]) if "Index Name" in node}
    assert scans
    assert "outbox_ticket" in used
    assert "outbox_pkey" not in used


async def test_what_is_known_of_a_mail_is_looked_up(staff: Staff) -> None:
    """For every mail that is filed, by the plan that is kept: of a sender with many tickets as well."""
    system = SystemActor(workspace_id=staff.everything.workspace_id, via="mail")
    types = "bigint, text, text[], bigint[], text, int, int, text[], int, text[], text, text, bigint[], bigint[], text"
    sender = "contact.1@bench.example"
    values = f"""1, 'a@b', '{{c@d}}', '{{5}}', '{sender}', 1000, 200, '{{{sender}}}', 42, '{{e@f}}', 'key', 'Printer', '{{6}}', '{{7}}', 'list'"""
    async with staff.database.reading(system) as transaction:
        await transaction.execute("set local plan_cache_mode = force_generic_plan")
        await transaction.execute(f"prepare facts({types}) as {FACTS}")
        [plan] = await transaction.fetchval(f"explain (format json) execute facts({values})")
        await transaction.execute("deallocate facts")
    read = read_from_end_to_end(plan)
    assert not read & (BIG | {"people", "addresses"})
    used = {node["Index Name"] for node in nodes(plan["Plan"]) if "Index Name" in node}
    assert "tickets_pkey" in used
    assert any(name.startswith("tickets_requester") for name in used), used


async def test_what_a_search_found_is_read_by_message(staff: Staff, actor: Actor) -> None:
    async with staff.database.reading(actor) as transaction:
        newest = await transaction.fetchval("select max(id) from messages")
    values = ["'tag7' & !'other'", list(range(newest - 50, newest))]
    assert await read_whole(staff, actor, EXCERPTS, values) == set()
