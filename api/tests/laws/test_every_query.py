"""Every query function runs against the migrated schema: a tour through the API calls each of them once."""

from __future__ import annotations

import functools
import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from conversation_tour import tour_of_conversations
from notification_tour import tour_of_notifications
from PIL import Image
from settings_tours import tour_of_calendars, tour_of_forms, tour_of_signatures_and_absences

import atum_desk
from atum_desk.kernel import clock
from atum_desk.tickets.public import request_link
from atum_desk.tickets.queries import groups
from bulk_runs import tour_of_bulk
from checklist_tours import tour_of_checklists
from desk import Client, Desk
from time_tours import tour_of_notes, tour_of_time

SLICES = (
    *("identity", "logos", "contacts", "tickets", "views", "drafts", "macros", "history", "files"),
    *("portal", "search", "exports", "bulk", "tags", "forms", "notifications", "conversations", "calendars"),
    *("signatures", "absences", "time_entries", "audiences", "checklists", "reminders"),
)
# The consumer's, the schedules' and the jobs' (tests/notifications).
BY_SCHEDULE = (
    *("told:insert_notifications", "told:withdraw", "told:count_unread", "told:delete_old"),
    *("mails:list_due", "mails:take_news", "mails:find_mail", "mails:find_digest"),
    *("push:list_due", "push:take_news", "push:list_subscription_ids", "push:find_subscription", "push:find_news"),
    *("push:note_used", "push:find_key", "push:forget_key", "push:delete_left"),
)
# Called by a job or by mail only, and tested with it (tests/tickets/test_closing.py and test_snooze.py, tests/mail, tests/identity,
# tests/files, tests/drafts, tests/absences, tests/checklists, tests/reminders).
ELSEWHERE = {
    "identity.queries:prune_sessions",
    "tickets.queries.resolved:close_resolved",
    *("tickets.queries.absent_assignees:find_away", "tickets.queries.absent_assignees:find_absent"),
    "tickets.queries.absent_assignees:hand_over_open_tickets",
    *("checklists.queries:lock_due", "checklists.queries:note_told", "reminders.queries:fire"),
    "reminders.queries:lock_due",
    *("absences.queries:list_due", "absences.queries:take_due"),
    "tickets.queries.snoozes:drop_lost_assignee",
    "tickets.queries.snoozes:lock_due",
    "tickets.queries.snoozes:wake",
    "tickets.queries.vocabulary:learn_new",
    "tickets.queries.vocabulary:learn_old",
    "tickets.queries.vocabulary:learn_rewritten",
    "tickets.queries.vocabulary:list_neighbours",
    "tickets.queries.search_words:correct_again",
    "tickets.queries.links:insert_possibly_same",
    "tickets.queries.links:may_answer",
    "tickets.queries.edits:write_parsed_message",
    # The command line's (tests/demo).
    "identity.queries:find_staff",
    "drafts.queries:delete_old",
    *(f"notifications.queries.{name}" for name in BY_SCHEDULE),
    # By mail only: tests/mail/test_conversations.py.
    "conversations.queries:find_ticket",
    "files.queries:delete_unattached",
    "files.queries:find_unnamed",
    "files.queries:lock_for_removal",
}


def query_modules() -> list[ModuleType]:
    """Return every module of queries of the slices."""
    found = []
    for name in SLICES:
        package = importlib.import_module(f"atum_desk.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"atum_desk.{name}."):
            if ".queries" in module.name:
                found.append(importlib.import_module(module.name))
    return found


def functions_of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Record which query functions run, wherever they were imported."""
    seen: set[str] = set()
    recorders: dict[Any, Any] = {}
    for module in query_modules():
        for name, function in functions_of(module).items():
            label = f"{module.__name__.removeprefix('atum_desk.')}:{name}"
            recorders[function] = recorder(label, function, seen)
    for module in everything():
        for name, value in list(vars(module).items()):
            if inspect.iscoroutinefunction(value) and value in recorders:
                monkeypatch.setattr(module, name, recorders[value])
    return seen


def everything() -> list[ModuleType]:
    names = [m.name for m in pkgutil.walk_packages(atum_desk.__path__, "atum_desk.") if m.name.split(".")[1] in SLICES]
    return [importlib.import_module(name) for name in names]


def recorder(label: str, function: Callable[..., Any], seen: set[str]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def recorded(*arguments: Any, **options: Any) -> Any:
        result = await function(*arguments, **options)
        seen.add(label)
        return result

    return recorded


async def test_a_tour_through_the_api_runs_every_query(desk: Desk, called: set[str]) -> None:
    await tour_of_staff(desk)
    await tour_of_tickets(desk)
    await tour_of_the_portal(desk)
    wanted = {
        f"{module.__name__.removeprefix('atum_desk.')}:{name}"
        for module in query_modules()
        for name in functions_of(module)
    }
    missing = wanted - called - ELSEWHERE
    assert missing == set()
    assert len(wanted) > 60


async def tour_of_staff(desk: Desk) -> None:
    admin, person = await desk.administrator(), await desk.given.staff()
    await desk.client().posted(
        "/session", {"email": "admin@atum.localhost", "password": desk.settings.admin_password}, status=200
    )
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "#2a67d0").save(picture, "PNG")
    logo = await admin.put("/workspace/logo", files={"file": ("logo.png", picture.getvalue())})
    assert (await desk.client().get(logo.json()["logo"]["url"][7:])).status_code == 200
    reset = await admin.posted(f"/people/{person.id}/password", status=200)
    own = desk.client()
    await own.posted(
        "/session", {"email": f"agent{person.id}@atum.localhost", "password": reset["password"]}, status=200
    )
    body = {"current_password": reset["password"], "new_password": "a new and longer one"}
    assert (await own.post("/me/password", json=body)).status_code == 204
    made = await own.posted("/me/tokens", {"name": "t"})
    assert (await own.delete(f"/me/sessions/{made['id']}")).status_code == 204
    assert (await admin.delete(f"/people/{person.id}/sessions")).status_code == 204
    own = desk.client(await desk.given.sign_in(person.id, "staff"))
    await own.patched("/me", {"name": "Own"})
    role, other_role = [one["id"] for one in (await admin.got("/roles"))["items"][:2]]
    added = await admin.posted("/people", {"name": "N", "email": "n@example.org", "role_id": role})
    await admin.patched(f"/people/{added['person']['id']}", {"role_id": other_role})
    await admin.patched(f"/people/{added['person']['id']}", {"active": False, "team_ids": [1]})
    await admin.got("/people", q="n")
    team = await admin.posted("/teams", {"name": "T"})
    await admin.patched(f"/teams/{team['id']}", {"name": "U"})
    await admin.got("/teams")
    organization = await admin.posted("/organizations", {"name": "O", "domains": ["o.example"]})
    await admin.patched(f"/organizations/{organization['id']}", {"name": "P"})
    contact = await admin.posted("/contacts", {"name": "C", "email": "c@o.example"})
    await admin.patched(f"/contacts/{contact['id']}", {"organization_id": organization["id"]})
    await admin.posted("/contacts", {"name": "D", "email": "d@o.example", "organization_id": organization["id"]})
    await tour_of_contacts(admin, contact["id"], organization["id"])
    for path in ("/contacts", "/organizations", f"/contacts/{contact['id']}", f"/organizations/{organization['id']}"):
        await admin.got(path)


async def tour_of_contacts(admin: Client, contact_id: int, organization_id: int) -> None:
    """Visit the pages of a contact and an organization, write notes, and merge others into them."""
    emails = {"emails": ["c@o.example", "c2@o.example"], "phones": [{"number": "+49 30 1234567", "label": "desk"}]}
    await admin.patched(f"/contacts/{contact_id}", {**emails, "vip": True})
    for path in (f"/contacts/{contact_id}", f"/organizations/{organization_id}"):
        note = await admin.posted(f"{path}/notes", {"text": "Call first."})
        for one in ("notes", "duplicates", "changes"):
            await admin.got(f"{path}/{one}")
        await admin.patched(f"/contact-notes/{note['id']}", {"text": "Call first, then write."})
        assert (await admin.delete(f"/contact-notes/{note['id']}")).status_code == 204
    twin = await admin.posted("/contacts", {"name": "C", "email": "c3@o.example"})
    body = {"contact_id": twin["id"]}
    assert (await admin.post(f"/contacts/{contact_id}/keep-apart", json=body)).status_code == 204
    await admin.posted(f"/contacts/{twin['id']}/merge", {"into": contact_id}, status=200)
    company = await admin.posted("/organizations", {"name": "O again"})
    await admin.posted(f"/organizations/{company['id']}/merge", {"into": organization_id}, status=200)


async def tour_of_splits(lead: Client, number: int) -> None:
    """Split a message off, write on the new ticket, and bring both back."""
    said = await lead.posted(f"/tickets/{number}/messages", {"kind": "note", "text": "of another matter"})
    chosen = {"message_ids": [said["message"]["id"]]}
    await lead.posted(f"/tickets/{number}/split/preview", chosen, status=200)
    split = (await lead.posted(f"/tickets/{number}/split", chosen))["number"]
    later = await lead.posted(f"/tickets/{split}/messages", {"kind": "note", "text": "later"})
    assert [one["id"] for one in (await lead.got(f"/tickets/{split}/split"))["later"]] == [later["message"]["id"]]
    first = int(number != 1) or 2
    await lead.post(f"/tickets/{split}/links", json={"number": first, "kind": "child"})
    for link in (await lead.got(f"/tickets/{split}/links"))["related"]:
        await lead.delete(f"/tickets/{split}/links/{link['id']}")
    await lead.post(f"/tickets/{split}/links", json={"number": first, "kind": "related"})
    await lead.post(f"/tickets/{split}/keep-apart", json={"number": first})
    await lead.posted(f"/tickets/{split}/unsplit", {"message_ids": [later["message"]["id"]]}, status=200)


async def tour_of_tickets(desk: Desk) -> None:
    lead, agent = await desk.staff("Team lead"), await desk.given.staff()
    file = await lead.posted("/attachments", files={"file": ("a", b"a")})
    body = {
        "subject": "S",
        "text": "needle",
        "requester": {"email": "r@example.org"},
        "assignee_id": agent.id,
        "attachment_ids": [file["id"]],
    }
    ticket = await lead.posted("/tickets", body)
    await lead.posted(
        "/tickets", {**body, "requester": None, "requester_id": ticket["requester"]["id"], "attachment_ids": []}
    )
    path = f"/tickets/{ticket['number']}"
    await lead.posted(f"{path}/messages", {"kind": "reply", "text": "x", "cc": ["cc@example.org"], "status": "waiting"})
    everybody = {"recipients": "all", "bcc": ["boss@example.org"]}
    await lead.posted(f"{path}/messages", {"kind": "reply", "text": "x", "quoted_messages": 2, **everybody})
    other = await desk.staff("Team lead")
    unseen = {"kind": "reply", "text": "not over this", "seen_message_id": 0}
    assert (await other.post(f"{path}/messages", json=unseen)).status_code == 409
    assert (await lead.delete(f"{path}/participants")).status_code == 200
    joined = await lead.posted(f"{path}/participants", {"email": "joins@example.org"}, 200)
    left = await lead.delete(f"{path}/participants/{joined['cc'][-1]['id']}")
    assert left.status_code == 200
    later = {"kind": "reply", "text": "later", "send_at": "2099-01-01T09:00:00Z"}
    assert (await lead.post(f"{path}/messages", json=later)).status_code == 422
    later["send_at"] = (clock.now() + timedelta(days=1)).isoformat()
    waiting = await lead.posted(f"{path}/messages", later)
    await lead.patched(f"/messages/{waiting['message']['id']}", {"text": "edited"})
    await lead.patched(f"/messages/{waiting['message']['id']}", everybody)
    await lead.posted(f"{path}/read", status=204)
    await lead.posted(f"{path}/portal-links/revoke", {}, status=200)
    assert (await lead.got(f"{path}/links"))["items"] == []
    assert (await lead.delete("/ticket-links/999999")).status_code == 404
    other = (await lead.posted("/tickets", {"subject": "B", "text": "b", "requester": {"email": "b@example.org"}}))[
        "number"
    ]
    await lead.post(f"/tickets/{other}/links", json={"number": int(path.rpartition("/")[2]), "kind": "duplicate"})
    await lead.posted(f"/tickets/{other}/merge", {"into": int(path.rpartition("/")[2])}, status=200)
    assert (await lead.got(f"/tickets/{other}/merge"))["later"] == []
    await lead.posted(f"/tickets/{other}/separate", {}, status=200)
    await tour_of_splits(lead, other)
    moved = await lead.patch(path, json={"priority": "high", "team_id": await desk.given.team()})
    await lead.patched(path, {"subject": "Renamed"})
    await lead.patched(path, {"requester_id": await desk.given.contact()})
    assert (await lead.patch(path, json={"status": "new"})).status_code == 409
    done = await lead.posted("/tickets/bulk", {"numbers": [ticket["number"]], "add_tags": ["x"]}, status=200)
    await tour_of_bulk(desk, lead, ticket["number"])
    await lead.patched(path, {"tags": ["y"]})
    assert (await lead.post(f"/changes/{done['change_id']}/undo")).status_code == 409
    assert moved.status_code == 200
    for address, query in (
        ("/tickets", {}),
        ("/tickets", {"q": "needle"}),
        ("/search", {"q": "needle"}),
        ("/search", {"q": "qzjxvk"}),
        ("/tickets/counts", {}),
        (path, {}),
        (f"{path}/thread", {"before": 9_999}),
        (f"{path}/matches", {"q": "again"}),
        (f"{path}/history", {}),
        ("/statuses", {}),
        ("/views", {}),
        ("/views/counts", {}),
        ("/tags", {}),
        ("/fields/completions", {"q": "assignee:a"}),
        ("/tickets", {"q": "subject:needle status:new"}),
        ("/tickets/groups", {"by": "assignee", "q": "status:new"}),
        (f"{path}/conditions", {"q": "status:new"}),
        ("/changes", {}),
    ):
        await lead.got(address, **query)
    # As a list that has more tickets than are walked.
    with patch.object(groups, "WALKED", 1):
        await lead.got("/tickets/groups", by="assignee")
    assert (await lead.get(f"/attachments/{file['id']}")).status_code == 200
    await tour_of_views(lead, desk, ticket["number"])
    await tour_of_macros(lead, ticket["number"])
    await tour_of_drafts(lead, path)
    await tour_of_notifications(lead, ticket["number"])
    await tour_of_conversations(lead, path)
    await tour_of_signatures_and_absences(lead, path)
    await tour_of_time(await desk.administrator(), path)
    await tour_of_notes(lead, path)
    await tour_of_checklists(lead, path)
    for address in ("/tickets.csv", "/tickets.csv?q=needle", "/exports/preview", f"{path}/print", f"{path}/bundle"):
        assert (await lead.get(address)).status_code == 200
    person = await (await desk.administrator()).patch("/me", json={"name": "Z"})
    admin = await desk.administrator()
    await tour_of_lifecycle(admin, await desk.given.first_team())
    added = await admin.post("/people", json={"name": "U", "email": "u@example.org", "role_id": 1})
    assert person.is_success
    await admin.posted(f"/changes/{added.headers['x-change-id']}/undo", status=200)


async def tour_of_lifecycle(admin: Client, team_id: int) -> None:
    reason = await admin.posted("/resolutions", {"name": "Duplicate"})
    await admin.patched(f"/resolutions/{reason['key']}", {"name": "The same"})
    assert (await admin.put("/resolutions/order", json={"keys": [reason["key"]]})).status_code == 200
    rules = f"/lifecycle-rules/teams/{team_id}"
    await admin.patched(rules, {"close_after_days": 9})
    assert (await admin.delete(rules)).status_code == 200


async def tour_of_views(lead: Client, desk: Desk, number: int) -> None:
    text = "needle -assignee:me team:1 requester.email:nobody created:>2000"
    view = await lead.posted("/views", {"name": "Needles", "text": text, "scope": "shared", "role_ids": [1]})
    path = f"/views/{view['id']}"
    assert (await lead.post("/views", json={"name": "T", "scope": "team", "team_id": 999_999})).status_code == 422
    await lead.got("/tickets", view=view["id"], q="status:new")
    admin = await desk.administrator()
    await admin.posted("/custom-fields", {"entity": "ticket", "name": "Hours", "kind": "number"})
    await lead.got("/tickets", view="all", sort="field.hours", fields="hours")
    await lead.got("/views/counts")
    await lead.got(f"{path}/count")
    await lead.got(f"{path}/explain", ticket=number)
    await lead.got("/conditions/count", q="subject:needle")
    await lead.posted("/conditions/parse", {"text": "team:Support"}, status=200)
    await lead.patched(path, {"name": "Pins"})
    await lead.patched(f"{path}/layout", {"density": "cosy"})
    assert (await lead.put("/views/order", json={"ids": [view["id"]]})).status_code == 200
    assert (await lead.delete(path)).status_code == 204


async def tour_of_macros(lead: Client, number: int) -> None:
    actions = [{"do": "add_tags", "tags": ["x"]}, {"do": "note", "text": "{{ ticket.number }}"}]
    new = {"name": "Needle", "kind": "note", "texts": [{"text": "needle"}], "actions": actions, "scope": "shared"}
    file = await lead.posted("/attachments", files={"file": ("a", b"a")})
    more = {"condition": "team:1 -tag:none", "attachment_ids": [file["id"]]}
    macro = await lead.posted("/macros", new | more)
    assert (await lead.post("/macros", json=new | {"scope": "team", "team_id": 999_999})).status_code == 422
    path = f"/macros/{macro['id']}"
    await lead.got("/macros", q="needle")
    await lead.got("/macros", ticket=number)
    await lead.posted(f"{path}/preview", {"ticket": number}, status=200)
    await lead.patched(path, {"condition": ""})
    await lead.posted(f"/tickets/{number}{path}", {}, status=200)
    assert (await lead.delete(path)).status_code == 204


async def tour_of_drafts(lead: Client, path: str) -> None:
    for version, text in enumerate(("needle", "pin")):
        draft = {"kind": "note", "text": text, "version": version - 1}
        assert (await lead.put(f"{path}/draft", json=draft)).status_code == 200
    [mine] = (await lead.got(f"{path}/drafts"))["own"]
    await lead.got(f"/drafts/{mine['id']}/versions")
    assert (await lead.delete(f"{path}/draft", params={"kind": "note"})).status_code == 204
    await lead.got("/drafts", discarded=True)
    assert (await lead.post(f"/drafts/{mine['id']}/restore")).status_code == 204


async def tour_of_the_portal(desk: Desk) -> None:
    stranger = desk.client()
    await tour_of_forms(await desk.administrator(), stranger)
    await tour_of_calendars(await desk.administrator())
    await stranger.got("/portal")
    file = await stranger.posted("/portal/attachments", files={"file": ("a", b"a")})
    ask = {"name": "A", "email": "a@asking.example", "subject": "S", "text": "T", "attachment_ids": [file["token"]]}
    await stranger.posted("/portal/tickets", ask, status=202)
    ticket = (await desk.rows("select id, number, requester_id from tickets order by id desc limit 1"))[0]
    token = request_link(desk.settings, ticket["id"], ticket["requester_id"], 0).rpartition("/")[2]
    await stranger.posted("/portal/session", {"token": token}, status=200)
    await stranger.posted("/portal/links", {"token": token}, status=202)
    await stranger.got("/portal/tickets")
    await stranger.posted(f"/portal/tickets/{ticket['number']}/messages", {"text": "more"})
    await stranger.posted(f"/portal/tickets/{ticket['number']}/resolve", status=200)
    await stranger.posted(f"/portal/tickets/{ticket['number']}/messages", {"text": "again"})
    assert (await stranger.get(f"/portal/attachments/{file['id']}")).status_code == 200
