-- Consumers of the ledger (ADR 0038): each change waits in its lane until its effect commits, what keeps failing is
-- parked, and a change that answers another says so. The release before knows none of it: it writes changes without a
-- cause and reads the ledger by tail_changes(), which stays as it is.
set local search_path = atum, public;

-- ---------------------------------------------------------------- cause, depth and run
-- No defaults and no references: a write of a person stores nothing of these and checks nothing. The depth is NULL where
-- there is no cause, then 1, 2 ... 8. A run is named by its first change, which itself has NULL.
alter table changes add column cause_id bigint, add column depth smallint, add column run_id bigint;
create index changes_caused_by on changes (cause_id) where cause_id is not null;

-- As before, and with what the seal says of cause, depth and run. A chain ends here: the ninth answer is refused (AT508).
create or replace function finish_change(p_command text, p_via text, p_ticket bigint, p_public boolean, p_summary jsonb, p_undo_of bigint, p_request text)
returns bigint language plpgsql security definer as $$
declare s pg_catalog.text := atum.sealed(); v_entered_by pg_catalog.text := pg_catalog.split_part(s, '|', 8);
        v_id bigint := case when coalesce(pg_catalog.current_setting('atum.change', true), '') = '' then null when pg_catalog.current_setting('atum.change', true) = pg_catalog.currval('atum.changes_id_seq')::pg_catalog.text then pg_catalog.current_setting('atum.change', true)::bigint end;
begin
  if (v_id is not null and p_via in ('session', 'token', 'link', 'mail', 'rule', 'job', 'cli') and v_entered_by in ('system', p_via) and p_command ~ '^[a-z_]+\.[a-z_]+$' and pg_catalog.split_part(s, '|', 10) <> '9') is not true then
    if s is null or v_id is null then raise exception 'finish_change outside a unit of work' using errcode = '42501'; end if;
    if pg_catalog.split_part(s, '|', 10) = '9' then
      raise exception 'change % is the eighth answer in a chain and gets none', pg_catalog.split_part(s, '|', 9) using errcode = 'AT508';
    end if;
    raise exception 'who entered by % makes no change % via %', v_entered_by, p_command, p_via using errcode = '23514';
  end if;
  insert into atum.changes (id, workspace_id, actor_id, via, command, ticket_id, public, summary, undo_of, request_id, cause_id, depth, run_id)
  values (v_id, pg_catalog.split_part(s, '|', 1)::bigint, nullif(pg_catalog.split_part(s, '|', 2), '')::bigint,
          case when v_entered_by = 'system' and p_via in ('session', 'token') then 'job' else p_via end, p_command, p_ticket, p_public, p_summary, p_undo_of, p_request,
          nullif(pg_catalog.split_part(s, '|', 9), '')::bigint, nullif(pg_catalog.split_part(s, '|', 10), '')::smallint, nullif(pg_catalog.split_part(s, '|', 11), '')::bigint);
  return case when pg_catalog.nextval('atum.changes_id_seq') is not null and pg_catalog.set_config('atum.change', '', true) is not null
               and pg_catalog.set_config('atum.sealed', '', true) is not null then v_id end;
end $$;

-- The system enters to answer a change: what it writes carries that change and how far it is from a person's.
create function enter_caused_and_open(p_workspace bigint, p_person bigint, p_cause bigint) returns bigint language plpgsql security definer as $$
declare v_depth int := (select coalesce(c.depth, 0) + 1 from atum.changes c where c.id = p_cause and c.workspace_id = p_workspace);
begin
  if v_depth is null then raise exception 'change % is not of this workspace', p_cause using errcode = '42501'; end if;
  perform atum.enter_as(p_workspace, p_person, pg_catalog.concat('system|', p_cause, '|', least(v_depth, 9), '|'));
  return atum.take_change(pg_catalog.nextval('atum.changes_id_seq'));
end $$;

-- Ends the open change and opens the next of the same run, in the same transaction and as the same actor. A change that
-- wrote nothing stays open: NULL. An undo counts as having written, as what it takes back may have written nothing.
create function finish_and_reopen(p_command text, p_via text, p_ticket bigint, p_public boolean, p_summary jsonb, p_undo_of bigint, p_request text)
returns bigint language plpgsql security definer as $$
declare s pg_catalog.text := atum.sealed(); v_id bigint; v_open bigint := atum.ctx_change();
begin
  if p_undo_of is null and v_open is not null and not exists (select from atum.row_changes r where r.change_id = v_open) then return null; end if;
  v_id := atum.finish_change(p_command, p_via, p_ticket, p_public, p_summary, p_undo_of, p_request);
  -- the first eight parts are who acts, then cause, depth and run
  perform atum.seal(pg_catalog.array_to_string((pg_catalog.string_to_array(s, '|') || array['', ''])[1:10], '|')
                    || '|' || coalesce(nullif(pg_catalog.split_part(s, '|', 11), ''), v_id::pg_catalog.text)),
          atum.take_change(pg_catalog.currval('atum.changes_id_seq'));
  return v_id;
end $$;

-- Ends the open change if it wrote anything; otherwise nothing happened: NULL.
create function finish_if_written(p_command text, p_via text, p_ticket bigint, p_public boolean, p_summary jsonb, p_undo_of bigint, p_request text)
returns bigint language plpgsql security definer as $$
declare v_open bigint := atum.ctx_change();
begin
  if v_open is null or exists (select from atum.row_changes r where r.change_id = v_open) then
    return atum.finish_change(p_command, p_via, p_ticket, p_public, p_summary, p_undo_of, p_request);
  end if;
  return case when pg_catalog.set_config('atum.change', '', true) is not null and pg_catalog.set_config('atum.sealed', '', true) is not null then null end;
end $$;

-- The changes that are taken back with one, newest first, at most p_limit: 'run', what one consumer made of one cause or
-- one undo took back; 'chain', the change and all that was made of it. Whoever asks then reads them under their policies.
create function changes_with(p_change bigint, p_scope text, p_limit int) returns setof bigint
language plpgsql stable security definer rows 5 set search_path = atum, pg_temp as $$
declare c changes;
begin
  select * into c from changes x where x.id = p_change and x.workspace_id = ctx_workspace();
  if not found then return; end if;
  if p_scope = 'run' then
    -- One transaction made them all, and the ledger's order by transaction finds them.
    return query select x.id from changes x where x.xid = c.xid and coalesce(c.run_id, c.id) in (x.id, x.run_id) order by x.id desc limit p_limit;
  else
    return query
      with recursive chain as (select c.id as id, 0 as steps
                                union all select x.id, s.steps + 1 from chain s join changes x on x.cause_id = s.id where s.steps < 8)
      select s.id from (select k.id from chain k limit p_limit) s order by s.id desc;
  end if;
end $$;

-- ---------------------------------------------------------------- jobs
-- A job that is enqueued in answer to a change acts for the same cause, so that a chain does not begin anew behind it.
create function enqueue_job(p_entrypoint text, p_payload bytea, p_delay interval, p_key text, p_cause bigint) returns void
language plpgsql security definer set search_path = jobs, pg_temp as $$
begin
  insert into jobs.pgqueuer (priority, entrypoint, payload, execute_after, dedupe_key, status, headers)
  values (0, p_entrypoint, p_payload, clock_timestamp() + p_delay, p_key, 'queued', jsonb_build_object('cause', jsonb_build_object('change_id', p_cause)))
  on conflict (dedupe_key) where status in ('queued', 'picked') and dedupe_key is not null do nothing;
end $$;

-- ---------------------------------------------------------------- lanes
-- What a consumer has still to do, in the order of the ledger: the feed gives ids while it holds the consumer's cursor.
-- A row is deleted in the transaction of its effect.
create table waiting_changes (
  consumer     text   collate "C" not null,
  lane         text   collate "C" not null,
  id           bigint generated by default as identity,
  workspace_id bigint not null,
  change_id    bigint not null,
  attempts     int    not null default 0,
  due_at       timestamptz,
  error        text,
  primary key (consumer, lane, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
-- What kept failing, for people to have tried again or to discard.
create table parked_changes (
  id           bigint primary key,
  workspace_id bigint not null,
  consumer     text   collate "C" not null,
  lane         text   collate "C" not null,
  change_id    bigint not null,
  attempts     int    not null,
  error        text   not null,
  parked_at    timestamptz not null default clock_timestamp()
);
create index parked_changes_lane on parked_changes (consumer, lane);
create index parked_changes_workspace on parked_changes (workspace_id, id);
select secure_table('waiting_changes', null, false);
select secure_table('parked_changes', null, false);
grant select, insert, update, delete on waiting_changes, parked_changes to atum_desk_worker;
create policy worker on waiting_changes to atum_desk_worker using (true);
create policy worker on parked_changes to atum_desk_worker using (true);
grant select on parked_changes to atum_desk_staff;
create policy staff on parked_changes for select to atum_desk_staff using (workspace_id = (select ctx_workspace()));
grant usage on sequence waiting_changes_id_seq to atum_desk_worker, atum_desk_gate;

-- As tail_changes(), with cause, depth and run.
create function changes_after(p_xid xid8, p_id bigint, p_limit int)
returns table (xid xid8, id bigint, workspace_id bigint, actor_id bigint, via text, command text, ticket_id bigint, public boolean, summary jsonb, undo_of bigint,
               cause_id bigint, depth smallint, run_id bigint, at timestamptz)
language sql stable security definer rows 200 set search_path = atum, pg_temp as $$
  select c.xid, c.id, c.workspace_id, c.actor_id, c.via, c.command, c.ticket_id, c.public, c.summary, c.undo_of, c.cause_id, coalesce(c.depth, 0::smallint), c.run_id, c.at
    from changes c
   where (c.xid, c.id) > (p_xid, p_id) and c.xid < (select settled_before())
   order by c.xid, c.id limit p_limit $$;

-- Values of a row as a consumer is told them: of what is long, its SHA-256 and its length in characters stand in its place.
create function bounded_values(p_values jsonb) returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
    select coalesce(jsonb_object_agg(v.key, v.value), '{}') from jsonb_each(p_values) e, lateral (
      select e.key, e.value where length(e.value #>> '{}') <= 500 or e.value = 'null'
      union all select e.key || '#sha256', to_jsonb(encode(sha256(convert_to(e.value #>> '{}', 'UTF8')), 'base64')) where length(e.value #>> '{}') > 500
      union all select e.key || '#length', to_jsonb(length(e.value #>> '{}')) where length(e.value #>> '{}') > 500) v $$;

-- The first changes of a lane, with what each wrote (201 rows of each at most), for this transaction alone: nothing comes
-- back when another one works in the lane, when its first change is put off, or when p_strict and one of its changes is
-- parked. Locked by a statement before the one that reads, which then sees what the lane's last transaction did. Nothing
-- is written, so that a handler which writes nothing holds nobody back until its lane commits.
create function take_lane(p_consumer text, p_lane text, p_limit int, p_with_rows boolean, p_strict boolean)
returns table (waiting_id bigint, attempts int, xid xid8, id bigint, workspace_id bigint, actor_id bigint, via text, command text, ticket_id bigint, public boolean,
               summary jsonb, undo_of bigint, cause_id bigint, depth smallint, run_id bigint, at timestamptz, rows jsonb)
language plpgsql security definer rows 50 set search_path = atum, pg_temp as $$
begin
  if not pg_try_advisory_xact_lock(hashtextextended('atum.lane.' || p_consumer || '.' || p_lane, 0)) then return; end if;
  if (select n.due_at > clock_timestamp() from waiting_changes n where n.consumer = p_consumer and n.lane = p_lane order by n.id limit 1) then return; end if;
  if p_strict and exists (select from parked_changes p where p.consumer = p_consumer and p.lane = p_lane) then return; end if;
  return query
    select t.id, t.attempts, c.xid, c.id, c.workspace_id, c.actor_id, c.via, c.command, c.ticket_id, c.public, c.summary, c.undo_of, c.cause_id, coalesce(c.depth, 0::smallint), c.run_id, c.at,
           case when p_with_rows then (
             select coalesce(jsonb_agg(jsonb_build_object('seq', r.seq, 'table', r.table_name, 'row_id', r.row_id, 'ticket_id', r.ticket_id, 'operation', r.operation,
                                                          'old', case when r.old_may_be_long then bounded_values(r.old) else r.old end,
                                                          'new', case when r.new_may_be_long then bounded_values(r.new) else r.new end) order by r.seq), '[]')
               from (select rc.*, pg_column_size(rc.old) > 500 or pg_column_compression(rc.old) is not null as old_may_be_long,
                            pg_column_size(rc.new) > 500 or pg_column_compression(rc.new) is not null as new_may_be_long
                       from row_changes rc where rc.change_id = c.id order by rc.seq limit 201) r) end
      from (select n.id, n.change_id, n.attempts from waiting_changes n
             where n.consumer = p_consumer and n.lane = p_lane order by n.id limit p_limit) t
      join changes c on c.id = t.change_id
     order by t.id;
end $$;

-- What a text of a row change was in full: in the ledger, or else in the row, which has it until something alters it.
create function text_written(p_change bigint, p_seq bigint, p_column text) returns text
language plpgsql stable set search_path = atum, pg_temp as $$
declare r row_changes; v text;
begin
  select * into r from row_changes rc where rc.change_id = p_change and rc.seq = p_seq;
  if not found or coalesce(r.new, r.old) ? p_column then return coalesce(r.new, r.old)->>p_column; end if;
  select later.old->>p_column into v from row_changes later
   where later.table_name = r.table_name and later.row_id = r.row_id and later.seq > r.seq and later.old ? p_column order by later.seq limit 1;
  if not found and p_column = any(writable_columns(r.table_name)) then
    execute format('select t.%I::text from atum.%I t where t.id = $1', p_column, r.table_name) into v using r.row_id;
  end if;
  return v;
end $$;

-- Puts a parked change of the caller's workspace back into its place in the lane, or forgets it. No row: it is not parked.
create function settle_parked_change(p_id bigint, p_replay boolean) returns table (change_id bigint, consumer text, lane text, attempts int, error text)
language sql security definer rows 1 set search_path = atum, pg_temp as $$
  with gone as (delete from parked_changes p where p.id = p_id and p.workspace_id = ctx_workspace() returning p.*),
       back as (insert into waiting_changes (consumer, lane, id, workspace_id, change_id)
                select g.consumer, g.lane, g.id, g.workspace_id, g.change_id from gone g where p_replay)
  select g.change_id, g.consumer, g.lane, g.attempts, g.error from gone g $$;

do $$ declare f text; begin
  foreach f in array array['enter_caused_and_open(bigint,bigint,bigint)', 'finish_and_reopen(text,text,bigint,boolean,jsonb,bigint,text)', 'finish_if_written(text,text,bigint,boolean,jsonb,bigint,text)',
      'changes_with(bigint,text,int)', 'enqueue_job(text,bytea,interval,text,bigint)', 'changes_after(xid8,bigint,int)', 'take_lane(text,text,int,boolean,boolean)', 'settle_parked_change(bigint,boolean)'] loop
    execute 'alter function atum.' || f || ' owner to atum_desk_gate';
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_gate';
  end loop; end $$;
revoke execute on function bounded_values(jsonb), text_written(bigint, bigint, text) from public;
grant execute on function bounded_values(jsonb) to atum_desk_gate;
grant execute on function enter_caused_and_open(bigint, bigint, bigint), finish_if_written(text, text, bigint, boolean, jsonb, bigint, text), changes_after(xid8, bigint, int),
  take_lane(text, text, int, boolean, boolean), enqueue_job(text, bytea, interval, text, bigint), text_written(bigint, bigint, text) to atum_desk_worker;
grant execute on function finish_and_reopen(text, text, bigint, boolean, jsonb, bigint, text), changes_with(bigint, text, int), settle_parked_change(bigint, boolean) to atum_desk_staff, atum_desk_worker;
