-- A person's other windows and devices are told that their timers moved. Timers are no changes of the ledger (ADR 0063), so
-- the table that says whose inbox changed says that, too.
set local search_path = atum, public;

alter table notification_inboxes add column timers_changed_at timestamptz;

create function note_timers() returns trigger language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_timer timers := case when tg_op = 'DELETE' then old else new end;
begin
  insert into notification_inboxes (person_id, workspace_id, timers_changed_at) values (v_timer.person_id, v_timer.workspace_id, clock_timestamp())
  on conflict (person_id) do update set timers_changed_at = excluded.timers_changed_at;
  return null;
end $$;
alter function note_timers() owner to atum_desk_gate;
revoke execute on function note_timers() from public;
create trigger note_timers after insert or update or delete on timers for each row execute function note_timers();

-- As before, and whose timers moved lately.
drop function inboxes_told(int, bigint[]);
create function inboxes_told(p_seconds int, p_people bigint[])
returns table (person_id bigint, unread int, changed_at timestamptz, timers_changed_at timestamptz)
language sql stable security definer set search_path = atum, pg_temp as $$
  select i.person_id, i.unread, i.changed_at, i.timers_changed_at from notification_inboxes i
   where greatest(i.changed_at, i.timers_changed_at) > moment() - make_interval(secs => p_seconds) or i.person_id = any(p_people) limit 10000 $$;
alter function inboxes_told(int, bigint[]) owner to atum_desk_gate;
revoke execute on function inboxes_told(int, bigint[]) from public;
grant execute on function inboxes_told(int, bigint[]) to atum_desk_worker;
