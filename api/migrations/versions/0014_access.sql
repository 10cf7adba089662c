-- What ends a session or token: its parent's end, its person's deactivation, and whoever may administer people.
set local search_path = atum, public;

-- ---------------------------------------------------------------- a token made by a token
-- null: made in a browser, so it belongs to the person and outlives the browser's session.
alter table sessions add column parent_id bigint references sessions on delete cascade;
create index sessions_parent on sessions (parent_id) where parent_id is not null;
grant select (parent_id) on sessions to atum_desk_staff;

-- A door, because whoever inserts need not see the parent.
create function check_parent_session() returns trigger
language plpgsql security definer set search_path = atum, pg_temp as $$
declare p record;
begin
  select s.person_id, s.audience, s.kind, s.scopes, s.expires_at into p from sessions s where s.id = new.parent_id and s.workspace_id = new.workspace_id;
  if not found or p.kind <> 'token' or new.kind <> 'token' or p.person_id <> new.person_id or p.audience <> new.audience then
    raise exception 'a token has only a token of its own person as its parent' using errcode = '23514';
  end if;
  if new.expires_at > p.expires_at or (p.scopes is not null and (new.scopes is null or not new.scopes <@ p.scopes)) then
    raise exception 'a token neither outlives nor exceeds the token that made it' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger check_parent before insert or update of parent_id, person_id, audience, kind, scopes, expires_at on sessions
  for each row when (new.parent_id is not null) execute function check_parent_session();

-- ---------------------------------------------------------------- nothing outlives deactivation
-- Whatever switches somebody off or on (a command, an undo, hand-made SQL), nothing of before opens anything afterwards.
create function end_sessions_at_activation() returns trigger
language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  delete from sessions where person_id = new.id;
  return null;
end $$;
create trigger end_sessions after update of active on people
  for each row when (old.active is distinct from new.active) execute function end_sessions_at_activation();
-- What earlier releases left to people who are inactive. Sessions are no part of the ledger, and a migration has no workspace.
alter table sessions no force row level security;
alter table people no force row level security;
delete from sessions s using people p where p.id = s.person_id and not p.active;
alter table people force row level security;
alter table sessions force row level security;

-- ---------------------------------------------------------------- who may
-- The second lock: the command has checked the permission with the token's scopes and the powers of the person concerned.
create function may_manage_access_of(p_person bigint) returns boolean
language sql stable security definer set search_path = atum, pg_temp as $$
  select exists (select from people p where p.id = p_person and p.workspace_id = ctx_workspace())
     and (session_user = 'atum_desk_worker' or p_person = ctx_person()
          or exists (select from people a join roles r on r.id = a.role_id
                      where a.id = ctx_person() and a.workspace_id = ctx_workspace() and a.active and 'settings:people:edit' = any(r.permissions))) $$;

-- AT403: the actor's powers may have been taken since the command looked at them.
create function require_access_of(p_person bigint) returns void
language plpgsql stable security definer set search_path = atum, pg_temp as $$
begin
  if not may_manage_access_of(p_person) then
    raise exception 'no access to the sessions and password of person %', p_person using errcode = 'AT403';
  end if;
end $$;

-- Who opens a session and who ends a person's sessions wait for each other: a session is either there to be ended, or
-- opened after they ended, when whoever opens it looks once more whether it may be.
create function wait_for_ending() returns trigger
language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  perform from people p where p.id = new.person_id for share;
  return new;
end $$;
create trigger await_ending before insert on sessions for each row execute function wait_for_ending();

create function hold_sessions_of(p_person bigint) returns void
language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  perform require_access_of(p_person);
  perform from people p where p.id = p_person for no key update;
end $$;

-- Keeps the acting person's session from being ended until this work commits; false when it has ended already.
create function hold_own_session(p_session bigint) returns boolean
language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  perform from people p where p.id = ctx_person() and p.workspace_id = ctx_workspace() for share;
  return exists (select from sessions s where s.id = p_session and s.person_id = ctx_person() and s.workspace_id = ctx_workspace());
end $$;

-- ---------------------------------------------------------------- ending
-- Ends sessions and the tokens made by them, and tells which.
create function end_session_trees(p_person bigint, p_ids bigint[]) returns table (id bigint, kind text, name text)
language sql security definer set search_path = atum, pg_temp as $$
  with recursive trees as (
    select s.id from sessions s where s.id = any(p_ids) and s.person_id = p_person and s.workspace_id = ctx_workspace()
    union select c.id from sessions c join trees t on c.parent_id = t.id),
  gone as (delete from sessions s where s.id in (select t.id from trees t) returning s.id, s.kind, s.name)
  select g.id, g.kind, g.name from gone g order by g.id $$;

drop function end_sessions(bigint, bigint);
-- All of a person's sessions, tokens and links but one session, and on request but their tokens.
create function end_sessions(p_person bigint, p_except bigint default null, p_keep_tokens boolean default false)
returns table (id bigint, kind text, name text) language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  perform hold_sessions_of(p_person);
  return query select e.* from end_session_trees(p_person, array(
    select s.id from sessions s where s.person_id = p_person and s.id is distinct from p_except and not (p_keep_tokens and s.kind = 'token'))) e;
end $$;

create function end_session(p_person bigint, p_session bigint) returns table (id bigint, kind text, name text)
language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  perform hold_sessions_of(p_person);
  return query select e.* from end_session_trees(p_person, array[p_session]) e;
end $$;

-- The tokens that carry a permission their person lost: raised again, the person makes them anew.
create function end_tokens_with(p_person bigint, p_permissions text[]) returns table (id bigint, kind text, name text)
language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  perform hold_sessions_of(p_person);
  return query select e.* from end_session_trees(p_person, array(
    select s.id from sessions s where s.person_id = p_person and s.kind = 'token' and cardinality(p_permissions) > 0
       and (s.scopes is null or s.scopes && p_permissions))) e;
end $$;

-- What undoing a change is about to take from people: called before the undo, which would end it without telling.
create function end_access_before_undo(p_change bigint) returns table (id bigint, kind text, name text)
language plpgsql security definer set search_path = atum, pg_temp as $$
declare r record;
begin
  for r in select c.row_id, c.new ? 'active' as switched, c.new ? 'role_id' as moved, (c.new->>'role_id')::bigint as from_role, (c.old->>'role_id')::bigint as to_role
             from row_changes c where c.change_id = p_change and c.workspace_id = ctx_workspace() and c.table_name = 'people' and c.operation = 'U' loop
    if r.switched then
      return query select e.* from end_sessions(r.row_id) e;
    elsif r.moved then
      return query select e.* from end_tokens_with(r.row_id, permissions_lost(r.from_role, r.to_role)) e;
    end if;
  end loop;
end $$;

-- The permissions of one role that another lacks.
create function permissions_lost(p_from bigint, p_to bigint) returns text[]
language sql stable security definer set search_path = atum, pg_temp as $$
  select array(select unnest(f.permissions) from roles f where f.id = p_from and f.workspace_id = ctx_workspace()
               except select unnest(t.permissions) from roles t where t.id = p_to and t.workspace_id = ctx_workspace() order by 1) $$;

-- Of all workspaces. Rows that ended by their time keep devices and networks, and open nothing.
create function prune_sessions(p_age interval, p_limit int) returns int
language sql security definer set search_path = atum, pg_temp as $$
  with gone as (delete from sessions where id in (select s.id from sessions s where s.expires_at < moment() - p_age order by s.expires_at limit p_limit) returning 1)
  select count(*)::int from gone $$;

-- ---------------------------------------------------------------- listing
-- A person's sessions and tokens for whoever may end them; never what would open one.
create function sessions_of(p_person bigint)
returns table (id bigint, kind text, audience text, name text, scopes text[], user_agent text, ip text, parent_id bigint,
               created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz)
language plpgsql stable security definer rows 20 set search_path = atum, pg_temp as $$
begin
  perform require_access_of(p_person);
  return query
  select s.id, s.kind, s.audience, s.name, s.scopes, s.user_agent, host(s.ip), s.parent_id, s.created_at, s.last_seen_at, s.expires_at
    from sessions s where s.person_id = p_person and s.workspace_id = ctx_workspace() and s.expires_at > moment() order by s.id desc limit 200;
end $$;

-- ---------------------------------------------------------------- passwords
create or replace function set_password(p_person bigint, p_hash text) returns void
language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  perform require_access_of(p_person);
  insert into passwords (workspace_id, person_id, hash) select p.workspace_id, p.id, p_hash from people p where p.id = p_person and p.kind = 'staff'
  on conflict (person_id) do update set hash = excluded.hash, changed_at = moment();
end $$;

do $$ declare f text; begin
  foreach f in array array['check_parent_session()', 'end_sessions_at_activation()', 'may_manage_access_of(bigint)', 'require_access_of(bigint)', 'wait_for_ending()', 'hold_sessions_of(bigint)', 'hold_own_session(bigint)',
                           'end_session_trees(bigint,bigint[])',
                           'end_sessions(bigint,bigint,boolean)', 'end_session(bigint,bigint)', 'end_tokens_with(bigint,text[])', 'end_access_before_undo(bigint)',
                           'permissions_lost(bigint,bigint)', 'prune_sessions(interval,int)', 'sessions_of(bigint)', 'set_password(bigint,text)'] loop
    execute 'alter function atum.' || f || ' owner to atum_desk_gate';
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_gate';
  end loop; end $$;
grant execute on function hold_own_session(bigint), end_sessions(bigint, bigint, boolean), end_session(bigint, bigint), end_tokens_with(bigint, text[]), end_access_before_undo(bigint),
  permissions_lost(bigint, bigint), sessions_of(bigint), set_password(bigint, text) to atum_desk_staff, atum_desk_worker;
grant execute on function prune_sessions(interval, int) to atum_desk_worker;
