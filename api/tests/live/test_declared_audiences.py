"""Who hears of what, for every declared table and command: real sockets of people with different powers.

What each hears is written down here once more, beside the declarations, and so are the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from atum_desk.entry.features import FEATURES
from atum_desk.kernel.context import Actor, SystemActor
from factories import Given, SignedIn
from live_process import Clients, LiveListener

TABLES = {table.name for feature in FEATURES for table in feature.tables}
COMMANDS = {command.name for feature in FEATURES for command in feature.commands if command.live}
# Told that something stands in the list of changes, and not what.
LISTED: tuple[str, ...] = ()
Heard = Mapping[str, tuple[str, ...]]
# `restricted` is an administrator of the other team alone, `narrow` a token that reads nothing.
STAFF = ("agent", "other", "restricted", "admin", "narrow")


class Case(msgspec.Struct, frozen=True):
    """A change and what each of the people hears of it; who is not named hears nothing."""

    sql: str
    heard: Heard
    ticket: bool = False


def everybody(word: str) -> Heard:
    return dict.fromkeys(("agent", "other", "restricted", "admin"), (word,))


def of_ticket(word: str, **contact: tuple[str, ...]) -> Heard:
    return {"agent": (word,), "admin": (word,), **contact}


def of_team(word: str) -> Heard:
    return {"agent": (word,), "restricted": LISTED, "admin": (word,)}


def of_agent(word: str) -> Heard:
    return {"agent": (word,), "restricted": LISTED, "admin": LISTED}


def of_themselves() -> Heard:
    return {**everybody("people"), **{"agent": ("people", "profile"), "narrow": ("profile",)}}


NOBODY = {"restricted": LISTED, "admin": LISTED}
W = "$1::bigint"
BOX = f"(select id from mailboxes where workspace_id = {W} and team_id = $2)"
CASES: dict[str, Case] = {
    "tickets": Case(
        "update tickets set subject = 'Other words' where id = $3",
        of_ticket("subject", contact=("subject",)),
        ticket=True,
    ),
    "messages": Case(
        f"""insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
            values ({W}, $3, 'reply', $5, 'x', true, 'api', 'words')""",
        of_ticket("messages", contact=("messages",)),
        ticket=True,
    ),
    "participants": Case(
        f"insert into participants (workspace_id, ticket_id, person_id) values ({W}, $3, $5)",
        of_ticket("cc"),
        ticket=True,
    ),
    "ticket_links": Case(
        f"insert into ticket_links (workspace_id, ticket_id, other_id, kind) values ({W}, $3, $6, 'possibly_same')",
        {"agent": LISTED, "admin": LISTED},
        ticket=True,
    ),
    "ticket_relations": Case(
        f"insert into ticket_relations (workspace_id, ticket_id, other_id, kind) values ({W}, $3, $6, 'related')",
        of_ticket("links"),
        ticket=True,
    ),
    "ticket_followers": Case(
        f"insert into ticket_followers (workspace_id, ticket_id, person_id) values ({W}, $3, $4)",
        of_ticket("followers"),
        ticket=True,
    ),
    "notification_settings": Case(
        f"insert into notification_settings (workspace_id, person_id) values ({W}, $4)",
        {"agent": ("notification_settings",), "narrow": ("notification_settings",), **NOBODY},
    ),
    "attachments": Case(
        f"""insert into attachments (workspace_id, filename, mime_type, size, sha256, uploaded_by)
            values ({W}, 'a.txt', 'text/plain', 1, repeat('a', 64), $4)""",
        of_agent("attachments"),
    ),
    "people": Case("update people set name = 'Named anew' where id = $4", of_themselves()),
    "addresses": Case("update addresses set email = 'anew@atum.localhost' where person_id = $4", of_themselves()),
    "teams": Case("update teams set color = '#123456' where id = $2", everybody("teams")),
    "team_members": Case(
        "delete from team_members where person_id = $4 and team_id <> $2",
        {**everybody("teams"), **{"narrow": ("teams",)}},
    ),
    "roles": Case("update roles set offered = offered || '{x:y}' where name = 'Auditor'", everybody("roles")),
    "workspaces": Case(
        "update workspaces set name = name || '!'", {**everybody("settings"), **{"narrow": ("settings",)}}
    ),
    "settings": Case(
        f"insert into settings (workspace_id, name, value) values ({W}, 'test.audience', '1')", everybody("settings")
    ),
    "passwords": Case("update passwords set changed_at = moment()", NOBODY),
    "organizations": Case(
        f"insert into organizations (workspace_id, name) values ({W}, 'Audience Ltd')", everybody("organizations")
    ),
    "organization_domains": Case(
        f"""insert into organization_domains (workspace_id, organization_id, domain)
            select {W}, min(id), 'audience.example' from organizations""",
        everybody("organizations"),
    ),
    "phones": Case(
        f"insert into phones (workspace_id, person_id, number) select {W}, min(id), '+49 30 1' from people",
        everybody("people"),
    ),
    "contact_notes": Case(
        f"""insert into contact_notes (workspace_id, organization_id, author_id, text)
            select {W}, min(o.id), (select min(id) from people), 'a note' from organizations o""",
        everybody("contact_notes"),
    ),
    "contact_distinctions": Case(
        f"""insert into contact_distinctions (workspace_id, person_id, other_id)
            select {W}, min(id), max(id) from people""",
        everybody("people"),
    ),
    "mailboxes": Case("update mailboxes set name = 'Box' where team_id = $2", everybody("mailboxes")),
    "mailbox_receiving": Case(
        f"""insert into mailbox_receiving (workspace_id, mailbox_id, host, port, security, username, sign_in, folder,
                                           afterwards, existing)
            values ({W}, {BOX}, 'imap.example', 993, 'tls', 'u', 'password', 'INBOX', 'leave', 'leave')""",
        of_team("mailboxes"),
    ),
    "mailbox_sending": Case(
        f"insert into mailbox_sending (workspace_id, mailbox_id) values ({W}, {BOX})", of_team("mailboxes")
    ),
    "mail_layouts": Case(f"insert into mail_layouts (workspace_id, team_id) values ({W}, $2)", of_team("layouts")),
    "dkim_keys": Case(
        f"""insert into dkim_keys (workspace_id, domain, selector, algorithm, public_key)
            values ({W}, 'desk.example', 'one', 'rsa', 'x')""",
        everybody("signing_keys"),
    ),
    "address_standings": Case(
        f"insert into address_standings (workspace_id, email, words) values ({W}, 'a@b.example', 'gone')",
        everybody("mail"),
    ),
    "outbox": Case(
        f"""insert into outbox (workspace_id, mailbox_id, ticket_id, kind, mail_message_id, envelope_from, sender,
                                recipients, subject, text, html)
            values ({W}, {BOX}, $3, 'confirmation', '<a@b>', '', '{{}}', '[]', 's', 't', 'h')""",
        of_ticket("mail"),
        ticket=True,
    ),
    "mails": Case(
        f"""insert into mails (workspace_id, mailbox_id, envelope_from, envelope_to, size, sha256, dedupe_key)
            values ({W}, {BOX}, 'a@b.example', '{{}}', 1, repeat('a', 64), decode(repeat('ab', 32), 'hex'))""",
        of_team("mail"),
    ),
    "mail_blocks": Case(
        f"insert into mail_blocks (workspace_id, kind, value) values ({W}, 'domain', 'b.example')", everybody("mail")
    ),
    "statuses": Case("update statuses set name = name || '!' where key = 'open'", everybody("statuses")),
    "status_transitions": Case("delete from status_transitions", everybody("statuses")),
    "lifecycle_rules": Case(
        f"insert into lifecycle_rules (workspace_id, team_id) values ({W}, $2)", everybody("lifecycle_rules")
    ),
    "resolutions": Case(
        f"insert into resolutions (workspace_id, key, name) values ({W}, 'k', 'K')", everybody("resolutions")
    ),
    "tags": Case(f"insert into tags (workspace_id, name) values ({W}, 'b')", everybody("managed_tags")),
    "custom_fields": Case(
        f"insert into custom_fields (workspace_id, entity, key, name, kind) values ({W}, 'ticket', 'k', 'K', 'text')",
        everybody("custom_fields"),
    ),
    "custom_field_options": Case(
        f"""insert into custom_field_options (workspace_id, field_id, key, name)
            select {W}, min(id), 'o', 'O' from custom_fields""",
        everybody("custom_fields"),
    ),
    "ticket_field_values": Case(
        f"""insert into ticket_field_values (workspace_id, ticket_id, field_id, text_value)
            select {W}, $3, min(id), 'x' from custom_fields""",
        of_ticket("fields"),
        ticket=True,
    ),
    "contact_field_values": Case(
        f"""insert into contact_field_values (workspace_id, person_id, field_id, text_value)
            select {W}, $5, min(id), 'x' from custom_fields""",
        everybody("people"),
    ),
    "organization_field_values": Case(
        f"""insert into organization_field_values (workspace_id, organization_id, field_id, text_value)
            select {W}, min(o.id), min(f.id), 'x' from custom_fields f, organizations o""",
        everybody("organizations"),
    ),
    "automatic_replies": Case(
        f"insert into automatic_replies (workspace_id, mailbox_id) select {W}, min(id) from mailboxes",
        everybody("automatic_replies"),
    ),
    "calendars": Case(
        f"insert into calendars (workspace_id, name, time_zone) values ({W}, 'c', 'UTC')", everybody("calendars")
    ),
    "forms": Case(f"insert into forms (workspace_id, key, name) values ({W}, 'f', 'F')", everybody("forms")),
    "time_entries": Case(
        f"""insert into time_entries (workspace_id, ticket_id, logged_on_id, person_id, seconds, started_at)
            values ({W}, $3, $3, $4, 60, moment())""",
        of_ticket("time"),
        ticket=True,
    ),
    "time_activities": Case(
        f"insert into time_activities (workspace_id, name) values ({W}, 'x')", everybody("time_activities")
    ),
    "checklists": Case(
        f"insert into checklists (workspace_id, ticket_id, made_on_id, name) values ({W}, $3, $3, 'x')",
        of_ticket("checklists"),
        ticket=True,
    ),
    "checklist_items": Case(
        f"""insert into checklist_items (workspace_id, checklist_id, ticket_id, made_on_id, text, position)
            select {W}, min(c.id), $3, $3, 'x', 1 from checklists c""",
        of_ticket("checklists"),
        ticket=True,
    ),
    "checklist_templates": Case(
        f"""insert into checklist_templates (workspace_id, name, items, scope, owner_id)
            values ({W}, 'x', '[{{"text": "x"}}]', 'personal', $4)""",
        everybody("checklist_templates"),
    ),
    "reminders": Case(
        f"""insert into reminders (workspace_id, ticket_id, person_id, made_by_id, remind_at)
            values ({W}, $3, $4, $4, moment() + interval '1 hour')""",
        {"agent": ("reminders",), "narrow": ("reminders",), "admin": LISTED},
    ),
    "views": Case("update views set name = name || '!' where key = 'waiting'", everybody("views")),
    "conversations": Case(
        f"""insert into conversations (workspace_id, ticket_id, kind, subject, people)
            values ({W}, $3, 'side', 'x', '[]')""",
        of_ticket("conversations"),
        ticket=True,
    ),
    "signatures": Case(
        f"insert into signatures (workspace_id, team_id, text) values ({W}, $2, 'x')", of_team("signatures")
    ),
    "absences": Case(
        f"""insert into absences (workspace_id, person_id, starts_at, ends_at)
            values ({W}, $4, moment(), moment() + interval '1 day')""",
        everybody("absences"),
    ),
    "macros": Case(
        f"insert into macros (workspace_id, name, scope, owner_id) values ({W}, 'x', 'personal', $4)",
        everybody("macros"),
    ),
    "view_preferences": Case(
        f"insert into view_preferences (workspace_id, person_id, view_id, density) values ({W}, $4, 1, 'cosy')",
        of_agent("views"),
    ),
    "workspace_logos": Case(
        f"""insert into workspace_logos (workspace_id, attachment_id, sha256, width, height)
            select {W}, min(id), repeat('a', 64), 1, 1 from attachments""",
        NOBODY,
    ),
}
MORE_CASES = {
    "what somebody set for themselves": Case(
        "update people set undo_send_seconds = 3, locale = 'de' where id = $4",
        {**of_agent("profile"), **{"narrow": ("profile",)}},
    ),
    "a file of a ticket": Case(
        f"""insert into attachments (workspace_id, ticket_id, filename, mime_type, size, sha256)
            values ({W}, $3, 'b.txt', 'text/plain', 1, repeat('a', 64))""",
        of_ticket("attachments"),
        ticket=True,
    ),
    "mail of no mailbox": Case(
        f"""insert into mails (workspace_id, envelope_from, envelope_to, size, sha256, dedupe_key)
            values ({W}, 'a@b.example', '{{}}', 1, repeat('a', 64), decode(repeat('cd', 32), 'hex'))""",
        everybody("mail"),
    ),
    "a layout that moves between teams": Case(
        "update mail_layouts set team_id = $7 where team_id = $2",
        {"agent": ("layouts",), "other": ("layouts",), "restricted": ("layouts",), "admin": ("layouts",)},
    ),
    "a layout for all": Case("update mail_layouts set team_id = null where team_id = $7", everybody("layouts")),
}


class Listening:
    """People with different powers, each with a socket, and what they work on."""

    def __init__(self, given: Given, clients: Clients) -> None:
        self.given, self.clients = given, clients
        self.listeners: dict[str, LiveListener] = {}
        self.people: dict[str, SignedIn] = {}

    async def fill(self) -> None:
        given = self.given
        self.team, self.second = await given.first_team(), await given.team()
        agent = await given.staff(teams=(self.team, await given.team()), sees_all_teams=False)
        contact_id, self.cc_id = await given.contact(), await given.contact()
        self.people = {
            "agent": agent,
            "other": await given.staff(teams=(self.second,), sees_all_teams=False),
            "restricted": await given.staff(role="Administrator", teams=(self.second,), sees_all_teams=False),
            "admin": await given.staff(role="Administrator"),
            "contact": await given.sign_in(contact_id, "contact"),
        }
        self.ticket = await given.ticket(requester_id=contact_id, team_id=self.team)
        self.twin = await given.ticket(team_id=self.team)
        self.people["narrow"] = await given.sign_in(agent.id, "staff")
        async with given.database.writing(given.system, "token.narrow") as work:
            await work.execute(
                "update sessions set scopes = '{ticket:note}' where id = $1", self.people["narrow"].actor.session_id
            )
            work.summary = {"person_id": agent.id}
        for name, person in self.people.items():
            self.listeners[name] = await self.clients.listen(person)

    async def write(self, case: Case) -> int | None:
        """Make a case's change; a parameter that it does not use is given all the same."""
        given = self.given
        values = (given.workspace_id, self.team, self.ticket.id, self.people["agent"].id, self.cc_id)
        more = (*values, self.twin.id, self.second)
        async with given.database.writing(given.system, "test.edit") as work:
            used = "select " + ", ".join(f"${n}::bigint" for n in range(1, len(more) + 1))
            await work.execute(f"with unused as ({used}) {case.sql}", *more)
            if case.ticket:
                work.ticket_id, work.public = self.ticket.id, True
        return work.change_id

    async def mark(self) -> int | None:
        """Make a change of which everybody hears."""
        async with self.given.database.writing(self.given.system, "test.both") as work:
            await work.execute(
                "update workspaces set name = case when length(name) < 50 then name || '.' else 'Marked' end where id = $1",
                self.given.workspace_id,
            )
            await work.execute("update tickets set subject = subject || '.' where id = $1", self.ticket.id)
            work.ticket_id, work.public = self.ticket.id, True
        return work.change_id

    async def heard_of(self, change_id: int | None) -> Heard:
        """Return the words of a change that each was told, once all before a mark was told."""
        mark = await self.mark()
        found: dict[str, tuple[str, ...]] = {}
        for name, listener in self.listeners.items():
            while True:
                told = await listener.change(30, of_ticket=None)
                if told["change_id"] == change_id:
                    found[name] = (*found.get(name, ()), *told["fields"])
                # The mark's frame without a ticket is told first; the contact hears the one of the ticket.
                if told["change_id"] == mark:
                    break
        return found


@pytest.fixture
async def listening(given: Given, clients: Clients) -> Listening:
    listening = Listening(given, clients)
    await listening.fill()
    return listening


def test_every_table_has_its_case() -> None:
    assert set(CASES) == TABLES


async def test_a_change_is_told_to_those_whom_it_concerns_and_to_nobody_else(listening: Listening) -> None:
    for name, case in (CASES | MORE_CASES).items():
        change_id = await listening.write(case)
        assert await listening.heard_of(change_id) == case.heard, name


async def test_what_a_command_changes_beside_tables_is_told_to_those_whom_it_concerns(listening: Listening) -> None:
    agent, admin = listening.people["agent"].actor, listening.people["admin"].actor
    own = {"agent": ("sessions",), "narrow": ("sessions",), "restricted": LISTED, "admin": LISTED}
    operations = {"restricted": ("operations",), "admin": ("operations",)}
    for name in sorted(COMMANDS):
        by: Actor | SystemActor = listening.given.system
        expected: Heard = own
        if name.startswith("operations."):
            by, expected = admin, operations
        elif name.startswith(("contact_import.", "organization_import.")):
            by, expected = admin, everybody("contact_imports")
        elif name.startswith("bulk."):
            by, expected = agent, own | {"agent": ("bulk",), "narrow": ("bulk",)}
        elif name not in ("session.end_of", "session.end_all_of", "person.reset_password"):
            by = agent
        async with listening.given.database.writing(by, name) as work:
            work.summary = {"person_id": agent.person_id, "job_id": 1}
        assert await listening.heard_of(work.change_id) == expected, name


async def test_whose_sight_changed_is_asked_to_fetch_everything(listening: Listening) -> None:
    async with listening.given.database.writing(listening.given.system, "team.update") as work:
        await work.execute(
            "insert into team_members (workspace_id, team_id, person_id) values ($1, $2, $3)",
            listening.given.workspace_id,
            listening.second,
            listening.people["agent"].id,
        )
    mark = await listening.mark()
    asked = set()
    for name, listener in listening.listeners.items():
        frame: dict[str, Any] = {}
        while not any(one["change_id"] == mark for one in frame.get("changes", [])):
            frame = await listener.frame(30)
            if frame["type"] == "resync":
                asked.add(name)
    # The token that reads no ticket is of the same person; its powers are others as well.
    assert asked == {"agent", "narrow"}
