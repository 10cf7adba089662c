-- Permissions to read, and settings of teams out of sight that nobody writes or undoes.
set local search_path = atum, public;

-- Reading took no permission before this release: every role that stands gets what it could read, so that nobody loses
-- anything. A migration has no unit of work and no workspace; nobody did anything, so nothing is told. The release before
-- knows none of these names and ignores them.
alter table roles no force row level security;
alter table roles disable trigger user;
update roles r set permissions = r.permissions || array(
  select p from unnest(array['ticket:read', 'contact:read', 'people:read', 'mail:read', 'outbox:read', 'settings:read']
                       || case when 'operations:manage' = any(r.permissions) or (r.built_in and r.name = 'Auditor')
                               then array['operations:read'] else '{}' end) p
   where p <> all (r.permissions));
alter table roles enable trigger user;
alter table roles force row level security;

-- ---------------------------------------------------------------- mailboxes of other teams
-- Everybody sees which mailboxes there are, as a ticket may have come through any of them. Written are those of the teams
-- that one sees: whoever moved another team's mailbox to their own would see its mail.
drop policy staff on mailboxes;
create policy staff on mailboxes for select to atum_desk_staff using (workspace_id = (select ctx_workspace()));
create policy staff_add on mailboxes for insert to atum_desk_staff
  with check (workspace_id = (select ctx_workspace()) and array_position((select ctx_teams()), team_id) is not null);
create policy staff_edit on mailboxes for update to atum_desk_staff
  using (workspace_id = (select ctx_workspace()) and array_position((select ctx_teams()), team_id) is not null);

-- How they receive and send is seen by who sees their team's tickets: the log of fetching names other people's mail.
do $$ declare t text; begin
  foreach t in array array['mailbox_receiving', 'mailbox_sending', 'fetch_states', 'fetch_leftovers', 'fetch_log', 'mail_trips'] loop
    execute format('drop policy staff on atum.%I', t);
    execute format('create policy staff on atum.%I to atum_desk_staff using (workspace_id = (select atum.ctx_workspace())
      and exists (select from atum.mailboxes b where b.id = mailbox_id and array_position((select atum.ctx_teams()), b.team_id) is not null))', t);
  end loop; end $$;

-- ---------------------------------------------------------------- undo and what is out of sight
-- The rows outside of tickets that a change wrote and that exist now, whoever may see them.
create function standing_rows_of(p_change bigint) returns table (table_name text, row_ids bigint[])
language plpgsql stable security definer rows 5 set search_path = atum, pg_temp as $$
declare r record;
begin
  for r in select rc.table_name as name, array_agg(distinct rc.row_id) as ids from row_changes rc
            where rc.change_id = p_change and rc.workspace_id = ctx_workspace() and rc.ticket_id is null group by 1 loop
    return query execute format('select %1$L::text, array(select t.id from atum.%1$I t where t.id = any($1))', r.name) using r.ids;
  end loop;
end $$;

-- Tells whether the caller's policies let it write each of those rows, and locks them. undo_change() runs past the
-- policies, so its caller asks before and after it. Tables that the caller's role never updates are not asked about.
create function may_write_rows_of(p_change bigint) returns boolean
language plpgsql set search_path = atum, pg_temp as $$
declare r record; n int;
begin
  for r in select s.table_name, s.row_ids from standing_rows_of(p_change) s loop
    continue when not has_table_privilege(format('atum.%I', r.table_name), 'update');
    execute format('select count(*) from (select from atum.%I t where t.id = any($1) for update) x', r.table_name) into n using r.row_ids;
    -- A row that another transaction took away while this one waited for it is not out of sight but gone.
    if n < cardinality(r.row_ids) and n < (select cardinality(s.row_ids) from standing_rows_of(p_change) s where s.table_name = r.table_name) then
      return false;
    end if;
  end loop;
  return true;
end $$;

-- Tells whether a change wrote to what decides who may do and see what.
create function moved_powers(p_change bigint) returns boolean
language sql stable security definer set search_path = atum, pg_temp as $$
  select exists (select from row_changes rc where rc.change_id = p_change and rc.workspace_id = ctx_workspace()
                    and rc.table_name in ('people', 'roles', 'teams', 'team_members')) $$;

do $$ declare f text; begin
  foreach f in array array['standing_rows_of(bigint)', 'moved_powers(bigint)'] loop
    execute 'alter function atum.' || f || ' owner to atum_desk_gate';
  end loop;
  foreach f in array array['standing_rows_of(bigint)', 'moved_powers(bigint)', 'may_write_rows_of(bigint)'] loop
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_worker, atum_desk_staff, atum_desk_gate';
  end loop; end $$;
