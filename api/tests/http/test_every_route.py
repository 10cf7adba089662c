"""What every route does alike: unknown things, missing permissions, and input nobody should send."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from atum_desk.http.middleware import LARGEST_BODY_BYTES
from desk import Client, Desk
from route_case import RouteCase
from route_cases import CASES, IDS, OPERATIONS, fill, request_of

BIGGER_THAN_BIGINT = 2**63 + 5
NAMES = [(operation, CASES[operation]) for operation in OPERATIONS]
NAMING = [(m, p) for (m, p), case in NAMES if case.hides]
WITH_BODY = [(m, p) for (m, p), case in NAMES if case.body is not None]
LISTS = [
    (m, p)
    for (m, p), case in NAMES
    if m == "get"
    and p in ("/people", "/contacts", "/organizations", "/tickets", "/changes", "/outbox", "/mails", "/portal/tickets")
]


def ids(operations: list[tuple[str, str]]) -> list[str]:
    return [f"{method} {path}" for method, path in operations]


@pytest.fixture(scope="module")
async def callers(law_desk: Desk) -> dict[str, Client]:
    """A caller with every power, for each audience."""
    contact_id = await law_desk.given.contact("Caller")
    await law_desk.given.ticket(requester_id=contact_id)
    return {
        "staff": await law_desk.administrator(),
        "contact": await law_desk.requester(contact_id),
        "public": law_desk.client(),
    }


def expect_problem(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    """Every error is a problem document with a sentence for people."""
    assert answer.status_code in statuses, f"{answer.status_code}: {answer.text}"
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert problem["status"] == answer.status_code
    assert problem["detail"].strip()
    assert "Traceback" not in answer.text
    assert "asyncpg" not in answer.text
    return problem


@pytest.mark.parametrize(("method", "path"), NAMING, ids=ids(NAMING))
async def test_what_does_not_exist_is_not_found(callers: dict[str, Client], method: str, path: str) -> None:
    case = CASES[method, path]
    for number in (999_999, 0):
        answer = await call(callers[case.audience], method, fill(path, number), case)
        problem = expect_problem(answer, 404)
        assert problem["code"].endswith("not_found")


@pytest.mark.parametrize(("method", "path"), NAMING, ids=ids(NAMING))
async def test_an_impossible_number_is_refused(callers: dict[str, Client], method: str, path: str) -> None:
    case = CASES[method, path]
    for number in (-1, 2**31, BIGGER_THAN_BIGINT, 10**30, 10**400):
        answer = await call(callers[case.audience], method, fill(path, number), case)
        expect_problem(answer, 404, 422)
    answer = await call(
        callers[case.audience], method, path.replace("{" + path.split("{")[1].split("}")[0] + "}", "one"), case
    )
    expect_problem(answer, 404)


@pytest.mark.parametrize(("method", "path"), WITH_BODY, ids=ids(WITH_BODY))
async def test_a_body_that_is_not_what_was_asked_for_is_refused(
    callers: dict[str, Client], existing: dict[str, int], method: str, path: str
) -> None:
    case = CASES[method, path]
    client, address = callers[case.audience], named(path, existing)
    for content in (b"{", b"", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"a":', b"{}" * 3, b"[" * 5_000):
        answer = await client.request(method, address, content=content, headers={"content-type": "application/json"})
        problem = expect_problem(answer, 422)
        assert problem["errors"][0]["message"]
    unknown = await client.request(method, address, json={**(case.body or {}), "no_such_field": 1})
    assert "no_such_field" in expect_problem(unknown, 422)["detail"]


@pytest.mark.parametrize(("method", "path"), WITH_BODY, ids=ids(WITH_BODY))
async def test_a_body_of_another_type_never_breaks_the_server(
    callers: dict[str, Client], existing: dict[str, int], method: str, path: str
) -> None:
    case = CASES[method, path]
    client, address = callers[case.audience], named(path, existing)
    for kind, content in (
        ("application/x-www-form-urlencoded", b"a=1&b=2"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
        ("multipart/form-data", b"nothing"),
        ("text/plain", b"hello"),
        ("application/msgpack", b"\xc1\xc1"),
        ("application/json; charset=utf-16", b"\x00{"),
        ("nonsense", b"x"),
    ):
        answer = await client.request(method, address, content=content, headers={"content-type": kind})
        expect_problem(answer, 422, 415)


# One value of each field of a body is replaced by each of these.
HOSTILE: tuple[Any, ...] = (
    None,
    "",
    " ",
    "\t\n",
    "nul\x00inside",
    "\x00",
    "x" * 600_000,
    "ﷺ" * 400,
    "İ" * 320,
    -1,
    0,
    2**31,
    2**63,
    2**70,
    1.5,
    1e308,
    True,
    [],
    [None],
    ["x" * 60] * 60,
    [2**70],
    [-1],
    {},
    {"a": 1},
    "\u202e",
    "a@b",
    "@",
    "'; drop table tickets; --",
    "%_\\",
    ["\x00"],
    {"email": "x@\x00"},
    {"email": "a@b.example", "name": "\x00"},
)


@pytest.mark.parametrize(("method", "path"), WITH_BODY, ids=ids(WITH_BODY))
async def test_hostile_values_are_refused_or_stored_but_never_break_the_server(
    law_desk: Desk, callers: dict[str, Client], existing: dict[str, int], method: str, path: str
) -> None:
    case = CASES[method, path]
    address = named(path, existing)
    schema = await body_schema(law_desk, method, path)
    # a password costs its hash, by design: every third value shows the same there
    values = HOSTILE[::3] if "password" in str(schema) else HOSTILE
    for field in schema:
        for value in values:
            # another address each time, so that no rate limit answers instead
            client = law_desk.client() if case.audience == "public" else callers[case.audience]
            answer = await client.request(method, address, json={**(case.body or {}), field: value})
            assert answer.status_code < 500, f"{field} = {str(value)[:40]!r}: {answer.text}"
            if answer.is_error:
                expect_problem(answer, 401, 403, 404, 409, 412, 422, 429)


@pytest.mark.parametrize(("method", "path"), LISTS, ids=ids(LISTS))
async def test_a_cursor_of_something_else_is_refused(callers: dict[str, Client], method: str, path: str) -> None:
    client = callers[CASES[method, path].audience]
    for cursor in (
        "x",
        "####",
        "WzFd" * 9,
        "bnVsbA",
        "W10",
        "eyJhIjoxfQ",
        "WyJhIiwiYiIsImMiXQ",
        "\x00",
        "é",
        "W25hbl0",
        "A" * 5_000,
    ):
        problem = expect_problem(await client.get(path, params={"cursor": cursor}), 422)
        assert problem["errors"][0]["field"] == "cursor"
    for cursor in (
        "WzFlOTld",
        "WzE4NDQ2NzQ0MDczNzA5NTUxNjE2XQ",
        "WyJcdTAwMDAiLCAxXQ",
        "WyIyMDI2LTExLTIyVDEwOjAwOjAwIiwgMV0",
    ):
        answer = await client.get(path, params={"cursor": cursor})
        assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize(("method", "path"), LISTS, ids=ids(LISTS))
async def test_a_limit_out_of_range_is_refused_by_name(callers: dict[str, Client], method: str, path: str) -> None:
    client = callers[CASES[method, path].audience]
    for limit in ("0", "-1", "201", "x", "1.5", str(10**30), ""):
        problem = expect_problem(await client.get(path, params={"limit": limit}), 422)
        assert problem["errors"][0]["field"] == "limit"
    assert (await client.get(path, params={"limit": "1"})).status_code == 200


# One's own: how one lays out a view, and the import of a file.
UNVERSIONED = {
    # The message of these tests is a reply; the versions of notes are in tests/notes.
    "/messages/{message_id}/note",
    # Only its people see a reminder; its versions are in tests/reminders.
    "/reminders/{reminder_id}",
    "/contact-imports/{import_id}",
    "/contact-imports/{import_id}/rows/{row_number}",
    "/views/{view_id}/layout",
}


async def test_a_version_that_is_none_is_refused(callers: dict[str, Client], existing: dict[str, int]) -> None:
    for method, path in (op for op in OPERATIONS if op[0] == "patch" and CASES[op].hides and op[1] not in UNVERSIONED):
        for value in ("x", '"x"', '"1", "2"', '"' + "9" * 30 + '"', '"-1"', '"1.5"', ""):
            answer = await callers["staff"].patch(
                named(path, existing), json=CASES[method, path].body, headers={"If-Match": value}
            )
            problem = expect_problem(answer, 422)
            assert problem["errors"][0]["field"] == "If-Match"
        stale = await callers["staff"].patch(
            named(path, existing), json=CASES[method, path].body, headers={"If-Match": '"99999"'}
        )
        # Not 0: that is the version of what nobody has written yet.
        assert stale.status_code == 412, f"{path}: {stale.text}"
        assert expect_problem(stale, 412)["your_version"] == 99999


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=IDS)
async def test_other_methods_are_named_as_wrong(law_desk: Desk, method: str, path: str) -> None:
    known = {m for m, p in OPERATIONS if p == path}
    for other in {"put", "trace", "get", "delete"} - known - ({"get"} if method == "get" else set()):
        answer = await law_desk.client().request(other.upper(), fill(path))
        expect_problem(answer, 405, 404)


async def test_an_unknown_address_is_a_problem_too(callers: dict[str, Client]) -> None:
    for path in ("/nowhere", "/tickets/1/nowhere", "/tickets/one", "/changes/1/undo/again", "/%00", "/tickets/%F0%9F"):
        expect_problem(await callers["staff"].get(path), 404)


@pytest.mark.parametrize("path", ["/tickets", "/attachments", "/mail/raw"])
async def test_a_body_beyond_the_limit_is_refused_with_the_limit(
    law_desk: Desk, callers: dict[str, Client], path: str
) -> None:
    settings = law_desk.settings
    limit = {"/attachments": settings.upload_max_bytes, "/mail/raw": settings.mail_max_bytes}
    least = limit.get(path, LARGEST_BODY_BYTES)
    announced = await callers["staff"].post(
        path, content=b"{}", headers={"content-length": str(least + 2_000_000), "content-type": "application/json"}
    )
    assert expect_problem(announced, 413)["limit_bytes"] >= least

    async def endless() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(least // 1_000_000 + 3):
            yield b"x" * 1_000_000

    form = "multipart/form-data; boundary=x" if path == "/attachments" else "application/json"
    for headers in ({}, {"idempotency-key": "endless"}):
        streamed = await callers["staff"].post(path, content=endless(), headers={"content-type": form, **headers})
        assert expect_problem(streamed, 413)["limit_bytes"] >= least


async def test_a_file_beyond_the_limit_is_refused_with_the_limit(law_desk: Desk, callers: dict[str, Client]) -> None:
    limit = law_desk.settings.upload_max_bytes
    answer = await callers["staff"].post("/attachments", files={"file": ("big.bin", b"x" * (limit + 1))})
    assert expect_problem(answer, 413)["limit_bytes"] == limit


@pytest.mark.parametrize("path", ["/attachments", "/portal/attachments"])
async def test_an_upload_that_is_none_is_refused(law_desk: Desk, callers: dict[str, Client], path: str) -> None:
    client = callers["staff"] if path == "/attachments" else law_desk.client()
    for options in (
        {"files": {"other": ("a.txt", b"a")}},
        {"data": {"file": "text"}},
        {"json": {"file": "x"}},
        {"content": b""},
        {"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
        {
            "content": b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00"\r\n\r\n',
            "headers": {"content-type": "multipart/form-data; boundary=x"},
        },
        {"files": [("file", ("a", b"1")), ("file", ("b", b"2"))]},
    ):
        expect_problem(await client.post(path, **options), 422)


async def test_every_answer_carries_its_request_id_and_forbids_guessing(callers: dict[str, Client]) -> None:
    for path in ("/me", "/nowhere"):
        headers = (await callers["staff"].get(path)).headers
        assert len(headers["x-request-id"]) >= 16
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def named(path: str, existing: dict[str, int]) -> str:
    return re.sub(r"\{(\w+)\}", lambda parameter: str(existing[parameter[1]]), path)


async def call(client: Client, method: str, path: str, case: RouteCase) -> httpx.Response:
    return await client.request(method, path, params=case.queries[0], **request_of(case))


async def body_schema(desk: Desk, method: str, path: str) -> list[str]:
    """Return the fields of an operation's JSON body, as the document names them."""
    document = await desk.client().got("/openapi.json")
    content = document["paths"]["/api/v1" + path][method]["requestBody"]["content"]
    schema = content["application/json"]["schema"]
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return list(schema["properties"])
