"""Sentences about contacts and organizations that stand in problems."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class ContactAt(Notice, frozen=True):
    """Somebody with the address {address}"""

    code = "exists.address"

    address: str


class OrganizationOfDomain(Notice, frozen=True):
    """An organization with one of these domains"""

    code = "exists.organization"


class NoAddress(Notice, frozen=True):
    """is not a mail address"""

    code = "field.no_address"


class ExternalIdTaken(Notice, frozen=True):
    """The external id {external_id}"""

    code = "exists.external_id"

    external_id: str


class NoPhoneNumber(Notice, frozen=True):
    """holds a phone without a digit"""

    code = "field.no_phone"
