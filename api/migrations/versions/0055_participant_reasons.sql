-- Why somebody takes part in a ticket; NULL for who did before, and where the release before adds somebody.
set local search_path = atum, public;

alter table participants add column reason text;
-- There are no reasons yet that it could refuse.
alter table participants add constraint participants_reason
  check (reason in ('copied', 'addressed', 'added', 'merged', 'split')) not valid;

-- The trigger names each column.
select ledger_table('participants', trigger_arguments('participants', 'ledger'));
