-- A merged ticket names the one that goes on; what is addressed to it arrives there.
set local search_path = atum, public;

-- The number, which never changes: an id would have to be joined with the policies of a second ticket on every read.
alter table tickets add column merged_into bigint check (merged_into <> number);
create index tickets_merged on tickets (workspace_id, merged_into) where merged_into is not null;
select renew_ticket_triggers('{merged_into}');
grant select (merged_into) on tickets to atum_desk_contact;

-- The ticket that what is said on one goes to now. Twenty steps are more than anybody merges one after the other.
create or replace function ticket_now(p_ticket bigint) returns bigint language sql stable as $$
  with recursive way(id, step) as (
    select p_ticket, 0
    union all
    select n.id, w.step + 1
      from way w
      join atum.tickets t on t.id = w.id
      join atum.tickets n on n.workspace_id = t.workspace_id and n.number = t.merged_into
     where w.step < 20)
  select id from way order by step desc limit 1 $$;
