"""Who is let in is asked before anything else: a stranger, the wrong audience, a role that lacks it."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import httpx
import pytest
from litestar import get

from atum_desk.entry import api
from atum_desk.http.access import Access, access_of, needs
from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.feature import BUILT_IN_ROLES, declared
from desk import Client, Desk
from route_case import RouteCase
from route_cases import CASES, OPERATIONS, fill, request_of

ADMINISTRATOR = declared.permissions_of("Administrator")
AUDITOR = declared.permissions_of("Auditor")
GARBAGE: tuple[dict[str, Any], ...] = (
    {"content": b"{", "headers": {"content-type": "application/json"}},
    {"content": b"\xff\xfe", "headers": {"content-type": "multipart/form-data"}},
    {"json": {"no_such_field": 1}},
    {"params": {"limit": "x", "cursor": "####", "to": "", "before": "y", "ticket": "z", "kind": "q"}},
)
_numbers = count(1)
STAFF = [(m, p) for m, p in OPERATIONS if CASES[m, p].audience == "staff"]
# That an auditor signed in and took copies is told, and changes nothing.
COPIES = "'export.list', 'export.ticket', 'export.time'"
MADE = f"select max(id) from changes where command not in ('session.start', {COPIES})"
# Routes that any member of the staff may call: their own account, where they are, and what the change decides.
OWN = {
    ("delete", "/session"),
    ("get", "/me"),
    ("patch", "/me"),
    ("post", "/me/password"),
    ("get", "/me/sessions"),
    ("delete", "/me/sessions"),
    ("delete", "/me/sessions/{session_id}"),
    ("post", "/me/tokens"),
    ("post", "/changes/{change_id}/undo"),
    ("get", "/workspace"),
}
# What somebody follows, stars, is reminded of and told is theirs alone, also where they change nothing else.
OWN_CHOICES = {
    ("put", "/tickets/{number}/followers/me"),
    ("delete", "/tickets/{number}/followers/me"),
    ("put", "/tickets/{number}/mute"),
    ("delete", "/tickets/{number}/mute"),
    ("post", "/tickets/{number}/reminders"),
    ("patch", "/reminders/{reminder_id}"),
    ("delete", "/reminders/{reminder_id}"),
    ("put", "/tickets/{number}/star"),
    ("delete", "/tickets/{number}/star"),
    ("put", "/notifications/browsers"),
    ("delete", "/notifications/browsers/{subscription_id}"),
    ("post", "/notifications/read"),
    ("post", "/notifications/unread"),
    ("patch", "/notifications/settings"),
}


async def declared_by_routes(desk: Desk) -> dict[tuple[str, str], list[str]]:
    """Return the permissions of which each operation takes one, as the document names them."""
    document = await desk.client().got("/openapi.json")
    return {
        (method, path): document["paths"]["/api/v1" + path][method].get("x-permissions", [])
        for method, path in OPERATIONS
    }


async def with_permissions(desk: Desk, *permissions: str) -> Client:
    """Return somebody whose role holds exactly these permissions."""
    name = f"Role {next(_numbers)}"
    async with desk.database.writing(desk.given.system, "role.make") as work:
        await work.execute(
            """insert into roles (workspace_id, name, permissions) values (ctx_workspace(), $1, $2)""",
            name,
            list(permissions),
        )
        work.summary = {"name": name}
    return await desk.staff(name)


async def answers(client: Client, method: str, path: str, number: int) -> list[httpx.Response]:
    """Ask an operation with each kind of garbage, under a number that is none as well."""
    return [
        await client.request(method, fill(path, place), **garbage) for garbage in GARBAGE for place in (number, 10**30)
    ]


async def test_a_stranger_is_told_to_sign_in_whatever_they_send(shared_desk: Desk) -> None:
    for method, path in OPERATIONS:
        if CASES[method, path].audience == "public":
            continue
        for answer in await answers(shared_desk.client(), method, path, 1):
            assert answer.status_code == 401, f"{method} {path}: {answer.text}"
            assert answer.json()["code"] == "not_signed_in"


async def test_the_other_audience_is_turned_away_whatever_it_sends(shared_desk: Desk) -> None:
    contact = await shared_desk.given.sign_in(await shared_desk.given.contact(), "contact")
    staff = await shared_desk.given.staff()
    for method, path in OPERATIONS:
        audience = CASES[method, path].audience
        if audience == "public":
            continue
        client = shared_desk.bearer((contact if audience == "staff" else staff).token)
        for answer in await answers(client, method, path, 1):
            assert answer.status_code == 403, f"{method} {path}: {answer.text}"
            assert answer.json()["code"] == "wrong_audience"


async def test_a_role_without_permissions_is_told_which_it_lacks_whatever_it_sends(shared_desk: Desk) -> None:
    client, permissions = await with_permissions(shared_desk), await declared_by_routes(shared_desk)
    assert {operation for operation in STAFF if not permissions[operation]} == OWN
    for method, path in STAFF:
        if (method, path) in OWN:
            continue
        for answer in await answers(client, method, path, 1):
            assert answer.status_code == 403, f"{method} {path}: {answer.text}"
            problem = answer.json()
            assert problem["permission"] == permissions[method, path][0]
            assert problem["permission"] in problem["detail"]


async def test_whoever_has_all_but_the_permission_is_told_that_one(shared_desk: Desk) -> None:
    """A route takes one of several; the command asks for the very one."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for method, path in STAFF:
        if permission := CASES[method, path].permission:
            wanted.setdefault(permission, []).append((method, path))
    ticket = await shared_desk.given.ticket()
    for permission, operations in wanted.items():
        client = await with_permissions(
            shared_desk, *(p for p in ADMINISTRATOR if p not in (permission, "outbox:manage"))
        )
        for method, path in operations:
            case = CASES[method, path]
            if path.startswith("/outbox") or case.permission is None:
                continue
            number = ticket.number if "{number}" in path else 1
            answer = await ask(client, method, path, case, number)
            if answer.status_code != 404:
                assert answer.status_code == 403, f"{method} {path}: {answer.text}"
                assert answer.json()["permission"] == permission


async def ask(client: Client, method: str, path: str, case: RouteCase, number: int) -> httpx.Response:
    return await client.request(method, fill(path, number), params=case.queries[0], **request_of(case))


# They change nothing; what is asked is too long for an address.
ASKED_BY_POST = {
    *("/tickets/{number}/read", "/mail-layouts/preview", "/conditions/parse"),
    *("/macros/{macro_id}/preview", "/tickets/{number}/split/preview"),
    "/tickets/{number}/conversations/{conversation_id}/read",
}


async def test_an_auditor_reads_everything_and_changes_nothing(shared_desk: Desk) -> None:
    auditor = await shared_desk.staff("Auditor")
    ticket = await shared_desk.given.ticket()
    before = await shared_desk.value(MADE)
    for method, path in STAFF:
        # Where colleagues are signed in is for administrators.
        if (method, path) in {*OWN, *OWN_CHOICES, ("get", "/people/{person_id}/sessions")}:
            continue
        answer = await ask(auditor, method, path, CASES[method, path], ticket.number)
        reads = method == "get" or path in ASKED_BY_POST
        assert (answer.status_code != 403) == reads, f"{method} {path}: {answer.text}"
    after = await shared_desk.value(MADE)
    assert after == before
    assert set(AUDITOR) <= set(ADMINISTRATOR)


async def test_a_token_for_notes_reads_nothing_and_gets_back_its_note_alone(shared_desk: Desk) -> None:
    agent = await shared_desk.given.staff()
    script = shared_desk.bearer(await shared_desk.token(agent.id, "ticket:note"))
    ticket = await shared_desk.given.ticket(subject="Not for scripts")
    for method, path in STAFF:
        if method != "get" or (method, path) in OWN:
            continue
        answer = await ask(script, method, path, CASES[method, path], ticket.number)
        assert answer.status_code == 403, f"{method} {path}: {answer.text}"
    body = {"kind": "note", "text": "Seen by the backup script."}
    written = await script.post(f"/tickets/{ticket.number}/messages", json=body)
    assert written.status_code == 201
    assert written.json()["ticket"] is None
    assert written.json()["message"]["text"] == body["text"]
    assert "Not for scripts" not in written.text


@pytest.mark.parametrize("scope", ["ticket:priority", "ticket:edit", "ticket:tag"])
async def test_a_write_is_no_way_to_read_the_thread(shared_desk: Desk, scope: str) -> None:
    agent = await shared_desk.given.staff()
    script = shared_desk.bearer(await shared_desk.token(agent.id, scope))
    ticket = await shared_desk.given.ticket(text="A secret of the requester")
    field = {"ticket:priority": ("priority", "high"), "ticket:edit": ("subject", "New"), "ticket:tag": ("tags", ["a"])}
    for body in ({}, dict([field[scope]])):
        answer = await script.patch(f"/tickets/{ticket.number}", json=body)
        assert (answer.status_code, answer.text) == (204, "")


async def test_each_read_permission_opens_its_own_and_no_other(shared_desk: Desk) -> None:
    permissions = await declared_by_routes(shared_desk)
    reads = [one for one in ADMINISTRATOR if one.endswith(":read")]
    assert len(reads) >= 9
    for held in reads:
        client = await with_permissions(shared_desk, held)
        for method, path in STAFF:
            if method != "get" or (method, path) in OWN or path == "/people":
                continue
            answer = await ask(client, method, path, CASES[method, path], 1)
            opens = held in permissions[method, path]
            assert (answer.status_code != 403) == opens, f"{held}: {path}: {answer.text}"
    contacts = await with_permissions(shared_desk, "contact:read")
    assert (await contacts.get("/people", params={"kind": "contact"})).status_code == 200
    assert (await contacts.get("/people")).json()["permission"] == "people:read"


async def test_a_permission_taken_away_counts_from_the_next_request_on_and_so_does_a_new_one(shared_desk: Desk) -> None:
    client = await with_permissions(shared_desk, "contact:read", "people:read")
    assert (await client.get("/contacts")).status_code == 200
    role_id = (await client.got("/me"))["person"]["role"]["id"]

    async def become(*permissions: str) -> None:
        async with shared_desk.database.writing(shared_desk.given.system, "role.edit") as work:
            await work.execute("update roles set permissions = $2 where id = $1", role_id, list(permissions))

    await become("people:read")
    assert (await client.get("/contacts")).json()["permission"] == "contact:read"
    await become("people:read", "contact:read")
    assert (await client.get("/contacts")).status_code == 200


async def test_whoever_narrows_themselves_still_gets_the_answer(desk: Desk) -> None:
    admin = await desk.given.staff(role="Administrator")
    client = desk.client(admin)
    roles = {one["name"]: one["id"] for one in (await client.got("/roles"))["items"]}
    told = await client.patched(f"/people/{admin.id}", {"role_id": roles["Agent"]})
    assert told["role"]["name"] == "Agent"
    assert (await client.patch(f"/people/{admin.id}", json={"name": "x"})).status_code == 403


async def test_a_route_that_declares_nothing_keeps_the_application_from_starting(
    shared_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    @get("/forgotten")
    async def forgotten() -> None:
        """Show everything to everybody."""

    assert all(isinstance(access_of(one), Access) for one in api.ROUTES)
    monkeypatch.setattr(api, "ROUTES", [*api.ROUTES, forgotten])
    with pytest.raises(TypeError, match="forgotten"):
        api.build_app(shared_desk.database, shared_desk.settings)
    with pytest.raises(ValueError, match="at least one"):
        needs()


async def test_every_permission_that_a_route_takes_is_one_that_somebody_has_and_the_docs_name(
    shared_desk: Desk,
) -> None:
    permissions = await declared_by_routes(shared_desk)
    taken = {one for any_of in permissions.values() for one in any_of}
    assert taken <= set(ADMINISTRATOR)
    page = await asyncio.to_thread((REPOSITORY / "docs" / "permissions.md").read_text)
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    told = {row[1].strip().strip("`"): row for row in rows}
    assert set(told) == set(declared.permissions)
    for name, row in told.items():
        holders = [role for role in BUILT_IN_ROLES if role in declared.permissions[name].roles]
        assert row[3].strip() == ", ".join(holders), name


async def test_the_upgrade_gives_the_roles_that_stand_what_they_could_read(desk: Desk) -> None:
    """The migration ran before the seed here, so its statement is run once more on older rows."""
    text = await asyncio.to_thread((REPOSITORY / "api/migrations/versions/0015_reading.sql").read_text)
    statement = text[text.index("update roles r set") : text.index("alter table roles enable")]
    old = {"Agent": ["ticket:note"], "Custom": ["ticket:open", "operations:manage"], "Empty": []}
    async with desk.database.writing(desk.given.system, "role.edit") as work:
        for name, held in old.items():
            await work.execute(
                """insert into roles (workspace_id, name, permissions) values (ctx_workspace(), $1, $2)
                   on conflict (workspace_id, name) do update set permissions = excluded.permissions""",
                name,
                held,
            )
        await work.execute(statement)
        await work.execute(statement)
    rows = await desk.rows("select name, permissions from roles where name = any($1)", list(old))
    now = {row["name"]: row["permissions"] for row in rows}
    reads = {"ticket:read", "contact:read", "people:read", "mail:read", "outbox:read", "settings:read"}
    assert set(now["Agent"]) == {"ticket:note", *reads}
    assert set(now["Custom"]) == {"ticket:open", "operations:manage", "operations:read", *reads}
    assert set(now["Empty"]) == reads
    assert all(len(set(held)) == len(held) for held in now.values())
