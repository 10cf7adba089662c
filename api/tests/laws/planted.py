"""A world of secrets: every text that somebody may not see carries a canary that names whose it is."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from desk import Client, Desk
from factories import SignedIn


class Planted(msgspec.Struct, kw_only=True):
    """Ids and numbers of what was planted, and who looks at it."""

    desk: Desk
    team_a: int
    team_b: int
    alpha: int
    beta: int
    # requesters: two of Alpha (one manages it), one of Beta
    ann: int
    manager: int
    otto: int
    # ann's two requests, one of her colleague's, and otto's in the other team
    own: int = 0
    own_second: int = 0
    colleagues: int = 0
    others: int = 0
    agent: Client
    admin: Client
    # an administrator in every right, who sees team A only
    restricted: SignedIn
    ids: dict[str, list[Any]] = {}


async def plant(desk: Desk) -> Planted:
    """Plant two teams, two organizations, four requests with notes, files and mail."""
    given = desk.given
    alpha, beta = (await given.organization("Alpha", "alpha.example"), await given.organization("Beta", "beta.example"))
    ann = await given.contact("Ann", "ann@alpha.example", organization_id=alpha)
    manager = await given.contact("Mag", "canary-manager-address@alpha.example", organization_id=alpha, manager=True)
    otto = await given.contact("Canary-otto-name", "canary-otto-address@beta.example", organization_id=beta)
    team_a, team_b = await given.first_team(), await given.team("Canary-team-b")
    agent = await given.staff("Agnes", role="Administrator")
    async with desk.database.writing(given.system, "person.rename") as work:
        await work.execute(
            "update addresses set email = 'canary-staff-address@atum.localhost' where person_id = $1", agent.id
        )
    planted = Planted(
        desk=desk,
        team_a=team_a,
        team_b=team_b,
        alpha=alpha,
        beta=beta,
        ann=ann,
        manager=manager,
        otto=otto,
        agent=desk.client(agent),
        admin=await desk.administrator(),
        restricted=await given.staff("Rita", role="Administrator", teams=(team_a,), sees_all_teams=False),
    )
    planted.own = await _ask(planted, "own", ann, team_a)
    planted.own_second = await _ask(planted, "own-second", ann, team_a)
    planted.colleagues = await _ask(planted, "colleagues", manager, team_a)
    planted.others = await _ask(planted, "others", otto, team_b)
    await planted.agent.posted(
        "/tickets/bulk", {"numbers": [planted.own, planted.others], "set": {"priority": "urgent"}}, status=200
    )
    await _receive_mails(planted)
    await _link(planted)
    await _run(planted)
    await _draft(planted)
    await _work(planted)
    planted.ids = await _ids(planted)
    return planted


async def _ask(planted: Planted, whose: str, requester_id: int, team_id: int) -> int:
    """Open a ticket, talk about it, behind and before the requester's back."""
    agent = planted.agent
    ticket = await agent.posted(
        "/tickets",
        {
            "subject": f"canary-subject-{whose}",
            "text": f"canary-text-{whose} secret",
            "requester_id": requester_id,
            "team_id": team_id,
            "tags": ["canary-tag", f"canary-tag-{whose}"],
            "channel": "phone",
        },
    )
    path = f"/tickets/{ticket['number']}"
    for kind in ("reply", "note"):
        file = await agent.posted(
            "/attachments",
            files={"file": (f"canary-{kind}-file-{whose}.png", f"canary-{kind}-bytes-{whose}".encode(), "image/png")},
        )
        await agent.posted(
            f"{path}/messages", {"kind": kind, "text": f"canary-{kind}-{whose} note", "attachment_ids": [file["id"]]}
        )
    await agent.posted(
        f"{path}/conversations",
        {
            "subject": f"canary-note-{whose}",
            "text": f"canary-note-{whose} aside",
            "to": [f"canary-note-{whose}@supplier.example"],
        },
    )
    await agent.patched(path, {"subject": f"canary-subject-{whose} again", "priority": "high", "type": "incident"})
    return ticket["number"]


async def _receive_mails(planted: Planted) -> None:
    """A mail that became part of each ticket, and one in team B's mailbox that nobody filed."""
    desk = planted.desk
    async with desk.database.writing(desk.given.system, "mailbox.add") as work:
        box = await work.fetchval(
            "insert into mailboxes (workspace_id, address, name, team_id) values (ctx_workspace(), 'b@atum.localhost', 'B', $1) returning id",
            planted.team_b,
        )
        for whose, number, mailbox in (
            ("own", planted.own, None),
            ("others", planted.others, None),
            ("unfiled", None, box),
        ):
            mail_id = await work.fetchval(
                """insert into mails (workspace_id, mailbox_id, state, envelope_from, envelope_to, size, sha256, dedupe_key, subject, from_address, ticket_id)
                   values (ctx_workspace(), $1, $2, 'x@example.org', '{b@atum.localhost}', 10, repeat('0', 64), $3, $4, 'x@example.org',
                           (select id from tickets where number = $5)) returning id""",
                mailbox,
                "quarantined" if number is None else "ticketed",
                hashlib.sha256(whose.encode()).digest(),
                f"canary-mail-{whose}",
                number,
            )
            await work.execute(
                "insert into mail_sources (workspace_id, mail_id, raw) values (ctx_workspace(), $1, $2)",
                mail_id,
                f"Subject: canary-raw-{whose}\r\n\r\n".encode(),
            )


async def _link(planted: Planted) -> None:
    """Two requests of different teams that may be the same; the reason tells of the other one."""
    async with planted.desk.database.writing(planted.desk.given.system, "ticket.link") as work:
        await work.execute(
            """insert into ticket_links (workspace_id, ticket_id, other_id, kind, reason)
               select ctx_workspace(), a.id, b.id, 'possibly_same', 'canary-note-others'
                 from tickets a, tickets b where a.number = $1 and b.number = $2""",
            planted.own,
            planted.others,
        )
        await work.execute(
            """insert into ticket_relations (workspace_id, ticket_id, other_id, kind)
               select ctx_workspace(), a.id, b.id, 'related' from tickets a, tickets b
                where a.number in ($1, $2) and b.number in ($1, $2) and a.id <> b.id""",
            planted.own,
            planted.others,
        )
        await work.execute(
            "insert into mail_blocks (workspace_id, kind, value) values (ctx_workspace(), 'domain', 'spam.example')"
        )


async def _run(planted: Planted) -> None:
    """A bulk change that somebody of the other team asked for, with what they wrote and which ticket it met."""
    asker = await planted.desk.given.staff("Boris", teams=(planted.team_b,), sees_all_teams=False)
    async with planted.desk.database.writing(planted.desk.given.system, "bulk.start") as work:
        work.may_be_empty = True
        run_id = await work.fetchval(
            """insert into bulk_runs (workspace_id, kind, asked_by, request, state)
               values (ctx_workspace(), 'edit', $1, $2, 'done') returning id""",
            asker.id,
            {"numbers": [planted.others], "actions": {"message": {"kind": "note", "text": "canary-note-others"}}},
        )
        await work.execute(
            "insert into bulk_items (run_id, number, workspace_id, state) values ($1, $2, ctx_workspace(), 'changed')",
            run_id,
            planted.others,
        )


async def _draft(planted: Planted) -> None:
    """What a colleague is writing, on a ticket that others see and on one that they do not."""
    writer = await planted.desk.given.staff("Dora", teams=(planted.team_b,), sees_all_teams=False)
    async with planted.desk.database.marking(planted.desk.given.system) as transaction:
        for number in (planted.own, planted.others):
            await transaction.execute(
                """with made as (
                     insert into drafts (workspace_id, person_id, ticket_id, kind)
                     select workspace_id, $1, id, 'note' from tickets where number = $2 returning *)
                   insert into draft_texts (workspace_id, draft_id, person_id, version, text)
                   select workspace_id, id, person_id, version, 'canary-note-others' from made""",
                writer.id,
                number,
            )


async def _work(planted: Planted) -> None:
    """Time, a checklist and a reminder on a ticket of each team."""
    for whose, number in (("own", planted.own), ("others", planted.others)):
        note = f"canary-note-{whose}"
        await planted.agent.posted(f"/tickets/{number}/time-entries", {"seconds": 60, "note": note})
        await planted.agent.posted(f"/tickets/{number}/checklists", {"name": note, "items": [{"text": note}]})
        await planted.agent.posted(f"/tickets/{number}/reminders", {"minutes": 60, "note": note})


async def _ids(planted: Planted) -> dict[str, list[Any]]:
    """Return all ids that a path may name, for each parameter."""
    tables = {
        "attachment_id": "attachments",
        "outbox_id": "outbox",
        "mail_id": "mails",
        "contact_id": "people",
        "organization_id": "organizations",
        "change_id": "changes",
        "person_id": "people",
        "team_id": "teams",
        "mailbox_id": "mailboxes",
        "session_id": "sessions",
        "link_id": "ticket_links",
        "relation_id": "ticket_relations",
        "block_id": "mail_blocks",
        "message_id": "messages",
        "standing_id": "address_standings",
        "key_id": "dkim_keys",
        "layout_id": "mail_layouts",
        "view_id": "views",
        "macro_id": "macros",
        "draft_id": "drafts",
        "conversation_id": "conversations",
        "signature_id": "signatures",
        "absence_id": "absences",
        "subscription_id": "push_subscriptions",
        "note_id": "contact_notes",
        "entry_id": "time_entries",
        "activity_id": "time_activities",
        "checklist_id": "checklists",
        "reminder_id": "reminders",
        "item_id": "checklist_items",
        "template_id": "checklist_templates",
        "import_id": "contact_imports",
        "run_id": "bulk_runs",
        "form_id": "forms",
        "calendar_id": "calendars",
    }
    ids: dict[str, list[Any]] = {}
    for name, table in tables.items():
        ids[name] = [row["id"] for row in await planted.desk.rows(f"select id from {table} order by id")]
    ids["number"] = [row["number"] for row in await planted.desk.rows("select number from tickets order by number")]
    ids["form_key"] = ["existing"]
    # A request to the machine is a file and holds nothing of tickets.
    ids["request_id"] = [1]
    # Anybody may ask for a logo by its hash; files of tickets must not come that way.
    ids["sha256"] = [row["sha256"] for row in await planted.desk.rows("select distinct sha256 from attachments")]
    return ids


async def ids_of_ticket(desk: Desk, number: int) -> dict[str, list[int]]:
    """Return what belongs to a ticket, by the name of the path parameter."""

    async def column(query: str) -> list[int]:
        return [row["id"] for row in await desk.rows(query, number)]

    one = "(select id from tickets where number = $1)"
    return {
        "number": [number],
        "attachment_id": await column(f"select id from attachments where ticket_id = {one}"),
        "outbox_id": await column(f"select id from outbox where ticket_id = {one}"),
        "link_id": await column(f"select id from ticket_links where {one} in (ticket_id, other_id)"),
        "relation_id": await column(f"select id from ticket_relations where {one} in (ticket_id, other_id)"),
        "message_id": await column(f"select id from messages where ticket_id = {one}"),
        "mail_id": await column(f"select id from mails where ticket_id = {one}"),
        "entry_id": await column(f"select id from time_entries where ticket_id = {one}"),
        "checklist_id": await column(f"select id from checklists where ticket_id = {one}"),
        "item_id": await column(f"select id from checklist_items where ticket_id = {one}"),
        "reminder_id": await column(f"select id from reminders where ticket_id = {one}"),
        "change_id": await column(f"select distinct change_id as id from row_changes where ticket_id = {one}"),
    }


def canaries(*whose: str) -> list[str]:
    """Return every string that only those tickets hold."""
    kinds = (
        "subject",
        "text",
        "tag",
        "reply",
        "note",
        "reply-file",
        "note-file",
        "reply-bytes",
        "note-bytes",
        "mail",
        "raw",
    )
    return [f"canary-{kind}-{one}" for one in whose for kind in kinds]


# What no requester sees of anybody's ticket, their own included.
INTERNAL = [
    *(
        f"canary-{kind}-{whose}"
        for whose in ("own", "own-second", "colleagues", "others")
        for kind in ("note", "note-file", "note-bytes", "tag", "raw", "mail")
    ),
    "canary-tag",
    "canary-staff-address",
    "canary-team-b",
    "canary-otto-address",
    "canary-otto-name",
]


def seen(text: str, strings: list[str]) -> list[str]:
    """Return the strings that a text holds; `canary-x-own` is not seen in `canary-x-own-second`."""
    low = text.lower()
    return [s for s in strings if any(not low.startswith("-second", at + len(s)) for at in _places(low, s.lower()))]


def _places(text: str, part: str) -> list[int]:
    places, at = [], text.find(part)
    while at >= 0:
        places.append(at)
        at = text.find(part, at + 1)
    return places
