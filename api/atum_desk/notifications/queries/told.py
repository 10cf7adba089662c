"""The statements of the consumer: who is told of a change, and what an undo takes back."""

from __future__ import annotations

import msgspec

from atum_desk.identity.public import sees_tickets_of
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.notifications.models import PASS_MUTES, REASONS

# What a change wrote of tickets and messages. $1 the change.
WROTE = """
    select r.ticket_id, r.row_id, r.operation, r.table_name = 'messages' as is_message,
           (r.new->>'author_id')::bigint as author_id, r.new->'mentions' as mentions,
           r.new->>'kind' = 'reply' and r.new->>'from_staff' = 'false' as is_from_outside,
           (r.new->>'assignee_id')::bigint as assignee_id, (r.new->>'team_id')::bigint as team_id,
           r.new ?| array['status_id', 'assignee_id'] as is_news,
           r.table_name = 'checklist_items' as is_item, r.table_name = 'reminders' as is_reminder,
           (r.new->>'person_id')::bigint as given_to
      from row_changes r
     where r.change_id = $1 and r.ticket_id is not null
       and (r.table_name = 'tickets' and r.operation in ('I', 'U')
            or r.table_name = 'messages' and r.operation = 'I'
            or r.table_name = 'checklist_items' and r.operation in ('I', 'U')
               and (r.new->>'person_id' is not null or r.new->>'reminded_at' is not null)
            or r.table_name = 'reminders' and r.operation = 'U' and r.new->>'fired_at' is not null)"""
# Each of these tickets with whose it was right after the change: what was written later says what it replaced.
STOOD = """
    select t.id, t.team_id, g.message_id, g.authors,
           case when later.old is null then t.assignee_id else (later.old->>'assignee_id')::bigint end as assignee_id
      from (select w.ticket_id, min(w.row_id) filter (where w.is_message) as message_id,
                   array_agg(w.author_id) filter (where w.is_message) as authors
              from wrote w group by w.ticket_id) g
      join tickets t on t.id = g.ticket_id
      left join lateral (
           select r.old from row_changes r
            where r.table_name = 'tickets' and r.row_id = t.id and r.change_id > $1 and r.old ? 'assignee_id'
            order by r.change_id limit 1) later on true"""
# Who followed them then, by the same rule; who began later is in the ledger with an insertion.
FOLLOWED = """
    select f.ticket_id, f.person_id
      from stood s join ticket_followers f on f.ticket_id = s.id
      left join lateral (
           select r.operation, r.old from row_changes r
            where r.table_name = 'ticket_followers' and r.row_id = f.id and r.change_id > $1
            order by r.change_id limit 1) later on true
     where case when later.operation is null then f.active else later.operation <> 'I'
            and coalesce((later.old->>'active')::boolean, f.active) end"""
# Who may be told, and why; a person may stand here several times. `about` is what it is about that is no message. An
# item that is due is told to whoever has it, or else the ticket.
CONCERNED = """
    select w.ticket_id, 'mentioned' as reason, e.id::bigint as person_id, null::text as about
      from wrote w, jsonb_array_elements_text(w.mentions->'staff_ids') e(id) where jsonb_typeof(w.mentions) = 'object'
    union all
    select w.ticket_id, 'mentioned', m.person_id, null
      from wrote w, jsonb_array_elements_text(w.mentions->'team_ids') e(id), team_members m
     where jsonb_typeof(w.mentions) = 'object' and m.team_id = e.id::bigint
    union all
    select w.ticket_id, 'assigned', w.assignee_id, null
      from wrote w where not w.is_message and w.assignee_id is not null
    union all
    select w.ticket_id, 'checklist', coalesce(w.given_to, i.person_id, s.assignee_id), i.text
      from wrote w join stood s on s.id = w.ticket_id join checklist_items i on i.id = w.row_id
     where w.is_item and i.deleted_at is null
    union all
    select w.ticket_id, 'reminder', m.person_id,
           left(case when m.made_by_id <> m.person_id then p.name || ': ' else '' end || m.note, 500)
      from wrote w join reminders m on m.id = w.row_id join people p on p.id = m.made_by_id
     where w.is_reminder and m.done_at is null
    union all
    select w.ticket_id, 'replied', s.assignee_id, null
      from wrote w join stood s on s.id = w.ticket_id where w.is_from_outside
    union all
    select w.ticket_id, case w.operation when 'I' then 'unassigned' else 'team' end, m.person_id, null
      from wrote w join stood s on s.id = w.ticket_id join team_members m on m.team_id = w.team_id
     where not w.is_message and w.team_id is not null and s.assignee_id is null
    union all
    select w.ticket_id, 'followed', p.id, null
      from wrote w join stood s on s.id = w.ticket_id
      cross join lateral (select s.assignee_id as id union all
                          select f.person_id from followed f where f.ticket_id = s.id) p
     where (w.is_message or w.operation = 'U' and w.is_news) and p.id is not null"""
# Each once for a ticket, for the strongest reason, unless they did it, do not see the ticket or mute it.
# $2 who did it, $3 the reasons in order, $4 by reason how people are told who chose nothing.
TOLD = f"""
    select distinct on (c.ticket_id, c.person_id) c.ticket_id, c.person_id, c.reason, s.message_id, c.about,
           coalesce((o.reasons->c.reason->>'desk')::boolean, ($4::jsonb->c.reason->>'desk')::boolean) as shown,
           coalesce((o.reasons->c.reason->>'mail')::boolean, ($4::jsonb->c.reason->>'mail')::boolean) as by_mail,
           coalesce((o.reasons->c.reason->>'push')::boolean, ($4::jsonb->c.reason->>'push')::boolean)
             and exists (select from push_subscriptions b where b.person_id = p.id) as by_push
      from concerned c
      join stood s on s.id = c.ticket_id
      join people p on p.id = c.person_id
      left join notification_settings o on o.person_id = p.id
     where c.person_id is distinct from $2
       and c.person_id <> all (coalesce(s.authors, '{{}}'))
       and {sees_tickets_of("p", "s.team_id")}
       and (c.reason = any('{{{",".join(PASS_MUTES)}}}')
            or not exists (select from ticket_mutes k where k.ticket_id = c.ticket_id and k.person_id = p.id))
     order by c.ticket_id, c.person_id, array_position($3::text[], c.reason)"""
# What is unread on a ticket that somebody does not see any more, now that it is another team's.
HIDDEN = f"""
    delete from notifications n using wrote w join stood s on s.id = w.ticket_id
     where not w.is_message and w.operation = 'U' and w.team_id is not null
       and n.ticket_id = w.ticket_id and n.read_at is null
       and n.person_id in (select i.person_id from notification_inboxes i
                            where i.workspace_id = (select ctx_workspace()))
       and not exists (select from people p where p.id = n.person_id and {sees_tickets_of("p", "s.team_id")})
    returning n.person_id"""
# What is resolved is muted no more.
UNMUTED = """
    delete from ticket_mutes k using wrote w join tickets t on t.id = w.ticket_id
     where not w.is_message and w.is_news and not t.is_open and k.ticket_id = w.ticket_id"""
INSERT = f"""
    with wrote as materialized ({WROTE}), stood as materialized ({STOOD}), followed as materialized ({FOLLOWED}),
         concerned as ({CONCERNED}), told as ({TOLD}), hidden as ({HIDDEN}),
         unmuted as ({UNMUTED}),
         made as (
           insert into notifications (workspace_id, person_id, ticket_id, change_id, actor_id, message_id, about,
                                      reason, shown, by_mail, by_push)
           select ctx_workspace(), person_id, ticket_id, $1, $2, message_id, about, reason, shown, by_mail, by_push
             from told where shown or by_mail or by_push
           on conflict (change_id, person_id, ticket_id) do nothing returning person_id)
    select person_id from made union select person_id from hidden"""


class Withdrawn(msgspec.Struct, frozen=True):
    """Whose notifications an undo took back, and whether it did something again instead."""

    people: list[int]
    is_redone: bool


async def insert_notifications(work: UnitOfWork, change_id: int, actor_id: int | None) -> list[int]:
    """Notify everybody whom a change concerns; return those whose notifications are others now."""
    rows = await work.fetch(INSERT, change_id, actor_id, list(REASONS), REASONS)
    return [row["person_id"] for row in rows]


async def withdraw(work: UnitOfWork, change_id: int) -> Withdrawn:
    """Take back what is unread of a change that was undone; nothing when that change was an undo itself."""
    row = await work.fetchone(
        """with redone as (select exists (select from changes where id = $1 and undo_of is not null) as yes),
                gone as (delete from notifications where change_id = $1 and read_at is null
                            and not (select yes from redone) returning person_id)
           select array(select distinct person_id from gone) as people, (select yes from redone) as is_redone""",
        change_id,
    )
    return Withdrawn(row["people"], row["is_redone"])


async def count_unread(transaction: ReadTransaction, people: list[int]) -> None:
    """Count again what is unread of some people, after it was written."""
    await transaction.execute("select count_unread($1)", sorted(set(people)))


async def delete_old(transaction: ReadTransaction, *, read_days: int, days: int, most: int, at_once: int) -> int:
    """Delete what was read or written so long ago, and of each person what is beyond so many; return how many."""
    rows = await transaction.fetch(
        """with old as (
             select id from notifications
              where workspace_id = (select ctx_workspace())
                and (created_at < moment() - make_interval(days => $2)
                     or read_at < moment() - make_interval(days => $1)) limit $4),
           beyond as (
             select n.id from notification_inboxes i cross join lateral (
               select x.id from notifications x where x.person_id = i.person_id order by x.id desc offset $3 limit $4) n
              where i.workspace_id = (select ctx_workspace()) limit $4)
           delete from notifications where id in (select id from old union select id from beyond)
           returning person_id""",
        read_days,
        days,
        most,
        at_once,
    )
    return len(rows)
