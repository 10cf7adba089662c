-- Notes are changed after they were written; the thread says so.
set local search_path = atum, public;

alter table messages add column edited_at timestamptz;
select ledger_table('messages', trigger_arguments('messages', 'ledger'));
