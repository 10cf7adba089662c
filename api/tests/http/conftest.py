"""One of everything that a path may name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atum_desk.kernel import clock
from desk import Desk
from notification_cases import BROWSER


@pytest.fixture(scope="module")
async def existing(law_desk: Desk) -> dict[str, int | str]:
    """Return an id for each path parameter, of things an administrator may see and change."""
    desk = law_desk
    client = await desk.administrator()
    contact = await desk.given.contact("Existing")
    body = {"subject": "Existing", "text": "x", "requester_id": contact}
    ticket = await client.posted("/tickets", body)
    added = await client.posted(f"/tickets/{ticket['number']}/messages", {"kind": "reply", "text": "answered"})
    file = await client.posted("/attachments", files={"file": ("a.png", b"bytes", "image/png")})
    team = await client.posted("/teams", {"name": "Existing team"})
    key = {"domain": "desk.example", "selector": "existing", "algorithm": "ed25519"}
    box = {"address": "existing@desk.example", "name": "Existing", "team_id": team["id"]}
    async with desk.database.writing(desk.given.system, "mail.keep") as work:
        mail_id = await work.fetchval(
            """insert into mails (workspace_id, state, envelope_from, envelope_to, size, sha256, dedupe_key)
               values (ctx_workspace(), 'quarantined', 'x@example.org', '{}', 1, repeat('0', 64), decode(repeat('00', 32), 'hex')) returning id"""
        )
        await work.execute(
            "insert into mail_sources (workspace_id, mail_id, raw) values (ctx_workspace(), $1, 'x')", mail_id
        )
        standing_id = await work.fetchval(
            """insert into address_standings (workspace_id, email, words)
               values (ctx_workspace(), 'gone@existing.example', 'It came back.') returning id"""
        )
    mailbox = await client.posted("/mailboxes", box)
    await client.put(f"/mailboxes/{mailbox['id']}/automatic-reply", json={"pause_minutes": 5})
    # Offered in the desk alone: with one in the portal, a request would have to name it.
    span = {"opens": "09:00", "closes": "17:00"}
    hours = {"name": "Existing hours", "time_zone": "UTC", "hours": {"mon": [span]}}
    form = await client.posted("/forms", {"name": "Existing form", "public": True})
    lists = f"/tickets/{ticket['number']}/checklists"
    [checklist] = (await client.posted(lists, {"name": "Existing", "items": [{"text": "Existing"}]}))["items"]
    template = {"name": "Existing", "items": [{"text": "Existing"}], "scope": "shared"}
    return {
        "reminder_id": (await client.posted(f"/tickets/{ticket['number']}/reminders", {"minutes": 60}))["id"],
        "checklist_id": checklist["id"],
        "item_id": checklist["items"][0]["id"],
        "template_id": (await client.posted("/checklist-templates", template))["id"],
        "number": ticket["number"],
        "calendar_id": (await client.posted("/calendars", hours))["id"],
        "contact_id": contact,
        "organization_id": await desk.given.organization("Existing company"),
        "person_id": (await desk.given.staff()).id,
        "team_id": team["id"],
        "mailbox_id": mailbox["id"],
        "attachment_id": file["id"],
        "request_id": (await client.posted("/operations/requests", {"verb": "verify"}))["id"],
        "job_id": 1,
        "parked_id": 1,
        "outbox_id": added["message"]["mail"]["outbox_id"],
        "message_id": added["message"]["id"],
        "standing_id": standing_id,
        "key_id": (await client.posted("/signing-keys", key))["id"],
        "layout_id": (await client.posted("/mail-layouts", {"language": "fr"}))["id"],
        "mail_id": mail_id,
        "change_id": added["change_id"],
        "session_id": 1,
        "link_id": 1,
        "relation_id": 1,
        "block_id": 1,
        "key": "waiting",
        "view_id": (await client.posted("/views", {"name": "Existing", "text": "status:open", "scope": "shared"}))[
            "id"
        ],
        "macro_id": (
            await client.posted("/macros", {"name": "M", "actions": [{"do": "assign", "to": "me"}], "scope": "shared"})
        )["id"],
        "signature_id": (await client.posted("/signatures", {"language": "fr", "text": "Salut"}))["id"],
        "absence_id": (
            await client.posted(
                "/absences",
                {
                    "starts_at": (clock.now() + timedelta(days=90)).isoformat(),
                    "ends_at": (clock.now() + timedelta(days=99)).isoformat(),
                },
            )
        )["id"],
        "subscription_id": (await client.put("/notifications/browsers", json=BROWSER)).json()["items"][0]["id"],
        "form_id": form["id"],
        "form_key": form["key"],
        "conversation_id": (
            await client.posted(
                f"/tickets/{ticket['number']}/conversations",
                {"subject": "Existing", "text": "x", "to": ["existing@supplier.example"]},
            )
        )["conversation"]["id"],
        "draft_id": (
            await client.put(f"/tickets/{ticket['number']}/draft", json={"kind": "note", "text": "Existing"})
        ).json()["id"],
        "entry_id": (await client.posted(f"/tickets/{ticket['number']}/time-entries", {"seconds": 60}))["id"],
        "activity_id": (await client.posted("/time-activities", {"name": "Existing"}))["id"],
        "note_id": (await client.posted(f"/contacts/{contact}/notes", {"text": "Existing"}))["id"],
        "import_id": (await client.posted("/contact-imports", files={"file": ("a.csv", b"name,email\nA,a@b.example")}))[
            "id"
        ],
        "row_number": 1,
        "tag": (await client.posted("/tags", {"name": "existing"}))["tag"]["name"],
        "run_id": (await client.posted("/bulk", {"numbers": [ticket["number"]], "actions": {"add_tags": ["x"]}}, 202))[
            "id"
        ],
    }
