"""Use cases of contacts and organizations."""

from __future__ import annotations

import asyncpg
from msgspec import UNSET

from atum_desk.contacts import queries
from atum_desk.contacts.desk_addresses import refuse_own
from atum_desk.contacts.models import Contact, ContactRef, Organization
from atum_desk.contacts.notices import ContactAt, NoAddress, OrganizationOfDomain
from atum_desk.contacts.permissions import CONTACT_EDIT, ORGANIZATION_EDIT
from atum_desk.contacts.problems import OrganizationUnknown
from atum_desk.contacts.schemas import ContactChange, NewContact, NewOrganization, OrganizationChange, known_time_zone
from atum_desk.custom_fields.public import set_fields
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
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


async def add_contact(database: Database, actor: Actor, new: NewContact) -> Contact:
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
        return await queries.get_contact(work, contact_id)


async def change_contact(
    database: Database, actor: Actor, contact_id: int, change: ContactChange, version: int | None
) -> Contact:
    """Change a contact's name, organization, manager mark or time zone."""
    async with database.writing(actor, "contact.edit") as work:
        work.actor.require(CONTACT_EDIT)
        require_version(_seen(version, change), await queries.lock_contact(work, contact_id))
        name = None if change.name is UNSET else require_text("name", change.name)
        organization_id = None
        if change.organization_id is not UNSET and change.organization_id is not None:
            organization_id = await _existing_organization(work, change.organization_id)
        await queries.update_contact(
            work,
            contact_id,
            name,
            None if change.organization_manager is UNSET else change.organization_manager,
            change.organization_id is not UNSET,
            organization_id,
            change.time_zone is not UNSET,
            known_time_zone(change.time_zone) if change.time_zone else None,
        )
        if change.fields is not UNSET:
            await set_fields(work, "contact", contact_id, change.fields)
        work.summary = {"contact_id": contact_id}
        return await queries.get_contact(work, contact_id)


async def add_organization(database: Database, actor: Actor, new: NewOrganization) -> Organization:
    """Add an organization with its mail domains."""
    async with database.writing(actor, "organization.add") as work:
        work.actor.require(ORGANIZATION_EDIT)
        name = require_text("name", new.name)
        organization_id = await queries.insert_organization(work, name)
        await _set_domains(work, organization_id, new.domains)
        await set_fields(work, "organization", organization_id, new.fields)
        work.summary = {"organization_id": organization_id, "name": name}
        return await queries.get_organization(work, organization_id)


async def change_organization(
    database: Database, actor: Actor, organization_id: int, change: OrganizationChange, version: int | None
) -> Organization:
    """Change an organization's name or domains."""
    async with database.writing(actor, "organization.edit") as work:
        work.actor.require(ORGANIZATION_EDIT)
        current = await queries.lock_organization(work, organization_id)
        require_version(_seen(version, change), current)
        name = None if change.name is UNSET else require_text("name", change.name)
        await queries.rename_organization(work, organization_id, name)
        if change.domains is not UNSET:
            await _set_domains(work, organization_id, change.domains)
        if change.fields is not UNSET:
            await set_fields(work, "organization", organization_id, change.fields)
        work.summary = {"organization_id": organization_id}
        return await queries.get_organization(work, organization_id)


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
