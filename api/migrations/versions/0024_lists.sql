-- Ticket numbers of a sequence; what lists, counts and pickers need to cost the same on every desk.
set local search_path = atum, public;

-- ---------------------------------------------------------------- ticket numbers
-- The counter's row was locked until its transaction ended, so tickets were opened one after the other, each waiting for
-- the commit before it. A sequence per workspace waits for nobody and repeats nothing; a ticket that is not kept, and a
-- crash of the server, leave a hole.
-- The counter stays as the way to raise a sequence: it is made with a workspace's counter, and a counter that is set
-- brings its sequence there. What adds one, as the release before does in what it began before this ran, gets the
-- sequence's next number.
create function follow_counter() returns trigger language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_name text := 'ticket_numbers_' || new.workspace_id; v_taken bigint;
begin
  if to_regclass(v_name) is null then
    execute format('create sequence atum.%I as int', v_name);
    -- The sample data asks where the numbers stand; only the function below takes one.
    execute format('grant select on sequence atum.%I to atum_desk_worker', v_name);
  end if;
  if tg_op = 'UPDATE' and new.last_number = old.last_number + 1 then
    v_taken := nextval(v_name::regclass);
  else
    v_taken := coalesce(pg_sequence_last_value(v_name::regclass), 0);
  end if;
  -- Number by number, for setval() could take it back behind one that somebody took at this moment.
  while v_taken < new.last_number loop v_taken := nextval(v_name::regclass); end loop;
  new.last_number := v_taken;
  return new;
end $$;
alter function follow_counter() owner to atum_desk_gate;
revoke execute on function follow_counter() from public, atum_desk_app;

create trigger follow before insert or update on ticket_counters for each row execute function follow_counter();
-- Under the gate's policy, for the owner sees no row.
set local role atum_desk_gate;
-- Counters of backups that were taken while tickets came in may be behind their tickets.
update ticket_counters c set last_number = greatest(c.last_number, coalesce((select max(t.number) from tickets t where t.workspace_id = c.workspace_id), 0));
reset role;

create or replace function next_ticket_number() returns int language sql security definer set search_path = atum, pg_temp as $$
  select nextval(('ticket_numbers_' || ctx_workspace())::regclass)::int $$;

-- ---------------------------------------------------------------- counts
-- Whether the one who entered has written a change that a snapshot did not see: what was counted by it is not for them.
create function wrote_since(p_snapshot pg_snapshot) returns boolean
language plpgsql stable security definer set search_path = atum, pg_temp as $$
begin
  return exists (select from changes c where c.xid >= pg_snapshot_xmin(p_snapshot) and not pg_visible_in_snapshot(c.xid, p_snapshot)
                    and c.actor_id = (select ctx_person()) and c.workspace_id = (select ctx_workspace()));
end $$;
alter function wrote_since(pg_snapshot) owner to atum_desk_gate;
revoke execute on function wrote_since(pg_snapshot) from public;
grant execute on function wrote_since(pg_snapshot) to atum_desk_staff, atum_desk_worker;
