"""The operations of hours, automatic replies, forms, fields, macros, signatures and absences; see `route_cases`."""

from __future__ import annotations

from datetime import timedelta

from atum_desk.kernel import clock
from route_case import RouteCase

ABSENCE = {"starts_at": clock.now().isoformat(), "ends_at": (clock.now() + timedelta(days=30)).isoformat()}
TICKET = {"subject": "VPN", "text": "It drops.", "requester": {"email": "case@example.org", "name": "Case"}}

SETTINGS_CASES: dict[tuple[str, str], RouteCase] = {
    ("get", "/automatic-replies"): RouteCase(),
    ("put", "/mailboxes/{mailbox_id}/automatic-reply"): RouteCase(
        body={"pause_minutes": 60}, permission="settings:mailboxes:edit"
    ),
    ("delete", "/mailboxes/{mailbox_id}/automatic-reply"): RouteCase(permission="settings:mailboxes:edit"),
    ("post", "/automatic-replies/preview"): RouteCase(body={"rules": {}}, permission="settings:mailboxes:edit"),
    ("get", "/calendars"): RouteCase(),
    ("get", "/calendars/countries"): RouteCase(),
    ("get", "/calendars/{calendar_id}"): RouteCase(),
    ("post", "/calendars"): RouteCase(
        body={"name": "Case hours", "time_zone": "UTC"}, permission="settings:calendars:edit"
    ),
    ("post", "/calendars/preview"): RouteCase(body={"time_zone": "UTC"}, permission="settings:calendars:edit"),
    ("patch", "/calendars/{calendar_id}"): RouteCase(body={"country": "DE"}, permission="settings:calendars:edit"),
    ("post", "/calendars/{calendar_id}/import"): RouteCase(permission="settings:calendars:edit", uploads=True),
    ("delete", "/calendars/{calendar_id}"): RouteCase(permission="settings:calendars:edit"),
    ("get", "/calendars/{calendar_id}/state"): RouteCase(),
    ("get", "/calendars/{calendar_id}/due"): RouteCase(queries=({"start_at": "2026-03-02T09:00:00Z", "seconds": 60},)),
    ("get", "/calendars/{calendar_id}/elapsed"): RouteCase(
        queries=({"start_at": "2026-03-02T09:00:00Z", "end_at": "2026-03-02T10:00:00Z"},)
    ),
    ("get", "/forms"): RouteCase(),
    ("get", "/forms/offered"): RouteCase(),
    ("post", "/forms"): RouteCase(body={"name": "Case form"}, permission="settings:forms:edit"),
    ("patch", "/forms/{form_id}"): RouteCase(body={"help": "X"}, permission="settings:forms:edit"),
    ("delete", "/forms/{form_id}"): RouteCase(permission="settings:forms:edit"),
    ("put", "/forms/order"): RouteCase(body={"ids": []}, permission="settings:forms:edit"),
    ("post", "/forms/{form_id}/tickets"): RouteCase(body=TICKET, permission="ticket:open"),
    ("get", "/portal/forms"): RouteCase(audience="public"),
    ("get", "/portal/forms/{form_key}"): RouteCase(audience="public", hides=True),
    ("get", "/custom-fields"): RouteCase(),
    ("post", "/custom-fields"): RouteCase(
        body={"entity": "ticket", "name": "Part", "kind": "text"}, permission="settings:fields:edit"
    ),
    ("patch", "/custom-fields/{key}"): RouteCase(body={"help": "X"}, permission="settings:fields:edit"),
    ("post", "/custom-fields/{key}/type"): RouteCase(
        body={"kind": "text", "rehearse": True}, permission="settings:fields:edit"
    ),
    ("put", "/custom-fields/order"): RouteCase(
        body={"entity": "ticket", "keys": []}, permission="settings:fields:edit"
    ),
    ("get", "/macros"): RouteCase(queries=({}, {"q": "canary"}, {"ticket": 1}, {"ticket": 2})),
    ("get", "/macros/{macro_id}"): RouteCase(hides=True),
    ("post", "/macros"): RouteCase(
        body={"name": "Case macro", "actions": [{"do": "assign", "to": "me"}]}, permission="macro:edit"
    ),
    ("patch", "/macros/{macro_id}"): RouteCase(body={"folder": "F"}, permission="macro:edit", hides=True),
    ("delete", "/macros/{macro_id}"): RouteCase(permission="macro:edit", hides=True),
    ("post", "/macros/{macro_id}/preview"): RouteCase(body={"ticket": 1}, hides=True),
    ("post", "/macros/preview"): RouteCase(
        body={"ticket": 1, "kind": "note", "texts": [{"text": "{{ ticket.subject }}"}]}, permission="macro:edit"
    ),
    ("post", "/tickets/{number}/macros/{macro_id}"): RouteCase(body={}, permission="ticket:assign", hides=True),
    ("get", "/signatures"): RouteCase(queries=({}, {"mine": True})),
    ("post", "/signatures"): RouteCase(body={"language": "nl", "text": "Groet"}, permission="settings:mailboxes:edit"),
    ("patch", "/signatures/{signature_id}"): RouteCase(
        body={"text": "Yours"}, permission="settings:mailboxes:edit", hides=True
    ),
    ("delete", "/signatures/{signature_id}"): RouteCase(permission="settings:mailboxes:edit", hides=True),
    ("post", "/signatures/preview"): RouteCase(body={"text": "{{ agent.name }}"}),
    ("get", "/tickets/{number}/signature"): RouteCase(hides=True),
    ("get", "/tickets/{number}/mail-limit"): RouteCase(hides=True),
    ("get", "/tickets/{number}/origin"): RouteCase(hides=True),
    ("post", "/tickets/{number}/dismiss"): RouteCase(body={}, permission="ticket:status", hides=True),
    ("get", "/absences"): RouteCase(queries=({}, {"past": True})),
    ("post", "/absences"): RouteCase(body=ABSENCE),
    ("put", "/me/absence"): RouteCase(body=ABSENCE),
    ("patch", "/absences/{absence_id}"): RouteCase(body={"note": "Away"}, hides=True),
    ("delete", "/absences/{absence_id}"): RouteCase(hides=True),
}
