"""All SQL of drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from atum_desk.drafts.schemas import DraftInput, DraftKind, DraftPage, DraftRow, DraftWriter
from atum_desk.kernel.cursors import cut_page, encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction

# A newer message of its author's and its kind is what a draft became; an undo of that message brings it back.
SENT = """exists (select from messages m where m.ticket_id = d.ticket_id and m.id > d.after_message_id
                   and m.author_id = d.person_id and m.kind = d.kind and m.from_staff)"""
TEXT = """jsonb_build_object('version', x.version, 'text', x.text, 'html', x.html,
    'people', x.people, 'saved_at', x.saved_at, 'attachments',
    coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'filename', a.filename,
        'mime_type', a.mime_type, 'size', a.size, 'inline', a.inline, 'url', '/api/v1/attachments/' || a.id)
        order by array_position(x.attachment_ids, a.id))
      from attachments a where a.id = any(x.attachment_ids) and a.message_id is null), '[]'))"""
# The tickets that were merged into the one of $1.
MERGED_INTO = """select t.id from tickets n
                   join tickets t on t.workspace_id = n.workspace_id and t.merged_into = n.number where n.id = $1"""
PREVIEW_CHARACTERS = 160


class LockedDraft(msgspec.Struct, frozen=True):
    """A draft whose row is locked, with what it says."""

    id: int
    version: int
    is_sent: bool
    text: str
    # When a version was last kept of it, or it was begun.
    kept_at: datetime
    now: datetime


async def list_own(transaction: ReadTransaction, ticket_id: int) -> list[asyncpg.Record]:
    """Return the reader's drafts on a ticket, one a kind: (id, kind, updated_at, from_number, said: a DraftText).

    One that was begun on a ticket which was merged into this one counts until there is a newer one.
    """
    return await transaction.fetch(
        f"""select distinct on (d.kind) d.id, d.kind, d.updated_at, {TEXT} as said,
                   case when d.ticket_id <> $1 then (select t.number from tickets t where t.id = d.ticket_id) end
                     as from_number
              from drafts d join draft_texts x on x.draft_id = d.id and x.version = d.version
             where d.person_id = (select ctx_person()) and d.discarded_at is null
               and (d.ticket_id = $1 or d.ticket_id = any(array({MERGED_INTO}))) and not {SENT}
             order by d.kind, d.updated_at desc""",
        ticket_id,
    )


async def list_writers(transaction: ReadTransaction, ticket_id: int, limit: int) -> list[DraftWriter]:
    """Return which colleagues are writing on a ticket, the last one first."""
    rows = await transaction.fetch(
        f"""select d.person_id, p.name, d.kind, d.updated_at
              from drafts d join people p on p.id = d.person_id
             where d.ticket_id = $1 and d.discarded_at is null and d.person_id <> (select ctx_person()) and not {SENT}
             order by d.updated_at desc limit $2""",
        ticket_id,
        limit,
    )
    return [msgspec.convert(dict(row), DraftWriter) for row in rows]


async def lock_draft(transaction: ReadTransaction, ticket_id: int, kind: DraftKind) -> LockedDraft | None:
    """Lock the reader's draft of a kind on a ticket, whether it was sent or not; None when there is none."""
    row = await transaction.fetchrow(
        f"""select d.id, d.version, {SENT} as is_sent, x.text, moment() as now,
                   coalesce((select max(k.saved_at) from draft_texts k
                              where k.draft_id = d.id and k.version < d.version), d.created_at) as kept_at
              from drafts d join draft_texts x on x.draft_id = d.id and x.version = d.version
             where d.ticket_id = $1 and d.kind = $2 and d.person_id = (select ctx_person()) and d.discarded_at is null
               for update of d""",
        ticket_id,
        kind,
    )
    return msgspec.convert(dict(row), LockedDraft) if row else None


async def count_written(transaction: ReadTransaction) -> int:
    """Count the reader's drafts that are not discarded, sent ones included."""
    return (
        await transaction.fetchval(
            "select count(*) from drafts where person_id = (select ctx_person()) and discarded_at is null"
        )
        or 0
    )


async def insert_draft(transaction: ReadTransaction, ticket_id: int, given: DraftInput) -> asyncpg.Record | None:
    """Insert a draft with its first text and return (id, version, updated_at).

    None when another window did so meanwhile.
    """
    return await transaction.fetchrow(
        """with made as (
             insert into drafts (workspace_id, person_id, ticket_id, kind, after_message_id)
             values (ctx_workspace(), ctx_person(), $1, $2,
                     coalesce((select max(id) from messages where ticket_id = $1), 0))
             on conflict (person_id, ticket_id, kind) where discarded_at is null do nothing
             returning id, version, updated_at),
           said as (
             insert into draft_texts (workspace_id, draft_id, person_id, version, text, people, attachment_ids, html)
             select ctx_workspace(), id, ctx_person(), version, $3, $4, $5, $6 from made)
           select * from made""",
        ticket_id,
        given.kind,
        given.text,
        _encoded(given),
        given.attachment_ids,
        _stored(given.html),
    )


async def save_text(
    transaction: ReadTransaction, draft: LockedDraft, given: DraftInput, *, keep: bool
) -> asyncpg.Record | None:
    """Let a draft say something else; with `keep`, what it said stays as an earlier version."""
    written = (
        """insert into draft_texts (workspace_id, draft_id, person_id, version, text, people, attachment_ids, html)
           select ctx_workspace(), id, ctx_person(), version, $2, $3, $4, $5 from saved"""
        if keep
        else """update draft_texts x set version = s.version, text = $2, people = $3, attachment_ids = $4, html = $5,
                       saved_at = moment() from saved s where x.draft_id = s.id and x.version = s.version - 1"""
    )
    return await transaction.fetchrow(
        f"""with saved as (
              update drafts d set version = version + 1, updated_at = moment(),
                     after_message_id = coalesce((select max(m.id) from messages m where m.ticket_id = d.ticket_id), 0)
               where d.id = $1 returning id, version, updated_at),
            said as ({written})
            select * from saved""",
        draft.id,
        given.text,
        _encoded(given),
        given.attachment_ids,
        _stored(given.html),
    )


async def prune_versions(transaction: ReadTransaction, draft_id: int, keep: int) -> None:
    """Delete the oldest versions of a draft beyond so many."""
    await transaction.execute(
        """delete from draft_texts where draft_id = $1 and version <= (
             select version from draft_texts where draft_id = $1 order by version desc offset $2 limit 1)""",
        draft_id,
        keep,
    )


async def discard(transaction: ReadTransaction, draft_id: int) -> None:
    """Put a draft into the trash."""
    await transaction.execute("update drafts set discarded_at = moment() where id = $1", draft_id)


async def move_here(transaction: ReadTransaction, ticket_id: int, kind: DraftKind) -> bool:
    """Bring the newest draft begun on a ticket that was merged into this one along; tell whether there is any."""
    moved = await transaction.fetchval(
        f"""update drafts set ticket_id = $1
            where id = (select d.id from drafts d
                         where d.person_id = (select ctx_person()) and d.discarded_at is null and d.kind = $2
                           and d.ticket_id = any(array({MERGED_INTO})) and not {SENT}
                         order by d.updated_at desc limit 1)
           returning true""",
        ticket_id,
        kind,
    )
    return bool(moved)


async def restore(transaction: ReadTransaction, draft_id: int) -> bool:
    """Take a draft of the reader's out of the trash; what was begun anew meanwhile goes there. False: there is none."""
    row = await transaction.fetchrow(
        """select ticket_id, kind from drafts
            where id = $1 and person_id = (select ctx_person()) and discarded_at is not null for update""",
        draft_id,
    )
    if row is None:
        return False
    await transaction.execute(
        """update drafts set discarded_at = moment()
            where person_id = (select ctx_person()) and ticket_id = $1 and kind = $2 and discarded_at is null""",
        row["ticket_id"],
        row["kind"],
    )
    await transaction.execute(
        """update drafts set discarded_at = null, updated_at = moment(),
                  after_message_id = coalesce((select max(id) from messages where ticket_id = $2), 0)
            where id = $1""",
        draft_id,
        row["ticket_id"],
    )
    return True


async def list_drafts(
    transaction: ReadTransaction, *, discarded: bool, after: tuple[datetime, int] | None, limit: int
) -> DraftPage:
    """Return a page of the reader's drafts, or of their trash, the last written first."""
    rows = await transaction.fetch(
        f"""select d.id, t.number, t.subject, d.kind, left(x.text, {PREVIEW_CHARACTERS}) as preview,
                   cardinality(x.attachment_ids) as attachments, d.updated_at, d.discarded_at
              from drafts d
              join draft_texts x on x.draft_id = d.id and x.version = d.version
              left join tickets t on t.id = d.ticket_id
             where d.person_id = (select ctx_person()) and (d.discarded_at is not null) = $1
               and ($2::timestamptz is null or (d.updated_at, d.id) < ($2, $3)) and ($1 or not {SENT})
             order by d.updated_at desc, d.id desc limit $4""",
        discarded,
        *(after or (None, None)),
        limit + 1,
    )
    page, more = cut_page([msgspec.convert(dict(row), DraftRow) for row in rows], limit)
    return DraftPage(page, encode_cursor(page[-1].updated_at, page[-1].id) if more else None)


async def list_versions(transaction: ReadTransaction, draft_id: int) -> list[dict[str, Any]]:
    """Return what a draft of the reader's says and said, the newest first, each as a DraftText.

    Empty when there is no such draft.
    """
    rows = await transaction.fetch(
        f"select {TEXT} as said from draft_texts x where x.draft_id = $1 order by x.version desc", draft_id
    )
    return [row["said"] for row in rows]


async def delete_old(transaction: ReadTransaction, days: int, limit: int) -> int:
    """Delete what was discarded or sent so long ago; return how many drafts that were."""
    rows = await transaction.fetch(
        f"""delete from drafts where id in (
              select d.id from drafts d
               where d.workspace_id = (select ctx_workspace()) and d.updated_at < moment() - make_interval(days => $1)
                 and case when d.discarded_at is not null then d.discarded_at < moment() - make_interval(days => $1)
                          else {SENT} end
               order by d.updated_at limit $2)
            returning id""",
        days,
        limit,
    )
    return len(rows)


def _encoded(given: DraftInput) -> Any:
    return msgspec.to_builtins(given.people)


def _stored(html: str | None) -> str | None:
    """Return HTML without NUL, which PostgreSQL keeps none of."""
    return None if html is None else html.replace("\x00", "")
