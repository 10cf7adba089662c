"""HTTP routes of one contact and one organization."""

from __future__ import annotations

from litestar import get

from atum_desk.contacts import problems
from atum_desk.contacts.details import queries
from atum_desk.contacts.models import ContactDetails, OrganizationDetails
from atum_desk.contacts.permissions import CONTACT_READ
from atum_desk.contacts.schemas import ChangesAbout
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database

SHOWN_CHANGES = 20


@get("/contacts/{contact_id:int}", opt=needs(CONTACT_READ), responses=answers(problems.ContactNotFound))
async def get_contact(database: Database, actor: Actor, contact_id: int) -> ContactDetails:
    """Return one contact; for one that was merged, the contact that it became part of."""
    async with database.reading(actor) as transaction:
        return await queries.get_contact(transaction, contact_id)


@get("/contacts/{contact_id:int}/changes", opt=needs(CONTACT_READ), responses=answers(problems.ContactNotFound))
async def list_changes_of_contact(database: Database, actor: Actor, contact_id: int) -> ChangesAbout:
    """Return the last 20 changes of a contact, their addresses, phones and notes."""
    async with database.reading(actor) as transaction:
        contact = await queries.get_contact(transaction, contact_id)
        return ChangesAbout(await queries.list_changes_about(transaction, contact.id, None, SHOWN_CHANGES))


@get("/organizations/{organization_id:int}", opt=needs(CONTACT_READ), responses=answers(problems.OrganizationNotFound))
async def get_organization(database: Database, actor: Actor, organization_id: int) -> OrganizationDetails:
    """Return one organization; for one that was merged, the organization that it became part of."""
    async with database.reading(actor) as transaction:
        return await queries.get_organization(transaction, organization_id)


@get(
    "/organizations/{organization_id:int}/changes",
    opt=needs(CONTACT_READ),
    responses=answers(problems.OrganizationNotFound),
)
async def list_changes_of_organization(database: Database, actor: Actor, organization_id: int) -> ChangesAbout:
    """Return the last 20 changes of an organization, its domains and notes."""
    async with database.reading(actor) as transaction:
        organization = await queries.get_organization(transaction, organization_id)
        return ChangesAbout(await queries.list_changes_about(transaction, None, organization.id, SHOWN_CHANGES))


routes = [get_contact, list_changes_of_contact, get_organization, list_changes_of_organization]
