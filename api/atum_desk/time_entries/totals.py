"""Sums of time by agent, ticket, organization, day or activity, and the entries that they are the sums of."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.time_entries.problems import TimeRangeWrong
from atum_desk.time_entries.queries import ENTRY, FROM
from atum_desk.time_entries.schemas import GroupedBy, TimeEntry, TimeTotal, TimeTotals

MOST_DAYS = 366
# $1 and $2 are the first and the last day, $3 is the reader's zone: days begin and end there.
IN_RANGE = """e.workspace_id = (select ctx_workspace()) and e.deleted_at is null
       and e.started_at >= $1::date::timestamp at time zone $3::text
       and e.started_at < ($2::date + 1)::timestamp at time zone $3::text"""
# What the entries are grouped by, what names a group, and in which order groups come.
GROUPS: dict[GroupedBy, tuple[str, str, str]] = {
    "agent": ("e.person_id", "(select p.name from people p where p.id = g.key)", "seconds desc, key"),
    "ticket": ("e.ticket_id", "(select t.subject from tickets t where t.id = g.key)", "seconds desc, key"),
    "organization": (
        "(select t.organization_id from tickets t where t.id = e.ticket_id)",
        "(select o.name from organizations o where o.id = g.key)",
        "seconds desc, key nulls last",
    ),
    "day": ("(e.started_at at time zone $3::text)::date", "null::text", "key"),
    "activity": (
        "e.activity_id",
        "(select a.name from time_activities a where a.id = g.key)",
        "seconds desc, key nulls last",
    ),
}
SHOWN_KEY = {"ticket": "(select t.number from tickets t where t.id = g.key)"}


class DateRange(msgspec.Struct, frozen=True):
    """Days from the first to the last, both included, as they begin and end in a zone."""

    first: date
    last: date
    zone: ZoneInfo


class ListedTime(TimeEntry, kw_only=True):
    """An entry with its ticket, for a list of all tickets."""

    subject: str
    organization_name: str | None


def range_of(first: date, last: date, zone: ZoneInfo) -> DateRange:
    """Return a range of days. Raises TimeRangeWrong."""
    if not 0 <= (last - first).days < MOST_DAYS:
        raise TimeRangeWrong(days=MOST_DAYS)
    return DateRange(first, last, zone)


async def list_totals(
    transaction: ReadTransaction, by: GroupedBy, asked: DateRange, place: int, limit: int
) -> TimeTotals:
    """Return the sums of each group of the entries that the actor sees, after so many groups, and of all."""
    key, name, order = GROUPS[by]
    rows = await transaction.fetch(
        f"""with g as (
              select key, count(*) as entries, sum(seconds) as seconds,
                     coalesce(sum(seconds) filter (where billable), 0) as billable_seconds
                from (select {key} as key, e.seconds, e.billable from time_entries e
                        where {IN_RANGE} and exists (select from tickets t where t.id = e.ticket_id)) e
               group by key),
             page as (select * from g order by {order} offset $4 limit $5),
             sums as (select count(*) as groups, coalesce(sum(entries), 0) as entries,
                             coalesce(sum(seconds), 0) as seconds, coalesce(sum(billable_seconds), 0) as billable
                        from g)
            select {SHOWN_KEY.get(by, "g.key")}::text as key, {name} as name, g.entries, g.seconds::bigint as seconds,
                   g.billable_seconds::bigint as billable_seconds, s.groups, s.entries::bigint as all_entries,
                   s.seconds::bigint as all_seconds, s.billable::bigint as all_billable
              from sums s left join page g on true order by {order}""",
        asked.first,
        asked.last,
        asked.zone.key,
        place,
        limit,
    )
    return _totals(rows)


def _totals(rows: list[asyncpg.Record]) -> TimeTotals:
    """Return rows of groups, each with the sums of all; without a group there is one row of sums alone."""
    sums = rows[0]
    columns = ("key", "name", "entries", "seconds", "billable_seconds")
    return TimeTotals(
        items=[TimeTotal(**{name: row[name] for name in columns}) for row in rows if row["entries"] is not None],
        next_cursor=None,
        groups=sums["groups"],
        entries=sums["all_entries"],
        seconds=sums["all_seconds"],
        billable_seconds=sums["all_billable"],
    )


async def list_entries(
    transaction: ReadTransaction, asked: DateRange, after: tuple[datetime, int] | None, limit: int
) -> list[ListedTime]:
    """Return the entries of a range that the actor sees, the earliest first, after a place."""
    rows = await transaction.fetch(
        f"""select {ENTRY}, t.subject, o.name as organization_name {FROM}
              left join organizations o on o.id = t.organization_id
             where {IN_RANGE} and ($4::timestamptz is null or (e.started_at, e.id) > ($4, $5))
             order by e.started_at, e.id limit $6""",
        asked.first,
        asked.last,
        asked.zone.key,
        *(after or (None, None)),
        limit,
    )
    return [msgspec.convert(dict(row), ListedTime) for row in rows]
