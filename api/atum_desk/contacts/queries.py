"""All SQL of contacts and organizations."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.contacts.desk_addresses import is_own
from atum_desk.contacts.models import Contact, ContactRef, Organization
from atum_desk.contacts.problems import ContactNotFound, Merged, OrganizationNotFound
from atum_desk.custom_fields.public import fields_json
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.mail_domains import spellings

CONTACT_COLUMNS = f"""p.id, p.name, {fields_json("contact", "p.id")} as fields,
           p.organization_manager, p.time_zone, p.created_at, p.version, p.vip,
           p.locale as language, p.external_id, o.id as organization_id, o.name as organization_name,
           array(select a.email from addresses a where a.person_id = p.id order by a.is_primary desc, a.id) as emails,
           (select count(*) from (select from tickets t where t.requester_id = p.id limit 1000) c) as ticket_count"""
CONTACT_TABLES = "people p left join organizations o on o.id = p.organization_id"
ORGANIZATION_COLUMNS = f"""o.id, o.name, o.version, {fields_json("organization", "o.id")} as fields,
           o.shares_tickets, o.external_id, o.locale as language, o.time_zone, o.vip,
           array(select d.domain from organization_domains d where d.organization_id = o.id order by 1) as domains,
           (select count(*) from (select from people p where p.organization_id = o.id
                                     and p.merged_into_id is null limit 1000) c) as contact_count"""


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
    return await transaction.fetchval(
        "select exists (select from organizations where id = $1 and merged_into_id is null)", organization_id
    )


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
           insert into people (id, workspace_id, kind, name, organization_id, locale, time_zone)
           select person_id, ctx_workspace(), 'contact', $1, d.organization_id, coalesce(o.locale, 'en'), o.time_zone
             from a left join organization_domains d
                      on d.workspace_id = ctx_workspace() and d.domain = split_part($2, '@', -1)
             left join organizations o on o.id = d.organization_id
           returning id, name, kind, organization_id""",
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
           insert into people (id, workspace_id, kind, name, organization_id, locale, time_zone)
           select person_id, ctx_workspace(), 'contact', $1, $3, coalesce(o.locale, 'en'), o.time_zone
             from a left join organizations o on o.id = $3 returning id""",
        name,
        email,
        organization_id,
    )


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
        f"""select {CONTACT_COLUMNS} from {CONTACT_TABLES}
            where {narrowed} p.workspace_id = (select ctx_workspace()) and p.kind = 'contact'
             and p.merged_into_id is null
             and (lower(p.name), p.id) > (lower($1), $2) order by lower(p.name), p.id limit $3""",
        name,
        contact_id,
        limit,
        words,
    )
    return [contact_of(row) for row in rows]


async def lock_contact(work: UnitOfWork, contact_id: int) -> int:
    """Lock a contact and return its version. Raises ContactNotFound, and Merged for one that became another's."""
    row = await work.fetchrow(
        "select version, merged_into_id from people where id = $1 and kind = 'contact' for update", contact_id
    )
    if row is None:
        raise ContactNotFound
    if row["merged_into_id"]:
        raise Merged(into=row["merged_into_id"])
    return row["version"]


async def update_contact(work: UnitOfWork, contact_id: int, columns: dict[str, object]) -> None:
    """Set columns by their names in the table; without any it counts as an edit all the same."""
    names = ["name", "organization_id", "organization_manager", "time_zone", "locale", "vip", "external_id"]
    unknown = columns.keys() - set(names)
    if unknown:
        raise ValueError(f"no columns that an edit sets: {unknown}")
    await work.execute(
        """update people p set (name, organization_id, organization_manager, time_zone, locale, vip, external_id) =
             (select n.name, n.organization_id, n.organization_manager, n.time_zone, n.locale, n.vip, n.external_id
                from jsonb_populate_record(p, $2) n)
            where p.id = $1""",
        contact_id,
        columns,
    )


async def list_organizations(
    transaction: ReadTransaction, words: str, after: tuple[str, int] | None, limit: int
) -> list[Organization]:
    """Return organizations by name after a (name, id) pair, at most `limit`."""
    name, organization_id = after or ("", 0)
    rows = await transaction.fetch(
        f"""select {ORGANIZATION_COLUMNS} from organizations o
            where o.workspace_id = (select ctx_workspace()) and (lower(o.name), o.id) > (lower($1), $2)
              and o.merged_into_id is null
              and ($4 = '' or o.name ilike '%' || $4 || '%') order by lower(o.name), o.id limit $3""",
        name,
        organization_id,
        limit,
        words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_"),
    )
    return [msgspec.convert(dict(row), Organization) for row in rows]


async def lock_organization(work: UnitOfWork, organization_id: int) -> int:
    """Lock an organization and return its version. Raises OrganizationNotFound and Merged."""
    row = await work.fetchrow(
        "select version, merged_into_id from organizations where id = $1 for update", organization_id
    )
    if row is None:
        raise OrganizationNotFound
    if row["merged_into_id"]:
        raise Merged(into=row["merged_into_id"])
    return row["version"]


async def insert_organization(work: UnitOfWork, name: str) -> int:
    """Insert an organization and return its id."""
    return await work.fetchval(
        "insert into organizations (workspace_id, name) values (ctx_workspace(), $1) returning id", name
    )


async def update_organization(work: UnitOfWork, organization_id: int, columns: dict[str, object]) -> None:
    """Set columns by their names in the table; without any it counts as an edit, as its domains belong to it."""
    unknown = columns.keys() - {"name", "shares_tickets", "external_id", "locale", "time_zone", "vip"}
    if unknown:
        raise ValueError(f"no columns that an edit sets: {unknown}")
    await work.execute(
        """update organizations o set (name, shares_tickets, external_id, locale, time_zone, vip) =
             (select n.name, n.shares_tickets, n.external_id, n.locale, n.time_zone, n.vip
                from jsonb_populate_record(o, $2) n)
            where o.id = $1""",
        organization_id,
        columns,
    )


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


def contact_of(row: asyncpg.Record) -> Contact:
    """Make a contact of the columns that `CONTACT_COLUMNS` selects."""
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
        vip=row["vip"],
        language=row["language"],
        external_id=row["external_id"],
    )
