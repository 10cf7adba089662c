-- A workspace's name that administrators set; until now only the database's owner could.
set local search_path = atum, public;

alter table workspaces add column version int not null default 1;
select ledger_table('workspaces', '{version}');

create policy staff_rename on workspaces for update to atum_desk_staff
  using (id = (select ctx_workspace())) with check (id = (select ctx_workspace()));
grant update (name, version) on workspaces to atum_desk_staff;

-- A workspace that was named goes by its name before requesters; until then by its first mailbox's, as before.
create or replace function portal_workspace() returns table (workspace_id bigint, name text) language sql stable security definer rows 1 set search_path = atum, pg_temp as $$
  select w.id, case when w.name <> 'main' then w.name else coalesce((select b.name from mailboxes b where b.workspace_id = w.id and b.active order by b.id limit 1), w.name) end
    from workspaces w order by w.id limit 1 $$;
