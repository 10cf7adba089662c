"""Every operation of the API: who may call it, with what, and which permission it needs.

Tests walk the OpenAPI document and look each operation up here, so a new route without a case fails.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from desk import API, Desk


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One operation. `body` is valid in itself; `queries` are the ways to ask a list."""

    audience: Literal["public", "staff", "contact"] = "staff"
    body: dict[str, Any] | None = None
    permission: str | None = None
    queries: tuple[dict[str, Any], ...] = ({},)
    # its path names something of one team or person, so whoever may not see that gets 404
    hides: bool = False
    uploads: bool = False
    # ends or changes the caller's own session
    ends_session: bool = False


WORDS = tuple({"q": word} for word in ("canary", "b", "example"))
LIST_QUERIES = (
    *({"view": v} for v in ("my_open", "unassigned", "all_open", "waiting", "recently_resolved", "all")),
    *({"view": "all", "sort": s} for s in ("updated_at", "-created_at", "created_at", "-priority", "number", "-number")),
    *({"view": "all", "q": q} for q in ("canary", "secret", "note")),
    {"view": "all", "tag": "canary-tag"}, {"view": "all", "team_id": "1,2,3,4"}, {"view": "all", "assignee_id": "none"},
    *({"view": "all", "requester_id": i} for i in range(1, 14)), *({"view": "all", "organization_id": i} for i in (1, 2)),
)  # fmt: skip

TICKET = {
    "subject": "VPN",
    "text": "It drops.",
    "requester": {"email": "case@example.org", "name": "Case"},
}
RECEIVING = {
    "host": "127.0.0.1",
    "port": 9,
    "security": "none",
    "username": "case",
    "password": "wrong",
}
ASK = {"name": "Case", "email": "case@example.org", "subject": "VPN", "text": "It drops."}

CASES: dict[tuple[str, str], Case] = {
    ("post", "/session"): Case(audience="public", body={"email": "nobody@example.org", "password": "wrong"}),
    ("delete", "/session"): Case(ends_session=True),
    ("get", "/me"): Case(),
    ("patch", "/me"): Case(body={"name": "Renamed"}),
    ("post", "/me/password"): Case(body={"current_password": "wrong", "new_password": "long enough now"}),
    ("get", "/me/sessions"): Case(),
    ("delete", "/me/sessions/{session_id}"): Case(hides=True),
    ("delete", "/me/sessions"): Case(),
    ("post", "/me/tokens"): Case(body={"name": "script"}),
    ("get", "/people"): Case(queries=({}, {"kind": "contact"}, *WORDS)),
    ("post", "/people"): Case(
        body={"name": "Case", "email": "case.person@example.org", "role_id": 1}, permission="settings:people:edit"
    ),
    ("patch", "/people/{person_id}"): Case(body={"name": "Renamed"}, permission="settings:people:edit", hides=True),
    ("post", "/people/{person_id}/password"): Case(permission="settings:people:edit", hides=True),
    ("get", "/people/{person_id}/sessions"): Case(permission="settings:people:edit", hides=True),
    ("delete", "/people/{person_id}/sessions"): Case(permission="settings:people:edit", hides=True),
    ("delete", "/people/{person_id}/sessions/{session_id}"): Case(permission="settings:people:edit", hides=True),
    ("get", "/roles"): Case(),
    ("get", "/teams"): Case(),
    ("post", "/teams"): Case(body={"name": "Case team"}, permission="settings:teams:edit"),
    ("patch", "/teams/{team_id}"): Case(body={"color": "#102030"}, permission="settings:teams:edit", hides=True),
    ("get", "/workspace"): Case(),
    ("patch", "/workspace"): Case(body={"name": "Case workspace"}, permission="settings:roles:edit"),
    ("put", "/workspace/logo"): Case(permission="settings:roles:edit", uploads=True),
    ("delete", "/workspace/logo"): Case(permission="settings:roles:edit"),
    ("get", "/logos/{sha256}"): Case(audience="public", hides=True),
    ("get", "/contacts"): Case(queries=({}, *WORDS)),
    ("post", "/contacts"): Case(body={"name": "Case", "email": "case.contact@example.org"}, permission="contact:edit"),
    ("get", "/contacts/{contact_id}"): Case(hides=True),
    ("patch", "/contacts/{contact_id}"): Case(body={"name": "Renamed"}, permission="contact:edit", hides=True),
    ("get", "/organizations"): Case(queries=({}, *WORDS)),
    ("post", "/organizations"): Case(body={"name": "Case house"}, permission="organization:edit"),
    ("get", "/organizations/{organization_id}"): Case(hides=True),
    ("patch", "/organizations/{organization_id}"): Case(body={"name": "Renamed"}, permission="organization:edit", hides=True),
    ("get", "/tickets"): Case(queries=LIST_QUERIES),
    ("get", "/tickets/counts"): Case(),
    ("post", "/tickets"): Case(body=TICKET, permission="ticket:open"),
    ("get", "/tickets/{number}"): Case(hides=True),
    ("patch", "/tickets/{number}"): Case(body={"priority": "high"}, permission="ticket:priority", hides=True),
    ("post", "/tickets/bulk"): Case(body={"numbers": [1], "set": {"priority": "high"}}, permission="ticket:priority"),
    ("get", "/tickets/{number}/thread"): Case(queries=({"before": 10_000},), hides=True),
    ("get", "/tickets/{number}/history"): Case(hides=True),
    ("get", "/tickets/{number}/links"): Case(hides=True),
    ("delete", "/ticket-links/{link_id}"): Case(permission="ticket:edit", hides=True),
    ("post", "/tickets/{number}/messages"): Case(body={"kind": "note", "text": "Hm."}, permission="ticket:note", hides=True),
    ("post", "/tickets/{number}/participants"): Case(body={"email": "case@example.org"}, permission="ticket:reply", hides=True),
    ("delete", "/tickets/{number}/participants/{person_id}"): Case(permission="ticket:reply", hides=True),
    ("patch", "/messages/{message_id}"): Case(
        body={"text": "Better."}, permission="ticket:reply", hides=True
    ),
    ("post", "/tickets/{number}/portal-links/revoke"): Case(body={}, permission="ticket:edit", hides=True),
    ("post", "/tickets/{number}/read"): Case(hides=True),
    ("get", "/statuses"): Case(),
    ("get", "/tags"): Case(queries=({}, {"q": "canary"})),
    ("get", "/changes"): Case(queries=({}, {"limit": 200}, *({"ticket": n, "limit": 200} for n in range(1, 8)))),
    ("post", "/changes/{change_id}/undo"): Case(hides=True),
    ("post", "/attachments"): Case(uploads=True),
    ("get", "/attachments/{attachment_id}"): Case(queries=({}, {"inline": True}), hides=True),
    ("get", "/outbox"): Case(queries=({}, {"state": "queued"}, {"limit": 200})),
    ("get", "/outbox/{outbox_id}"): Case(hides=True),
    ("post", "/outbox/{outbox_id}/retry"): Case(permission="outbox:manage", hides=True),
    ("post", "/outbox/{outbox_id}/cancel"): Case(permission="outbox:manage", hides=True),
    ("patch", "/outbox/{outbox_id}"): Case(body={"send_at": None}, permission="outbox:manage", hides=True),
    ("post", "/outbox/{outbox_id}/arrived"): Case(permission="outbox:manage", hides=True),
    ("get", "/stopped-addresses"): Case(),
    ("post", "/stopped-addresses/{standing_id}/lift"): Case(permission="contact:edit", hides=True),
    ("get", "/mailboxes/{mailbox_id}/sending"): Case(hides=True),
    ("patch", "/mailboxes/{mailbox_id}/sending"): Case(
        body={"max_per_minute": 60}, permission="settings:mailboxes:edit", hides=True
    ),
    ("post", "/mailboxes/{mailbox_id}/sending/test"): Case(body={}, permission="settings:mailboxes:edit", hides=True),
    ("get", "/signing-keys"): Case(),
    ("post", "/signing-keys"): Case(
        body={"domain": "atum.localhost", "selector": "case1", "algorithm": "ed25519"}, permission="settings:mailboxes:edit"
    ),
    ("patch", "/signing-keys/{key_id}"): Case(body={"active": False}, permission="settings:mailboxes:edit", hides=True),
    ("delete", "/signing-keys/{key_id}"): Case(permission="settings:mailboxes:edit", hides=True),
    ("get", "/mail-layouts"): Case(),
    ("post", "/mail-layouts"): Case(body={"language": "de", "intro": "Hallo"}, permission="settings:mailboxes:edit"),
    ("patch", "/mail-layouts/{layout_id}"): Case(body={"intro": "Hi"}, permission="settings:mailboxes:edit", hides=True),
    ("delete", "/mail-layouts/{layout_id}"): Case(permission="settings:mailboxes:edit", hides=True),
    ("post", "/mail-layouts/preview"): Case(body={"intro": "Hi {{requester.first_name}}"}),
    ("get", "/operations"): Case(),
    ("post", "/operations/requests"): Case(body={"verb": "doctor"}, permission="operations:manage"),
    ("get", "/operations/requests/{request_id}"): Case(hides=True),
    ("post", "/operations/jobs/{job_id}/retry"): Case(permission="operations:manage", hides=True),
    ("post", "/operations/parked-changes/{parked_id}/replay"): Case(permission="operations:manage", hides=True),
    ("post", "/operations/parked-changes/{parked_id}/discard"): Case(
        body={"reason": "Not needed"}, permission="operations:manage", hides=True
    ),
    ("get", "/mails"): Case(queries=({}, {"state": "quarantined"}, {"limit": 200})),
    ("get", "/mails/{mail_id}/raw"): Case(hides=True),
    ("post", "/mails/{mail_id}/retry"): Case(permission="mail:manage", hides=True),
    ("get", "/mails/{mail_id}"): Case(hides=True),
    ("post", "/mails/{mail_id}/release"): Case(permission="mail:quarantine", hides=True),
    ("post", "/mails/{mail_id}/delete"): Case(permission="mail:quarantine", hides=True),
    ("post", "/mails/{mail_id}/block"): Case(body={"scope": "address"}, permission="mail:quarantine", hides=True),
    ("post", "/mails/{mail_id}/reparse"): Case(body={"apply": False}, permission="mail:manage", hides=True),
    ("get", "/mail/blocks"): Case(),
    ("post", "/mail/blocks"): Case(body={"value": "case.example"}, permission="mail:quarantine"),
    ("delete", "/mail/blocks/{block_id}"): Case(permission="mail:quarantine", hides=True),
    ("get", "/mail/rules"): Case(),
    ("patch", "/mail/rules"): Case(body={"note_commands": True}, permission="settings:mailboxes:edit"),
    ("get", "/mail/law"): Case(queries=({}, {"days": 92})),
    ("post", "/mail/raw"): Case(
        permission="mail:manage", queries=({"to": "support@atum.localhost"},)
    ),
    ("get", "/mail/status"): Case(),
    ("get", "/mailboxes"): Case(),
    ("post", "/mailboxes"): Case(
        body={"address": "case@desk.example", "name": "Case", "team_id": 1}, permission="settings:mailboxes:edit"
    ),
    ("patch", "/mailboxes/{mailbox_id}"): Case(body={"name": "Renamed"}, permission="settings:mailboxes:edit", hides=True),
    ("get", "/mailboxes/{mailbox_id}/receiving"): Case(hides=True),
    ("put", "/mailboxes/{mailbox_id}/receiving"): Case(body=RECEIVING, permission="settings:mailboxes:edit", hides=True),
    ("post", "/mailboxes/receiving-tests"): Case(body=RECEIVING, permission="settings:mailboxes:edit"),
    ("post", "/mailboxes/{mailbox_id}/receiving/fetch"): Case(permission="settings:mailboxes:edit", hides=True),
    ("get", "/mailboxes/{mailbox_id}/receiving/log"): Case(hides=True),
    ("post", "/mailboxes/{mailbox_id}/receiving/consent"): Case(permission="settings:mailboxes:edit", hides=True),
    ("post", "/mailboxes/consents"): Case(body={"state": "x" * 43, "code": "abc"}, permission="settings:mailboxes:edit"),
    ("post", "/mailboxes/guesses"): Case(body={"address": "support@nowhere.localhost"}, permission="settings:mailboxes:edit"),
    ("get", "/mailboxes/{mailbox_id}/dns"): Case(hides=True),
    ("post", "/mailboxes/{mailbox_id}/trip"): Case(permission="settings:mailboxes:edit", hides=True),
    ("get", "/mailboxes/{mailbox_id}/trip"): Case(hides=True),
    ("get", "/portal"): Case(audience="public"),
    ("post", "/portal/tickets"): Case(audience="public", body=ASK),
    ("post", "/portal/attachments"): Case(audience="public", uploads=True),
    ("post", "/portal/session"): Case(audience="public", body={"token": "1x1zaaaaaaaaaaaaaaaa"}),
    ("post", "/portal/links"): Case(audience="public", body={"token": "1x1zaaaaaaaaaaaaaaaa"}),
    ("get", "/portal/tickets"): Case(audience="contact", queries=({}, {"limit": 200})),
    ("get", "/portal/tickets/{number}"): Case(audience="contact", hides=True),
    ("post", "/portal/tickets/{number}/messages"): Case(audience="contact", body={"text": "Still broken."}, hides=True),
    ("post", "/portal/tickets/{number}/resolve"): Case(audience="contact", hides=True),
    ("get", "/portal/attachments/{attachment_id}"): Case(audience="contact", queries=({}, {"inline": True}), hides=True),
    ("get", "/health/live"): Case(audience="public"),
    ("get", "/health/ready"): Case(audience="public"),
}  # fmt: skip

OPERATIONS = sorted(CASES)
IDS = [f"{method} {path}" for method, path in OPERATIONS]
UNKNOWN_ID = 999_999


def fill(path: str, number: int = UNKNOWN_ID) -> str:
    """Return a path with a number in the place of each of its parameters."""
    return re.sub(r"\{[^}]*\}", str(number), path)


def request_of(case: Case) -> dict[str, Any]:
    """Return the arguments of a request that is valid in itself."""
    if case.uploads:
        return {"files": {"file": ("case.txt", b"a file", "text/plain")}}
    return {"json": case.body} if case.body is not None else {}


async def documented_operations(desk: Desk) -> set[tuple[str, str]]:
    """Return every (method, path) of the OpenAPI document, paths relative to the API."""
    document = await desk.client().got("/openapi.json")
    return {
        (method, path.removeprefix(API))
        for path, operations in document["paths"].items()
        for method in operations
    }
