"""SQL of merged contacts and organizations."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.contacts.merge.models import LikelyContact
from atum_desk.contacts.models import Contact, Organization
from atum_desk.contacts.problems import MergedTooMuch
from atum_desk.contacts.queries import CONTACT_COLUMNS, CONTACT_TABLES, ORGANIZATION_COLUMNS, contact_of
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

MOST_MOVED = 10_000
MOST_LIKELY = 5


async def list_likely_contacts(transaction: ReadTransaction, contact_id: int) -> list[LikelyContact]:
    """Return those who may be the same person as a contact, those with most in common first."""
    rows = await transaction.fetch(
        f"""select {CONTACT_COLUMNS}, l.reasons
              from contacts_like($1, $2) with ordinality l(person_id, reasons, place)
              join people p on p.id = l.person_id left join organizations o on o.id = p.organization_id
             order by l.place""",
        contact_id,
        MOST_LIKELY,
    )
    return [LikelyContact(contact_of(row), row["reasons"]) for row in rows]


async def list_likely_organizations(transaction: ReadTransaction, organization_id: int) -> list[Organization]:
    """Return organizations of a similar name, the most similar first."""
    rows = await transaction.fetch(
        f"""select {ORGANIZATION_COLUMNS} from organizations_like($1, $2) with ordinality l(id, place)
              join organizations o on o.id = l.id order by l.place""",
        organization_id,
        MOST_LIKELY,
    )
    return [msgspec.convert(dict(row), Organization) for row in rows]


async def get_living_contact(transaction: ReadTransaction, contact_id: int) -> Contact | None:
    """Return a contact that stands by itself, None without one."""
    row = await transaction.fetchrow(
        f"""select {CONTACT_COLUMNS} from {CONTACT_TABLES}
             where p.id = $1 and p.kind = 'contact' and p.merged_into_id is null""",
        contact_id,
    )
    return contact_of(row) if row else None


async def join_contacts(work: UnitOfWork, source_id: int, target_id: int) -> None:
    """Let one contact be part of another, and with it all that were part of the one."""
    await work.execute(
        """update people set merged_into_id = $2, active = active and id <> $1,
                  external_id = case when id = $1 then null else external_id end
            where id = $1 or merged_into_id = $1""",
        source_id,
        target_id,
    )


async def move_reach(work: UnitOfWork, source_id: int, target_id: int, *, takes_primary: bool) -> None:
    """Give the addresses, phones and notes of one contact to another."""
    primary = await work.fetchval(
        "update addresses set is_primary = false where person_id = $1 and is_primary returning id", source_id
    )
    await work.execute("update addresses set person_id = $2 where person_id = $1", source_id, target_id)
    has_primary = await work.fetchval(
        "select exists (select from addresses where person_id = $1 and is_primary)", target_id
    )
    if primary is not None and (takes_primary or not has_primary):
        await work.execute("update addresses set is_primary = false where person_id = $1 and is_primary", target_id)
        await work.execute("update addresses set is_primary = true where id = $1", primary)
    await work.execute(
        """delete from phones n where n.person_id = $1
              and exists (select from phones k where k.person_id = $2 and k.number = n.number)""",
        source_id,
        target_id,
    )
    await work.execute("update phones set person_id = $2 where person_id = $1", source_id, target_id)
    await work.execute("update contact_notes set person_id = $2 where person_id = $1", source_id, target_id)


async def move_tickets_of_contact(work: UnitOfWork, source_id: int, target_id: int) -> int:
    """Give all requests and copies of one contact to another; return how many. Raises MergedTooMuch."""
    return await _moved(work, "select move_to_living_contact($1, $2, $3)", source_id, target_id)


async def join_organizations(work: UnitOfWork, source_id: int, target_id: int) -> None:
    """Let one organization be part of another, with its domains and notes, and all that were part of the one."""
    await work.execute(
        """update organizations set merged_into_id = $2, external_id = case when id = $1 then null else external_id end
            where id = $1 or merged_into_id = $1""",
        source_id,
        target_id,
    )
    await work.execute(
        "update organization_domains set organization_id = $2 where organization_id = $1", source_id, target_id
    )
    await work.execute("update contact_notes set organization_id = $2 where organization_id = $1", source_id, target_id)


async def move_tickets_of_organization(work: UnitOfWork, source_id: int, target_id: int) -> int:
    """Give all people and tickets of one organization to another; return how many tickets. Raises MergedTooMuch."""
    return await _moved(work, "select move_to_living_organization($1, $2, $3)", source_id, target_id)


async def insert_distinction(work: UnitOfWork, contact_id: int, other_id: int) -> None:
    """Note that two contacts are different people."""
    await work.execute(
        """insert into contact_distinctions (workspace_id, person_id, other_id)
           values (ctx_workspace(), least($1::bigint, $2), greatest($1::bigint, $2))
           on conflict (person_id, other_id) do nothing""",
        contact_id,
        other_id,
    )


async def _moved(work: UnitOfWork, statement: str, source_id: int, target_id: int) -> int:
    try:
        return await work.fetchval(statement, source_id, target_id, MOST_MOVED)
    except asyncpg.PostgresError as error:
        if error.sqlstate == "AT413":
            raise MergedTooMuch(most=MOST_MOVED) from None
        raise
