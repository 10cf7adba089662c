"""HTTP routes of contacts and organizations."""

from __future__ import annotations

from typing import Annotated

from litestar import get, patch, post
from litestar.params import Parameter

from atum_desk.contacts import commands, problems, queries
from atum_desk.contacts.details import routes as details
from atum_desk.contacts.merge import routes as merge
from atum_desk.contacts.models import ContactDetails, OrganizationDetails
from atum_desk.contacts.notes import routes as notes
from atum_desk.contacts.permissions import CONTACT_EDIT, CONTACT_READ, ORGANIZATION_EDIT
from atum_desk.contacts.schemas import (
    ContactChange,
    ContactPage,
    NewContact,
    NewOrganization,
    OrganizationChange,
    OrganizationPage,
)
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, VersionConflict

Words = Annotated[str, Parameter(max_length=200, description="A part of a name or address")]


@get("/contacts", opt=needs(CONTACT_READ))
async def list_contacts(
    database: Database, actor: Actor, q: Words = "", limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> ContactPage:
    """List contacts by name."""
    after = decode_cursor(cursor, tuple[str, int])
    async with database.reading(actor) as transaction:
        rows = await queries.list_contacts(transaction, q.strip(), after, limit + 1)
    items, more = cut_page(rows, limit)
    return ContactPage(items, encode_cursor(items[-1].name, items[-1].id) if more else None)


@post("/contacts", opt=needs(CONTACT_EDIT), responses=answers(AlreadyExists, problems.OrganizationUnknown))
async def add_contact(database: Database, actor: Actor, data: NewContact) -> ContactDetails:
    """Add a contact."""
    return await commands.add_contact(database, actor, data)


@patch(
    "/contacts/{contact_id:int}",
    opt=needs(CONTACT_EDIT),
    responses=answers(
        problems.ContactNotFound, problems.OrganizationUnknown, problems.Merged, AlreadyExists, VersionConflict
    ),
)
async def change_contact(
    database: Database, actor: Actor, contact_id: int, data: ContactChange, if_match: IfMatch = None
) -> ContactDetails:
    """Change a contact."""
    return await commands.change_contact(database, actor, contact_id, data, version_of(if_match))


@get("/organizations", opt=needs(CONTACT_READ))
async def list_organizations(
    database: Database, actor: Actor, q: Words = "", limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> OrganizationPage:
    """List organizations by name."""
    after = decode_cursor(cursor, tuple[str, int])
    async with database.reading(actor) as transaction:
        rows = await queries.list_organizations(transaction, q.strip(), after, limit + 1)
    items, more = cut_page(rows, limit)
    return OrganizationPage(items, encode_cursor(items[-1].name, items[-1].id) if more else None)


@post("/organizations", opt=needs(ORGANIZATION_EDIT), responses=answers(AlreadyExists))
async def add_organization(database: Database, actor: Actor, data: NewOrganization) -> OrganizationDetails:
    """Add an organization with its mail domains; their contacts without one join it."""
    return await commands.add_organization(database, actor, data)


@patch(
    "/organizations/{organization_id:int}",
    opt=needs(ORGANIZATION_EDIT),
    responses=answers(problems.OrganizationNotFound, problems.Merged, AlreadyExists, VersionConflict),
)
async def change_organization(
    database: Database, actor: Actor, organization_id: int, data: OrganizationChange, if_match: IfMatch = None
) -> OrganizationDetails:
    """Change an organization."""
    return await commands.change_organization(database, actor, organization_id, data, version_of(if_match))


routes = [
    list_contacts,
    add_contact,
    change_contact,
    list_organizations,
    add_organization,
    change_organization,
    *details.routes,
    *notes.routes,
    *merge.routes,
]
