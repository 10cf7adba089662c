-- Sentences for people are stored as code and parameters (ADR 0040), as {code, parameters, text}. The English text stays in
-- the column beside each, for earlier rows and for the release before; a notice counts while its `text` is what stands there.
set local search_path = atum, public;

alter table mails            add column reason_notice     jsonb;
alter table outbox           add column last_error_notice jsonb;
alter table messages         add column author_notice     jsonb;
alter table ticket_links     add column reason_notice     jsonb;
alter table fetch_states     add column notice jsonb;
alter table fetch_leftovers  add column notice jsonb;
alter table fetch_log        add column notice jsonb;

grant update (author_notice) on messages to atum_desk_contact;
grant select (notice) on fetch_states to atum_desk_staff;

-- The triggers name each column. Those that the ledger does not keep stay out of it.
do $$
declare v_table text;
begin
  foreach v_table in array array['mails', 'outbox', 'messages', 'ticket_links'] loop
    perform ledger_table(v_table, trigger_arguments(v_table, 'ledger'));
  end loop;
end $$;
