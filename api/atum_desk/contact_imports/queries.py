"""SQL of files of contacts and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec

from atum_desk.contact_imports.models import ContactImport, ImportEntity, ReadFile
from atum_desk.contact_imports.problems import ImportNotFound
from atum_desk.custom_fields.public import fields_json
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

IMPORT = """
    select i.id, i.entity, i.filename, i.format, i.state, i.columns, i.mapping, i.if_alike, i.row_count, i.done_rows,
           i.created_at, i.finished_at, i.change_id, i.created_by, p.name as creator,
           coalesce(i.change_id = any(undone_among(array[i.change_id])), false) as undone,
           (select coalesce(jsonb_object_agg(c.outcome, c.rows), '{}') from (
              select r.outcome, count(*) as rows from contact_import_rows r
               where r.import_id = i.id and r.outcome is not null group by 1) c) as counts
      from contact_imports i join people p on p.id = i.created_by"""


async def insert_import(work: ReadTransaction, entity: ImportEntity, filename: str, file: ReadFile) -> int:
    """Keep a file's rows, as they stand in it."""
    import_id = await work.fetchval(
        """insert into contact_imports (workspace_id, created_by, entity, filename, format, columns, mapping, row_count)
           values (ctx_workspace(), ctx_person(), $1, $2, $3, $4, $5, $6) returning id""",
        entity,
        filename,
        file.format,
        file.columns,
        file.mapping,
        len(file.rows),
    )
    # A JSON array of rows: PostgreSQL's own arrays of arrays want rows of one width.
    await work.execute(
        """insert into contact_import_rows (workspace_id, import_id, number, cells)
           select ctx_workspace(), $1, r.number, array(select jsonb_array_elements_text(r.cells))
             from jsonb_array_elements($2) with ordinality r(cells, number)""",
        import_id,
        file.rows,
    )
    return import_id


async def get_import(transaction: ReadTransaction, import_id: int) -> ContactImport:
    """Return an import. Raises ImportNotFound."""
    row = await transaction.fetchrow(f"{IMPORT} where i.id = $1", import_id)
    if row is None:
        raise ImportNotFound
    return _import(row)


async def list_imports(transaction: ReadTransaction, limit: int) -> list[ContactImport]:
    """Return the last imports of the workspace, newest first."""
    rows = await transaction.fetch(
        f"{IMPORT} where i.workspace_id = (select ctx_workspace()) order by i.id desc limit $1", limit
    )
    return [_import(row) for row in rows]


async def lock_import(work: ReadTransaction, import_id: int) -> asyncpg.Record:
    """Lock an import and return how far it is. Raises ImportNotFound."""
    row = await work.fetchrow(
        """select id, entity, state, columns, mapping, if_alike, row_count, done_rows, change_id, created_by
             from contact_imports where id = $1 for update""",
        import_id,
    )
    if row is None:
        raise ImportNotFound
    return row


async def update_import(work: ReadTransaction, import_id: int, mapping: Sequence[str], if_alike: str) -> None:
    """Set what the columns are and what becomes of rows that look like a known contact."""
    await work.execute(
        "update contact_imports set mapping = $2, if_alike = $3 where id = $1", import_id, mapping, if_alike
    )


async def update_row(work: ReadTransaction, import_id: int, number: int, if_alike: str | None) -> bool:
    """Set what becomes of one row; tell whether there is one."""
    return (
        await work.fetchval(
            "update contact_import_rows set if_alike = $3 where import_id = $1 and number = $2 returning true",
            import_id,
            number,
            if_alike,
        )
        or False
    )


async def mark_started(work: UnitOfWork, import_id: int) -> None:
    """Note that an import runs, and the open change, which starts it."""
    await work.execute(
        "update contact_imports set state = 'running', change_id = ctx_change() where id = $1", import_id
    )


async def mark_done(work: UnitOfWork, import_id: int, done_rows: int) -> None:
    """Note how far an import is; with its last row it is done."""
    await work.execute(
        """update contact_imports set done_rows = $2,
                  state = case when $2 >= row_count then 'done' else state end,
                  finished_at = case when $2 >= row_count then moment() end
            where id = $1""",
        import_id,
        done_rows,
    )


async def list_rows(transaction: ReadTransaction, import_id: int, after: int, limit: int) -> list[asyncpg.Record]:
    """Return rows in the order of the file, after a number."""
    return await transaction.fetch(
        """select r.number, r.cells, r.if_alike, r.outcome, coalesce(r.person_id, r.organization_id) as record_id,
                  r.notices, coalesce(p.name, o.name) as record_name
             from contact_import_rows r left join people p on p.id = r.person_id
             left join organizations o on o.id = r.organization_id
            where r.import_id = $1 and r.number > $2 order by r.number limit $3""",
        import_id,
        after,
        limit,
    )


async def write_outcomes(work: UnitOfWork, import_id: int, outcomes: list[dict[str, Any]]) -> None:
    """Note what became of rows: number, outcome, person_id or organization_id, and notices of each."""
    await work.execute(
        """update contact_import_rows r set outcome = o.outcome, person_id = o.person_id,
                  organization_id = o.organization_id, notices = o.notices
             from jsonb_to_recordset($2) o(number int, outcome text, person_id bigint, organization_id bigint,
                                           notices jsonb)
            where r.import_id = $1 and r.number = o.number""",
        import_id,
        outcomes,
    )


async def find_known(transaction: ReadTransaction, emails: list[str], external_ids: list[str]) -> list[asyncpg.Record]:
    """Return whoever has one of the addresses or external ids, each with the key that found them."""
    return await transaction.fetch(
        """select a.email as key, p.id, p.name, p.kind from addresses a join people p on p.id = a.person_id
            where a.workspace_id = (select ctx_workspace()) and a.email = any($1)
           union all
           select p.external_id, p.id, p.name, p.kind from people p
            where p.workspace_id = (select ctx_workspace()) and p.external_id = any($2)""",
        emails,
        external_ids,
    )


async def find_alike(transaction: ReadTransaction, names: list[str], phones: list[str]) -> list[asyncpg.Record]:
    """Return contacts of the same name (in lower case) or the same last nine digits of a phone, the oldest first."""
    return await transaction.fetch(
        """select n.name as key, p.id, p.name from unnest($1::text[]) n(name) cross join lateral (
             select c.id, c.name from people c
              where c.workspace_id = (select ctx_workspace()) and c.kind = 'contact' and lower(c.name) = n.name
                and c.merged_into_id is null order by c.id limit 1) p
           union all
           select o.digits, p.id, p.name from phones o join people p on p.id = o.person_id
            where o.workspace_id = (select ctx_workspace()) and o.digits = any($2) and p.merged_into_id is null""",
        names,
        phones,
    )


async def load_contacts(transaction: ReadTransaction, ids: list[int]) -> dict[int, asyncpg.Record]:
    """Return contacts as a row is compared with them, by id."""
    rows = await transaction.fetch(
        f"""select p.id, p.name, p.locale, p.time_zone, p.vip, p.external_id, o.name as organization,
                  {fields_json("contact", "p.id")} as fields,
                  array(select a.email from addresses a where a.person_id = p.id) as emails,
                  array(select n.number from phones n where n.person_id = p.id) as phones
             from people p left join organizations o on o.id = p.organization_id where p.id = any($1)""",
        ids,
    )
    return {row["id"]: row for row in rows}


async def insert_person(work: UnitOfWork, name: str, external_id: str | None) -> int:
    """Insert a contact without an address."""
    return await work.fetchval(
        """insert into people (workspace_id, kind, name, external_id)
           values (ctx_workspace(), 'contact', $1, $2) returning id""",
        name,
        external_id,
    )


async def write_contact(work: UnitOfWork, person_id: int, said: dict[str, Any]) -> None:
    """Give a contact what a row says and they lack or have otherwise; nothing is taken away.

    `said`: name, locale, time_zone, vip, external_id, organization_id, or null for what it does not say.
    """
    await work.execute(
        """update people p set name = coalesce(s.name, p.name), locale = coalesce(s.locale, p.locale),
                  time_zone = coalesce(s.time_zone, p.time_zone), vip = coalesce(s.vip, p.vip),
                  external_id = coalesce(s.external_id, p.external_id),
                  organization_id = coalesce(s.organization_id, p.organization_id)
             from jsonb_to_record($2) s(name text, locale text, time_zone text, vip boolean, external_id text,
                                        organization_id bigint)
            where p.id = $1""",
        person_id,
        said,
    )


async def add_reach(work: UnitOfWork, person_id: int, emails: list[str], phones: list[str]) -> None:
    """Add addresses and phones that a contact lacks; the first address of one without any is the primary one."""
    await work.execute(
        """insert into addresses (workspace_id, person_id, email, is_primary)
           select ctx_workspace(), $1, e.email, e.place = 1 and not exists (
                    select from addresses a where a.person_id = $1 and a.is_primary)
             from unnest($2::text[]) with ordinality e(email, place)
            where not exists (select from addresses a where a.person_id = $1 and a.email = e.email) order by e.place""",
        person_id,
        emails,
    )
    await work.execute(
        """insert into phones (workspace_id, person_id, number)
           select ctx_workspace(), $1, n from unnest($2::text[]) n on conflict (person_id, number) do nothing""",
        person_id,
        phones,
    )


async def add_note(work: UnitOfWork, person_id: int, author_id: int, text: str) -> None:
    """Note what a row says of a contact, unless it was noted before."""
    await work.execute(
        """insert into contact_notes (workspace_id, person_id, author_id, text)
           select ctx_workspace(), $1, $2, $3 where not exists (
             select from contact_notes n where n.person_id = $1 and n.text = $3)""",
        person_id,
        author_id,
        text,
    )


async def organization_of(work: UnitOfWork, name: str, domain: str) -> int | None:
    """Return the organization of a name, made when there is none; without a name that of the mail domain."""
    if not name:
        return await work.fetchval(
            """select organization_id from organization_domains
                where workspace_id = (select ctx_workspace()) and domain = $1""",
            domain,
        )
    found = await work.fetchval(
        """select id from organizations where workspace_id = (select ctx_workspace()) and lower(name) = lower($1)
              and merged_into_id is null order by id limit 1""",
        name,
    )
    return found or await work.fetchval(
        "insert into organizations (workspace_id, name) values (ctx_workspace(), $1) returning id", name
    )


def _import(row: asyncpg.Record) -> ContactImport:
    values = dict(row)
    values["created_by"] = {"id": values["created_by"], "name": values.pop("creator")}
    return msgspec.convert(values, ContactImport)
