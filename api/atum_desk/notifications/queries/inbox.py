"""Statements of what somebody reads of their notifications, marks and wants."""

from __future__ import annotations

from datetime import time
from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.cursors import cut_page, encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.notifications.models import REASONS, Ways
from atum_desk.notifications.problems import ZoneUnknown
from atum_desk.notifications.schemas import (
    DailyDigest,
    NotificationMarks,
    NotificationPage,
    NotificationSettings,
    NotifiedTicket,
    QuietHours,
)

ITEMS_OF_TICKET = 20
EXCERPT_CHARACTERS = 200
# A person has a thousand notifications at most (jobs.py), so all of them are read and put together by ticket.
PAGE = f"""
    with mine as materialized (
           select n.id, n.ticket_id, n.read_at from notifications n
            where n.person_id = (select ctx_person()) and n.shown and (not $1 or n.read_at is null)),
         told as (
           select t.id, t.number, t.subject, t.status_id, max(m.id) as latest,
                  count(*) filter (where m.read_at is null) as unread
             from mine m join tickets t on t.id = m.ticket_id
            group by t.id having max(m.id) < $2 order by latest desc limit $3)
    select o.number, o.subject, o.latest, o.unread,
           exists (select from ticket_mutes k where k.ticket_id = o.id and k.person_id = (select ctx_person()))
             as muted,
           jsonb_build_object('key', s.key, 'name', s.name, 'category', s.category, 'color', s.color) as status,
           i.items
      from told o join statuses s on s.id = o.status_id
      cross join lateral (
        select jsonb_agg(jsonb_build_object(
                 'id', n.id, 'reason', n.reason, 'change_id', n.change_id, 'created_at', n.created_at,
                 'read', n.read_at is not null, 'message_id', x.id, 'message_kind', x.kind,
                 'excerpt', left(coalesce(x.text, nullif(n.about, '')), {EXCERPT_CHARACTERS}),
                 'actor', case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name) end)
               order by n.id desc) as items
          from (select * from notifications y
                 where y.person_id = (select ctx_person()) and y.ticket_id = o.id and y.shown
                   and (not $1 or y.read_at is null)
                 order by y.id desc limit {ITEMS_OF_TICKET}) n
          left join messages x on x.id = n.message_id
          left join people p on p.id = n.actor_id) i
     order by o.latest desc"""
DIGEST_AT = time(8)
SETTINGS = """
    select o.*, absent_until(ctx_person()) as absent_until
      from (select ctx_person() as person_id) me
      left join (select person_id, reasons, quiet_from, quiet_until, quiet_zone, digest_at, digest_zone, push_content,
                        in_absence, version from notification_settings) o on o.person_id = me.person_id"""


async def list_notifications(
    transaction: ReadTransaction, *, unread: bool, before: int, limit: int
) -> NotificationPage:
    """Return a page of the tickets that the reader was told of; those out of sight are left out."""
    rows = await transaction.fetch(PAGE, unread, before, limit + 1)
    page, more = cut_page(rows, limit)
    items = [msgspec.convert({**row}, NotifiedTicket) for row in page]
    return NotificationPage(items, await find_unread(transaction), encode_cursor(page[-1]["latest"]) if more else None)


async def find_unread(transaction: ReadTransaction) -> int:
    """Return how many notifications of the reader are unread, up to 100."""
    return (
        await transaction.fetchval("select unread from notification_inboxes where person_id = (select ctx_person())")
        or 0
    )


async def mark(transaction: ReadTransaction, person_id: int, marks: NotificationMarks, *, read: bool) -> int:
    """Mark notifications of the reader as read or unread, and return how many are unread now."""
    await transaction.execute(
        """update notifications n set read_at = case when $1 then moment() end
            where n.person_id = (select ctx_person()) and (n.read_at is null) = $1
              and ($2 or n.id = any($3)
                   or n.ticket_id = any(array(select t.id from tickets t where t.workspace_id = (select ctx_workspace())
                                                 and t.number = any($4))))""",
        read,
        marks.all,
        marks.ids,
        marks.tickets,
    )
    await transaction.execute("select count_unread($1)", [person_id])
    return await find_unread(transaction)


async def get_settings(transaction: ReadTransaction) -> NotificationSettings:
    """Return how the reader wants to be told; what they did not choose as it is by default."""
    row = await transaction.fetchone(SETTINGS)
    chosen = row["reasons"] or {}
    quiet = QuietHours(row["quiet_from"], row["quiet_until"], row["quiet_zone"]) if row["quiet_from"] else None
    zone = row["digest_zone"] or row["quiet_zone"] or "UTC"
    return NotificationSettings(
        reasons={
            reason: msgspec.convert({**msgspec.structs.asdict(ways), **chosen.get(reason, {})}, Ways)
            for reason, ways in REASONS.items()
        },
        quiet=quiet,
        digest=DailyDigest(row["digest_at"] or DIGEST_AT, zone),
        push_content=row["push_content"] is not False,
        in_absence=row["in_absence"] or "hold",
        absent_until=row["absent_until"],
        version=row["version"] or 0,
    )


async def save_settings(work: UnitOfWork, reasons: dict[str, Any], wanted: NotificationSettings) -> None:
    """Keep what the actor wants; `reasons` are those told otherwise than by default. Raises ZoneUnknown."""
    quiet, digest = wanted.quiet, wanted.digest
    for zone in {digest.zone, quiet.zone if quiet else digest.zone}:
        await _require_zone(work, zone)
    await work.execute(
        """insert into notification_settings (workspace_id, person_id, reasons, quiet_from, quiet_until, quiet_zone,
                                              digest_at, digest_zone, push_content, in_absence)
           values (ctx_workspace(), ctx_person(), $1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (person_id) do update set reasons = excluded.reasons, quiet_from = excluded.quiet_from,
             quiet_until = excluded.quiet_until, quiet_zone = excluded.quiet_zone, digest_at = excluded.digest_at,
             digest_zone = excluded.digest_zone, push_content = excluded.push_content,
             in_absence = excluded.in_absence""",
        reasons,
        *((quiet.begin, quiet.end, quiet.zone) if quiet else (None, None, None)),
        digest.at,
        digest.zone,
        wanted.push_content,
        wanted.in_absence,
    )


async def _require_zone(work: UnitOfWork, zone: str) -> None:
    try:
        await work.execute("select moment() at time zone $1", zone)
    except asyncpg.InvalidParameterValueError:
        raise ZoneUnknown(zone=zone) from None


async def find_chosen(transaction: ReadTransaction) -> dict[str, Any]:
    """Return what the actor chose otherwise than by default, by reason."""
    return (await transaction.fetchone(SETTINGS))["reasons"] or {}


async def mute(transaction: ReadTransaction, ticket_id: int) -> None:
    """Let the reader hear no more of a ticket until it is resolved."""
    await transaction.execute(
        """insert into ticket_mutes (workspace_id, ticket_id, person_id) values (ctx_workspace(), $1, ctx_person())
           on conflict do nothing""",
        ticket_id,
    )


async def unmute(transaction: ReadTransaction, ticket_id: int) -> None:
    """Let the reader hear of a ticket again."""
    await transaction.execute(
        "delete from ticket_mutes where ticket_id = $1 and person_id = (select ctx_person())", ticket_id
    )
