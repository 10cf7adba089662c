"""HTTP routes of contacts and organizations."""

from __future__ import annotations

from typing import Annotated

from litestar import get, patch, post
from litestar.params import Parameter

from atum_desk.contacts import commands, problems, queries
from atum_desk.contacts.models import Contact, Organization
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


@get("/contacts/{contact_id:int}", opt=needs(CONTACT_READ), responses=answers(problems.ContactNotFound))
async def get_contact(database: Database, actor: Actor, contact_id: int) -> Contact:
    """Return one contact."""
    async with database.reading(actor) as transaction:
        return await queries.get_contact(transaction, contact_id)


@post("/contacts", opt=needs(CONTACT_EDIT), responses=answers(AlreadyExists, problems.OrganizationUnknown))
async def add_contact(database: Database, actor: Actor, data: NewContact) -> Contact:
    """Add a contact."""
    return await commands.add_contact(database, actor, data)


@patch(
    "/contacts/{contact_id:int}",
    opt=needs(CONTACT_EDIT),
    responses=answers(problems.ContactNotFound, problems.OrganizationUnknown, VersionConflict),
)
async def change_contact(
    database: Database, actor: Actor, contact_id: int, data: ContactChange, if_match: IfMatch = None
) -> Contact:
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


@get("/organizations/{organization_id:int}", opt=needs(CONTACT_READ), responses=answers(problems.OrganizationNotFound))
async def get_organization(database: Database, actor: Actor, organization_id: int) -> Organization:
    """Return one organization."""
    async with database.reading(actor) as transaction:
        return await queries.get_organization(transaction, organization_id)


@post("/organizations", opt=needs(ORGANIZATION_EDIT), responses=answers(AlreadyExists))
async def add_organization(database: Database, actor: Actor, data: NewOrganization) -> Organization:
    """Add an organization with its mail domains; their contacts without one join it."""
    return await commands.add_organization(database, actor, data)


@patch(
    "/organizations/{organization_id:int}",
    opt=needs(ORGANIZATION_EDIT),
    responses=answers(problems.OrganizationNotFound, AlreadyExists, VersionConflict),
)
async def change_organization(
    database: Database, actor: Actor, organization_id: int, data: OrganizationChange, if_match: IfMatch = None
) -> Organization:
    """Change an organization's name or domains."""
    return await commands.change_organization(database, actor, organization_id, data, version_of(if_match))


routes = [
    list_contacts,
    get_contact,
    add_contact,
    change_contact,
    list_organizations,
    get_organization,
    add_organization,
    change_organization,
]
