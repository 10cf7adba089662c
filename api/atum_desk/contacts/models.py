"""Contacts and the organizations they belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from atum_desk.identity.public import NamedRef


class Contact(msgspec.Struct, frozen=True):
    """A person outside the staff."""

    id: int
    name: str
    emails: list[str]
    organization: NamedRef | None
    organization_manager: bool
    time_zone: str | None
    ticket_count: int
    created_at: datetime
    version: int
    # values of custom fields by key
    fields: dict[str, Any]


class ContactRef(msgspec.Struct, frozen=True):
    """Whoever writes from an address; `kind` tells a contact from a member of the staff.

    Somebody who is not `active` may not sign in any more.
    """

    id: int
    name: str
    kind: Literal["staff", "contact"]
    organization_id: int | None
    active: bool = True


class Organization(msgspec.Struct, frozen=True):
    """The company of a set of contacts, matched by mail domain."""

    id: int
    name: str
    domains: list[str]
    contact_count: int
    version: int
    # values of custom fields by key
    fields: dict[str, Any]
