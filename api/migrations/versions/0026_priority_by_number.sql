-- Lists of a priority by number, or by creation, which is the same order: without these all tickets were walked in that
-- order, and where the newest have another priority, past all of them.
set local search_path = atum, public;

create index tickets_open_priority_number on tickets (workspace_id, priority, number) where is_open;
create index tickets_done_priority_number on tickets (workspace_id, priority, number) where not is_open;

-- Since sorting by creation walks the numbers (0024), nothing is read in this order.
drop index tickets_created;
