-- A workspace's name that administrators set; until now only the database's owner could.
set local search_path = atum, public;

alter table workspaces add column version int not null default 1;
select ledger_table('workspaces', '{version}');

create policy staff_rename on workspaces for update to atum_desk_staff
  using (id = (select ctx_workspace())) with check (id = (select ctx_workspace()));
grant update (name, version) on workspaces to atum_desk_staff;
