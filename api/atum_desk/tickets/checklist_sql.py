"""How far the checklists of a ticket `t` are, in SQL: for lists, the ticket and conditions alike.

The tables are those of a slice above; a statement for each row would be the price of asking it.
"""

CHECKLIST_PROGRESS = """select count(i.done_at)::int as done, count(*)::int as total,
           (count(*) filter (where i.required and i.done_at is null))::int as required
      from checklist_items i where i.ticket_id = t.id and i.deleted_at is null"""
# NULL for a ticket without an item.
CHECKLIST_STATE = """(select case when bool_or(i.done_at is null) then 'open' when count(*) > 0 then 'done' end
       from checklist_items i where i.ticket_id = t.id and i.deleted_at is null)"""
