"""People of the staff, their roles, teams and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from atum_desk.kernel.named_ref import NamedRef

# Where somebody goes once a reply is sent, or a ticket has ended: nowhere, to the next of the list, or to the list.
AfterSend = Literal["stay", "next", "list"]
# Whether who replies to a ticket that has no assignee becomes it: always, as they choose each time, or never.
ReplyAssigns = Literal["always", "ask", "never"]


class Person(msgspec.Struct, frozen=True):
    """A member of the staff as the people screen shows them."""

    id: int
    kind: Literal["staff", "contact"]
    name: str
    email: str | None
    role: NamedRef | None
    team_ids: list[int]
    sees_all_teams: bool
    active: bool
    version: int
    # None for who is there
    absent_until: datetime | None = None


class SendingChoices(msgspec.Struct, frozen=True):
    """What somebody chose to follow their replies; no time to undo is that of the settings."""

    undo_send_seconds: int | None
    after_send: AfterSend


class PersonPowers(msgspec.Struct, frozen=True):
    """What a member of the staff may do, and the teams whose tickets they see."""

    role_id: int
    permissions: frozenset[str]
    sees_all_teams: bool
    team_ids: frozenset[int]
    active: bool


class Role(msgspec.Struct, frozen=True):
    """A named set of permissions."""

    id: int
    name: str
    permissions: list[str]
    built_in: bool


class Team(msgspec.Struct, frozen=True):
    """A group of agents that tickets belong to."""

    id: int
    name: str
    color: str
    member_ids: list[int]
    version: int
    open_count: int
    # whether who replies to a ticket of nobody's becomes its assignee
    reply_assigns: ReplyAssigns


class Session(msgspec.Struct, frozen=True):
    """One way in: a browser's cookie, a script's token or a portal link.

    `parent_id` is the token that made this token and with which it ends; None when it was made in a
    browser. `user_agent` and `ip` are where it was opened.
    """

    id: int
    kind: Literal["cookie", "token", "link"]
    audience: Literal["staff", "contact"]
    name: str
    scopes: list[str] | None
    user_agent: str
    ip: str | None
    parent_id: int | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool


class EndedSession(msgspec.Struct, frozen=True):
    """A session or token that ended, as the ledger tells it."""

    id: int
    kind: Literal["cookie", "token", "link"]
    name: str


class FirstSignIn(msgspec.Struct, frozen=True):
    """The administrator of a fresh workspace; the password is shown once and kept nowhere."""

    email: str
    password: str


class Logo(msgspec.Struct, frozen=True):
    """A logo's address, which anybody may ask and keep for ever, and its size in pixels."""

    url: str
    width: int
    height: int


class Workspace(msgspec.Struct, frozen=True):
    """How the workspace calls itself, before its staff and its requesters."""

    id: int
    name: str
    version: int
    logo: Logo | None


class WorkspaceRef(msgspec.Struct, frozen=True):
    """A workspace by its id, its name and its logo."""

    id: int
    name: str
    logo: Logo | None
