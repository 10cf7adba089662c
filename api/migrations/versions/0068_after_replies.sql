-- What follows a reply: where its author goes, and whether they become the assignee of a ticket that has none.
set local search_path = atum, public;

-- NULL: they stay on the ticket
alter table people add column after_send text check (after_send in ('next', 'list'));
alter table teams add column reply_assigns text not null default 'ask' check (reply_assigns in ('always', 'ask', 'never'));
select ledger_table('people', trigger_arguments('people', 'ledger'));
select ledger_table('teams', trigger_arguments('teams', 'ledger'));
