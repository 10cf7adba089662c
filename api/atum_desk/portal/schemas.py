"""Requests and responses of the portal."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from atum_desk.identity.public import Email, Locale, Logo, Name
from atum_desk.portal.models import PortalField, PortalForm, PortalTicketRow
from atum_desk.tickets.public import Priority, TicketType

FormKey = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$", examples=["new-machine"])]
Claim = Annotated[str, Meta(min_length=20, max_length=128)]


class PortalHome(msgspec.Struct):
    """Whose portal this is, and whether the browser holds a requester's session."""

    workspace_name: str
    logo: Logo | None
    signed_in: bool
    name: str | None
    upload_max_bytes: int
    live_url: str


class Ask(msgspec.Struct, forbid_unknown_fields=True):
    """A request without an account. Where the portal has forms it names one; only that may leave out what it makes."""

    name: Name
    email: Email
    subject: Annotated[str, Meta(max_length=500)] = ""
    text: Annotated[str, Meta(max_length=100_000)] = ""
    # what POST /portal/attachments answered as `token`
    attachment_ids: Annotated[list[Claim], Meta(max_length=20)] = []
    # values of custom fields by key, of those that GET /portal/fields or the form lists
    fields: Annotated[dict[str, Any], Meta(max_length=200)] = {}
    # the key of a form, and what else it may ask for
    form: FormKey | None = None
    priority: Priority | None = None
    type: TicketType | None = None
    team_id: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None
    # the language that the form was filled in in
    language: Locale | None = None


class PortalFieldList(msgspec.Struct):
    """The custom fields that requesters fill in, in order."""

    items: list[PortalField]


class PortalFormList(msgspec.Struct):
    """The forms of the portal in order; without any, the plain form asks for subject, text and fields."""

    items: list[PortalForm]


class Asked(msgspec.Struct):
    """The number of the new request, and where the confirmation with the link to it went."""

    number: int
    sent_to: str


class PortalUpload(msgspec.Struct):
    """A file kept for the request that will name its token."""

    id: int
    token: str
    filename: str
    size: int


class LinkToken(msgspec.Struct, forbid_unknown_fields=True):
    """The token of a link from a confirmation mail."""

    token: Annotated[str, Meta(min_length=10, max_length=120)]


class LinkAsked(msgspec.Struct):
    """The answer to every request for a new link, whether one is sent or not."""

    words: str


class LinkOpened(msgspec.Struct):
    """The ticket that the link shows."""

    ticket_number: int


class PortalAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The requester's reply."""

    text: Annotated[str, Meta(min_length=1, max_length=100_000)]
    attachment_ids: Annotated[list[Claim], Meta(max_length=20)] = []


class PortalTicketPage(msgspec.Struct):
    """A page of requests, last changed first."""

    items: list[PortalTicketRow]
    next_cursor: str | None
