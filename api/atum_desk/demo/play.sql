-- Plays a list of steps: for each it moves the clock, enters as who did it, opens a change, writes the rows through the
-- ledger's own triggers, and finishes the change, as a unit of work would have at that moment. A row names the function
-- that writes it. Only the database's owner may do this: nobody else moves the clock or enters as somebody.
create function pg_temp.play(p_workspace bigint, p_steps jsonb) returns void language plpgsql as $$
declare s record; r record;
begin
  for s in select * from jsonb_to_recordset(p_steps)
             as x(at timestamptz, command text, via text, actor_id bigint, ticket_id bigint, public boolean, summary jsonb, rows jsonb) loop
    perform set_config('atum.clock_offset', (s.at - statement_timestamp())::text, true),
            atum.enter_as(p_workspace, s.actor_id, s.via), atum.open_change();
    for r in select * from jsonb_to_recordset(s.rows) as x(writer int, id bigint, "values" jsonb) loop
      execute format('select pg_temp.write_%s($1, $2)', r.writer) using r.id, r.values;
    end loop;
    perform atum.finish_change(s.command, s.via, s.ticket_id, s.public, s.summary, null, null);
  end loop;
end $$;
