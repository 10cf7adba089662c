-- What follows from a status stands in one place.
set local search_path = atum, public;

-- ---------------------------------------------------------------- lifecycle
-- A command sets status_id; category and moments follow here. What the statement sets itself stays as it says: an undo
-- restores them, and so does a release that is older than this trigger.
create function follow_status() returns trigger language plpgsql as $$
begin
  if new.category is not distinct from old.category then
    select s.category into new.category from atum.statuses s where s.id = new.status_id;
  end if;
  if new.resolved_at is not distinct from old.resolved_at
     and (new.category in ('resolved', 'closed')) <> (old.category in ('resolved', 'closed')) then
    new.resolved_at := case when new.category in ('resolved', 'closed') then atum.moment() end;
  end if;
  if new.closed_at is not distinct from old.closed_at and (new.category = 'closed') <> (old.category = 'closed') then
    new.closed_at := case when new.category = 'closed' then atum.moment() end;
  end if;
  return new;
end $$;
revoke execute on function follow_status() from public;
grant execute on function follow_status() to atum_desk_app, atum_desk_gate;
create trigger follow_status before update on tickets for each row when (new.status_id is distinct from old.status_id) execute function follow_status();
