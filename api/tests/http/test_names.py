"""Every name, subject and tag that the API takes is kept as one line that shows what it says."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from atum_desk.entry.openapi import document
from desk import Desk
from notification_cases import BROWSER

EVIL = "Pay\u202egnp\nBcc: x\u200b\u2066 " + "Z" + "\u0335" * 30
CLEAN = "Paygnp Bcc: x Z" + "\u0335" * 5
NOTHING = "\u202e\u200b\n"


def with_name(body: dict[str, Any], field: str, value: str) -> dict[str, Any]:
    """Return the body with a name at a place such as `requester.name` or `tags.`."""
    outer, dot, inner = field.partition(".")
    if not dot:
        return body | {outer: value}
    return body | {outer: [value] if not inner else body[outer] | {inner: value}}


TICKET = {"subject": "S", "text": "T", "requester": {"name": "N", "email": "n@example.org"}}
CREATED: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("POST", "/people", {"name": "N", "email": "p@example.org", "role_id": 0}, "name", "select name from people order by id desc limit 1"),
    ("PATCH", "/workspace", {"name": "N"}, "name", "select name from workspaces"),
    ("POST", "/teams", {"name": "N"}, "name", "select name from teams order by id desc limit 1"),
    ("POST", "/statuses", {"name": "N", "category": "open"}, "name", "select name from statuses order by id desc limit 1"),
    ("POST", "/resolutions", {"name": "N"}, "name", "select name from resolutions order by id desc limit 1"),
    ("POST", "/custom-fields", {"name": "N", "entity": "ticket", "kind": "text"}, "name", "select name from custom_fields order by id desc limit 1"),
    ("POST", "/views", {"name": "N"}, "name", "select name from views order by id desc limit 1"),
    ("POST", "/time-activities", {"name": "N"}, "name", "select name from time_activities order by id desc limit 1"),
    ("POST", "/checklist-templates", {"name": "N", "items": [{"text": "T"}]}, "name", "select name from checklist_templates order by id desc limit 1"),
    ("POST", "/tickets/{number}/checklists", {"name": "N"}, "name", "select name from checklists order by id desc limit 1"),
    ("POST", "/macros", {"name": "N", "actions": [{"do": "assign", "to": "me"}]}, "name", "select name from macros order by id desc limit 1"),
    ("POST", "/contacts", {"name": "N", "email": "c@example.org"}, "name", "select name from people order by id desc limit 1"),
    ("POST", "/organizations", {"name": "N"}, "name", "select name from organizations order by id desc limit 1"),
    ("POST", "/me/tokens", {"name": "N"}, "name", "select name from sessions where kind = 'token' order by id desc limit 1"),
    ("PATCH", "/me", {"name": "N"}, "name", "select name from people order by id desc limit 1"),
    ("POST", "/mailboxes", {"name": "N", "address": "m@example.org", "team_id": 1}, "name", "select name from mailboxes order by id desc limit 1"),
    ("POST", "/tickets", TICKET, "subject", "select subject from tickets order by id desc limit 1"),
    ("POST", "/tickets", TICKET, "requester.name", "select name from people order by id desc limit 1"),
    ("POST", "/tickets", TICKET, "tags.", "select tags[1] from tickets order by id desc limit 1"),
    ("POST", "/calendars", {"name": "N", "time_zone": "UTC"}, "name", "select name from calendars order by id desc limit 1"),
    ("POST", "/forms", {"name": "N"}, "name", "select name from forms order by id desc limit 1"),
    ("POST", "/forms", {"name": "T"}, "tags.", "select tags[1] from forms order by id desc limit 1"),
    ("PUT", "/notifications/browsers", BROWSER, "name", "select name from push_subscriptions order by id desc limit 1"),
    ("POST", "/tags", {"name": "N"}, "name", "select name from tags order by id desc limit 1"),
    ("POST", "/tickets/{number}/participants", {"name": "N", "email": "t@example.org"}, "name", "select name from people order by id desc limit 1"),
    ("POST", "/tickets/{number}/split", {"message_ids": []}, "subject", "select subject from tickets order by id desc limit 1"),
    ("POST", "/portal/tickets", {"name": "N", "email": "a@example.org", "subject": "S", "text": "T"}, "name", "select name from people order by id desc limit 1"),
    ("POST", "/portal/tickets", {"name": "N", "email": "a@example.org", "subject": "S", "text": "T"}, "subject", "select subject from tickets order by id desc limit 1"),
    ("POST", "/mail-layouts", {"team_id": None, "language": "de", "subject": "S"}, "subject", "select subject from mail_layouts order by id desc limit 1"),
    ("POST", "/mail-layouts", {"team_id": None, "language": "de", "sender": "S"}, "sender", "select sender from mail_layouts order by id desc limit 1"),
]  # fmt: skip
# An empty name becomes the address's, an empty tag is none, an empty layout is the built-in one.
MAY_BE_EMPTY = ("requester.name", "tags.", "sender")
# What participants are called is said by their address, and a browser needs no name.
NAME_MAY_BE_EMPTY = ("/mail-layouts", "/tickets/{number}/participants", "/notifications/browsers")


@pytest.mark.parametrize(("method", "path", "body", "field", "query"), CREATED)
async def test_a_name_is_kept_as_one_clean_line(
    desk: Desk, method: str, path: str, body: dict[str, Any], field: str, query: str
) -> None:
    client = await desk.administrator()
    may_be_empty = field in MAY_BE_EMPTY or path in NAME_MAY_BE_EMPTY
    if "role_id" in body:
        body = body | {"role_id": await desk.value("select min(id) from roles where name = 'Agent'")}
    if "{number}" in path:
        path = path.replace("{number}", str((await desk.given.ticket()).number))
    if path.endswith("/split"):
        said = await client.posted(path.replace("/split", "/messages"), {"kind": "note", "text": "another matter"})
        body = body | {"message_ids": [said["message"]["id"]]}
    if body.get("team_id"):
        body = body | {"team_id": await desk.given.first_team()}
    if not may_be_empty:
        refused = await client.request(method, path, json=with_name(body, field, NOTHING))
        assert refused.status_code == 422, refused.text
        assert field.partition(".")[0] in refused.text
    told = await client.request(method, path, json=with_name(body, field, EVIL))
    assert told.status_code < 300, told.text
    kept = await desk.value(query)
    assert kept == (CLEAN.lower() if field == "tags." or path == "/tags" else CLEAN)
    # Neither the answer nor the ledger holds what was taken out.
    assert "\u202e" not in told.text
    held = await desk.rows("select summary from changes union all select new from row_changes")
    assert "\u202e" not in msgspec.json.encode([list(row.values()) for row in held]).decode()


def test_every_name_of_the_api_is_looked_at_here() -> None:
    looked_at = {(method.lower(), path) for method, path, *_ in CREATED}
    # Whose creation is tested above; both go through the same function.
    edited = {
        ("patch", "/people/{person_id}"), ("patch", "/teams/{team_id}"), ("patch", "/contacts/{contact_id}"),
        ("patch", "/organizations/{organization_id}"), ("patch", "/mailboxes/{mailbox_id}"),
        ("patch", "/tickets/{number}"), ("post", "/tickets/bulk"), ("patch", "/mail-layouts/{layout_id}"), ("patch", "/statuses/{key}"), ("patch", "/custom-fields/{key}"),
        ("post", "/tickets/{number}/conversations"), ("post", "/bulk/outbound"), ("post", "/bulk/outbound/preview"),
        ("patch", "/views/{view_id}"), ("patch", "/macros/{macro_id}"),
        ("patch", "/checklist-templates/{template_id}"), ("patch", "/tickets/{number}/checklists/{checklist_id}"),
        ("patch", "/forms/{form_id}"), ("patch", "/calendars/{calendar_id}"), ("post", "/forms/{form_id}/tickets"),
        ("patch", "/views/{view_id}"), ("patch", "/macros/{macro_id}"), ("patch", "/time-activities/{activity_id}"),
        ("patch", "/forms/{form_id}"), ("post", "/forms/{form_id}/tickets"),
        ("patch", "/tags/{tag}"), ("patch", "/resolutions/{key}"),
        # a look at a layout, which keeps nothing
        ("post", "/mail-layouts/preview"),
    }  # fmt: skip
    api = msgspec.json.decode(document())
    found = set()
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content and _names_in(api, content["schema"]):
                found.add((method, path.removeprefix("/api/v1")))
    assert found - looked_at - edited == set()


def _names_in(api: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    """Return the fields of a body that people read as a name."""
    if "$ref" in schema:
        schema = api["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return {"name", "subject", "tags", "sender"} & set(schema.get("properties", {}))
