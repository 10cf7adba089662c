"""Requests and pages of contacts and organizations."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import available_timezones

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.contacts.models import ChangeAbout, Contact, Organization
from atum_desk.identity.public import Email, Locale, Name
from atum_desk.kernel.field_notices import NoTimeZone
from atum_desk.kernel.problems import ValidationFailed

Domain = Annotated[str, Meta(pattern=r"^[^@\s/]+\.[^@\s/]+$", max_length=253, examples=["example.com"])]

FieldValues = Annotated[dict[str, Any], Meta(max_length=200, examples=[{"cost_centre": "4711"}])]
ExternalId = Annotated[str, Meta(min_length=1, max_length=200, examples=["CRM-4410"])]

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


class PhoneInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A phone as somebody writes it."""

    number: Annotated[str, Meta(min_length=1, max_length=40, examples=["+351 21 555 0142"])]
    label: Annotated[str, Meta(max_length=40, examples=["mobile"])] = ""


class ContactChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a contact; null takes the organization, the time zone or the external id away.

    `emails` and `phones` are all that they have from then on; mail goes to the first address.
    """

    name: Name | UnsetType = UNSET
    organization_id: int | UnsetType | None = UNSET
    time_zone: TimeZone | UnsetType | None = UNSET
    organization_manager: bool | UnsetType = UNSET
    fields: FieldValues | UnsetType = UNSET
    version: int | None = None
    vip: bool | UnsetType = UNSET
    language: Locale | UnsetType = UNSET
    external_id: ExternalId | UnsetType | None = UNSET
    emails: Annotated[list[Email], Meta(min_length=1, max_length=20)] | UnsetType = UNSET
    phones: Annotated[list[PhoneInput], Meta(max_length=20)] | UnsetType = UNSET


class ContactPage(msgspec.Struct):
    """A page of contacts by name."""

    items: list[Contact]
    next_cursor: str | None


class NewOrganization(msgspec.Struct, forbid_unknown_fields=True):
    """An organization to add."""

    name: Name
    domains: list[Domain] = []
    fields: FieldValues = {}
    language: Locale | None = None
    time_zone: TimeZone | None = None
    vip: bool = False


class OrganizationChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of an organization."""

    name: Name | UnsetType = UNSET
    domains: list[Domain] | UnsetType = UNSET
    fields: FieldValues | UnsetType = UNSET
    version: int | None = None
    shares_tickets: bool | UnsetType = UNSET
    external_id: ExternalId | UnsetType | None = UNSET
    language: Locale | UnsetType | None = UNSET
    time_zone: TimeZone | UnsetType | None = UNSET
    vip: bool | UnsetType = UNSET


class OrganizationPage(msgspec.Struct):
    """A page of organizations by name."""

    items: list[Organization]
    next_cursor: str | None


class ChangesAbout(msgspec.Struct):
    """The last changes of a contact or an organization, newest first."""

    items: list[ChangeAbout]
