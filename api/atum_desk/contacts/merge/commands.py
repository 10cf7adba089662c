"""Use cases of duplicates: what may be the same is offered, and merged when somebody says so."""

from __future__ import annotations

from atum_desk.contacts import queries
from atum_desk.contacts.details.queries import get_contact, get_organization
from atum_desk.contacts.merge import queries as merges
from atum_desk.contacts.merge.models import ContactMerge, OrganizationMerge
from atum_desk.contacts.models import Contact, ContactDetails, OrganizationDetails
from atum_desk.contacts.permissions import CONTACT_EDIT, ORGANIZATION_EDIT
from atum_desk.contacts.problems import NotMergeable
from atum_desk.custom_fields.public import copy_missing_values
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database

# Of organizations: what one that lacks it takes anyway, and columns that are named otherwise.
LACKING = ("external_id", "language", "time_zone")
COLUMNS = {"language": "locale"}


async def merge_contact(database: Database, actor: Actor, contact_id: int, merge: ContactMerge) -> ContactDetails:
    """Let a contact become part of another, with all that is theirs; return the other.

    Raises ContactNotFound, Merged, NotMergeable for a contact and itself, and MergedTooMuch.
    """
    async with database.writing(actor, "contact.merge") as work:
        work.actor.require(CONTACT_EDIT)
        if contact_id == merge.into:
            raise NotMergeable
        for one in sorted((contact_id, merge.into)):
            await queries.lock_contact(work, one)
        source, target = [await merges.get_living_contact(work, one) for one in (contact_id, merge.into)]
        if source is None or target is None:
            raise NotMergeable
        # First of all: what links and addresses do at a change of their person asks whether both are one.
        await merges.join_contacts(work, source.id, target.id)
        await queries.update_contact(work, target.id, _columns(source, target, merge))
        await merges.move_reach(work, source.id, target.id, takes_primary="primary_address" in merge.take)
        await copy_missing_values(work, "contact", source.id, target.id)
        await merges.move_tickets_of_contact(work, source.id, target.id)
        work.summary = {"contact_id": target.id, "name": target.name, "merged_id": source.id, "merged": source.name}
        return await get_contact(work, target.id)


def _columns(source: Contact, target: Contact, merge: ContactMerge) -> dict[str, object]:
    """Return what the living contact takes of the other, by column."""
    own = {
        "name": source.name,
        "organization_id": source.organization and source.organization.id,
        "organization_manager": source.organization_manager,
        "time_zone": source.time_zone,
        "locale": source.language,
        "vip": source.vip,
        "external_id": source.external_id,
    }
    taken = {{"organization": "organization_id", "language": "locale"}.get(field, field) for field in merge.take}
    lacking = {
        "organization_id": target.organization is None,
        "time_zone": target.time_zone is None,
        "external_id": target.external_id is None,
    }
    return {column: value for column, value in own.items() if column in taken or lacking.get(column)}


async def merge_organization(
    database: Database, actor: Actor, organization_id: int, merge: OrganizationMerge
) -> OrganizationDetails:
    """Let an organization become part of another, with its people, domains, notes and tickets; return the other.

    Raises OrganizationNotFound, Merged, NotMergeable for one and itself, and MergedTooMuch.
    """
    async with database.writing(actor, "organization.merge") as work:
        work.actor.require(ORGANIZATION_EDIT)
        if organization_id == merge.into:
            raise NotMergeable
        for one in sorted((organization_id, merge.into)):
            await queries.lock_organization(work, one)
        source, target = [await get_organization(work, one) for one in (organization_id, merge.into)]
        await merges.join_organizations(work, source.id, target.id)
        taken = {*merge.take, *(field for field in LACKING if getattr(target, field) is None)}
        columns: dict[str, object] = {COLUMNS.get(field, field): getattr(source, field) for field in taken}
        await queries.update_organization(work, target.id, columns)
        await copy_missing_values(work, "organization", source.id, target.id)
        await merges.move_tickets_of_organization(work, source.id, target.id)
        work.summary = {
            "organization_id": target.id,
            "name": target.name,
            "merged_id": source.id,
            "merged": source.name,
        }
        return await get_organization(work, target.id)


async def keep_apart(database: Database, actor: Actor, contact_id: int, other_id: int) -> None:
    """Note that two contacts are different people, so that nobody is asked again."""
    async with database.writing(actor, "contact.keep_apart") as work:
        work.actor.require(CONTACT_EDIT)
        if contact_id == other_id:
            raise NotMergeable
        for one in sorted((contact_id, other_id)):
            await queries.lock_contact(work, one)
        await merges.insert_distinction(work, contact_id, other_id)
        work.summary = {"contact_id": contact_id, "other_id": other_id}
