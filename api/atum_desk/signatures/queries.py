"""All SQL of signatures."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.signatures.problems import SignatureNotFound
from atum_desk.signatures.schemas import SignatureItem

COLUMNS = ("person_id", "mailbox_id", "team_id", "language", "text", "html")
SIGNATURE = """
    select s.id, s.person_id, p.name as person_name, s.mailbox_id, s.team_id, s.language, s.text, s.html, s.version
      from signatures s
      left join people p on p.id = s.person_id
     where s.workspace_id = (select ctx_workspace())"""


def signature_for(*, person: str, mailbox: str, team: str, language: str) -> str:
    """Return the SQL of the most specific signature of a reply as JSON or null (all four are SQL expressions).

    A person's goes before everybody's, then a mailbox's, then a team's, then the very language before its first
    part before any.
    """
    return f"""(select json_build_object('id', s.id, 'text', s.text, 'html', s.html,
                       'agent_email', (select a.email from addresses a where a.person_id = {person} and a.is_primary),
                       'workspace', (select w.name from workspaces w where w.id = s.workspace_id))
                from signatures s
               where s.workspace_id = (select ctx_workspace()) and (s.person_id is null or s.person_id = {person})
                 and (s.mailbox_id is null or s.mailbox_id = {mailbox}) and (s.team_id is null or s.team_id = {team})
                 and lower(s.language) in ('', lower({language}), lower(split_part({language}, '-', 1)))
               order by s.person_id is null, s.mailbox_id is null, s.team_id is null, length(s.language) desc
               limit 1)"""


async def list_signatures(
    transaction: ReadTransaction, person_id: int | None, after_id: int, limit: int
) -> list[SignatureItem]:
    """Return signatures by id, at most `limit` after an id; with a person those of theirs alone."""
    rows = await transaction.fetch(
        f"{SIGNATURE} and s.id > $1 and ($3::bigint is null or s.person_id = $3) order by s.id limit $2",
        after_id,
        limit,
        person_id,
    )
    return [_item(row) for row in rows]


async def get_signature(transaction: ReadTransaction, signature_id: int) -> SignatureItem:
    """Return a signature. Raises SignatureNotFound."""
    row = await transaction.fetchrow(f"{SIGNATURE} and s.id = $1", signature_id)
    if row is None:
        raise SignatureNotFound
    return _item(row)


async def lock_signature(work: UnitOfWork, signature_id: int) -> SignatureItem:
    """Return a signature that nobody else changes until the work is done. Raises SignatureNotFound."""
    await work.execute("select from signatures where id = $1 for update", signature_id)
    return await get_signature(work, signature_id)


async def insert_signature(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert a signature of all COLUMNS and return its id."""
    return await work.fetchval(
        f"""insert into signatures (workspace_id, {", ".join(COLUMNS)})
            values (ctx_workspace(), $1, $2, $3, $4, $5, $6) returning id""",
        *(columns[name] for name in COLUMNS),
    )


async def update_signature(work: UnitOfWork, signature_id: int, columns: dict[str, Any]) -> None:
    """Set all of COLUMNS."""
    await work.execute(
        f"update signatures set {', '.join(f'{n} = ${p}' for p, n in enumerate(COLUMNS, start=2))} where id = $1",
        signature_id,
        *(columns[name] for name in COLUMNS),
    )


async def delete_signature(work: UnitOfWork, signature_id: int) -> None:
    """Delete a signature; replies that it stands below keep it."""
    await work.execute("delete from signatures where id = $1", signature_id)


async def is_staff(transaction: ReadTransaction, person_id: int) -> bool:
    """Tell whether somebody is of the staff."""
    return await transaction.fetchval("select exists (select from people where id = $1 and kind = 'staff')", person_id)


def _item(row: Any) -> SignatureItem:
    return msgspec.convert(dict(row), SignatureItem)
