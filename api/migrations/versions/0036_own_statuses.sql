-- A workspace adds statuses of its own, puts some out of use, and says who may move a ticket from one to the other.
set local search_path = atum, public;

alter table statuses
  add column color   text check (color ~ '^#[0-9A-F]{6}$'),
  add column active  boolean not null default true,
  add column version int not null default 1,
  drop constraint statuses_key_check,
  add constraint statuses_key_check check (key ~ '^[a-z_][a-z0-9_]{0,39}$');
create unique index statuses_name on statuses (workspace_id, lower(name));
create trigger bump_version before update on statuses for each row execute function bump_version();
select ledger_table('statuses', '{version}');

-- Without roles everybody who may set a status may do it.
alter table status_transitions add column role_ids bigint[] not null default '{}' check (cardinality(role_ids) <= 50);
select ledger_table('status_transitions', '{}');
grant delete on status_transitions to atum_desk_staff;
