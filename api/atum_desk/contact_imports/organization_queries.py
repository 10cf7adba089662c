"""SQL of imported organizations."""

from __future__ import annotations

from typing import Any

import asyncpg

from atum_desk.custom_fields.public import fields_json
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork


async def find_organizations(
    transaction: ReadTransaction, external_ids: list[str], domains: list[str], names: list[str]
) -> list[asyncpg.Record]:
    """Return organizations of an external id, a domain or a name (in lower case), with what found them and by which."""
    return await transaction.fetch(
        """select 'external_id' as by, o.external_id as key, o.id from organizations o
            where o.workspace_id = (select ctx_workspace()) and o.external_id = any($1)
           union all
           select 'domain', d.domain, d.organization_id from organization_domains d
            where d.workspace_id = (select ctx_workspace()) and d.domain = any($2)
           union all
           select 'name', n.name, o.id from unnest($3::text[]) n(name) cross join lateral (
             select c.id from organizations c
              where c.workspace_id = (select ctx_workspace()) and lower(c.name) = n.name
                and c.merged_into_id is null order by c.id limit 1) o""",
        external_ids,
        domains,
        names,
    )


async def load_organizations(transaction: ReadTransaction, ids: list[int]) -> dict[int, asyncpg.Record]:
    """Return organizations as a row is compared with them, by id."""
    rows = await transaction.fetch(
        f"""select o.id, o.name, o.external_id, o.locale, o.time_zone, o.vip,
                   array(select d.domain from organization_domains d where d.organization_id = o.id
                          order by 1) as domains,
                   array(select n.text from contact_notes n where n.organization_id = o.id
                          order by n.id desc limit 100) as notes,
                   {fields_json("organization", "o.id")} as fields
              from organizations o where o.id = any($1)""",
        ids,
    )
    return {row["id"]: row for row in rows}


async def insert_organization(work: UnitOfWork, said: dict[str, Any]) -> int:
    """Insert an organization of what a row says: name, external_id, locale, time_zone, vip."""
    return await work.fetchval(
        """insert into organizations (workspace_id, name, external_id, locale, time_zone, vip)
           values (ctx_workspace(), $1, $2, $3, $4, coalesce($5, false)) returning id""",
        said["name"],
        said["external_id"],
        said["locale"],
        said["time_zone"],
        said["vip"],
    )


async def write_organization(work: UnitOfWork, organization_id: int, said: dict[str, Any]) -> None:
    """Give an organization what a row says and it lacks or has otherwise; nothing is taken away."""
    await work.execute(
        """update organizations set name = coalesce($2, name), external_id = coalesce($3, external_id),
                  locale = coalesce($4, locale), time_zone = coalesce($5, time_zone), vip = coalesce($6, vip)
            where id = $1""",
        organization_id,
        said["name"],
        said["external_id"],
        said["locale"],
        said["time_zone"],
        said["vip"],
    )


async def add_domains(work: UnitOfWork, organization_id: int, domains: list[str]) -> None:
    """Add domains that an organization lacks, and adopt contacts of theirs who have no organization."""
    await work.execute(
        """insert into organization_domains (workspace_id, organization_id, domain)
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


async def add_organization_note(work: UnitOfWork, organization_id: int, author_id: int, text: str) -> None:
    """Note what a row says of an organization, unless it was noted before."""
    await work.execute(
        """insert into contact_notes (workspace_id, organization_id, author_id, text)
           select ctx_workspace(), $1, $2, $3 where not exists (
             select from contact_notes n where n.organization_id = $1 and n.text = $3)""",
        organization_id,
        author_id,
        text,
    )
