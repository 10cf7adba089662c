-- What the first release seeded, as its own code wrote it, and what an administrator made of the roles since.
begin;
set local session_replication_role = replica;
insert into workspaces (id, name) values (1, 'main');
insert into ticket_counters (workspace_id) values (1);
insert into teams (workspace_id, name) values (1, 'Support');
insert into roles (workspace_id, name, permissions, built_in) values
  (1, 'Agent', '{ticket:open,ticket:reply,ticket:note,ticket:assign,ticket:status,ticket:priority,ticket:tag,ticket:edit,contact:edit,organization:edit,change:undo_any}', true),
  (1, 'Team lead', '{ticket:open,ticket:reply,ticket:note,ticket:assign,ticket:move,ticket:status,ticket:priority,ticket:tag,ticket:edit,contact:edit,organization:edit,ticket:accept,change:undo_any,outbox:manage,mail:manage,reports:read}', true),
  (1, 'Administrator', '{ticket:open,ticket:reply,ticket:note,ticket:assign,ticket:move,ticket:status,ticket:priority,ticket:tag,ticket:edit,contact:edit,organization:edit,ticket:accept,change:undo_any,outbox:manage,mail:manage,reports:read,audit:read,settings:people:edit,settings:teams:edit,settings:mailboxes:edit,settings:roles:edit}', true),
  (1, 'Auditor', '{audit:read,reports:read}', true),
  (1, 'Night shift', '{ticket:note,ticket:accept}', false);
insert into people (workspace_id, kind, name, role_id)
  select 1, 'staff', 'Administrator', id from roles where name = 'Administrator';
commit;
