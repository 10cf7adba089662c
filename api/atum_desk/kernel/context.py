"""Who acts: the actor of a request, job or mail, and the request that carries it."""

from __future__ import annotations

import hashlib
import secrets
from contextvars import ContextVar
from typing import Literal

import msgspec

from atum_desk.kernel.problems import PermissionMissing

Via = Literal["session", "token", "link", "mail", "rule", "job", "cli"]
Audience = Literal["staff", "contact"]

TOKEN_PREFIXES: dict[Audience, str] = {"staff": "atum_s_", "contact": "atum_c_"}


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person and what they may do, as `atum.authenticate` returned it.

    `stamp` names the row versions the powers come from; `atum.enter` refuses an old one, so an
    actor may be remembered between requests without acting on stale powers.
    """

    session_id: int
    # `job`: the worker acts for them, see kernel/jobs/acting_person.py
    session_kind: Literal["cookie", "token", "link", "job"]
    workspace_id: int
    workspace_name: str
    person_id: int
    person_kind: Literal["staff", "contact"]
    audience: Audience
    name: str
    email: str | None
    locale: str
    role_id: int | None
    role_name: str | None
    permissions: frozenset[str]
    only_ticket_id: int | None
    stamp: str
    token_hash: bytes

    @property
    def via(self) -> Via:
        """How the actor came in, as changes record it."""
        return "session" if self.session_kind == "cookie" else self.session_kind

    def may(self, permission: str) -> bool:
        """Tell whether the actor holds a permission."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise PermissionMissing unless the actor holds the permission."""
        if permission not in self.permissions:
            raise PermissionMissing(permission=permission)

    def require_any(self, *permissions: str) -> None:
        """Raise PermissionMissing, which names the first, unless the actor holds one of them."""
        if self.permissions.isdisjoint(permissions):
            raise PermissionMissing(permission=permissions[0])


class SystemActor(msgspec.Struct, frozen=True, kw_only=True):
    """The application itself in one workspace: mail, jobs, rules and the command line.

    `person_id` is on whose behalf (a mail's sender); None means nobody. It may do everything.
    """

    workspace_id: int
    via: Via
    person_id: int | None = None

    def may(self, permission: str) -> bool:
        """Tell that it may."""
        return True

    def require(self, permission: str) -> None:
        """Refuse nothing."""

    def require_any(self, *permissions: str) -> None:
        """Refuse nothing."""


class IdempotencyKey(msgspec.Struct, kw_only=True):
    """The client's key of a write and the hash of what it asked; `used` once a unit of work took it.

    The hash of an upload is empty until its file has arrived.
    """

    key: str
    request_hash: bytes
    used: bool = False


class RequestContext(msgspec.Struct, kw_only=True):
    """What the running request carries besides its actor.

    `needs` are the permissions of which its actor needs one, asked again when their powers changed.
    `cause_id` is the change that a job or a consumer answers: what it writes says so.
    """

    request_id: str
    idempotency: IdempotencyKey | None = None
    actor: Actor | None = None
    needs: tuple[str, ...] = ()
    change_id: int | None = None
    answer_is_secret: bool = False
    cause_id: int | None = None


request_context: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def keep_answer_secret() -> None:
    """Let the running request's answer be kept nowhere: it shows a password or token this once."""
    if context := request_context.get():
        context.answer_is_secret = True


def new_token(audience: Audience) -> str:
    """Return a fresh secret token (256 bits) whose prefix tells its audience."""
    return TOKEN_PREFIXES[audience] + secrets.token_urlsafe(32)


def audience_of(token: str) -> Audience | None:
    """Return the audience a token claims, or None when it is no token of ours."""
    for audience, prefix in TOKEN_PREFIXES.items():
        if token.startswith(prefix) and len(token) <= 128:
            return audience
    return None


def token_hash(token: str) -> bytes:
    """Return the 32 bytes under which a token is stored."""
    return hashlib.sha256(token.encode()).digest()
