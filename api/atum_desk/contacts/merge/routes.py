"""HTTP routes of duplicates and their merge."""

from __future__ import annotations

from litestar import get, post

from atum_desk.contacts import problems
from atum_desk.contacts.details import queries as details
from atum_desk.contacts.merge import commands, queries
from atum_desk.contacts.merge.models import (
    ContactMerge,
    Distinction,
    LikelyContacts,
    LikelyOrganizations,
    OrganizationMerge,
)
from atum_desk.contacts.models import ContactDetails, OrganizationDetails
from atum_desk.contacts.permissions import CONTACT_EDIT, CONTACT_READ, ORGANIZATION_EDIT
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database

MERGED = (problems.Merged, problems.NotMergeable, problems.MergedTooMuch)


@get("/contacts/{contact_id:int}/duplicates", opt=needs(CONTACT_READ), responses=answers(problems.ContactNotFound))
async def list_likely_contacts(database: Database, actor: Actor, contact_id: int) -> LikelyContacts:
    """List those who may be the same person: the same phone, a similar name, the same name before the @."""
    async with database.reading(actor) as transaction:
        await details.get_contact(transaction, contact_id)
        return LikelyContacts(await queries.list_likely_contacts(transaction, contact_id))


@get(
    "/organizations/{organization_id:int}/duplicates",
    opt=needs(CONTACT_READ),
    responses=answers(problems.OrganizationNotFound),
)
async def list_likely_organizations(database: Database, actor: Actor, organization_id: int) -> LikelyOrganizations:
    """List organizations of a similar name."""
    async with database.reading(actor) as transaction:
        await details.get_organization(transaction, organization_id)
        return LikelyOrganizations(await queries.list_likely_organizations(transaction, organization_id))


@post(
    "/contacts/{contact_id:int}/merge",
    opt=needs(CONTACT_EDIT),
    status_code=200,
    responses=answers(problems.ContactNotFound, *MERGED),
)
async def merge_contact(database: Database, actor: Actor, contact_id: int, data: ContactMerge) -> ContactDetails:
    """Let a contact become part of another; one undo takes it back."""
    return await commands.merge_contact(database, actor, contact_id, data)


@post(
    "/organizations/{organization_id:int}/merge",
    opt=needs(ORGANIZATION_EDIT),
    status_code=200,
    responses=answers(problems.OrganizationNotFound, *MERGED),
)
async def merge_organization(
    database: Database, actor: Actor, organization_id: int, data: OrganizationMerge
) -> OrganizationDetails:
    """Let an organization become part of another; one undo takes it back."""
    return await commands.merge_organization(database, actor, organization_id, data)


@post(
    "/contacts/{contact_id:int}/keep-apart",
    opt=needs(CONTACT_EDIT),
    status_code=204,
    responses=answers(problems.ContactNotFound, problems.Merged, problems.NotMergeable),
)
async def keep_apart(database: Database, actor: Actor, contact_id: int, data: Distinction) -> None:
    """Note that two contacts are different people: they are offered as duplicates no more."""
    await commands.keep_apart(database, actor, contact_id, data.contact_id)


routes = [list_likely_contacts, list_likely_organizations, merge_contact, merge_organization, keep_apart]
