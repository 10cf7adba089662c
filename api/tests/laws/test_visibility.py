"""The visibility law: what somebody may not see does not exist for them, on any route of the OpenAPI."""

from __future__ import annotations

import io
import zipfile

import asyncpg
import httpx
import pytest
from planted import INTERNAL, Planted, canaries, ids_of_ticket, plant, seen

from atum_desk.kernel.database.roles import ENTERING_ROLES, LoginRole
from atum_desk.kernel.database.units_of_work import SERVER_SETTINGS
from atum_desk.tickets.public import request_link
from desk import Client, Desk
from route_case import RouteCase
from route_cases import CASES, IDS, OPERATIONS, documented_operations, fill, request_of


@pytest.fixture(scope="module")
async def planted(law_desk: Desk) -> Planted:
    return await plant(law_desk)


async def test_every_operation_of_the_document_has_a_case_and_every_case_an_operation(planted: Planted) -> None:
    missing = await documented_operations(planted.desk) ^ set(CASES)
    assert missing == set(), "each route of the OpenAPI has one case in tests/route_cases.py"


async def ask(client: Client, method: str, path: str, case: RouteCase) -> httpx.Response:
    async with client as caller:
        return await caller.request(method, path, params=case.queries[0], **request_of(case))


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=IDS)
async def test_a_stranger_is_not_let_in(planted: Planted, method: str, path: str) -> None:
    case = CASES[method, path]
    answer = await ask(planted.desk.client(), method, fill(path), case)
    if case.audience == "public":
        assert answer.status_code != 403, answer.text
        assert answer.json().get("code") != "not_signed_in"
    else:
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=IDS)
async def test_the_other_audience_is_turned_away(planted: Planted, method: str, path: str) -> None:
    case, desk = CASES[method, path], planted.desk
    if case.audience == "public":
        return
    if case.audience == "staff":
        wrong = await desk.given.sign_in(planted.ann, "contact")
    else:
        wrong = planted.restricted
    answer = await ask(desk.bearer(wrong.token), method, fill(path, 1), case)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_audience")
    with_cookie = await ask(desk.client(wrong), method, fill(path, 1), case)
    assert with_cookie.status_code == 401


async def everything_read(client: Client, planted: Planted, audience: str) -> dict[str, str]:
    """Call every GET of an audience with every known id and every query; return each answer's text."""
    read = {}
    for (method, path), case in CASES.items():
        if method != "get" or case.audience not in (audience, "public"):
            continue
        parameter = path.partition("{")[2].partition("}")[0]
        for number in planted.ids[parameter] if parameter else [0]:
            for query in case.queries:
                answer = await client.get(fill(path, number), params=query)
                assert answer.status_code in (200, 403, 404), f"{path} {number} {query}: {answer.text}"
                read[f"{path} {number} {query}"] = f"{text_of(answer)} {answer.headers.get('content-disposition', '')}"
    return read


def text_of(answer: httpx.Response) -> str:
    """Return what an answer says; of an archive its names and all that is in it."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    return "\n".join(f"{name} {archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist())


def expect_unseen(read: dict[str, str], strings: list[str]) -> None:
    leaks = {place: found for place, text in read.items() if (found := seen(text, strings))}
    assert leaks == {}


def expect_seen(read: dict[str, str], strings: list[str]) -> None:
    everything = "\n".join(read.values())
    assert seen(everything, strings) == strings


async def test_an_administrator_sees_every_canary(planted: Planted) -> None:
    """Without this the other tests could look for strings that are nowhere."""
    read = await everything_read(planted.admin, planted, "staff")
    strings = canaries("own", "own-second", "colleagues", "others")
    strings = [
        s
        for s in strings
        if s
        not in ("canary-mail-own-second", "canary-raw-own-second", "canary-mail-colleagues", "canary-raw-colleagues")
    ]
    expect_seen(
        read, [*strings, "canary-mail-unfiled", "canary-raw-unfiled", "canary-staff-address", "canary-otto-address"]
    )


async def test_a_requester_sees_their_own_requests_and_nothing_else(planted: Planted) -> None:
    client = await planted.desk.requester(planted.ann)
    read = await everything_read(client, planted, "contact")
    expect_seen(
        read,
        [
            "canary-subject-own",
            "canary-text-own",
            "canary-reply-own",
            "canary-reply-file-own",
            "canary-reply-bytes-own",
        ],
    )
    expect_seen(read, ["canary-text-own-second"])
    expect_unseen(read, [*INTERNAL, *canaries("colleagues", "others", "unfiled"), "canary-manager-address"])


async def test_an_organization_manager_sees_the_requests_of_the_organization_only(planted: Planted) -> None:
    client = await planted.desk.requester(planted.manager)
    read = await everything_read(client, planted, "contact")
    expect_seen(read, ["canary-text-own", "canary-text-own-second", "canary-text-colleagues"])
    expect_unseen(read, [*INTERNAL, *canaries("others", "unfiled")])


async def test_a_copied_contact_sees_that_request_without_its_notes(planted: Planted) -> None:
    desk = planted.desk
    contact_id = await desk.given.contact("Copied", "copied@gamma.example")
    async with desk.database.writing(desk.given.system, "ticket.copy") as work:
        await work.execute(
            "insert into participants (workspace_id, ticket_id, person_id) select ctx_workspace(), id, $1 from tickets where number = $2",
            contact_id,
            planted.others,
        )
    try:
        read = await everything_read(await desk.requester(contact_id), planted, "contact")
    finally:
        async with desk.database.writing(desk.given.system, "ticket.copy") as work:
            await work.execute("delete from participants where person_id = $1", contact_id)
    expect_seen(read, ["canary-text-others", "canary-reply-others"])
    internal = [s for s in INTERNAL if s != "canary-otto-name"]
    expect_unseen(read, [*internal, *canaries("own", "own-second", "colleagues", "unfiled")])


async def test_a_link_shows_its_one_request(planted: Planted) -> None:
    desk = planted.desk
    ticket_id = await desk.value("select id from tickets where number = $1", planted.own)
    for person_id in (planted.ann, planted.manager):
        client = await desk.requester(person_id, only_ticket_id=ticket_id)
        read = await everything_read(client, planted, "contact")
        if person_id == planted.ann:
            expect_seen(read, ["canary-text-own"])
        expect_unseen(read, [*INTERNAL, *canaries("own-second", "colleagues", "others", "unfiled")])


async def test_the_cookie_of_a_followed_link_shows_its_one_request(planted: Planted) -> None:
    desk = planted.desk
    ticket_id = await desk.value("select id from tickets where number = $1", planted.own_second)
    token = request_link(desk.settings, ticket_id, planted.ann, 0).rpartition("/")[2]
    browser = desk.client()
    opened = await browser.posted("/portal/session", {"token": token}, status=200)
    assert opened == {"ticket_number": planted.own_second}
    read = await everything_read(browser, planted, "contact")
    expect_seen(read, ["canary-text-own-second"])
    expect_unseen(read, [*INTERNAL, *canaries("own", "colleagues", "others", "unfiled")])


async def test_staff_of_one_team_see_nothing_of_another(planted: Planted) -> None:
    client = planted.desk.client(planted.restricted)
    read = await everything_read(client, planted, "staff")
    expect_seen(
        read, ["canary-text-own", "canary-note-own", "canary-mail-own", "canary-raw-own", "canary-tag-colleagues"]
    )
    expect_unseen(read, canaries("others", "unfiled"))


async def test_staff_of_one_team_count_only_what_they_see(planted: Planted) -> None:
    client = planted.desk.client(planted.restricted)
    counts = await client.got("/tickets/counts")
    open_in_a = await planted.desk.value("select count(*) from tickets where is_open and team_id = $1", planted.team_a)
    assert open_in_a < await planted.desk.value("select count(*) from tickets where is_open")
    assert counts["views"]["all_open"] == open_in_a
    assert counts["teams"] == {str(planted.team_a): open_in_a}
    assert [team["id"] for team in (await client.got("/teams"))["items"]] == [planted.team_a]
    assert [team["open_count"] for team in (await client.got("/teams"))["items"]] == [open_in_a]
    assert (await client.got(f"/contacts/{planted.otto}"))["ticket_count"] == 0
    assert (await planted.admin.got(f"/contacts/{planted.otto}"))["ticket_count"] == 1
    seen_in_outbox = {mail["ticket_number"] for mail in (await client.got("/outbox", limit=200))["items"]}
    assert seen_in_outbox == {planted.own, planted.own_second, planted.colleagues}
    assert sum((await client.got("/outbox"))["counts"].values()) == 6
    assert sum((await client.got("/mails"))["counts"].values()) == 1
    numbers = {change["ticket_number"] for change in (await client.got("/changes", limit=200))["items"]}
    assert planted.others not in numbers
    assert "others" not in str(await client.got("/tags"))
    assert (await client.got("/tickets", view="all", q="secret"))["next_cursor"] is None


async def test_nothing_of_another_team_can_be_read_or_written_by_its_id(planted: Planted) -> None:
    client = planted.desk.client(planted.restricted)
    hidden = await ids_of_ticket(planted.desk, planted.others)
    assert all(hidden.values())
    before = await planted.desk.rows("select * from tickets order by id")
    for (method, path), case in CASES.items():
        parameter = path.partition("{")[2].partition("}")[0]
        if case.audience != "staff" or parameter not in hidden:
            continue
        for number in hidden[parameter]:
            answer = await client.request(method, fill(path, number), **request_of(case), params=case.queries[0])
            # nobody's own change is hidden from them, but none of these is theirs
            assert answer.status_code == 404, f"{method} {path} {number}: {answer.text}"
    bulk = await client.posted("/tickets/bulk", {"numbers": [planted.others], "set": {"priority": "low"}}, status=200)
    assert bulk["updated"] == []
    assert bulk["refused"][0]["problem"]["code"] == "ticket_not_found"
    assert await planted.desk.rows("select * from tickets order by id") == before


async def test_requesters_cannot_write_to_the_requests_of_others(planted: Planted) -> None:
    desk = planted.desk
    ticket_id = await desk.value("select id from tickets where number = $1", planted.own)
    strangers = {
        await desk.requester(planted.otto): (planted.own, planted.own_second, planted.colleagues),
        await desk.requester(planted.ann): (planted.colleagues, planted.others),
        await desk.requester(planted.ann, only_ticket_id=ticket_id): (planted.own_second, planted.others),
    }
    before = (await desk.value("select count(*) from messages"), await desk.rows("select * from tickets order by id"))
    for client, numbers in strangers.items():
        for number in numbers:
            said = await client.post(f"/portal/tickets/{number}/messages", json={"text": "let me in"})
            resolved = await client.post(f"/portal/tickets/{number}/resolve")
            assert (said.status_code, resolved.status_code) == (404, 404)
    assert (
        await desk.value("select count(*) from messages"),
        await desk.rows("select * from tickets order by id"),
    ) == before


async def test_a_ticket_handed_to_a_hidden_team_is_gone_for_who_handed_it(planted: Planted) -> None:
    client = planted.desk.client(planted.restricted)
    body = {"subject": "handed over", "text": "x", "requester_id": planted.ann, "team_id": planted.team_a}
    number = (await client.posted("/tickets", body))["number"]
    handed = await client.patch(f"/tickets/{number}", json={"team_id": planted.team_b})
    assert handed.status_code == 204
    assert (await client.get(f"/tickets/{number}")).status_code == 404
    change_id = handed.headers["x-change-id"]
    assert (await client.post(f"/changes/{change_id}/undo")).status_code == 404
    assert (await planted.admin.post(f"/changes/{change_id}/undo")).status_code == 200


# ---------------------------------------------------------------- straight at the database
# What a role may read before it entered: no row of any workspace.
OPERATIONAL = {
    "atum_desk_worker": {"atum.consumers"}
    | {f"jobs.{t}" for t in ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics", "workers")}
}


async def connect(planted: Planted, role: LoginRole) -> asyncpg.Connection:
    return await asyncpg.connect(planted.desk.database._urls[role], server_settings=SERVER_SETTINGS)


@pytest.mark.parametrize("role", ENTERING_ROLES)
async def test_a_role_that_has_not_entered_sees_no_row(planted: Planted, role: LoginRole) -> None:
    connection = await connect(planted, role)
    try:
        tables = await connection.fetch(
            """select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('atum', 'jobs') and c.relkind in ('r', 'p', 'v', 'm') and has_any_column_privilege(c.oid, 'select')"""
        )
        readable = {
            row["name"] for row in tables if row["name"].partition(".")[0] == "atum" or role == "atum_desk_worker"
        }
        assert len(readable) > 8
        counts = {
            name: await connection.fetchval(f"select count(*) from {name}")
            for name in readable - OPERATIONAL.get(role, set())
        }
        assert {name: n for name, n in counts.items() if n} == {}
    finally:
        await connection.close()


@pytest.mark.parametrize("role", ENTERING_ROLES)
async def test_a_role_that_has_not_entered_writes_nothing(planted: Planted, role: LoginRole) -> None:
    connection = await connect(planted, role)
    try:
        for statement in (
            "update tickets set priority = 1",
            "update tickets set category = 'closed'",
            "delete from participants",
            "insert into teams (workspace_id, name) values (1, 'mine')",
            "insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text) values (1, 1, 'reply', 1, 'x', false, 'api', 'x')",
            "delete from changes",
            "update row_changes set new = '{}'",
        ):
            try:
                done = await connection.execute(statement)
            except asyncpg.InsufficientPrivilegeError:
                continue
            assert done.split()[-1] == "0", f"{role}: {statement}: {done}"
    finally:
        await connection.close()


async def test_a_requester_reads_no_internal_column_even_by_sql(planted: Planted) -> None:
    connection = await connect(planted, "atum_desk_contact")
    try:
        for table, columns in {
            "tickets": (
                "priority",
                "type",
                "tags",
                "assignee_id",
                "team_id",
                "preview",
                "mailbox_id",
                "last_agent_message_at",
            ),
            "messages": ("recipients", "cc", "bcc", "mail_id", "mail_message_id"),
            "people": ("role_id", "sees_all_teams"),
            "attachments": ("claim_hash",),
            "sessions": ("token_hash",),
        }.items():
            for column in columns:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetch(f"select {column} from {table}")
        for table in (
            "passwords",
            "roles",
            "teams",
            "organizations",
            "changes",
            "row_changes",
            "mails",
            "outbox",
            "participants",
            "settings",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"select * from {table}")
    finally:
        await connection.close()
