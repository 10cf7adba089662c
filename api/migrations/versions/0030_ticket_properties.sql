-- A new column of tickets takes one statement, and what follows from a status stands in one place.
set local search_path = atum, public;

-- ---------------------------------------------------------------- properties
create function trigger_arguments(p_table text, p_trigger text) returns text[] language sql stable set search_path = atum, pg_temp as $$
  select (string_to_array(encode(tgargs, 'escape'), '\000'))[1:tgnargs] from pg_trigger
   where tgrelid = format('atum.%I', p_table)::regclass and tgname = p_trigger $$;

-- To be called by a migration that adds a column to tickets: the ledger's trigger and the version's name each column, so
-- both are made anew. From then on a change of the column is history and raises the version, unless it is among
-- p_without_version. What each trigger leaves out is kept as its arguments.
create function renew_ticket_triggers(p_without_version text[] default '{}') returns void
language plpgsql set search_path = atum, pg_temp as $make$
declare v_out text[] := trigger_arguments('tickets', 'touch') || p_without_version; v_columns text[];
begin
  perform ledger_table('tickets', trigger_arguments('tickets', 'ledger'));
  select array_agg(attname::text order by attnum) into v_columns from pg_attribute
   where attrelid = 'atum.tickets'::regclass and attnum > 0 and not attisdropped and attname <> all (v_out);
  execute format($f$
    create or replace function atum.touch_ticket() returns trigger language plpgsql as $body$
    begin
      new.updated_at := greatest(atum.moment(), old.updated_at);
      new.version := old.version + case when (%s) is distinct from (%s) then 1 else 0 end;
      return new;
    end $body$$f$,
    (select string_agg(format('new.%I', col), ', ') from unnest(v_columns) col),
    (select string_agg(format('old.%I', col), ', ') from unnest(v_columns) col));
  execute format('create or replace trigger touch before update on atum.tickets for each row execute function atum.touch_ticket(%s)',
    (select string_agg(quote_literal(col), ',') from unnest(v_out) col));
end $make$;
revoke execute on function trigger_arguments(text, text), renew_ticket_triggers(text[]) from public;

-- What does not raise the version: what nobody sets by hand.
select renew_ticket_triggers('{id,workspace_id,number,category,is_open,channel,organization_id,mailbox_id,follow_up_of_id,preview,message_count,created_at,updated_at,first_response_at,resolved_at,closed_at,last_message_at,last_requester_message_at,last_agent_message_at,version}');

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
