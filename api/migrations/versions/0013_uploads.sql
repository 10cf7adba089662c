set local search_path = atum, public;

-- Stored contents that nothing names any more, and kept responses that only who may still see them gets.

-- A row that was deleted can come back by an undo; few ever are, so this stays small.
create index row_changes_gone_files on row_changes ((old ->> 'sha256')) where table_name = 'attachments' and operation = 'D';

-- Which of these contents neither an attachment of any workspace names, nor the ledger could restore one of. What the
-- sweep deleted is beyond undo and does not count.
create function unnamed_files(p_names text[]) returns table (sha256 text)
language sql stable security definer set search_path = atum, pg_temp as $$
  select n.name from unnest(p_names) n(name)
   where not exists (select from attachments a where a.sha256 = n.name)
     and not exists (select from row_changes r join changes c on c.id = r.change_id
                      where r.table_name = 'attachments' and r.operation = 'D' and r.old ->> 'sha256' = n.name
                        and c.command <> 'attachment.sweep') $$;
alter function unnamed_files(text[]) owner to atum_desk_gate;
revoke execute on function unnamed_files(text[]) from public;
grant execute on function unnamed_files(text[]) to atum_desk_worker, atum_desk_gate;

-- What the asker was allowed when the response was made; null on keys that an earlier release took.
alter table idempotency_keys add column permissions text[];

-- The tickets, still there, that a kept response of the acting person may tell of: those its change touched. Who asks
-- again compares them with what they may see now.
create function replayed_tickets(p_change bigint) returns table (ticket_id bigint)
language sql stable security definer rows 5 set search_path = atum, pg_temp as $$
  select t.id from tickets t
   where t.workspace_id = ctx_workspace()
     and exists (select from idempotency_keys k where k.change_id = p_change and k.person_id = ctx_person() and k.workspace_id = ctx_workspace())
     and t.id in (select c.ticket_id from changes c where c.id = p_change
                  union all select r.ticket_id from row_changes r where r.change_id = p_change) $$;
alter function replayed_tickets(bigint) owner to atum_desk_gate;
revoke execute on function replayed_tickets(bigint) from public;
grant execute on function replayed_tickets(bigint) to atum_desk_staff, atum_desk_contact, atum_desk_worker, atum_desk_gate;
