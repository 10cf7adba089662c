"""Requests and responses of sign-in, profile, people and teams."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.identity.models import AfterSend, Person, ReplyAssigns, Role, Session, Team, WorkspaceRef
from atum_desk.kernel.named_ref import NamedRef

Name = Annotated[str, Meta(min_length=1, max_length=200, examples=["Mina Farouk"])]
Email = Annotated[str, Meta(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$", examples=["mina@example.com"])]
Password = Annotated[str, Meta(min_length=10, max_length=1000)]
Color = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$", examples=["#5B9BD5"])]
Locale = Annotated[str, Meta(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", examples=["en"])]


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """E-mail address and password."""

    email: Annotated[str, Meta(max_length=320, examples=["mina@example.com"])]
    password: Annotated[str, Meta(max_length=1000)]


class MePerson(msgspec.Struct):
    """Who is signed in."""

    id: int
    name: str
    email: str | None
    kind: str
    role: NamedRef | None
    locale: str
    team_ids: list[int]
    sees_all_teams: bool


class MeSettings(msgspec.Struct):
    """Settings that a client needs to know.

    `undo_send_seconds` is how long one's replies wait: as one chose, else the default. `after_send` is where one
    goes once a reply is sent or a ticket has ended.
    """

    undo_send_seconds: int
    undo_send_default: int
    undo_send_chosen: bool
    after_send: AfterSend
    upload_max_bytes: int


class Me(msgspec.Struct):
    """The signed-in person, their workspace and powers."""

    person: MePerson
    workspace: WorkspaceRef
    permissions: list[str]
    audience: str
    live_url: str
    settings: MeSettings


class MeChange(msgspec.Struct, forbid_unknown_fields=True):
    """Own profile. `undo_send_seconds` is how long one's replies wait to be undone; null: as usual here."""

    name: Name | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    undo_send_seconds: Annotated[int, Meta(ge=0, le=60)] | UnsetType | None = UNSET
    after_send: AfterSend | UnsetType = UNSET


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True):
    """Own password, proven by the current one.

    One's other sessions end, and one's tokens too unless `keep_tokens`.
    """

    current_password: Annotated[str, Meta(max_length=1000)]
    new_password: Password
    keep_tokens: bool = False


class SessionList(msgspec.Struct):
    """Every session and token that the person has open, at most 200, newest first."""

    items: list[Session]


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """A token for scripts; no scopes means everything its person may do.

    Made by a token, it may do no more and ends no later than that one.
    """

    name: Name
    scopes: list[str] = []
    expires_in_days: Annotated[int, Meta(ge=1, le=730)] = 90


class TokenMade(msgspec.Struct):
    """A fresh token; `token` is shown this once."""

    id: int
    token: str
    session: Session


class NewPerson(msgspec.Struct, forbid_unknown_fields=True):
    """A member of the staff to add; without a password one is made.

    `sees_all_teams` false: they see the tickets of their teams only. Left out it is as for whoever
    adds them.
    """

    name: Name
    email: Email
    role_id: int
    team_ids: list[int] = []
    sees_all_teams: bool | UnsetType = UNSET
    password: Password | None = None


class PersonMade(msgspec.Struct):
    """The person and, where the server made it, the password to hand over (shown once)."""

    person: Person
    password: str | None


class PersonChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a member of the staff."""

    name: Name | UnsetType = UNSET
    role_id: int | UnsetType = UNSET
    team_ids: list[int] | UnsetType = UNSET
    sees_all_teams: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    version: int | None = None


class PasswordMade(msgspec.Struct):
    """A password that the server made, shown once."""

    password: str


class PersonPage(msgspec.Struct):
    """A page of people."""

    items: list[Person]
    next_cursor: str | None


class RoleList(msgspec.Struct):
    """Every role."""

    items: list[Role]


class TeamList(msgspec.Struct):
    """Every team the actor may see."""

    items: list[Team]


class NewTeam(msgspec.Struct, forbid_unknown_fields=True):
    """A team to add."""

    name: Annotated[str, Meta(min_length=1, max_length=100, examples=["IT Support"])]
    color: Color = "#5B9BD5"
    member_ids: list[int] = []
    reply_assigns: ReplyAssigns = "ask"


class TeamChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a team."""

    name: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    color: Color | UnsetType = UNSET
    member_ids: list[int] | UnsetType = UNSET
    reply_assigns: ReplyAssigns | UnsetType = UNSET
    version: int | None = None


class WorkspaceChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of the workspace."""

    name: Name
    version: int | None = None
