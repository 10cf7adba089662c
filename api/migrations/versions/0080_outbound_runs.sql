-- Tickets that somebody opens for many people at once, one each: a kind of bulk run, whose items are people and not tickets.
set local search_path = atum, public;

alter table bulk_runs drop constraint bulk_runs_kind_check,
  add constraint bulk_runs_kind_check check (kind in ('edit', 'tag', 'undo', 'outbound')) not valid;

-- `number` is the place in the list of such a run.
alter table bulk_items add column address text, add column name text,
  -- The ticket that was opened.
  add column opened int;

-- As before, and what such a run wrote and to which subject.
create or replace function redacted_request(p_request jsonb, p_whole boolean, p_runs text[], p_patterns text[]) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare v_path text[];
begin
  foreach v_path slice 1 in array array[['actions', 'message', 'text'], ['actions', 'set', 'subject'], ['actions', 'set', 'fields'], ['search', 'q', ''],
                                        ['text', '', ''], ['subject', '', ''], ['fields', '', '']] loop
    v_path := array_remove(v_path, '');
    if p_request #> v_path is not null then
      p_request := jsonb_set(p_request, v_path, case when p_whole and v_path[cardinality(v_path)] = 'text' then '"[redacted]"'
        else atum.redacted_json(p_request #> v_path, p_runs, p_patterns) end);
    end if;
  end loop;
  return p_request;
end $$;
