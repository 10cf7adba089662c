"""What is merged, and what of each stays."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from atum_desk.contacts.models import Contact, Organization

ContactField = Literal[
    "name", "organization", "organization_manager", "time_zone", "language", "vip", "external_id", "primary_address"
]
OrganizationField = Literal["name", "shares_tickets", "external_id", "language", "time_zone", "vip"]
Reason = Literal["phone", "name", "address"]


class ContactMerge(msgspec.Struct, forbid_unknown_fields=True):
    """Into which contact one is merged, and which of its values that contact takes; it keeps its own others.

    What the contact lacks (organization, time zone, external id) it takes anyway.
    """

    into: int
    take: Annotated[list[ContactField], Meta(max_length=8)] = []


class OrganizationMerge(msgspec.Struct, forbid_unknown_fields=True):
    """Into which organization one is merged, and which of its values that organization takes.

    What it lacks (external id, language, time zone) it takes anyway.
    """

    into: int
    take: Annotated[list[OrganizationField], Meta(max_length=6)] = []


class LikelyContact(msgspec.Struct, frozen=True):
    """A contact who may be the same person, and what they have in common."""

    contact: Contact
    reasons: list[Reason]


class LikelyContacts(msgspec.Struct):
    """At most five contacts who may be the same person, those with most in common first."""

    items: list[LikelyContact]


class LikelyOrganizations(msgspec.Struct):
    """At most five organizations of a similar name."""

    items: list[Organization]


class Distinction(msgspec.Struct, forbid_unknown_fields=True):
    """Another contact who is not the same person."""

    contact_id: int
