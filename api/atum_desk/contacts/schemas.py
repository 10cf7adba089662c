"""Requests and pages of contacts and organizations."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import available_timezones

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.contacts.models import Contact, Organization
from atum_desk.identity.public import Email, Name
from atum_desk.kernel.field_notices import NoTimeZone
from atum_desk.kernel.problems import ValidationFailed

Domain = Annotated[str, Meta(pattern=r"^[^@\s/]+\.[^@\s/]+$", max_length=253, examples=["example.com"])]

FieldValues = Annotated[dict[str, Any], Meta(max_length=200, examples=[{"cost_centre": "4711"}])]
TimeZone = Annotated[str, Meta(min_length=1, max_length=64, examples=["Europe/Berlin"])]


def known_time_zone(name: str) -> str:
    """Return the name of a time zone. Raises ValidationFailed when there is none of it."""
    if name not in available_timezones():
        raise ValidationFailed.of("time_zone", NoTimeZone())
    return name


class NewContact(msgspec.Struct, forbid_unknown_fields=True):
    """A contact to add; without an organization the address's domain decides."""

    name: Name
    email: Email
    organization_id: int | None = None
    fields: FieldValues = {}


class ContactChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a contact; null takes the organization or the time zone away."""

    name: Name | UnsetType = UNSET
    organization_id: int | UnsetType | None = UNSET
    time_zone: TimeZone | UnsetType | None = UNSET
    organization_manager: bool | UnsetType = UNSET
    fields: FieldValues | UnsetType = UNSET
    version: int | None = None


class ContactPage(msgspec.Struct):
    """A page of contacts by name."""

    items: list[Contact]
    next_cursor: str | None


class NewOrganization(msgspec.Struct, forbid_unknown_fields=True):
    """An organization to add."""

    name: Name
    domains: list[Domain] = []
    fields: FieldValues = {}


class OrganizationChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of an organization."""

    name: Name | UnsetType = UNSET
    domains: list[Domain] | UnsetType = UNSET
    fields: FieldValues | UnsetType = UNSET
    version: int | None = None


class OrganizationPage(msgspec.Struct):
    """A page of organizations by name."""

    items: list[Organization]
    next_cursor: str | None
