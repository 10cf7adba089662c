"""Use cases of contacts and organizations."""

from __future__ import annotations

import asyncpg
from msgspec import UNSET

from atum_desk.contacts import queries
from atum_desk.contacts.desk_addresses import list_own_among, refuse_own
from atum_desk.contacts.details import queries as details
from atum_desk.contacts.models import ContactDetails, ContactRef, OrganizationDetails
from atum_desk.contacts.notices import ContactAt, ExternalIdTaken, NoAddress, NoPhoneNumber, OrganizationOfDomain
from atum_desk.contacts.permissions import CONTACT_EDIT, ORGANIZATION_EDIT
from atum_desk.contacts.problems import OrganizationUnknown
from atum_desk.contacts.schemas import (
    ContactChange,
    NewContact,
    NewOrganization,
    OrganizationChange,
    PhoneInput,
    known_time_zone,
)
from atum_desk.custom_fields.public import set_fields
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.field_notices import OwnAddress
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import AlreadyExists, ValidationFailed, require_text, require_version


async def find_or_create_contact(work: UnitOfWork, address: str, name: str | None) -> ContactRef:
    """Return whoever writes from an address, making a contact of a stranger.

    The organization follows from the mail domain. A staff address returns the staff person.
    Raises ValidationFailed for what cannot be an address.
    """
    email = _usable(address)
    known = await queries.find_by_address(work, email)
    return known or await create_contact(work, email, name)


async def create_contact(work: UnitOfWork, address: str, name: str | None, *, may_be_own: bool = False) -> ContactRef:
    """Make a contact of a stranger; whoever took the address at the same moment is returned instead.

    Raises ValidationFailed for what cannot be an address, and for one of ours unless it may be:
    what the team wrote in a mailbox elsewhere is by the mailbox.
    """
    email = _usable(address)
    # Somebody who gives no name is shown by the address: a local part is no name.
    shown = clean_line(name or "")[:200] or clean_line(email)[:200]
    found = await queries.insert_stranger(work, shown, email, may_be_own=may_be_own)
    found = found or await queries.find_by_address(work, email)
    if found is None:
        await refuse_own(work, "email", email)
        raise AlreadyExists(what=ContactAt(email))
    return found


async def find_or_create_contacts(work: UnitOfWork, people: list[tuple[str, str]]) -> dict[str, ContactRef]:
    """Return whoever writes from each address of (address, name) pairs, by the address in lower case.

    Who is known is found in one statement; a contact is made of each stranger. Raises
    ValidationFailed for what cannot be an address.
    """
    names = {address.strip().lower(): name for address, name in people}
    found = await queries.find_by_addresses(work, list(names))
    # In one order everywhere, so that two that name the same strangers wait instead of deadlock.
    for email in sorted(names.keys() - found.keys()):
        found[email] = await find_or_create_contact(work, email, names[email] or None)
    return found


async def add_contact(database: Database, actor: Actor, new: NewContact) -> ContactDetails:
    """Add a contact. Raises AlreadyExists when the address is taken and ValidationFailed when it is ours."""
    async with database.writing(actor, "contact.add") as work:
        work.actor.require(CONTACT_EDIT)
        name, email = require_text("name", new.name), read_address("email", new.email)
        await refuse_own(work, "email", email)
        if new.organization_id is None:
            domain = email.rpartition("@")[2]
            organization_id = await queries.find_organization_of_domain(work, domain)
        else:
            organization_id = await _existing_organization(work, new.organization_id)
        contact_id = await queries.insert_contact(work, name, email, organization_id)
        if contact_id is None:
            raise AlreadyExists(what=ContactAt(email))
        await set_fields(work, "contact", contact_id, new.fields)
        work.summary = {"contact_id": contact_id, "name": name}
        return await details.get_contact(work, contact_id)


async def change_contact(
    database: Database, actor: Actor, contact_id: int, change: ContactChange, version: int | None
) -> ContactDetails:
    """Change a contact: what they are called, belong to and are reached by.

    Raises ContactNotFound, Merged, OrganizationUnknown, VersionConflict, AlreadyExists for an address
    or external id of somebody else, and ValidationFailed.
    """
    async with database.writing(actor, "contact.edit") as work:
        work.actor.require(CONTACT_EDIT)
        require_version(_seen(version, change), await queries.lock_contact(work, contact_id))
        columns = await _columns_of(work, change)
        try:
            await queries.update_contact(work, contact_id, columns)
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=ExternalIdTaken(str(columns["external_id"]))) from None
        if change.emails is not UNSET:
            await _set_emails(work, contact_id, change.emails)
        if change.phones is not UNSET:
            await details.set_phones(work, contact_id, _usable_phones(change.phones))
        if change.fields is not UNSET:
            await set_fields(work, "contact", contact_id, change.fields)
        work.summary = {"contact_id": contact_id}
        return await details.get_contact(work, contact_id)


async def _columns_of(work: UnitOfWork, change: ContactChange) -> dict[str, object]:
    """Return what a change sets, checked, by column of the table."""
    columns: dict[str, object] = {}
    if change.name is not UNSET:
        columns["name"] = require_text("name", change.name)
    if change.organization_id is not UNSET:
        organization_id = change.organization_id
        columns["organization_id"] = (
            None if organization_id is None else await _existing_organization(work, organization_id)
        )
    if change.organization_manager is not UNSET:
        columns["organization_manager"] = change.organization_manager
    if change.time_zone is not UNSET:
        columns["time_zone"] = known_time_zone(change.time_zone) if change.time_zone else None
    if change.language is not UNSET:
        columns["locale"] = change.language
    if change.vip is not UNSET:
        columns["vip"] = change.vip
    if change.external_id is not UNSET:
        columns["external_id"] = change.external_id and require_text("external_id", change.external_id)
    return columns


async def _set_emails(work: UnitOfWork, contact_id: int, given: list[str]) -> None:
    emails = list(dict.fromkeys(read_address("emails", email) for email in given))
    for own in await list_own_among(work, emails):
        raise ValidationFailed.of("emails", OwnAddress(own))
    if taken := await details.set_addresses(work, contact_id, emails):
        raise AlreadyExists(what=ContactAt(taken))


def _usable_phones(given: list[PhoneInput]) -> list[PhoneInput]:
    """Return phones as they are kept: one line each, with a digit, none twice."""
    phones: dict[str, PhoneInput] = {}
    for phone in given:
        number = clean_line(phone.number)
        if not any(character.isdecimal() for character in number):
            raise ValidationFailed.of("phones", NoPhoneNumber())
        phones.setdefault(number, PhoneInput(number=number, label=clean_line(phone.label)))
    return list(phones.values())


async def add_organization(database: Database, actor: Actor, new: NewOrganization) -> OrganizationDetails:
    """Add an organization with its mail domains."""
    async with database.writing(actor, "organization.add") as work:
        work.actor.require(ORGANIZATION_EDIT)
        name = require_text("name", new.name)
        zone = known_time_zone(new.time_zone) if new.time_zone else None
        organization_id = await queries.insert_organization(work, name)
        if new.language or zone or new.vip:
            columns: dict[str, object] = {"locale": new.language, "time_zone": zone, "vip": new.vip}
            await queries.update_organization(work, organization_id, columns)
        await _set_domains(work, organization_id, new.domains)
        await set_fields(work, "organization", organization_id, new.fields)
        work.summary = {"organization_id": organization_id, "name": name}
        return await details.get_organization(work, organization_id)


async def change_organization(
    database: Database, actor: Actor, organization_id: int, change: OrganizationChange, version: int | None
) -> OrganizationDetails:
    """Change an organization: its name, domains, language, time zone, who of it sees its tickets, its external id."""
    async with database.writing(actor, "organization.edit") as work:
        work.actor.require(ORGANIZATION_EDIT)
        current = await queries.lock_organization(work, organization_id)
        require_version(_seen(version, change), current)
        columns: dict[str, object] = {}
        if change.name is not UNSET:
            columns["name"] = require_text("name", change.name)
        if change.shares_tickets is not UNSET:
            columns["shares_tickets"] = change.shares_tickets
        if change.external_id is not UNSET:
            columns["external_id"] = change.external_id and require_text("external_id", change.external_id)
        columns |= _plain_columns(change)
        try:
            await queries.update_organization(work, organization_id, columns)
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=ExternalIdTaken(str(columns["external_id"]))) from None
        if change.domains is not UNSET:
            await _set_domains(work, organization_id, change.domains)
        if change.fields is not UNSET:
            await set_fields(work, "organization", organization_id, change.fields)
        work.summary = {"organization_id": organization_id}
        return await details.get_organization(work, organization_id)


def _plain_columns(change: OrganizationChange) -> dict[str, object]:
    """Return the columns of language, time zone and VIP mark that a change sets."""
    columns: dict[str, object] = {}
    if change.language is not UNSET:
        columns["locale"] = change.language
    if change.time_zone is not UNSET:
        columns["time_zone"] = known_time_zone(change.time_zone) if change.time_zone else None
    if change.vip is not UNSET:
        columns["vip"] = change.vip
    return columns


async def _existing_organization(work: UnitOfWork, organization_id: int) -> int:
    # A foreign key alone would take another workspace's, which the policies hide.
    if not await queries.organization_exists(work, organization_id):
        raise OrganizationUnknown
    return organization_id


def _usable(address: str) -> str:
    email = address.strip().lower()
    local, _, domain = email.rpartition("@")
    if not local or not domain or len(email) > 320:
        raise ValidationFailed.of("email", NoAddress())
    return email


def _seen(if_match: int | None, change: ContactChange | OrganizationChange) -> int | None:
    return change.version if if_match is None else if_match


async def _set_domains(work: UnitOfWork, organization_id: int, domains: list[str]) -> None:
    wanted = sorted({domain.strip().lower() for domain in domains})
    try:
        await queries.set_domains(work, organization_id, wanted)
    except asyncpg.UniqueViolationError:
        raise AlreadyExists(what=OrganizationOfDomain()) from None
