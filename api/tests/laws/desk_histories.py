"""Generated histories of real commands, and what the ledgered tables hold before and after each."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
from hypothesis import strategies as st

from desk import Client, Desk

ADDRESSES = ("ann@alpha.example", "ben@alpha.example", "cleo@beta.example", "dora@example.org")
DOMAINS = ("alpha.example", "beta.example", "gamma.example")
WORDS = ("Printer", "VPN", "Rechnung fehlt", "كلمة المرور", "Zoë's laptop 💥")
LIVING = "kind = 'contact' and merged_into_id is null"
RECENT = 4
# Steps with a greater value are written by hand and collide with none.
MOST_GENERATED = 60

Row = dict[str, Any]
State = dict[tuple[str, int], Row]


# An address belongs to one mailbox for good, whatever an earlier history left behind.


class HistoryStep(msgspec.Struct, frozen=True):
    """One thing somebody does; the numbers choose among what exists at that moment."""

    kind: str
    who: int
    which: int
    value: int


def few(step: HistoryStep, names: int) -> int:
    """Return a number for a unique name: generated steps share few of them, so that they collide."""
    return step.value % names if step.value < MOST_GENERATED else step.value


class DoneStep(msgspec.Struct, frozen=True):
    """A step that became a change, with the state around it."""

    step: HistoryStep
    change_id: int
    before: State
    after: State


class HistoryDesk:
    """A desk with staff and requesters who act, one step at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.staff: list[Client] = []
        self.requesters: list[Client] = []
        self.changes: list[int] = []
        self.requester_ids: list[int] = []

    @classmethod
    async def settled(cls, desk: Desk) -> HistoryDesk:
        """Move in: an administrator, two agents, two requesters with a request each."""
        history_desk = cls(desk)
        team_id = await desk.given.first_team()
        history_desk.staff = [await desk.administrator(), await desk.staff(), await desk.staff("Team lead")]
        for address in ADDRESSES[:2]:
            contact_id = await desk.given.contact(address.partition("@")[0], address)
            history_desk.requester_ids.append(contact_id)
            history_desk.requesters.append(await desk.requester(contact_id))
            await desk.given.ticket(requester_id=contact_id, team_id=team_id)
        return history_desk

    @property
    def administrator(self) -> Client:
        return self.staff[0]

    async def run(self, steps: list[HistoryStep]) -> list[DoneStep]:
        """Take the steps; return those that changed something, in order."""
        self.changes = []
        done, before = [], await self.state()
        for step in steps:
            answer = await getattr(self, step.kind)(step)
            if answer is None:
                continue
            assert answer.status_code < 500, answer.text
            assert answer.status_code not in (401, 403, 404), f"{step}: {answer.text}"
            change_id = answer.headers.get("x-change-id")
            after = await self.state()
            if answer.is_success and change_id:
                done.append(DoneStep(step, int(change_id), before, after))
                self.changes.append(int(change_id))
            else:
                assert after == before, f"{step} was refused and changed something: {answer.text}"
            before = after
        return done

    async def undo(self, change_id: int) -> httpx.Response:
        """Ask for an undo as the administrator."""
        return await self.administrator.post(f"/changes/{change_id}/undo")

    async def state(self) -> State:
        """Return every ledgered row with its ledgered columns."""
        rows = await self.desk.rows(await self._state_query())
        return {(row["name"], row["id"]): row["columns"] for row in rows}

    async def _state_query(self) -> str:
        if not hasattr(self, "_query"):
            tables = await self.desk.rows(
                """select c.relname::text as name, coalesce(string_to_array(rtrim(encode(t.tgargs, 'escape'), '\\000'), '\\000'), '{}') as hidden
                     from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'ledger'"""
            )
            assert len(tables) > 10
            self._query = " union all ".join(
                f"select '{t['name']}' as name, id, to_jsonb(t) - array[{','.join(repr(h) for h in t['hidden'] if h)}]::text[] as columns from {t['name']} t"
                for t in tables
            )
        return self._query

    # ------------------------------------------------------------ choosing
    async def _ids(self, query: str) -> list[int]:
        return [row["id"] for row in await self.desk.rows(f"{query} order by id desc limit {RECENT}")]

    async def _number(self, step: HistoryStep) -> int:
        numbers = [
            row["number"] for row in await self.desk.rows(f"select number from tickets order by id desc limit {RECENT}")
        ]
        return numbers[step.which % len(numbers)]

    def _agent(self, step: HistoryStep) -> Client:
        return self.staff[step.who % len(self.staff)]

    async def _chosen(self, step: HistoryStep, query: str) -> int | None:
        ids = await self._ids(query)
        return ids[step.which % len(ids)] if ids else None

    # ------------------------------------------------------------ tickets
    async def open_ticket(self, step: HistoryStep) -> httpx.Response:
        teams = await self._ids("select id from teams")
        body: Row = {
            "subject": WORDS[step.value % len(WORDS)],
            "text": f"help {step.value}",
            "requester": {"email": ADDRESSES[step.which % len(ADDRESSES)], "name": "Somebody"},
            "team_id": teams[step.which % len(teams)],
            "tags": ["vpn", "New one"][: step.value % 3],
            "kind": "note" if step.value % 5 == 0 else "reply",
        }
        if step.value % 2:
            body["assignee_id"] = await self._staff_id(step)
        if body["kind"] == "reply" and step.value % 3 == 0:
            body |= {"send": True, "cc": ["new.copy@gamma.example"], "bcc": ["blind@gamma.example"]}
        return await self._agent(step).post("/tickets", json=body)

    async def reply(self, step: HistoryStep) -> httpx.Response:
        body: Row = {"kind": "reply", "text": f"Try {step.value}"}
        if step.value % 3 == 0:
            body["cc"] = [ADDRESSES[step.value % len(ADDRESSES)], "new.copy@gamma.example"]
        if step.value % 5 == 0:
            body |= {"recipients": "all", "bcc": ["blind@gamma.example"], "confirm_recipients": True}
        if step.value % 4 == 0:
            body["status"] = "resolved"
        return await self._answer(step, body)

    async def add_participant(self, step: HistoryStep) -> httpx.Response:
        body = {"email": f"joins{few(step, 3)}@gamma.example", "name": "Somebody"}
        path = f"/tickets/{await self._number(step)}/participants"
        return await self._agent(step).post(path, json=body)

    async def remove_participant(self, step: HistoryStep) -> httpx.Response | None:
        rows = await self.desk.rows(
            f"""select t.number, p.person_id from participants p join tickets t on t.id = p.ticket_id
                 order by p.id desc limit {RECENT}"""
        )
        if not rows:
            return None
        number, person_id = rows[step.which % len(rows)].values()
        one = "" if step.value % 3 == 0 else f"/{person_id}"
        return await self._agent(step).delete(f"/tickets/{number}/participants{one}")

    async def readdress(self, step: HistoryStep) -> httpx.Response | None:
        message_id = await self._chosen(
            step,
            """select message_id as id from outbox
                where state in ('held', 'queued') and attempts = 0 and conversation_id is null""",
        )
        if message_id is None:
            return None
        choice: Row = {"recipients": "all"} if step.value % 2 else {"to": [ADDRESSES[0]]}
        body = {**choice, "confirm_recipients": True}
        return await self.administrator.patch(f"/messages/{message_id}", json=body)

    async def note(self, step: HistoryStep) -> httpx.Response:
        return await self._answer(step, {"kind": "note", "html": f"<b>between us {step.value}</b>"})

    async def converse(self, step: HistoryStep) -> httpx.Response:
        body = {"subject": f"Part {step.value}", "text": "When?", "to": [f"parts{few(step, 3)}@supplier.example"]}
        return await self._agent(step).post(f"/tickets/{await self._number(step)}/conversations", json=body)

    async def forward(self, step: HistoryStep) -> httpx.Response:
        body = {"text": "Please look.", "to": [f"parts{few(step, 3)}@supplier.example"]}
        return await self._agent(step).post(f"/tickets/{await self._number(step)}/forward", json=body)

    async def answer_conversation(self, step: HistoryStep) -> httpx.Response | None:
        body = {"text": f"Well {step.value}?", "cc": ["boss@supplier.example"]}
        path = await self._conversation(step)
        return await self._agent(step).post(f"{path}/messages", json=body) if path else None

    async def close_conversation(self, step: HistoryStep) -> httpx.Response | None:
        path = await self._conversation(step)
        return await self._agent(step).patch(path, json={"closed": bool(step.value % 2)}) if path else None

    async def _conversation(self, step: HistoryStep) -> str | None:
        rows = await self.desk.rows(
            f"""select t.number, c.id from conversations c join tickets t on t.id = c.ticket_id
                 order by c.id desc limit {RECENT}"""
        )
        if not rows:
            return None
        number, conversation_id = rows[step.which % len(rows)].values()
        return f"/tickets/{number}/conversations/{conversation_id}"

    async def _answer(self, step: HistoryStep, body: Row) -> httpx.Response:
        return await self._agent(step).post(f"/tickets/{await self._number(step)}/messages", json=body)

    async def assign(self, step: HistoryStep) -> httpx.Response:
        return await self._patch(step, {"assignee_id": await self._staff_id(step) if step.value % 4 else None})

    async def move(self, step: HistoryStep) -> httpx.Response | None:
        number = await self._number(step)
        elsewhere = f"select id from teams where id <> (select team_id from tickets where number = {number})"
        teams = await self._ids(elsewhere)
        return await self._patch(step, {"team_id": teams[step.value % len(teams)]}) if teams else None

    async def status(self, step: HistoryStep) -> httpx.Response:
        keys = ("open", "waiting", "on_hold", "resolved", "closed", "cancelled")
        return await self._patch(step, {"status": keys[step.value % len(keys)]})

    async def priority(self, step: HistoryStep) -> httpx.Response:
        return await self._patch(step, {"priority": ("low", "normal", "high", "urgent")[step.value % 4]})

    async def tags(self, step: HistoryStep) -> httpx.Response:
        return await self._patch(step, {"tags": ["vpn", "mail", "Büro"][: step.value % 4]})

    async def rename(self, step: HistoryStep) -> httpx.Response:
        return await self._patch(step, {"subject": WORDS[step.value % len(WORDS)]})

    async def edit_much(self, step: HistoryStep) -> httpx.Response:
        contacts = await self._ids("select id from people where kind = 'contact'")
        return await self._patch(
            step,
            {
                "requester_id": contacts[step.value % len(contacts)],
                "type": ("task", "problem")[step.value % 2],
                "priority": ("low", "high")[step.value % 2],
                "status": ("open", "waiting")[step.value % 2],
            },
        )

    async def _patch(self, step: HistoryStep, body: Row) -> httpx.Response:
        return await self._agent(step).patch(f"/tickets/{await self._number(step)}", json=body)

    async def bulk(self, step: HistoryStep) -> httpx.Response:
        numbers = [row["number"] for row in await self.desk.rows("select number from tickets order by id desc limit 3")]
        body: Row = {"numbers": numbers, "set": {"priority": ("low", "urgent")[step.value % 2]}}
        if step.value % 3 == 0:
            body["set"]["status"] = ("waiting", "resolved", "closed")[step.which % 3]
        if step.value % 4 == 0:
            body |= {"add_tags": ["bulk"], "remove_tags": ["vpn"]}
        return await self._agent(step).post("/tickets/bulk", json=body)

    async def _staff_id(self, step: HistoryStep) -> int | None:
        return await self._chosen(step, "select id from people where kind = 'staff' and active")

    # ------------------------------------------------------------ people
    async def add_contact(self, step: HistoryStep) -> httpx.Response:
        body = {"name": WORDS[step.value % len(WORDS)], "email": f"c{few(step, 4)}@{DOMAINS[step.which % 3]}"}
        return await self._agent(step).post("/contacts", json=body)

    async def edit_contact(self, step: HistoryStep) -> httpx.Response:
        contact_id = await self._chosen(step, f"select id from people where {LIVING}")
        organizations = [None, *await self._ids("select id from organizations where merged_into_id is null")]
        body = {
            "name": f"Contact {step.value % 3}",
            "organization_manager": bool(step.value % 2),
            "organization_id": organizations[step.value % len(organizations)],
        }
        return await self._agent(step).patch(f"/contacts/{contact_id}", json=body)

    async def add_organization(self, step: HistoryStep) -> httpx.Response:
        body = {"name": f"House {step.value}", "domains": [DOMAINS[step.which % 3]][: step.value % 2]}
        return await self._agent(step).post("/organizations", json=body)

    async def edit_organization(self, step: HistoryStep) -> httpx.Response | None:
        organization_id = await self._chosen(step, "select id from organizations where merged_into_id is null")
        if organization_id is None:
            return None
        body = {
            "name": f"House {step.value % 3}",
            "domains": list(DOMAINS[: step.value % 3]),
            "shares_tickets": bool(step.which % 2),
        }
        return await self._agent(step).patch(f"/organizations/{organization_id}", json=body)

    def _others(self) -> str:
        # The two requesters stay signed in and reached by their addresses.
        signed_in = ", ".join(str(one) for one in self.requester_ids)
        return f"select id from people where {LIVING} and id not in ({signed_in})"

    async def reach_contact(self, step: HistoryStep) -> httpx.Response | None:
        contact_id = await self._chosen(step, self._others())
        if contact_id is None:
            return None
        body = {
            "emails": [f"reach{few(step, 3)}@gamma.example", f"c{few(step, 4)}@{DOMAINS[step.which % 3]}"],
            "phones": [{"number": f"+49 30 {step.value % 3}", "label": WORDS[step.value % len(WORDS)]}],
            "vip": bool(step.value % 2),
            "language": ("de", "en")[step.value % 2],
            "external_id": f"crm-{few(step, 3)}",
        }
        return await self._agent(step).patch(f"/contacts/{contact_id}", json=body)

    async def merge_contacts(self, step: HistoryStep) -> httpx.Response | None:
        ids = await self._ids(self._others())
        fields = ("name", "organization", "vip", "language", "external_id", "primary_address")
        if len(ids) < 2:
            return None
        body = {"into": ids[step.value % len(ids)], "take": list(fields[: step.value % 7])}
        source = ids[(step.value + 1 + step.which) % len(ids)]
        return await self._agent(step).post(f"/contacts/{source}/merge", json=body) if source != body["into"] else None

    async def merge_organizations(self, step: HistoryStep) -> httpx.Response | None:
        ids = await self._ids("select id from organizations where merged_into_id is null")
        if len(ids) < 2:
            return None
        body = {"into": ids[step.value % len(ids)], "take": ["name", "shares_tickets"][: step.value % 3]}
        source = ids[(step.value + 1) % len(ids)]
        return await self._agent(step).post(f"/organizations/{source}/merge", json=body)

    async def note_contact(self, step: HistoryStep) -> httpx.Response:
        contact_id = await self._chosen(step, f"select id from people where {LIVING}")
        return await self._agent(step).post(f"/contacts/{contact_id}/notes", json={"text": f"noted {step.value}"})

    async def edit_contact_note(self, step: HistoryStep) -> httpx.Response | None:
        note_id = await self._chosen(step, "select id from contact_notes")
        if note_id is None:
            return None
        if step.value % 3 == 0:
            return await self._agent(step).delete(f"/contact-notes/{note_id}")
        return await self._agent(step).patch(f"/contact-notes/{note_id}", json={"text": f"noted anew {step.value}"})

    async def add_person(self, step: HistoryStep) -> httpx.Response:
        role = await self.desk.value(
            "select min(id) from roles where name = $1", ("Agent", "Administrator")[step.value % 2]
        )
        body = {
            "name": f"Agent {step.value}",
            "email": f"agent{few(step, 5)}@desk.example",
            "role_id": role,
            "team_ids": await self._ids("select id from teams"),
            "password": "a password of ten",
        }
        return await self.administrator.post("/people", json=body)

    async def edit_person(self, step: HistoryStep) -> httpx.Response | None:
        query = "select p.id from people p join addresses a on a.person_id = p.id where p.kind = 'staff' and a.email like '%@desk.example'"
        person_id = await self._chosen(step, query)
        if person_id is None:
            return None
        role = await self.desk.value(
            "select min(id) from roles where name = $1", ("Agent", "Auditor", "Team lead")[step.value % 3]
        )
        body = {"name": f"Agent {step.value % 3}", "role_id": role, "active": bool(step.value % 2), "team_ids": []}
        return await self.administrator.patch(f"/people/{person_id}", json=body)

    async def profile(self, step: HistoryStep) -> httpx.Response:
        body = {"name": f"Renamed {step.value % 3}", "locale": ("en", "de")[step.value % 2]}
        return await self._agent(step).patch("/me", json=body)

    async def add_team(self, step: HistoryStep) -> httpx.Response:
        members = await self._ids("select id from people where kind = 'staff'")
        return await self.administrator.post("/teams", json={"name": f"Team {few(step, 4)}", "member_ids": members})

    async def edit_team(self, step: HistoryStep) -> httpx.Response:
        team_id = await self._chosen(step, "select id from teams")
        members = await self._ids("select id from people where kind = 'staff'")
        body = {"name": f"Team {few(step, 4)}", "color": "#112233", "member_ids": members[: step.value % 3]}
        return await self.administrator.patch(f"/teams/{team_id}", json=body)

    async def add_mailbox(self, step: HistoryStep) -> httpx.Response:
        team_id = await self._chosen(step, "select id from teams")
        body = {"address": f"box{few(step, 3)}@desk.example", "name": "Box", "team_id": team_id}
        return await self.administrator.post("/mailboxes", json=body)

    async def edit_mailbox(self, step: HistoryStep) -> httpx.Response:
        mailbox_id = await self._chosen(step, "select id from mailboxes")
        body = {"name": f"Box {step.value % 3}", "team_id": await self._chosen(step, "select id from teams")}
        return await self.administrator.patch(f"/mailboxes/{mailbox_id}", json=body)

    # ------------------------------------------------------------ the portal
    async def portal_ask(self, step: HistoryStep) -> httpx.Response:
        body: Row = {
            "name": "Asker",
            "email": ADDRESSES[step.which % len(ADDRESSES)],
            "subject": WORDS[step.value % len(WORDS)],
            "text": "please",
        }
        async with self.desk.client() as stranger:
            return await stranger.post("/portal/tickets", json=body)

    async def portal_reply(self, step: HistoryStep) -> httpx.Response:
        requester, number = await self._own_request(step)
        return await requester.post(f"/portal/tickets/{number}/messages", json={"text": f"still {step.value}"})

    async def portal_resolve(self, step: HistoryStep) -> httpx.Response:
        requester, number = await self._own_request(step)
        return await requester.post(f"/portal/tickets/{number}/resolve")

    async def _own_request(self, step: HistoryStep) -> tuple[Client, int]:
        # An edit may have given their last request to somebody else.
        for requester in (self.requesters[step.who % 2], self.requesters[(step.who + 1) % 2]):
            if own := (await requester.got("/portal/tickets", limit=RECENT))["items"]:
                return requester, own[step.which % len(own)]["number"]
        contact_id = await self.desk.value("select person_id from addresses where email = $1", ADDRESSES[0])
        return self.requesters[0], (await self.desk.given.ticket(requester_id=contact_id)).number

    # ------------------------------------------------------------ undo itself
    async def undo_some(self, step: HistoryStep) -> httpx.Response | None:
        if not self.changes:
            return None
        return await self.undo(self.changes[-1 - step.which % len(self.changes)])


KINDS = (
    "open_ticket",
    "reply",
    "readdress",
    "add_participant",
    "remove_participant",
    "note",
    "converse",
    "forward",
    "answer_conversation",
    "close_conversation",
    "assign",
    "move",
    "status",
    "priority",
    "tags",
    "rename",
    "edit_much",
    "bulk",
    "add_contact",
    "edit_contact",
    "add_organization",
    "edit_organization",
    "reach_contact",
    "note_contact",
    "edit_contact_note",
    "merge_contacts",
    "merge_organizations",
    "add_person",
    "edit_person",
    "profile",
    "add_team",
    "edit_team",
    "add_mailbox",
    "edit_mailbox",
    "portal_ask",
    "portal_reply",
    "portal_resolve",
    "undo_some",
)


def histories(min_size: int, max_size: int) -> st.SearchStrategy[list[HistoryStep]]:
    """Return a strategy of histories of that many steps."""
    steps = st.builds(
        HistoryStep,
        kind=st.sampled_from(KINDS),
        who=st.integers(0, 2),
        which=st.integers(0, 11),
        value=st.integers(0, MOST_GENERATED - 1),
    )
    return st.lists(steps, min_size=min_size, max_size=max_size)
