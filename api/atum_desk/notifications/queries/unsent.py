"""What waits to leave by mail or by push: for whom, to whom, and when. Both ask the same."""

from __future__ import annotations

# Whether it is quiet for somebody now; over midnight, too. `q` are their settings.
QUIET = """(q.quiet_from is not null and case
    when q.quiet_from < q.quiet_until then (moment() at time zone q.quiet_zone)::time >= q.quiet_from
                                       and (moment() at time zone q.quiet_zone)::time < q.quiet_until
    else (moment() at time zone q.quiet_zone)::time >= q.quiet_from
      or (moment() at time zone q.quiet_zone)::time < q.quiet_until end)"""


def unsent(wanted: str, left: str) -> str:
    """Return common table expressions, the last of which is `settled`: each unread notification that has not left.

    `wanted` and `left` are columns of it: whether it is to leave this way, and when it did. Each has
    `recipient_id`, null while it is held in an absence, and `frequency`: as chosen, or `summary` for what came
    before its person was back. Those whose recipient has quiet hours now are left out.
    """
    return f"""
    waiting as materialized (
      select n.id, n.person_id, n.ticket_id, n.reason, n.created_at, n.by_push from notifications n
       where n.workspace_id = (select ctx_workspace()) and n.{wanted} and n.{left} is null and n.read_at is null),
    whose as materialized (
      select w.person_id, o.reasons, coalesce(o.in_absence, 'hold') as in_absence,
             absent_until(w.person_id) is not null as away, returned_at(w.person_id) as returned_at,
             last_time_of_day(coalesce(o.digest_at, '08:00'),
                              coalesce(o.digest_zone, o.quiet_zone, 'UTC')) as daily_until
        from (select distinct person_id from waiting) w left join notification_settings o on o.person_id = w.person_id),
    addressed as (
      select w.*, h.daily_until,
             case when not h.away or h.in_absence = 'send' then w.person_id
                  when h.in_absence = 'deputy' then stand_in_for(w.person_id, t.team_id) end as recipient_id,
             case when h.away and h.in_absence = 'deputy' then 'at_once'
                  when w.created_at < h.returned_at and h.in_absence <> 'send' then 'summary'
                  else coalesce(h.reasons->w.reason->>'frequency', 'at_once') end as frequency
        from waiting w join whose h on h.person_id = w.person_id join tickets t on t.id = w.ticket_id),
    settled as (
      select a.* from addressed a left join notification_settings q on q.person_id = a.recipient_id
       where a.recipient_id is not null and not {QUIET})"""
