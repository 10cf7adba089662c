"""What the demo is made of: a company, its people, the stories they tell, and the changes that follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

Language = Literal["en", "de", "ar"]
FileKind = Literal["png", "pdf", "csv", "log"]


class Agent(msgspec.Struct, frozen=True):
    """A member of the staff; `languages` are those besides English."""

    id: int
    name: str
    email: str
    team: str
    lead: bool
    languages: tuple[str, ...]


class DemoTeam(msgspec.Struct, frozen=True):
    """A team with the mailbox that fills it."""

    id: int
    name: str
    color: str
    mailbox_id: int
    address: str
    agents: tuple[Agent, ...]


class DemoOrganization(msgspec.Struct, frozen=True):
    """A customer or an office of our own; `office` is its city in each language."""

    id: int
    name: str
    domain: str
    own: bool
    weight: float
    language: Language
    cultures: tuple[str, ...]
    office: dict[str, str]


class DemoContact(msgspec.Struct, frozen=True):
    """Somebody who writes; `called` is how one addresses them."""

    id: int
    name: str
    called: str
    email: str
    organization: DemoOrganization


class Company(msgspec.Struct, frozen=True):
    """Everybody in the demo."""

    name: str
    administrator_id: int
    teams: tuple[DemoTeam, ...]
    organizations: tuple[DemoOrganization, ...]
    contacts: tuple[DemoContact, ...]
    # Of the custom fields, by key.
    field_ids: dict[str, int]

    def team(self, name: str) -> DemoTeam:
        """Return the team of a name."""
        return next(team for team in self.teams if team.name == name)


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request from the first word to the thanks; texts have slots in braces."""

    language: Language
    team: str
    type: Literal["question", "incident", "problem", "task"]
    priority: int = 2
    tags: tuple[str, ...]
    file: FileKind | None = None
    file_with: Literal["ask", "fix"] = "ask"
    subjects: tuple[str, ...]
    ask: tuple[str, ...]
    question: tuple[str, ...]
    answer: tuple[str, ...]
    note: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    fix: tuple[str, ...]
    thanks: tuple[str, ...]


class DemoRow(msgspec.Struct, frozen=True):
    """One row to insert (`update` false) or some columns of one to set; where a table makes its ids, without one."""

    table: str
    id: int | None
    values: dict[str, Any]
    update: bool = False


class DemoStep(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the demo's history: who did what when, and the rows it wrote."""

    at: datetime
    command: str
    via: Literal["session", "link", "mail", "job", "rule", "cli"]
    actor_id: int | None
    ticket_id: int | None = None
    public: bool = False
    summary: dict[str, Any] = {}
    rows: list[DemoRow]
