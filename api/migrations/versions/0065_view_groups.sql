-- The field that a view is grouped by while `grouped` is set: the release before sets and reads `grouped` alone.
set local search_path = atum, public;

alter table views add column group_by text not null default 'category' check (length(group_by) between 1 and 60);
alter table view_preferences add column group_by text check (length(group_by) between 1 and 60);
-- The ledger's triggers name each column.
select ledger_table('views', '{version}');
select ledger_table('view_preferences', '{}');
