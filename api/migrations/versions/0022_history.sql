-- The list of changes is walked without those that hardly anybody may see: receipts of mail, sessions, uploads. A busy
-- mailbox wrote thousands of them between two changes of tickets, and each was put to the policies. A change stands in
-- one of the two indexes in place of the one that held all; the previous release walks the primary key.
-- step: outside a transaction
create index concurrently changes_shown on changes (workspace_id, id)
  where ticket_id is not null or command not in ('mail.receive', 'session.start', 'session.end', 'attachment.upload');
-- For auditors, who see all. They ask for `id > 0` as well, which is always so: the list of one's own cannot be walked
-- here then, however few a planner without statistics takes the others for.
create index concurrently changes_quiet on changes (workspace_id, id)
  where ticket_id is null and command in ('mail.receive', 'session.start', 'session.end', 'attachment.upload') and id > 0;
-- Everybody sees their own.
create index concurrently changes_quiet_own on changes (actor_id, id)
  where ticket_id is null and command in ('mail.receive', 'session.start', 'session.end', 'attachment.upload');

-- step: in one transaction
set local search_path = atum, public;
drop index changes_workspace;
