"""The life of one ticket, written down as the changes that agents, requesters and jobs made of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from atum_desk.demo.arcs import Part
from atum_desk.demo.company_settings import instrument_values
from atum_desk.demo.ids import Ids
from atum_desk.demo.models import Agent, Company, DemoContact, DemoRow, DemoStep, DemoTeam, FileKind, Story
from atum_desk.demo.queries import Ground
from atum_desk.demo.stories import Telling
from atum_desk.files.public import StoredFile
from atum_desk.kernel.config.settings import Settings
from atum_desk.outbox.public import mail_subject, render_mail, reply_address
from atum_desk.tickets.public import preview_of, request_link

MAIL_LEAVES_AFTER = timedelta(seconds=6)
CHANNELS, CHANNEL_WEIGHTS = ("email", "portal", "phone"), (0.78, 0.18, 0.04)


class StoredDemoFile(msgspec.Struct, frozen=True):
    """A demo file that is in the store."""

    filename: str
    mime_type: str
    stored: StoredFile


class LifeStage(msgspec.Struct, frozen=True):
    """What every life on it shares."""

    source: random.Random
    settings: Settings
    ids: Ids
    ground: Ground
    company: Company
    files: dict[FileKind, list[StoredDemoFile]]


class Life:
    """Writes one ticket's changes down, keeping count of what the ticket looks like meanwhile."""

    def __init__(
        self, stage: LifeStage, number: int, story: Story, requester: DemoContact, agent: Agent, colleague: str
    ) -> None:
        self.id = stage.ids.next("tickets")
        self.number = number
        self.requester = requester
        self.agent = agent
        self.steps: list[DemoStep] = []
        self._stage = stage
        self._story = story
        self._team = stage.company.team(story.team)
        self._told = Telling(stage.source, story, requester, agent, colleague)
        self._subject = self._told.subject()
        self._asked = ""
        self._references: list[str] = []
        self._count = 0
        self._first_response_at: datetime | None = None

    def open(self, at: datetime, *, misdirected: bool) -> None:
        """Let the requester ask."""
        team = self._stage.company.team("Customer Support") if misdirected else self._team
        channel = self._stage.source.choices(CHANNELS, CHANNEL_WEIGHTS)[0]
        text = self._asked = self._told.first()
        ticket = {
            "number": self.number,
            "subject": self._subject,
            **self._status("new"),
            "category": "new",
            "priority": 2,
            "type": "question",
            "channel": channel,
            "team_id": team.id,
            "mailbox_id": team.mailbox_id,
            "requester_id": self.requester.id,
            "organization_id": self.requester.organization.id,
            "tags": [],
            "preview": preview_of(text),
            "message_count": 1,
            "created_at": at,
            "updated_at": at,
            "last_message_at": at,
            "last_requester_message_at": at,
            "version": 1,
        }
        message_id, rows = self._message(at, text, "reply", self.requester, channel, file_with="ask")
        via: Literal["mail", "link", "session"] = "mail" if channel == "email" else "link"
        self._add(
            at,
            "ticket.open",
            via,
            self.requester.id,
            [DemoRow("tickets", self.id, ticket), *rows],
            public=True,
            channel=channel,
            message_id=message_id,
        )

    def go_on(self, part: Part, at: datetime) -> None:
        """Let the next part happen."""
        parts: dict[Part, Callable[[datetime], None]] = {
            "move": self._move,
            "triage": self._triage,
            "note": self._note,
            "question": lambda at: self._reply(at, "question", "waiting"),
            "answer": lambda at: self._hear(at, "answer"),
            "hold": lambda at: self._reply(at, "hold", "on_hold"),
            "fix": lambda at: self._reply(at, "fix", "resolved"),
            "thanks": lambda at: self._hear(at, "thanks"),
            "resolve": lambda at: self._set_status(at, "resolved", self.agent.id),
            "give_up": lambda at: self._set_status(at, self._given_up(), self.agent.id),
            "close": lambda at: self._set_status(at, "closed", None),
        }
        parts[part](at)

    def assign_to(self, person_id: int, at: datetime) -> None:
        """Let the team's lead give the ticket to somebody."""
        self._edit(at, "ticket.assign", self._lead(self._team).id, {"assignee_id": person_id})

    def _move(self, at: datetime) -> None:
        lead = self._lead(self._stage.company.team("Customer Support"))
        self._edit(at, "ticket.move", lead.id, {"team_id": self._team.id})

    def _triage(self, at: datetime) -> None:
        """Somebody takes the ticket, sorts it and calls it what it is, in one change or in several."""
        actor = self.agent if self._stage.source.random() < 0.7 else self._lead(self._team)
        sorted_as: dict[str, Any] = {"tags": list(self._story.tags)}
        if self._story.priority != 2:
            sorted_as["priority"] = self._story.priority
        if self._story.type != "question":
            sorted_as["type"] = self._story.type
        if self._stage.source.random() < 0.5:
            self._edit(at, "ticket.edit", actor.id, {"assignee_id": self.agent.id, **sorted_as}, self._instrument())
            return
        self._edit(at, "ticket.assign", actor.id, {"assignee_id": self.agent.id})
        values = self._instrument()
        command = "ticket.tag" if len(sorted_as) == 1 and not values else "ticket.edit"
        self._edit(at + timedelta(seconds=self._stage.source.uniform(4, 50)), command, actor.id, sorted_as, values)

    def _instrument(self) -> list[DemoRow]:
        """Return what the requester said of an instrument, as an agent enters it."""
        return instrument_values(self._stage.company, self.id, f"{self._subject}\n{self._asked}")

    def _note(self, at: datetime) -> None:
        lead = self._lead(self._team)
        author = lead if lead != self.agent else self._stage.source.choice(self._team.agents)
        message_id, rows = self._message(at, self._told.note(), "note", author, "api")
        moved = {"message_count": self._count, "last_message_at": at}
        self._add(
            at, "ticket.note", "session", author.id, [self._moved(moved), *rows], message_id=message_id, kind="note"
        )

    def _hear(self, at: datetime, part: str) -> None:
        """The requester writes again, which reopens what waited or was resolved."""
        text = self._told.of_requester(part)
        message_id, rows = self._message(at, text, "reply", self.requester, "email")
        moved = {
            "message_count": self._count,
            "preview": preview_of(text),
            "last_message_at": at,
            "last_requester_message_at": at,
            **self._status("open"),
        }
        self._add(
            at,
            "ticket.reply",
            "mail",
            self.requester.id,
            [self._moved(moved), *rows],
            public=True,
            message_id=message_id,
            kind="reply",
        )

    def _reply(self, at: datetime, part: Literal["question", "hold", "fix"], status: str) -> None:
        text = self._told.of_agent(part)
        message_id, rows = self._message(at, text, "reply", self.agent, "email", file_with=part)
        self._first_response_at = self._first_response_at or at
        moved = {
            "message_count": self._count,
            "preview": preview_of(text),
            "last_message_at": at,
            "last_agent_message_at": at,
            "first_response_at": self._first_response_at,
            **self._status(status),
        }
        outbox_id = self._stage.ids.next("outbox")
        mail = DemoRow("outbox", outbox_id, self._mail(at, text, message_id))
        self._add(
            at,
            "ticket.reply",
            "session",
            self.agent.id,
            [self._moved(moved), *rows, mail],
            public=True,
            message_id=message_id,
            kind="reply",
        )
        leaves = {"state": "sending", "attempts": 1, "attempted_at": at + MAIL_LEAVES_AFTER}
        left = {"state": "sent", "sent_at": at + MAIL_LEAVES_AFTER}
        self._add(
            at + MAIL_LEAVES_AFTER,
            "outbox.sent",
            "job",
            None,
            [DemoRow("outbox", outbox_id, leaves, True), DemoRow("outbox", outbox_id, left, True)],
            outbox_id=outbox_id,
            state="sent",
        )

    def _set_status(self, at: datetime, key: str, actor_id: int | None) -> None:
        via: Literal["session", "rule"] = "session" if actor_id else "rule"
        self._add(
            at,
            "ticket.status" if actor_id else "ticket.close",
            via,
            actor_id,
            [self._moved(self._status(key))],
            public=True,
            fields=["status"],
        )

    def _given_up(self) -> str:
        return self._stage.source.choice(("resolved", "cancelled"))

    def _edit(
        self, at: datetime, command: str, actor_id: int, columns: dict[str, Any], values: Sequence[DemoRow] = ()
    ) -> None:
        self._add(at, command, "session", actor_id, [self._moved(columns), *values], fields=sorted(columns))

    def _message(
        self, at: datetime, text: str, kind: str, author: Agent | DemoContact, channel: str, *, file_with: str = ""
    ) -> tuple[int, list[DemoRow]]:
        message_id = self._stage.ids.next("messages")
        staff = isinstance(author, Agent)
        values: dict[str, Any] = {
            "ticket_id": self.id,
            "kind": kind,
            "author_id": author.id,
            "author_name": author.name,
            "from_staff": staff,
            "channel": channel,
            "text": text,
            "created_at": at,
            "cc": [],
            "recipients": [self._address()] if staff and kind == "reply" else [],
        }
        if channel == "email" and not staff:
            mail_message_id = f"{self._hex()}@{self.requester.organization.domain}"
            values |= {
                "mail_message_id": mail_message_id,
                "author_verdict": "proven",
                "author_words": "mx.atum.localhost: DMARC passes.",
            }
            self._references.append(mail_message_id)
        if not self._count:
            values["subject"] = self._subject
        self._count += 1
        return message_id, [
            DemoRow("messages", message_id, values),
            *self._attachment(at, message_id, author, file_with),
        ]

    def _attachment(self, at: datetime, message_id: int, author: Agent | DemoContact, file_with: str) -> list[DemoRow]:
        if self._story.file is None or self._story.file_with != file_with:
            return []
        file = self._stage.source.choice(self._stage.files[self._story.file])
        values = {
            "ticket_id": self.id,
            "message_id": message_id,
            "uploaded_by": author.id,
            "filename": file.filename,
            "mime_type": file.mime_type,
            "size": file.stored.size,
            "sha256": file.stored.sha256,
            "inline": False,
            "created_at": at,
        }
        return [DemoRow("attachments", self._stage.ids.next("attachments"), values)]

    def _mail(self, at: datetime, text: str, message_id: int) -> dict[str, Any]:
        settings, team = self._stage.settings, self._team
        link = request_link(settings, self.id, self.requester.id, 0)
        rendering = render_mail(text, None, number=self.number, link=link)
        reply_to = reply_address(settings, team.address, self.id)
        own_id = f"t{self.id}.m{message_id}.{self._hex()}@{team.address.partition('@')[2]}"
        mail = {
            "ticket_id": self.id,
            "message_id": message_id,
            "mailbox_id": team.mailbox_id,
            "kind": "reply",
            "state": "queued",
            "mail_message_id": own_id,
            "envelope_from": reply_to,
            "reply_to": reply_to,
            "sender": {"name": f"{self.agent.name} at {team.name}", "address": team.address},
            "recipients": [self._address()],
            "cc": [],
            "subject": mail_subject(self._subject, self.number, answer=True),
            "in_reply_to": self._references[-1] if self._references else None,
            "mail_references": list(self._references),
            "text": rendering.text,
            "html": rendering.html,
            "attempts": 0,
            "created_at": at,
            "held_until": at + timedelta(seconds=5),
        }
        self._references.append(own_id)
        return mail

    def _address(self) -> dict[str, str]:
        return {"name": self.requester.name, "address": self.requester.email}

    def _hex(self) -> str:
        return f"{self._stage.source.getrandbits(80):020x}"

    def _status(self, key: str) -> dict[str, Any]:
        return {"status_id": self._stage.ground.statuses[key]}

    def _lead(self, team: DemoTeam) -> Agent:
        return next(agent for agent in team.agents if agent.lead)

    def _moved(self, columns: dict[str, Any]) -> DemoRow:
        return DemoRow("tickets", self.id, columns, update=True)

    def _add(
        self,
        at: datetime,
        command: str,
        via: Literal["session", "link", "mail", "job", "rule"],
        actor_id: int | None,
        rows: list[DemoRow],
        *,
        public: bool = False,
        **summary: Any,
    ) -> None:
        step = DemoStep(
            at=at,
            command=command,
            via=via,
            actor_id=actor_id,
            ticket_id=self.id,
            public=public,
            summary={"number": self.number, **summary},
            rows=rows,
        )
        self.steps.append(step)
