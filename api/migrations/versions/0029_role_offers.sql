-- Which permissions a built-in role was offered. A release gives a role what it was never offered before; what somebody
-- took away stays away (ADR 0036). The release before neither reads nor writes the column.
set local search_path = atum, public;

alter table roles add column offered text[] not null default '{}';
-- The ledger's trigger is made anew, for it names every column.
select ledger_table('roles', '{}');

-- The roles that stand were offered what they hold, what the first release gave to the role of their name, and what
-- migration 0015 gave to all. As there, a migration has no unit of work, and nobody did anything that history could tell.
alter table roles no force row level security;
alter table roles disable trigger user;
update roles r set offered = array(
  select distinct p from unnest(r.permissions
    || array['ticket:read', 'contact:read', 'people:read', 'mail:read', 'outbox:read', 'settings:read']
    || case when r.name = 'Auditor' then array['audit:read', 'reports:read', 'operations:read'] else '{}' end
    || case when r.name in ('Agent', 'Team lead', 'Administrator')
            then array['ticket:open', 'ticket:reply', 'ticket:note', 'ticket:assign', 'ticket:move', 'ticket:status',
                       'ticket:priority', 'ticket:tag', 'ticket:edit', 'contact:edit', 'organization:edit'] else '{}' end
    || case when r.name in ('Team lead', 'Administrator')
            then array['ticket:accept', 'change:undo_any', 'outbox:manage', 'mail:manage', 'reports:read'] else '{}' end
    || case when r.name = 'Administrator'
            then array['audit:read', 'settings:people:edit', 'settings:teams:edit', 'settings:mailboxes:edit',
                       'settings:roles:edit'] else '{}' end) p)
 where r.built_in;
alter table roles enable trigger user;
alter table roles force row level security;
