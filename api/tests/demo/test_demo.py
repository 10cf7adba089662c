"""The made-up company: believable, in three languages, and as honest in the ledger as real work."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import asyncpg
import pytest
from argon2 import PasswordHasher

from atum_desk.demo.public import FilledDemo, WorkspaceInUse, demo_lines, fill_demo
from atum_desk.entry.features import FEATURES
from atum_desk.entry.prepare import reset_password
from atum_desk.files.public import FileStore
from atum_desk.history.commands import undo
from atum_desk.identity.public import PersonNotFound
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from desk import Desk
from factories import Given, SignedIn
from scratch_databases import SECRET, copied_database, make_settings

TICKETS = 150
FILLED: list[FilledDemo] = []
REPLAYED = ("tickets", "messages", "outbox", "attachments", "people", "addresses", "organizations")


@pytest.fixture(scope="module")
async def filled(
    cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, Settings]]:
    """A database with a small demo; its tests only read, or take back what they did."""
    settings = make_settings(tmp_path_factory.mktemp("demo") / "data")
    async with copied_database(cluster, template) as url:
        FILLED.append(await fill_demo(settings, url, TICKETS))
        yield url, settings


@pytest.fixture
async def owner(filled: tuple[str, Settings]) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(filled[0], server_settings={"search_path": "atum, public"})
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def lead(filled: tuple[str, Settings]) -> AsyncIterator[tuple[Database, SignedIn]]:
    database = Database(filled[1], filled[0], SECRET)
    await database.open("atum_desk_staff", "atum_desk_worker", size=2)
    given = await Given.of_first_workspace(database)
    try:
        yield database, await given.staff(role="Administrator")
    finally:
        await database.close()


async def test_the_company_has_the_people_it_says(owner: asyncpg.Connection) -> None:
    row = await owner.fetchrow(
        """select (select count(*) from tickets) as tickets, (select count(*) from teams) as teams,
                  (select count(*) from people where kind = 'contact') as contacts,
                  (select count(*) from organizations) as organizations,
                  (select count(distinct m.person_id) from team_members m join addresses a using (person_id)
                    where a.email like '%@halvorsen.example') as agents,
                  (select count(*) from passwords) as passwords"""
    )
    assert row
    assert dict(row) == {
        "tickets": TICKETS,
        "teams": 4,
        "contacts": 300,
        "organizations": 40,
        "agents": 12,
        "passwords": 13,
    }


async def test_every_change_of_the_company_is_of_a_declared_command(owner: asyncpg.Connection) -> None:
    """SQL writes its history, which no unit of work checks."""
    rows = await owner.fetch("select distinct command from changes")
    written = {row["command"] for row in rows}
    assert "ticket.close" in written
    assert written <= {command.name for feature in FEATURES for command in feature.commands}


async def test_three_languages_are_written(owner: asyncpg.Connection) -> None:
    texts = [row["text"] for row in await owner.fetch("select text from messages where not from_staff")]
    arabic = [text for text in texts if re.search(r"[\u0600-\u06ff]{3}", text)]
    german = [text for text in texts if re.search(r"\b(und|nicht|ist|die)\b", text)]
    english = [text for text in texts if re.search(r"\b(the|and|is)\b", text)]
    assert len(arabic) > 10
    assert len(german) > 10
    assert len(english) > len(arabic) + len(german) / 2


async def test_no_slot_of_a_story_is_left_empty(owner: asyncpg.Connection) -> None:
    left = await owner.fetch(
        """select subject as words from tickets where subject ~ '[{}]'
           union all select text from messages where text ~ '[{}]'"""
    )
    assert left == []


async def test_most_are_done_and_every_open_state_occurs(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch("select category, count(*) as n from tickets group by category")
    counts = {row["category"]: row["n"] for row in rows}
    assert set(counts) == {"new", "open", "waiting", "on_hold", "resolved", "closed"}
    assert counts["resolved"] + counts["closed"] > TICKETS * 0.8


async def test_nothing_happens_in_the_future_or_before_its_ticket(owner: asyncpg.Connection) -> None:
    assert await owner.fetchval("select count(*) from changes where at > clock_timestamp()") == 0
    early = """select count(*) from messages m join tickets t on t.id = m.ticket_id
                where m.created_at < t.created_at or t.created_at < clock_timestamp() - interval '93 days'"""
    assert await owner.fetchval(early) == 0


async def test_numbers_follow_time_without_a_hole_and_the_next_ticket_follows(owner: asyncpg.Connection) -> None:
    numbers = await owner.fetch("select number from tickets order by created_at")
    assert [row["number"] for row in numbers] == list(range(1, TICKETS + 1))
    assert await owner.fetchval("select last_number from ticket_counters") == TICKETS


@pytest.mark.parametrize("table", REPLAYED)
async def test_history_told_from_the_start_ends_at_the_rows(owner: asyncpg.Connection, table: str) -> None:
    different = await owner.fetch(
        f"""with told as (
              select rc.row_id, replace(e.key, '#sha256', '') as key,
                     (array_agg(e.value order by rc.change_id desc, rc.seq desc))[1] as value,
                     (array_agg(e.key like '%#sha256' order by rc.change_id desc, rc.seq desc))[1] as is_digest
                from row_changes rc, jsonb_each(rc.new) e where rc.table_name = $1 group by 1, 2)
            select told.* from told join {table} t on t.id = told.row_id
             where told.value is distinct from case when is_digest then to_jsonb(text_digest(to_jsonb(t) ->> told.key))
                                                    else to_jsonb(t) -> told.key end""",
        table,
    )
    rows = await owner.fetchval(
        f"select count(*) from {table} where id in (select row_id from row_changes where table_name = $1)", table
    )
    assert different == []
    assert rows == await owner.fetchval(f"select count(*) from {table}")


async def test_counters_and_moments_of_a_ticket_are_those_of_its_messages(owner: asyncpg.Connection) -> None:
    wrong = await owner.fetch(
        """select t.number from tickets t join lateral (
             select count(*) as n, max(created_at) as last, max(created_at) filter (where not from_staff) as asked,
                    min(created_at) filter (where from_staff and kind = 'reply') as answered
               from messages m where m.ticket_id = t.id) m on true
            where (t.message_count, t.last_message_at, t.last_requester_message_at, t.first_response_at)
                  is distinct from (m.n, m.last, m.asked, m.answered)"""
    )
    assert wrong == []


async def test_every_staff_reply_left_as_mail(owner: asyncpg.Connection) -> None:
    unsent = """select count(*) from messages m left join outbox o on o.message_id = m.id
                 where m.from_staff and m.kind = 'reply'
                   and (o.state is distinct from 'sent' or o.sent_at < m.created_at)"""
    assert await owner.fetchval(unsent) == 0


async def test_every_attachment_is_in_the_store(owner: asyncpg.Connection, filled: tuple[str, Settings]) -> None:
    store = FileStore(filled[1].uploads)
    rows = await owner.fetch("select distinct sha256, size, mime_type from attachments")
    assert {row["mime_type"] for row in rows} >= {"text/plain", "application/pdf", "text/csv"}
    for row in rows:
        assert len(await store.get(row["sha256"])) == row["size"]


async def test_a_change_of_the_demo_can_be_undone_and_the_undo_too(
    owner: asyncpg.Connection, lead: tuple[Database, SignedIn]
) -> None:
    database, administrator = lead
    change = await owner.fetchrow(
        """select c.id, c.ticket_id from changes c join tickets t on t.id = c.ticket_id
            where c.command in ('ticket.assign', 'ticket.edit') and t.is_open
              and c.id = (select max(x.change_id) from row_changes x
                           where x.ticket_id = t.id and x.table_name = 'tickets'
                             and x.new ?| array['assignee_id', 'tags', 'priority', 'type'])
            order by c.id desc limit 1"""
    )
    state = "select to_jsonb(t) - array['version', 'updated_at'] from tickets t where id = $1"
    assert change
    before = await owner.fetchval(state, change["ticket_id"])
    undone = await undo(database, administrator.actor, change["id"])
    assert await owner.fetchval(state, change["ticket_id"]) != before
    await undo(database, administrator.actor, undone.change_id)
    assert await owner.fetchval(state, change["ticket_id"]) == before


async def test_some_wait_unread_for_everybody(owner: asyncpg.Connection) -> None:
    unread = await owner.fetch(
        """select t.category from tickets t where not exists (select from ticket_reads r where r.ticket_id = t.id)"""
    )
    assert 3 <= len(unread) <= 20
    assert {row["category"] for row in unread} <= {"new", "open"}


async def test_a_second_company_does_not_move_in(filled: tuple[str, Settings]) -> None:
    url, settings = filled
    with pytest.raises(WorkspaceInUse, match="has tickets already"):
        await fill_demo(settings, url, 5)


async def test_everybody_of_the_sample_company_signs_in_with_what_is_printed(
    filled: tuple[str, Settings], owner: asyncpg.Connection
) -> None:
    told = FILLED[-1]
    printed = "\n".join(demo_lines(told))
    assert told.agents
    for agent in told.agents:
        assert agent.email in printed
        row = await owner.fetchrow("select * from sign_in_candidate($1)", agent.email)
        assert row is not None, agent.email
        assert row["person_id"] == agent.id
        assert PasswordHasher().verify(row["hash"], told.password)
    assert told.password in printed
    # A salt stands for its person where wrong passwords are counted: nobody else may have it.
    assert await owner.fetchval("select count(*) = count(distinct hash) from passwords")


async def test_somebody_who_never_had_a_password_gets_one(
    filled: tuple[str, Settings], owner: asyncpg.Connection
) -> None:
    url, settings = filled
    agent = FILLED[-1].agents[0]
    await owner.execute("alter table passwords disable trigger all")
    await owner.execute("delete from passwords where person_id = $1", agent.id)
    await owner.execute("alter table passwords enable trigger all")
    made = await reset_password(url, settings, agent.email.upper())
    row = await owner.fetchrow("select * from sign_in_candidate($1)", agent.email)
    assert row is not None
    assert PasswordHasher().verify(row["hash"], made)
    with pytest.raises(PersonNotFound):
        await reset_password(url, settings, "nobody@halvorsen.example")


async def test_what_the_company_has_set_up_stands_as_if_it_had_been_entered(
    owner: asyncpg.Connection, lead: tuple[Database, SignedIn], filled: tuple[str, Settings]
) -> None:
    database, _ = lead
    desk = Desk(database, filled[1], await Given.of_first_workspace(database))
    # Who came first is of Customer Support.
    first = await owner.fetchval("select min(id) from people where kind = 'staff'")
    client = desk.client(await desk.given.sign_in(first, "staff"))
    paths = ("calendars", "custom-fields", "forms", "macros", "checklist-templates", "views", "signatures")
    told = {path: (await client.got(f"/{path}"))["items"] for path in paths}
    for path, names in {
        "calendars": {"Office hours, Oslo"},
        "custom-fields": {"Product", "Serial number", "Contract"},
        "forms": {"Trouble with an instrument", "Anything else"},
        "macros": {"Ask for the serial number", "Send a replacement", "Take it"},
        "checklist-templates": {"New colleague", "Instrument returned"},
        "views": {"High and urgent", "Instruments"},
    }.items():
        assert names <= {one["name"] for one in told[path]}, path
    assert len(told["signatures"]) == 2
    # Each is as the desk itself would have stored it: it is checked when it is saved again.
    for path, items in told.items():
        for one in items:
            name = {"custom-fields": "key"}.get(path, "id")
            part = "text" if path == "signatures" else "name"
            if path != "views" or one["name"] in ("High and urgent", "Instruments"):
                for words in (f"{one[part]} again", one[part]):
                    await client.patched(f"/{path}/{one[name]}", {part: words})
    assert not [one for one in told["views"] if one["broken"]]


async def test_a_ticket_has_the_product_that_its_requester_names(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """select t.subject || ' ' || m.text as said, v.options[1] as product from ticket_field_values v
             join tickets t on t.id = v.ticket_id join custom_fields f on f.id = v.field_id and f.key = 'product'
             join messages m on m.ticket_id = t.id
            where m.id = (select min(id) from messages where ticket_id = t.id)"""
    )
    assert len(rows) > 5
    assert all(row["product"].upper().replace("_", "-") in row["said"] for row in rows)
