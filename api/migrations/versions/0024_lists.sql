-- Ticket numbers of a sequence; what lists, counts and pickers need to cost the same on every desk.

-- step: outside a transaction
-- ---------------------------------------------------------------- lists
-- A list walks an index that begins with what it is narrowed to and goes on in its order (queries/walks.py). Open tickets
-- and others have indexes of their own: a reply to an open ticket writes small ones only, and the large ones are written
-- when a ticket is resolved or opened again. Sorting by creation is sorting by number.
create index concurrently tickets_open_number        on tickets (workspace_id, number) where is_open;
create index concurrently tickets_open_team_number   on tickets (team_id, number) where is_open;
create index concurrently tickets_open_team_priority on tickets (team_id, priority desc, updated_at desc, id desc) where is_open;
create index concurrently tickets_open_requester     on tickets (requester_id, updated_at desc, id desc) where is_open;
create index concurrently tickets_open_organization  on tickets (organization_id, updated_at desc, id desc) where is_open and organization_id is not null;

create index concurrently tickets_done_team              on tickets (team_id, updated_at desc, id desc) where not is_open;
create index concurrently tickets_done_team_number       on tickets (team_id, number) where not is_open;
create index concurrently tickets_done_team_priority     on tickets (team_id, priority desc, updated_at desc, id desc) where not is_open;
-- Nobody counts as an assignee, for an index does not order what is null; said by CASE, for under row security COALESCE
-- cannot be looked up in an index.
create index concurrently tickets_done_assignee          on tickets ((case when assignee_id is null then 0 else assignee_id end), updated_at desc, id desc) where not is_open;
create index concurrently tickets_done_assignee_number   on tickets ((case when assignee_id is null then 0 else assignee_id end), number) where not is_open;
create index concurrently tickets_done_assignee_priority on tickets ((case when assignee_id is null then 0 else assignee_id end), priority desc, updated_at desc, id desc) where not is_open;
create index concurrently tickets_done_status            on tickets (status_id, updated_at desc, id desc) where not is_open;
create index concurrently tickets_done_status_number     on tickets (status_id, number) where not is_open;
create index concurrently tickets_done_status_priority   on tickets (status_id, priority desc, updated_at desc, id desc) where not is_open;
create index concurrently tickets_done_requester_number   on tickets (requester_id, number) where not is_open;
create index concurrently tickets_done_requester_priority on tickets (requester_id, priority desc, updated_at desc, id desc) where not is_open;
create index concurrently tickets_done_organization_number   on tickets (organization_id, number) where not is_open and organization_id is not null;
create index concurrently tickets_done_organization_priority on tickets (organization_id, priority desc, updated_at desc, id desc) where not is_open and organization_id is not null;

-- The planner takes the category and whether a ticket is open for independent, and expects a hundredth of what is there.
create statistics if not exists tickets_kinds (dependencies) on category, is_open, status_id from tickets;

-- step: in one transaction
set local search_path = atum, public;
-- The index of arrays finds tickets by a tag and cannot order them; so each tag of a ticket has a row that is seen and
-- ordered as the ticket is. It is derived: the ledger leaves it out, and only the trigger of tickets writes it.
create table if not exists ticket_tags (
  workspace_id bigint   not null,
  ticket_id    bigint   not null references tickets on delete cascade,
  tag          text     not null,
  team_id      bigint   not null,
  is_open      boolean  not null,
  number       int      not null,
  priority     smallint not null,
  updated_at   timestamptz not null,
  primary key (ticket_id, tag)
);
do $$ begin
  if not exists (select from pg_policy where polrelid = 'ticket_tags'::regclass) then
    perform secure_table('ticket_tags', null, false);
    create policy staff on ticket_tags for select to atum_desk_staff
      using (workspace_id = (select ctx_workspace()) and array_position((select ctx_teams()), team_id) is not null);
    create policy worker on ticket_tags for select to atum_desk_worker using (workspace_id = (select ctx_workspace()));
  end if;
end $$;
grant select on ticket_tags to atum_desk_staff, atum_desk_worker;

create or replace function keep_tags() returns trigger language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.tags = old.tags then
    update ticket_tags k set team_id = new.team_id, is_open = new.is_open, priority = new.priority, updated_at = new.updated_at where k.ticket_id = new.id;
    return null;
  end if;
  if tg_op = 'UPDATE' then delete from ticket_tags k where k.ticket_id = new.id; end if;
  insert into ticket_tags select distinct new.workspace_id, new.id, g, new.team_id, new.is_open, new.number, new.priority, new.updated_at from unnest(new.tags) g;
  return null;
end $$;
alter function keep_tags() owner to atum_desk_gate;
revoke execute on function keep_tags() from public, atum_desk_app;
create or replace trigger keep_tags_of_new after insert on tickets for each row when (new.tags <> '{}') execute function keep_tags();
create or replace trigger keep_tags after update on tickets for each row when (new.tags <> '{}' or old.tags <> '{}') execute function keep_tags();
create index if not exists ticket_tags_updated  on ticket_tags (workspace_id, tag, updated_at desc, ticket_id desc);
create index if not exists ticket_tags_number   on ticket_tags (workspace_id, tag, number);
create index if not exists ticket_tags_priority on ticket_tags (workspace_id, tag, priority desc, updated_at desc, ticket_id desc);
create index if not exists ticket_tags_open          on ticket_tags (workspace_id, tag, updated_at desc, ticket_id desc) where is_open;
create index if not exists ticket_tags_open_number   on ticket_tags (workspace_id, tag, number) where is_open;
create index if not exists ticket_tags_open_priority on ticket_tags (workspace_id, tag, priority desc, updated_at desc, ticket_id desc) where is_open;

-- step: outside a transaction
-- A thousand tickets at a time. A ticket's row is held meanwhile, so that the trigger's rows and these agree.
do $$
declare v_from bigint := 0; v_last bigint; v_gate text := 'atum_desk_gate';
begin
  loop
    perform set_config('role', v_gate, true);
    v_last := (select max(n.id) from (select t.id from tickets t where t.id > v_from order by t.id limit 1000) n);
    exit when v_last is null;
    insert into ticket_tags
      select distinct h.workspace_id, h.id, g, h.team_id, h.is_open, h.number, h.priority, h.updated_at
        from (select * from tickets t where t.id > v_from and t.id <= v_last and t.tags <> '{}' for share) h, unnest(h.tags) g
      on conflict do nothing;
    v_from := v_last;
    commit;
  end loop;
  commit;
end $$;
analyze tickets;
analyze ticket_tags;

-- step: in one transaction
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
    execute format('grant usage, select on sequence atum.%I to atum_desk_gate', v_name);
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
alter function follow_counter() owner to atum_desk_owner;
revoke execute on function follow_counter() from public, atum_desk_app;

create trigger follow before insert or update on ticket_counters for each row execute function follow_counter();
-- Under the gate's policy, for the owner sees no row.
set local role atum_desk_gate;
-- Counters of backups that were taken while tickets came in may be behind their tickets.
update ticket_counters c set last_number = greatest(c.last_number, coalesce((select max(t.number) from tickets t where t.workspace_id = c.workspace_id), 0));
reset role;

create or replace function next_ticket_number() returns int language sql security definer set search_path = atum, pg_temp as $$
  select nextval(('ticket_numbers_' || ctx_workspace())::regclass)::int $$;

-- ---------------------------------------------------------------- people by a part of their name or address
-- find_people() named any 200, and read all that matched to do so. These come in the order of their names, after a place in
-- it. Common words are found by walking the next names. What is rare among those has its hits read from the indexes of
-- trigrams, which name all or none; they are few then, whatever
-- the planner expects of a pattern. What is shorter than a trigram is in no index: among the names walked it
-- is found anywhere, beyond them where a word begins.
create function people_named(p_words text, p_kind text, p_after_name text, p_after_id bigint, p_limit int) returns table (person_id bigint)
language plpgsql stable security definer rows 50 set search_path = atum, public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_walked constant int := 1000;
  v_words text := replace(replace(replace(p_words, '\', '\\'), '%', '\%'), '_', '\_');
  v_anywhere text := '%' || v_words || '%';
  -- What the indexes are asked for, and another way of it.
  v_one text := case when length(p_words) >= 3 then '%' else '' end || v_words || '%';
  v_other text := case when length(p_words) >= 3 then v_one else '% ' || v_words || '%' end;
  v_seen int; v_found bigint[];
begin
  select count(*), coalesce((array_agg(w.id order by w.name, w.id) filter (where w.matches))[1:p_limit], '{}') into v_seen, v_found
    from (select n.id, n.name, n.name ilike v_anywhere
                 or (select true from addresses a where a.person_id = n.id and a.email ilike v_anywhere limit 1) as matches
            from (select p.id, lower(p.name) as name from people p
                   where p.workspace_id = (select ctx_workspace()) and p.kind = p_kind and (lower(p.name), p.id) > (lower(p_after_name), p_after_id)
                   order by lower(p.name), p.id limit v_walked) n) w;
  if v_seen < v_walked or cardinality(v_found) >= p_limit then
    return query select unnest(v_found);
    return;
  end if;
  -- The words stand in the statement, so that the planner sees how rare they are.
  return query execute format('
    with named as materialized (select p.id, p.workspace_id, p.kind, lower(p.name) as name from atum.people p where p.name ilike %1$L or p.name ilike %2$L),
    addressed as materialized (select a.person_id from atum.addresses a where a.email ilike %1$L)
    select f.id from (
      select n.id, n.name, n.workspace_id, n.kind from named n
      union select p.id, lower(p.name), p.workspace_id, p.kind from addressed a join atum.people p on p.id = a.person_id
      union select p.id, lower(p.name), p.workspace_id, p.kind from unnest($6) w join atum.people p on p.id = w) f
     where f.workspace_id = $1 and f.kind = $2 and (f.name, f.id) > (lower($3), $4)
     order by f.name, f.id limit $5', v_one, v_other)
    using ctx_workspace(), p_kind, p_after_name, p_after_id, p_limit, v_found;
end $$;
alter function people_named(text, text, text, bigint, int) owner to atum_desk_gate;
revoke execute on function people_named(text, text, text, bigint, int) from public;
grant execute on function people_named(text, text, text, bigint, int) to atum_desk_staff, atum_desk_worker;

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
