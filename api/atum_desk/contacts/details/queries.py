"""SQL of one contact and one organization as their pages show them."""

from __future__ import annotations

import msgspec

from atum_desk.contacts.desk_addresses import is_own
from atum_desk.contacts.models import ChangeAbout, ContactDetails, OrganizationDetails
from atum_desk.contacts.problems import ContactNotFound, OrganizationNotFound
from atum_desk.contacts.queries import CONTACT_COLUMNS, CONTACT_TABLES, ORGANIZATION_COLUMNS
from atum_desk.contacts.schemas import PhoneInput
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

# Open tickets and the others have their indexes apart.
TICKET_COUNTS = """
    (select coalesce(jsonb_object_agg(c.category, c.tickets), '{{}}') from (
       select n.category, count(*) as tickets from (
         (select t.category from tickets t where t.is_open and t.{column} = {id} limit 1000) union all
         (select t.category from tickets t where not t.is_open and t.{column} = {id} limit 1000)) n
        group by n.category) c) as ticket_counts"""
# Proof is a mail that was shown to be its sender's; what a merged contact wrote counts.
ADDRESSES = """
    (select coalesce(jsonb_agg(jsonb_build_object('email', a.email, 'is_primary', a.is_primary, 'proven_at',
              (select w.at from wrote w where w.address = a.email))
              order by a.is_primary desc, a.id), '[]') from addresses a where a.person_id = p.id) as addresses"""
CONTACT_DETAILS = f"""
    with found as (select case when merged_into_id is null then id else merged_into_id end as id
                     from people where id = $1 and kind = 'contact'),
         wrote as (select w.address, w.at from found, addresses_proven(found.id) w)
    select {CONTACT_COLUMNS}, {ADDRESSES}, {TICKET_COUNTS.format(column="requester_id", id="p.id")},
           (select coalesce(jsonb_agg(jsonb_build_object('number', n.number, 'label', n.label) order by n.id), '[]')
              from phones n where n.person_id = p.id) as phones,
           o.id is not null and (p.organization_manager or o.shares_tickets) as sees_organization
      from {CONTACT_TABLES} where p.id = (select id from found)"""
ORGANIZATION_DETAILS = f"""
    with found as (select case when merged_into_id is null then id else merged_into_id end as id
                     from organizations where id = $1)
    select {ORGANIZATION_COLUMNS}, {TICKET_COUNTS.format(column="organization_id", id="o.id")},
           (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'vip', c.vip,
                                                         'organization_manager', c.organization_manager)
                                      order by lower(c.name), c.id), '[]')
              from (select p.id, p.name, p.vip, p.organization_manager from people p where p.organization_id = o.id
                     and p.merged_into_id is null order by lower(p.name), p.id limit 50) c) as contacts
      from organizations o where o.id = (select id from found)"""


async def get_contact(transaction: ReadTransaction, contact_id: int) -> ContactDetails:
    """Return a contact, the living one for one that was merged. Raises ContactNotFound."""
    row = await transaction.fetchrow(CONTACT_DETAILS, contact_id)
    if row is None:
        raise ContactNotFound
    values = dict(row)
    organization = values.pop("organization_id"), values.pop("organization_name")
    values["organization"] = NamedRef(*organization) if organization[0] else None
    return msgspec.convert(values, ContactDetails)


async def get_organization(transaction: ReadTransaction, organization_id: int) -> OrganizationDetails:
    """Return an organization, the living one for one that was merged. Raises OrganizationNotFound."""
    row = await transaction.fetchrow(ORGANIZATION_DETAILS, organization_id)
    if row is None:
        raise OrganizationNotFound
    return msgspec.convert(dict(row), OrganizationDetails)


async def set_addresses(work: UnitOfWork, contact_id: int, emails: list[str]) -> str | None:
    """Make these the contact's addresses, the first the primary one; return one that somebody else has.

    Nothing is written of what is as it should be, so that its history stays quiet.
    """
    await work.execute("delete from addresses where person_id = $1 and email <> all($2)", contact_id, emails)
    await work.execute(
        "update addresses set is_primary = false where person_id = $1 and is_primary and email <> $2",
        contact_id,
        emails[0],
    )
    taken = await work.fetchval(
        f"""with wanted as (select w.email, w.place from unnest($2::text[]) with ordinality w(email, place)),
                 added as (insert into addresses (workspace_id, person_id, email, is_primary)
                           select ctx_workspace(), $1, w.email, w.place = 1 from wanted w
                            where not exists (select from addresses a where a.person_id = $1 and a.email = w.email)
                            order by w.place
                           on conflict (workspace_id, email) do nothing returning email)
            select w.email from wanted w
             where w.email not in (select email from added)
               and (not exists (select from addresses a where a.person_id = $1 and a.email = w.email)
                    or {is_own("w.email")}) limit 1""",
        contact_id,
        emails,
    )
    await work.execute(
        "update addresses set is_primary = true where person_id = $1 and email = $2 and not is_primary",
        contact_id,
        emails[0],
    )
    return taken


async def set_phones(work: UnitOfWork, contact_id: int, phones: list[PhoneInput]) -> None:
    """Make these the contact's phones."""
    numbers, labels = [phone.number for phone in phones], [phone.label for phone in phones]
    await work.execute("delete from phones where person_id = $1 and number <> all($2)", contact_id, numbers)
    await work.execute(
        """insert into phones (workspace_id, person_id, number, label)
           select ctx_workspace(), $1, w.number, w.label from unnest($2::text[], $3::text[]) w(number, label)
           on conflict (person_id, number) do update set label = excluded.label where phones.label <> excluded.label""",
        contact_id,
        numbers,
        labels,
    )


async def list_changes_about(
    transaction: ReadTransaction, contact_id: int | None, organization_id: int | None, limit: int
) -> list[ChangeAbout]:
    """Return the last changes of a contact or of an organization, newest first."""
    rows = await transaction.fetch("select * from changes_about($1, $2, $3)", contact_id, organization_id, limit)
    return [
        ChangeAbout(
            change_id=row["change_id"],
            command=row["command"],
            actor=NamedRef(row["actor_id"], row["actor_name"]) if row["actor_name"] else None,
            at=row["at"],
        )
        for row in rows
    ]
