-- messages.change_id asks ctx_change() by default. PostgreSQL plans a body of SQL that it cannot inline anew in every
-- statement, which cost a reply 0.05 ms, a seventh of the ledger; plpgsql keeps its expression for the connection.

set local search_path = atum, public;

create or replace function ctx_change() returns bigint language plpgsql stable parallel restricted as $$
begin
  return case when coalesce(pg_catalog.current_setting('atum.change', true), '') = '' then null when pg_catalog.current_setting('atum.change', true) = pg_catalog.currval('atum.changes_id_seq')::pg_catalog.text then pg_catalog.current_setting('atum.change', true)::bigint end;
end $$;
