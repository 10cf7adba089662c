"""Every operation of the API: who may call it, with what, and which permission it needs.

Tests walk the OpenAPI document and look each operation up here, so a new route without a case fails.
"""

from __future__ import annotations

import re
from typing import Any

from aside_requests import ASIDE, CONVERSATIONS, READ_ASIDE, REMOVED_PEOPLE
from checklist_cases import CHECKLIST_CASES
from desk import API, Desk
from notification_cases import NOTIFICATION_CASES
from route_case import RouteCase
from settings_route_cases import SETTINGS_CASES
from time_route_cases import TIME_CASES

WORDS = tuple({"q": word} for word in ("canary", "b", "example"))
SEARCHED = ("tickets", "contacts", "organizations", "attachments")
# Conditions that reach what each source of fields holds.
CONDITIONS = (
    *("-words:canary", "subject:canary", "-tag:vpn", "from:canary or requester.name:canary", "unread:yes"),
    *("organization.name:canary or organization.domain:canary", "attachment:canary", "cc:any", "mailbox:any"),
    *("status:new,open,waiting canary", "requester.email:canary", "follow_up_of:any or created:>2000"),
)
COMPLETIONS = tuple(
    {"q": f"{field}:{typed}"}
    for field in ("status", "team", "assignee", "requester", "organization", "mailbox", "tag", "cc")
    for typed in ("", "c", "canary")
)
LIST_QUERIES: tuple[dict[str, Any], ...] = (
    *({"view": v} for v in ("my_open", "unassigned", "all_open", "waiting", "recently_resolved", "all")),
    *(
        {"view": "all", "sort": s}
        for s in ("updated_at", "-created_at", "created_at", "-priority", "number", "-number")
    ),
    *({"view": "all", "q": q} for q in ("canary", "secret", "note")),
    {"view": "all", "tag": "canary-tag"},
    *({"view": "all", "q": q} for q in CONDITIONS),
    {"view": "all", "team_id": "1,2,3,4"},
    {"view": "all", "assignee_id": "none"},
    *({"view": "all", "requester_id": i} for i in range(1, 14)),
    *({"view": "all", "organization_id": i} for i in (1, 2)),
)
GROUP_QUERIES = tuple({"view": "all", "by": b, "q": q} for b in ("requester", "team") for q in ("", "canary", "note"))
# Every column that may hold a canary, of every list.
EXPORT_QUERIES: tuple[dict[str, Any], ...] = (
    {"columns": "number,subject,tag,requester,requester.email,assignee,team,organization,organization.domain,cc"},
    *({**query, "columns": "number,subject,tag,requester.email,cc"} for query in LIST_QUERIES),
)

TICKET = {"subject": "VPN", "text": "It drops.", "requester": {"email": "case@example.org", "name": "Case"}}
RECEIVING = {"host": "127.0.0.1", "port": 9, "security": "none", "username": "case", "password": "wrong"}
OUTBOUND = {"people": ["case@example.org"], "subject": "Recall", "text": "Please send it back."}
ASK = {"name": "Case", "email": "case@example.org", "subject": "VPN", "text": "It drops."}

CASES: dict[tuple[str, str], RouteCase] = {
    ("post", "/session"): RouteCase(audience="public", body={"email": "nobody@example.org", "password": "wrong"}),
    ("delete", "/session"): RouteCase(ends_session=True),
    ("get", "/me"): RouteCase(),
    ("patch", "/me"): RouteCase(body={"name": "Renamed"}),
    ("post", "/me/password"): RouteCase(body={"current_password": "wrong", "new_password": "long enough now"}),
    ("get", "/me/sessions"): RouteCase(),
    ("delete", "/me/sessions/{session_id}"): RouteCase(hides=True),
    ("delete", "/me/sessions"): RouteCase(),
    ("post", "/me/tokens"): RouteCase(body={"name": "script"}),
    ("get", "/people"): RouteCase(queries=({}, {"kind": "contact"}, *WORDS)),
    ("post", "/people"): RouteCase(
        body={"name": "Case", "email": "case.person@example.org", "role_id": 1}, permission="settings:people:edit"
    ),
    ("patch", "/people/{person_id}"): RouteCase(
        body={"name": "Renamed"}, permission="settings:people:edit", hides=True
    ),
    ("post", "/people/{person_id}/password"): RouteCase(permission="settings:people:edit", hides=True),
    ("get", "/people/{person_id}/sessions"): RouteCase(permission="settings:people:edit", hides=True),
    ("delete", "/people/{person_id}/sessions"): RouteCase(permission="settings:people:edit", hides=True),
    ("delete", "/people/{person_id}/sessions/{session_id}"): RouteCase(permission="settings:people:edit", hides=True),
    ("get", "/roles"): RouteCase(),
    ("get", "/teams"): RouteCase(),
    ("post", "/teams"): RouteCase(body={"name": "Case team"}, permission="settings:teams:edit"),
    ("patch", "/teams/{team_id}"): RouteCase(body={"color": "#102030"}, permission="settings:teams:edit", hides=True),
    ("get", "/workspace"): RouteCase(),
    ("patch", "/workspace"): RouteCase(body={"name": "Case workspace"}, permission="settings:roles:edit"),
    ("put", "/workspace/logo"): RouteCase(permission="settings:roles:edit", uploads=True),
    ("delete", "/workspace/logo"): RouteCase(permission="settings:roles:edit"),
    ("get", "/logos/{sha256}"): RouteCase(audience="public", hides=True),
    ("get", "/search"): RouteCase(
        queries=(
            *WORDS,
            *({"q": q, "kinds": kind} for q in ("canary", "secret", "note", "1", "canarry") for kind in SEARCHED),
            {"q": "canary status:new,open,waiting", "sort": "time"},
        )
    ),
    ("get", "/contacts"): RouteCase(queries=({}, *WORDS)),
    ("post", "/contacts"): RouteCase(
        body={"name": "Case", "email": "case.contact@example.org"}, permission="contact:edit"
    ),
    ("get", "/contacts/{contact_id}"): RouteCase(hides=True),
    ("patch", "/contacts/{contact_id}"): RouteCase(body={"name": "Renamed"}, permission="contact:edit", hides=True),
    ("get", "/contacts/{contact_id}/notes"): RouteCase(hides=True),
    ("post", "/contacts/{contact_id}/notes"): RouteCase(body={"text": "x"}, permission="contact:edit", hides=True),
    ("get", "/contacts/{contact_id}/changes"): RouteCase(hides=True),
    ("get", "/contacts/{contact_id}/duplicates"): RouteCase(hides=True),
    ("post", "/contacts/{contact_id}/merge"): RouteCase(body={"into": 1}, permission="contact:edit", hides=True),
    ("post", "/contacts/{contact_id}/keep-apart"): RouteCase(
        body={"contact_id": 1}, permission="contact:edit", hides=True
    ),
    ("patch", "/contact-notes/{note_id}"): RouteCase(body={"text": "x"}, permission="contact:edit", hides=True),
    ("delete", "/contact-notes/{note_id}"): RouteCase(permission="contact:edit", hides=True),
    ("get", "/organizations/{organization_id}/notes"): RouteCase(hides=True),
    ("post", "/organizations/{organization_id}/notes"): RouteCase(
        body={"text": "x"}, permission="organization:edit", hides=True
    ),
    ("get", "/organizations/{organization_id}/changes"): RouteCase(hides=True),
    ("get", "/organizations/{organization_id}/duplicates"): RouteCase(hides=True),
    ("post", "/organizations/{organization_id}/merge"): RouteCase(
        body={"into": 1}, permission="organization:edit", hides=True
    ),
    ("get", "/contact-imports"): RouteCase(),
    ("post", "/contact-imports"): RouteCase(permission="contact:edit", uploads=True),
    ("get", "/contact-imports/{import_id}"): RouteCase(hides=True),
    ("patch", "/contact-imports/{import_id}"): RouteCase(body={}, permission="contact:edit", hides=True),
    ("get", "/contact-imports/{import_id}/rows"): RouteCase(hides=True),
    ("patch", "/contact-imports/{import_id}/rows/{row_number}"): RouteCase(
        body={"if_alike": "skip"}, permission="contact:edit", hides=True
    ),
    ("post", "/contact-imports/{import_id}/start"): RouteCase(permission="contact:edit", hides=True),
    ("get", "/contact-imports/{import_id}/report.csv"): RouteCase(hides=True),
    ("get", "/organizations"): RouteCase(queries=({}, *WORDS)),
    ("post", "/organizations"): RouteCase(body={"name": "Case company"}, permission="organization:edit"),
    ("get", "/organizations/{organization_id}"): RouteCase(hides=True),
    ("patch", "/organizations/{organization_id}"): RouteCase(
        body={"name": "Renamed"}, permission="organization:edit", hides=True
    ),
    ("get", "/tickets"): RouteCase(queries=(*LIST_QUERIES, {"view": "all", "group": "assignee:"})),
    ("get", "/tickets/groups"): RouteCase(queries=GROUP_QUERIES),
    ("get", "/fields"): RouteCase(),
    ("get", "/fields/completions"): RouteCase(queries=COMPLETIONS),
    ("get", "/tickets/{number}/conditions"): RouteCase(
        queries=({"q": "status:new"}, {"q": "canary from:canary -subject:canary"}), hides=True
    ),
    ("get", "/tickets/counts"): RouteCase(),
    ("get", "/tickets.csv"): RouteCase(queries=EXPORT_QUERIES, permission="ticket:export"),
    ("get", "/tickets.xlsx"): RouteCase(queries=EXPORT_QUERIES[:2], permission="ticket:export"),
    ("get", "/exports/preview"): RouteCase(queries=({}, {"q": "canary"}, {"q": "subject:canary"})),
    ("get", "/tickets/{number}/print"): RouteCase(queries=({}, {"notes": True}), hides=True),
    ("get", "/tickets/{number}/bundle"): RouteCase(
        queries=({}, {"notes": True}), permission="ticket:export", hides=True
    ),
    ("post", "/tickets"): RouteCase(body=TICKET, permission="ticket:open"),
    ("get", "/tickets/{number}"): RouteCase(hides=True),
    ("patch", "/tickets/{number}"): RouteCase(body={"priority": "high"}, permission="ticket:priority", hides=True),
    ("post", "/tickets/bulk"): RouteCase(
        body={"numbers": [1], "set": {"priority": "high"}}, permission="ticket:priority"
    ),
    ("post", "/bulk"): RouteCase(
        body={"numbers": [1], "actions": {"set": {"priority": "high"}}}, permission="ticket:priority"
    ),
    ("post", "/bulk/preview"): RouteCase(body={"search": {"view": "all"}, "actions": {"add_tags": ["x"]}}),
    ("post", "/bulk/outbound"): RouteCase(body=OUTBOUND, permission="ticket:open"),
    ("post", "/bulk/outbound/preview"): RouteCase(body=OUTBOUND, permission="ticket:open"),
    ("get", "/bulk"): RouteCase(),
    ("get", "/bulk/{run_id}"): RouteCase(hides=True),
    ("get", "/bulk/{run_id}/tickets"): RouteCase(hides=True),
    ("post", "/bulk/{run_id}/cancel"): RouteCase(hides=True),
    ("post", "/bulk/{run_id}/undo"): RouteCase(hides=True),
    ("get", "/tags/managed"): RouteCase(queries=({}, *WORDS)),
    ("post", "/tags"): RouteCase(body={"name": "case"}, permission="settings:tags:edit"),
    ("patch", "/tags/{tag}"): RouteCase(body={"description": "x"}, permission="settings:tags:edit"),
    ("post", "/tags/{tag}/merge"): RouteCase(body={"into": "x"}, permission="settings:tags:edit"),
    ("get", "/tickets/{number}/thread"): RouteCase(queries=({"before": 10_000}, {"around": 1}), hides=True),
    ("get", "/tickets/{number}/matches"): RouteCase(queries=WORDS, hides=True),
    ("get", "/tickets/{number}/history"): RouteCase(hides=True),
    ("get", "/tickets/{number}/links"): RouteCase(hides=True),
    ("post", "/tickets/{number}/snooze"): RouteCase(body={"minutes": 60}, permission="ticket:edit", hides=True),
    ("delete", "/tickets/{number}/snooze"): RouteCase(permission="ticket:edit", hides=True),
    ("post", "/tickets/{number}/links"): RouteCase(
        body={"number": 1, "kind": "related"}, permission="ticket:edit", hides=True
    ),
    ("post", "/tickets/{number}/keep-apart"): RouteCase(body={"number": 1}, permission="ticket:edit", hides=True),
    ("delete", "/tickets/{number}/links/{relation_id}"): RouteCase(permission="ticket:edit", hides=True),
    ("delete", "/ticket-links/{link_id}"): RouteCase(permission="ticket:edit", hides=True),
    ("post", "/tickets/{number}/merge"): RouteCase(body={"into": 1}, permission="ticket:merge", hides=True),
    ("get", "/tickets/{number}/merge"): RouteCase(hides=True),
    ("post", "/tickets/{number}/separate"): RouteCase(body={}, permission="ticket:merge", hides=True),
    ("post", "/tickets/{number}/split"): RouteCase(body={"message_ids": [1]}, permission="ticket:merge", hides=True),
    ("post", "/tickets/{number}/split/preview"): RouteCase(body={"message_ids": [1]}, hides=True),
    ("get", "/tickets/{number}/split"): RouteCase(hides=True),
    ("post", "/tickets/{number}/unsplit"): RouteCase(body={}, permission="ticket:merge", hides=True),
    ("post", "/tickets/{number}/messages"): RouteCase(
        body={"kind": "note", "text": "Hm."}, permission="ticket:note", hides=True
    ),
    ("get", "/tickets/{number}/quote"): RouteCase(hides=True),
    ("get", "/tickets/{number}/drafts"): RouteCase(hides=True),
    ("put", "/tickets/{number}/draft"): RouteCase(
        body={"kind": "note", "text": "x"}, permission="ticket:note", hides=True
    ),
    ("delete", "/tickets/{number}/draft"): RouteCase(queries=({"kind": "note"},), hides=True),
    **{operation: RouteCase(**given) for operation, given in NOTIFICATION_CASES.items()},
    ("get", CONVERSATIONS): RouteCase(hides=True),
    ("get", CONVERSATIONS + "/{conversation_id}"): RouteCase(hides=True),
    ("post", CONVERSATIONS + "/{conversation_id}/read"): RouteCase(hides=True),
    **{one: RouteCase(hides=True) for one in READ_ASIDE},
    **{(verb, at): RouteCase(body=body, permission="ticket:reply", hides=True) for verb, at, body in ASIDE},
    ("get", "/drafts"): RouteCase(queries=({}, {"discarded": True})),
    ("get", "/drafts/{draft_id}/versions"): RouteCase(hides=True),
    ("post", "/drafts/{draft_id}/restore"): RouteCase(hides=True),
    ("post", "/tickets/{number}/participants"): RouteCase(
        body={"email": "case@example.org"}, permission="ticket:reply", hides=True
    ),
    **{one: RouteCase(permission="ticket:reply", hides=True) for one in REMOVED_PEOPLE},
    ("patch", "/messages/{message_id}"): RouteCase(body={"text": "Better."}, permission="ticket:reply", hides=True),
    ("post", "/tickets/{number}/portal-links/revoke"): RouteCase(body={}, permission="ticket:edit", hides=True),
    ("post", "/tickets/{number}/read"): RouteCase(hides=True),
    **SETTINGS_CASES,
    ("get", "/views"): RouteCase(),
    ("get", "/views/counts"): RouteCase(),
    ("get", "/views/{view_id}/count"): RouteCase(hides=True),
    ("get", "/views/{view_id}/explain"): RouteCase(queries=({"ticket": 1}, {"ticket": 2}), hides=True),
    ("post", "/views"): RouteCase(body={"name": "Case view", "text": "status:open"}, permission="view:edit"),
    ("patch", "/views/{view_id}"): RouteCase(body={"grouped": True}, permission="view:edit", hides=True),
    ("delete", "/views/{view_id}"): RouteCase(permission="view:edit", hides=True),
    ("put", "/views/order"): RouteCase(body={"ids": []}, permission="view:edit"),
    ("patch", "/views/{view_id}/layout"): RouteCase(body={"density": "cosy"}, permission="view:edit", hides=True),
    ("post", "/conditions/parse"): RouteCase(body={"text": "status:open"}),
    ("get", "/conditions/count"): RouteCase(queries=tuple({"q": q} for q in ("canary", *CONDITIONS))),
    ("get", "/statuses"): RouteCase(),
    ("post", "/statuses"): RouteCase(
        body={"name": "Case status", "category": "open"}, permission="settings:statuses:edit"
    ),
    ("patch", "/statuses/{key}"): RouteCase(body={"color": "#102030"}, permission="settings:statuses:edit"),
    ("put", "/statuses/order"): RouteCase(body={"keys": []}, permission="settings:statuses:edit"),
    ("get", "/resolutions"): RouteCase(),
    ("post", "/resolutions"): RouteCase(body={"name": "Case reason"}, permission="settings:statuses:edit"),
    ("patch", "/resolutions/{key}"): RouteCase(body={"active": False}, permission="settings:statuses:edit"),
    ("put", "/resolutions/order"): RouteCase(body={"keys": []}, permission="settings:statuses:edit"),
    ("get", "/lifecycle-rules"): RouteCase(),
    ("patch", "/lifecycle-rules"): RouteCase(body={"close_after_days": 9}, permission="settings:statuses:edit"),
    ("patch", "/lifecycle-rules/teams/{team_id}"): RouteCase(
        body={"close_after_days": 9}, permission="settings:statuses:edit"
    ),
    ("delete", "/lifecycle-rules/teams/{team_id}"): RouteCase(permission="settings:statuses:edit"),
    ("post", "/statuses/preset"): RouteCase(body={"preset": "managed_intake"}, permission="settings:statuses:edit"),
    ("get", "/tags"): RouteCase(queries=({}, {"q": "canary"})),
    ("get", "/changes"): RouteCase(queries=({}, {"limit": 200}, *({"ticket": n, "limit": 200} for n in range(1, 8)))),
    ("post", "/changes/{change_id}/undo"): RouteCase(hides=True),
    ("post", "/attachments"): RouteCase(uploads=True),
    ("get", "/attachments/{attachment_id}"): RouteCase(queries=({}, {"inline": True}), hides=True),
    ("get", "/outbox"): RouteCase(queries=({}, {"state": "queued"}, {"limit": 200})),
    ("get", "/outbox/{outbox_id}"): RouteCase(hides=True),
    ("post", "/outbox/{outbox_id}/retry"): RouteCase(permission="outbox:manage", hides=True),
    ("post", "/outbox/{outbox_id}/cancel"): RouteCase(permission="outbox:manage", hides=True),
    ("patch", "/outbox/{outbox_id}"): RouteCase(body={"send_at": None}, permission="outbox:manage", hides=True),
    ("post", "/outbox/{outbox_id}/arrived"): RouteCase(permission="outbox:manage", hides=True),
    ("get", "/stopped-addresses"): RouteCase(),
    ("post", "/stopped-addresses/{standing_id}/lift"): RouteCase(permission="contact:edit", hides=True),
    ("get", "/mailboxes/{mailbox_id}/sending"): RouteCase(hides=True),
    ("patch", "/mailboxes/{mailbox_id}/sending"): RouteCase(
        body={"max_per_minute": 60}, permission="settings:mailboxes:edit", hides=True
    ),
    ("post", "/mailboxes/{mailbox_id}/sending/test"): RouteCase(
        body={}, permission="settings:mailboxes:edit", hides=True
    ),
    ("get", "/signing-keys"): RouteCase(),
    ("post", "/signing-keys"): RouteCase(
        body={"domain": "atum.localhost", "selector": "case1", "algorithm": "ed25519"},
        permission="settings:mailboxes:edit",
    ),
    ("patch", "/signing-keys/{key_id}"): RouteCase(
        body={"active": False}, permission="settings:mailboxes:edit", hides=True
    ),
    ("delete", "/signing-keys/{key_id}"): RouteCase(permission="settings:mailboxes:edit", hides=True),
    ("get", "/mail-layouts"): RouteCase(),
    ("post", "/mail-layouts"): RouteCase(
        body={"language": "de", "intro": "Hallo"}, permission="settings:mailboxes:edit"
    ),
    ("patch", "/mail-layouts/{layout_id}"): RouteCase(
        body={"intro": "Hi"}, permission="settings:mailboxes:edit", hides=True
    ),
    ("delete", "/mail-layouts/{layout_id}"): RouteCase(permission="settings:mailboxes:edit", hides=True),
    ("post", "/mail-layouts/preview"): RouteCase(body={"intro": "Hi {{requester.first_name}}"}),
    ("get", "/operations"): RouteCase(),
    ("post", "/operations/requests"): RouteCase(body={"verb": "doctor"}, permission="operations:manage"),
    ("get", "/operations/requests/{request_id}"): RouteCase(hides=True),
    ("post", "/operations/jobs/{job_id}/retry"): RouteCase(permission="operations:manage", hides=True),
    ("post", "/operations/parked-changes/{parked_id}/replay"): RouteCase(permission="operations:manage", hides=True),
    ("post", "/operations/parked-changes/{parked_id}/discard"): RouteCase(
        body={"reason": "Not needed"}, permission="operations:manage", hides=True
    ),
    ("get", "/mails"): RouteCase(queries=({}, {"state": "quarantined"}, {"limit": 200})),
    ("get", "/mails/{mail_id}/raw"): RouteCase(hides=True),
    ("post", "/mails/{mail_id}/retry"): RouteCase(permission="mail:manage", hides=True),
    ("get", "/mails/{mail_id}"): RouteCase(hides=True),
    ("post", "/mails/{mail_id}/release"): RouteCase(permission="mail:quarantine", hides=True),
    ("post", "/mails/{mail_id}/delete"): RouteCase(permission="mail:quarantine", hides=True),
    ("post", "/mails/{mail_id}/block"): RouteCase(body={"scope": "address"}, permission="mail:quarantine", hides=True),
    ("post", "/mails/{mail_id}/reparse"): RouteCase(body={"apply": False}, permission="mail:manage", hides=True),
    ("get", "/mail/blocks"): RouteCase(),
    ("post", "/mail/blocks"): RouteCase(body={"value": "case.example"}, permission="mail:quarantine"),
    ("delete", "/mail/blocks/{block_id}"): RouteCase(permission="mail:quarantine", hides=True),
    ("get", "/mail/rules"): RouteCase(),
    ("patch", "/mail/rules"): RouteCase(body={"note_commands": True}, permission="settings:mailboxes:edit"),
    ("get", "/mail/balance"): RouteCase(queries=({}, {"days": 92})),
    ("post", "/mail/raw"): RouteCase(permission="mail:manage", queries=({"to": "support@atum.localhost"},)),
    ("get", "/mail/status"): RouteCase(),
    ("get", "/mailboxes"): RouteCase(),
    ("post", "/mailboxes"): RouteCase(
        body={"address": "case@desk.example", "name": "Case", "team_id": 1}, permission="settings:mailboxes:edit"
    ),
    ("patch", "/mailboxes/{mailbox_id}"): RouteCase(
        body={"name": "Renamed"}, permission="settings:mailboxes:edit", hides=True
    ),
    ("get", "/mailboxes/{mailbox_id}/receiving"): RouteCase(hides=True),
    ("put", "/mailboxes/{mailbox_id}/receiving"): RouteCase(
        body=RECEIVING, permission="settings:mailboxes:edit", hides=True
    ),
    ("post", "/mailboxes/receiving-tests"): RouteCase(body=RECEIVING, permission="settings:mailboxes:edit"),
    ("post", "/mailboxes/{mailbox_id}/receiving/fetch"): RouteCase(permission="settings:mailboxes:edit", hides=True),
    ("get", "/mailboxes/{mailbox_id}/receiving/log"): RouteCase(hides=True),
    ("post", "/mailboxes/{mailbox_id}/receiving/consent"): RouteCase(permission="settings:mailboxes:edit", hides=True),
    ("post", "/mailboxes/consents"): RouteCase(
        body={"state": "x" * 43, "code": "abc"}, permission="settings:mailboxes:edit"
    ),
    ("post", "/mailboxes/guesses"): RouteCase(
        body={"address": "support@nowhere.localhost"}, permission="settings:mailboxes:edit"
    ),
    ("get", "/mailboxes/{mailbox_id}/dns"): RouteCase(hides=True),
    ("post", "/mailboxes/{mailbox_id}/self-test"): RouteCase(permission="settings:mailboxes:edit", hides=True),
    ("get", "/mailboxes/{mailbox_id}/self-test"): RouteCase(hides=True),
    ("get", "/portal"): RouteCase(audience="public"),
    ("get", "/portal/fields"): RouteCase(audience="public"),
    ("post", "/portal/tickets"): RouteCase(audience="public", body=ASK),
    ("post", "/portal/attachments"): RouteCase(audience="public", uploads=True),
    ("post", "/portal/session"): RouteCase(audience="public", body={"token": "1x1zaaaaaaaaaaaaaaaa"}),
    ("post", "/portal/links"): RouteCase(audience="public", body={"token": "1x1zaaaaaaaaaaaaaaaa"}),
    ("get", "/portal/tickets"): RouteCase(audience="contact", queries=({}, {"limit": 200})),
    ("get", "/portal/tickets/{number}"): RouteCase(audience="contact", hides=True),
    ("post", "/portal/tickets/{number}/messages"): RouteCase(
        audience="contact", body={"text": "Still broken."}, hides=True
    ),
    ("post", "/portal/tickets/{number}/resolve"): RouteCase(audience="contact", hides=True),
    ("get", "/portal/attachments/{attachment_id}"): RouteCase(
        audience="contact", queries=({}, {"inline": True}), hides=True
    ),
    ("get", "/health/live"): RouteCase(audience="public"),
    ("get", "/health/ready"): RouteCase(audience="public"),
}
CASES.update({operation: RouteCase(**case) for operation, case in (TIME_CASES | CHECKLIST_CASES).items()})

OPERATIONS = sorted(CASES)
IDS = [f"{method} {path}" for method, path in OPERATIONS]
UNKNOWN_ID = 999_999


def fill(path: str, number: int = UNKNOWN_ID) -> str:
    """Return a path with a number in the place of each of its parameters."""
    return re.sub(r"\{[^}]*\}", str(number), path)


def request_of(case: RouteCase) -> dict[str, Any]:
    """Return the arguments of a request that is valid in itself."""
    if case.uploads:
        return {"files": {"file": ("case.txt", b"a file", "text/plain")}}
    return {"json": case.body} if case.body is not None else {}


async def documented_operations(desk: Desk) -> set[tuple[str, str]]:
    """Return every (method, path) of the OpenAPI document, paths relative to the API."""
    document = await desk.client().got("/openapi.json")
    return {(method, path.removeprefix(API)) for path, operations in document["paths"].items() for method in operations}
