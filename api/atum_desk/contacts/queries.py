"""All SQL of contacts and organizations."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.contacts.desk_addresses import is_own
from atum_desk.contacts.models import Contact, ContactRef, Organization
from atum_desk.contacts.problems import ContactNotFound, OrganizationNotFound
from atum_desk.custom_fields.public import fields_json
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.mail_domains import spellings

CONTACT = f"""
    select p.id, p.name, p.organization_manager, p.time_zone, p.created_at, p.version,
           {fields_json("contact", "p.id")} as fields,
           o.id as organization_id, o.name as organization_name,
           array(select a.email from addresses a where a.person_id = p.id order by a.is_primary desc, a.id) as emails,
           (select count(*) from (select from tickets t where t.requester_id = p.id limit 1000) c) as ticket_count
      from people p left join organizations o on o.id = p.organization_id"""
ORGANIZATION = f"""
    select o.id, o.name, o.version, {fields_json("organization", "o.id")} as fields,
           array(select d.domain from organization_domains d where d.organization_id = o.id order by 1) as domains,
           (select count(*) from (select from people p where p.organization_id = o.id limit 1000) c) as contact_count
      from organizations o"""


def person_among(addresses: str) -> str:
    """Return the SQL of whoever has one of these addresses, first the staff, as `ContactRef` in JSON.

    `addresses` is the SQL of a text[] in lower case: the spellings of one.
    """
    return f"""(select jsonb_build_object('id', p.id, 'name', p.name, 'kind', p.kind,
                                          'organization_id', p.organization_id, 'active', p.active)
                  from addresses a join people p on p.id = a.person_id
                 where a.workspace_id = ctx_workspace() and a.email = any({addresses})
                 order by p.kind desc limit 1)"""


async def find_by_address(transaction: ReadTransaction, email: str) -> ContactRef | None:
    """Return whoever has an address, contact or staff."""
    return (await find_by_addresses(transaction, [email])).get(email)


async def find_by_addresses(transaction: ReadTransaction, emails: list[str]) -> dict[str, ContactRef]:
    """Return whoever has each address, contact or staff, however its domain is spelled."""
    if not emails:
        return {}
    spelled = {spelling.lower(): email for email in emails for spelling in spellings(email)}
    rows = await transaction.fetch(
        """select a.email, p.id, p.name, p.kind, p.organization_id, p.active
             from addresses a join people p on p.id = a.person_id
            where a.workspace_id = (select ctx_workspace()) and a.email = any($1)""",
        list(spelled),
    )
    found = [dict(row) for row in rows]
    return {spelled[one.pop("email")]: msgspec.convert(one, ContactRef) for one in found}


async def find_organization_of_domain(transaction: ReadTransaction, domain: str) -> int | None:
    """Return the organization that a mail domain belongs to."""
    return await transaction.fetchval(
        """select organization_id from organization_domains
            where workspace_id = (select ctx_workspace()) and domain = lower($1)""",
        domain,
    )


async def organization_exists(transaction: ReadTransaction, organization_id: int) -> bool:
    """Tell whether an organization is one of the workspace."""
    return await transaction.fetchval("select exists (select from organizations where id = $1)", organization_id)


async def insert_stranger(work: UnitOfWork, name: str, email: str, *, may_be_own: bool) -> ContactRef | None:
    """Insert a contact of the organization of their mail domain.

    None when the address was taken meanwhile, or is one of ours and may not be.
    """
    row = await work.fetchrow(
        f"""with a as (
             insert into addresses (workspace_id, person_id, email)
             select ctx_workspace(), nextval(pg_get_serial_sequence('people', 'id')), $2::text
              where $3 or not {is_own("$2")}
             on conflict (workspace_id, email) do nothing returning person_id)
           insert into people (id, workspace_id, kind, name, organization_id)
           select person_id, ctx_workspace(), 'contact', $1,
                  (select d.organization_id from organization_domains d
                    where d.workspace_id = ctx_workspace() and d.domain = split_part($2, '@', -1))
             from a returning id, name, kind, organization_id""",
        name,
        email,
        may_be_own,
    )
    return msgspec.convert(dict(row), ContactRef) if row else None


async def insert_contact(work: UnitOfWork, name: str, email: str, organization_id: int | None) -> int | None:
    """Insert a contact with one address; None when somebody took the address at the same moment."""
    return await work.fetchval(
        """with a as (
             insert into addresses (workspace_id, person_id, email)
             values (ctx_workspace(), nextval(pg_get_serial_sequence('people', 'id')), lower($2))
             on conflict (workspace_id, email) do nothing returning person_id)
           insert into people (id, workspace_id, kind, name, organization_id)
           select person_id, ctx_workspace(), 'contact', $1, $3 from a returning id""",
        name,
        email,
        organization_id,
    )


async def get_contact(transaction: ReadTransaction, contact_id: int) -> Contact:
    """Return a contact. Raises ContactNotFound."""
    row = await transaction.fetchrow(CONTACT + " where p.id = $1 and p.kind = 'contact'", contact_id)
    if row is None:
        raise ContactNotFound
    return _contact(row)


async def list_contacts(
    transaction: ReadTransaction, words: str, after: tuple[str, int] | None, limit: int
) -> list[Contact]:
    """Return contacts by name after a (name, id) pair, at most `limit`."""
    name, contact_id = after or ("", 0)
    narrowed = (
        "p.id = any(array(select person_id from people_named($4, 'contact', $1, $2, $3))) and"
        if words
        else "$4 = '' and"
    )
    rows = await transaction.fetch(
        f"""{CONTACT} where {narrowed} p.workspace_id = (select ctx_workspace()) and p.kind = 'contact'
             and (lower(p.name), p.id) > (lower($1), $2) order by lower(p.name), p.id limit $3""",
        name,
        contact_id,
        limit,
        words,
    )
    return [_contact(row) for row in rows]


async def lock_contact(work: UnitOfWork, contact_id: int) -> int:
    """Lock a contact and return its version. Raises ContactNotFound."""
    version = await work.fetchval(
        "select version from people where id = $1 and kind = 'contact' for update", contact_id
    )
    if version is None:
        raise ContactNotFound
    return version


async def update_contact(
    work: UnitOfWork,
    contact_id: int,
    name: str | None,
    manager: bool | None,
    set_organization: bool,
    organization_id: int | None,
    set_time_zone: bool,
    time_zone: str | None,
) -> None:
    """Set what is given."""
    await work.execute(
        """update people set name = coalesce($2, name), organization_manager = coalesce($3, organization_manager),
                  organization_id = case when $4 then $5 else organization_id end,
                  time_zone = case when $6 then $7 else time_zone end where id = $1""",
        contact_id,
        name,
        manager,
        set_organization,
        organization_id,
        set_time_zone,
        time_zone,
    )


async def get_organization(transaction: ReadTransaction, organization_id: int) -> Organization:
    """Return an organization. Raises OrganizationNotFound."""
    row = await transaction.fetchrow(ORGANIZATION + " where o.id = $1", organization_id)
    if row is None:
        raise OrganizationNotFound
    return msgspec.convert(dict(row), Organization)


async def list_organizations(
    transaction: ReadTransaction, words: str, after: tuple[str, int] | None, limit: int
) -> list[Organization]:
    """Return organizations by name after a (name, id) pair, at most `limit`."""
    name, organization_id = after or ("", 0)
    rows = await transaction.fetch(
        f"""{ORGANIZATION} where o.workspace_id = (select ctx_workspace()) and (lower(o.name), o.id) > (lower($1), $2)
              and ($4 = '' or o.name ilike '%' || $4 || '%') order by lower(o.name), o.id limit $3""",
        name,
        organization_id,
        limit,
        words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_"),
    )
    return [msgspec.convert(dict(row), Organization) for row in rows]


async def lock_organization(work: UnitOfWork, organization_id: int) -> int:
    """Lock an organization and return its version. Raises OrganizationNotFound."""
    version = await work.fetchval("select version from organizations where id = $1 for update", organization_id)
    if version is None:
        raise OrganizationNotFound
    return version


async def insert_organization(work: UnitOfWork, name: str) -> int:
    """Insert an organization and return its id."""
    return await work.fetchval(
        "insert into organizations (workspace_id, name) values (ctx_workspace(), $1) returning id", name
    )


async def rename_organization(work: UnitOfWork, organization_id: int, name: str | None) -> None:
    """Rename unless None; counts as an edit either way, so that the version moves with the domains."""
    await work.execute("update organizations set name = coalesce($2, name) where id = $1", organization_id, name)


async def set_domains(work: UnitOfWork, organization_id: int, domains: list[str]) -> None:
    """Make exactly these the organization's domains and adopt contacts of theirs who have no organization."""
    await work.execute(
        """with gone as (delete from organization_domains where organization_id = $1 and domain <> all($2))
           insert into organization_domains (workspace_id, organization_id, domain)
           select ctx_workspace(), $1, d from unnest($2::text[]) d
            where not exists (select from organization_domains x where x.organization_id = $1 and x.domain = d)""",
        organization_id,
        domains,
    )
    await work.execute(
        """update people p set organization_id = $1 from addresses a
            where a.person_id = p.id and p.kind = 'contact' and p.organization_id is null
              and split_part(a.email, '@', 2) = any($2)""",
        organization_id,
        domains,
    )


def _contact(row: asyncpg.Record) -> Contact:
    organization = NamedRef(row["organization_id"], row["organization_name"]) if row["organization_id"] else None
    return Contact(
        id=row["id"],
        name=row["name"],
        emails=row["emails"],
        organization=organization,
        organization_manager=row["organization_manager"],
        time_zone=row["time_zone"],
        ticket_count=row["ticket_count"],
        created_at=row["created_at"],
        version=row["version"],
        fields=row["fields"],
    )
