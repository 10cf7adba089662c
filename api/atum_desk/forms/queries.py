"""All SQL of forms."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.custom_fields.public import list_fields
from atum_desk.forms.models import MOST_FORMS, Form, Place
from atum_desk.forms.offered_form import KnownFields
from atum_desk.forms.problems import FormNotFound
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

FORM = """
    select f.id, f.key, f.name, f.help, f.sections, f.subject_template, f.text_template, f.language,
           f.translations, f.team_id, f.ticket_type, f.priority, f.tags, f.in_portal,
           f.in_desk, f.public, f.active, f.position, f.version
      from forms f where f.workspace_id = (select ctx_workspace())"""


async def list_forms(transaction: ReadTransaction, place: Place | None = None) -> list[Form]:
    """Return the forms in order: all of them, or those in use that the portal or the desk offers."""
    narrowed = {"portal": "and f.active and f.in_portal", "desk": "and f.active and f.in_desk"}.get(place or "", "")
    rows = await transaction.fetch(f"{FORM} {narrowed} order by f.position, f.id limit {MOST_FORMS}")
    return [_form(row) for row in rows]


async def get_form(transaction: ReadTransaction, form_id: int) -> Form:
    """Return a form. Raises FormNotFound."""
    row = await transaction.fetchrow(f"{FORM} and f.id = $1", form_id)
    if row is None:
        raise FormNotFound
    return _form(row)


async def get_requesters_form(transaction: ReadTransaction, key: str, *, at_public_address: bool = False) -> Form:
    """Return a form in use that requesters may fill in, in the portal or at its public address. Raises FormNotFound."""
    row = await transaction.fetchrow(
        f"{FORM} and f.key = $1 and f.active and (f.public or f.in_portal and not $2)", key, at_public_address
    )
    if row is None:
        raise FormNotFound
    return _form(row)


async def read_known_fields(transaction: ReadTransaction) -> KnownFields:
    """Return which fields forms of the workspace may have."""
    rows = await transaction.fetch("select id, name from teams order by name, id limit 1000")
    return KnownFields(await list_fields(transaction, "ticket"), {row["id"]: row["name"] for row in rows})


async def lock_forms(work: UnitOfWork) -> list[Form]:
    """Let no other change of forms go on beside this one, and return all of them."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('forms ' || ctx_workspace(), 0))")
    return await list_forms(work)


async def insert_form(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert a form behind all others and return its id; the names of columns come from this slice's commands."""
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return await work.fetchval(
        f"""insert into forms (workspace_id, position, {names})
            select ctx_workspace(), (select coalesce(max(position), 0) + 1 from forms), {places} returning id""",
        *columns.values(),
    )


async def update_form(work: UnitOfWork, form_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a form; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update forms set {assignments} where id = $1", form_id, *columns.values())


async def delete_form(work: UnitOfWork, form_id: int) -> None:
    """Delete a form; tickets that were made with it stay as they are."""
    await work.execute("delete from forms where id = $1", form_id)


async def set_positions(work: UnitOfWork, form_ids: list[int]) -> None:
    """Give forms the positions 1, 2, 3 ... in this order."""
    await work.execute(
        """update forms f set position = o.place from unnest($1::bigint[]) with ordinality o(id, place)
            where f.id = o.id and f.position <> o.place""",
        form_ids,
    )


def _form(row: Any) -> Form:
    return msgspec.convert(dict(row), Form)
