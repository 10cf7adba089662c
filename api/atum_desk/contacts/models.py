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
    vip: bool
    # of mails to them
    language: str
    # what another system calls them
    external_id: str | None


class ContactAddress(msgspec.Struct, frozen=True):
    """An address of a contact.

    `proven_at`: when a mail from it, proven to be its sender's, last came; null without one among the
    contact's last 200 messages.
    """

    email: str
    is_primary: bool
    proven_at: datetime | None


class Phone(msgspec.Struct, frozen=True):
    """A phone of a contact, as somebody wrote it; the label says which one it is."""

    number: str
    label: str


class ContactDetails(Contact, frozen=True):
    """A contact as their page shows them.

    `ticket_counts` counts the visible tickets by category, each up to 1,000. `sees_organization`:
    they see all tickets of their organization, as its manager or because it shares them.
    """

    addresses: list[ContactAddress]
    phones: list[Phone]
    ticket_counts: dict[str, int]
    sees_organization: bool


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
    # all of its contacts see all of its tickets
    shares_tickets: bool
    # what another system calls it
    external_id: str | None
    # what its new contacts begin with
    language: str | None
    time_zone: str | None
    vip: bool


class OrganizationContact(msgspec.Struct, frozen=True):
    """A contact of an organization; the manager sees all of its tickets."""

    id: int
    name: str
    organization_manager: bool
    vip: bool


class OrganizationDetails(Organization, frozen=True):
    """An organization as its page shows it: with its first 50 contacts by name.

    `ticket_counts` counts the visible tickets by category, each up to 1,000.
    """

    contacts: list[OrganizationContact]
    ticket_counts: dict[str, int]


class ChangeAbout(msgspec.Struct, frozen=True):
    """One change of a contact or an organization; without an actor the system made it."""

    change_id: int
    command: str
    actor: NamedRef | None
    at: datetime
