-- The ledger keeps a text once (ADR 0030): a row that is inserted holds its texts itself, and what later alters or removes
-- it writes the old ones. So the inserted row's trace has the SHA-256 of each longer text in the text's place.

set local search_path = atum, public;

-- Texts that no constraint of their own keeps short.
create function unbounded_texts(p_table text) returns text[] language sql stable set search_path = atum, pg_temp as $$
  select coalesce(array_agg(a.attname::text order by a.attnum), '{}') from pg_attribute a
   where a.attrelid = format('atum.%I', p_table)::regclass and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype
     and not exists (select from pg_constraint c where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]) $$;

-- As a change tells the digest of a text: beside the column's name stands what it is.
create function text_digest(p_text text) returns text language sql stable parallel safe
return pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p_text, 'UTF8')), 'base64');

-- The row as JSON, put together of parts, for a function takes at most a hundred arguments. A digest takes 63 bytes with its name.
create function inserted_as_json(p_columns text[], p_texts text[]) returns text language sql immutable set search_path = atum, pg_temp as $$
  select string_agg('pg_catalog.jsonb_build_object(' || part.pairs || ')', ' || ') from (
    select string_agg(case when col = any (p_texts)
             then format('case when pg_catalog.octet_length(new.%2$I) > 120 then %3$L else %1$L end, case when pg_catalog.octet_length(new.%2$I) > 120 then pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(new.%2$I, ''UTF8'')), ''base64'') else new.%2$I end', col, col, col || '#sha256')
             else format('%L, new.%I', col, col) end, ', ' order by place) as pairs
      from unnest(p_columns) with ordinality u(col, place) group by (place - 1) / 50) part $$;

create or replace function ledger_table(p_table text, p_out text[]) returns void
language plpgsql as $make$
declare v_columns text[]; v_ticket text;
begin
  select array_agg(attname::text order by attnum) into v_columns from pg_attribute
   where attrelid = format('atum.%I', p_table)::regclass and attnum > 0 and not attisdropped and attname <> all (p_out);
  v_ticket := case when p_table = 'tickets' then 'id' when 'ticket_id' = any (v_columns) then 'ticket_id' end;
  execute format($f$
    create or replace function atum.%1$I() returns trigger language plpgsql security definer as $body$
    declare o pg_catalog.jsonb; n pg_catalog.jsonb;
            c bigint := case when coalesce(pg_catalog.current_setting('atum.change', true), '') = '' then null when pg_catalog.current_setting('atum.change', true) = pg_catalog.currval('atum.changes_id_seq')::pg_catalog.text then pg_catalog.current_setting('atum.change', true)::bigint end;
    begin
      if c is null then
        raise exception 'write to %% outside a unit of work', tg_table_name using errcode = '42501';
      end if;
      if tg_op = 'INSERT' then
        n := %3$s;
        insert into atum.row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, new)
        values (c, new.workspace_id, %5$s, %7$L, new.id, 'I', n);
        return null;
      elsif tg_op = 'DELETE' then
        insert into atum.row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, old)
        values (c, old.workspace_id, %6$s, %7$L, old.id, 'D', %4$s);
        return null;
      end if;
      o := '{}'; n := '{}';
      %2$s
      if n = '{}' then return null; end if;
      insert into atum.row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, old, new)
      values (c, new.workspace_id, %5$s, %7$L, new.id, 'U', o, n);
      return null;
    end $body$$f$,
    'ledger_' || p_table,
    (select string_agg(format('if new.%1$I is distinct from old.%1$I then
          o := o || pg_catalog.jsonb_build_object(%1$L, old.%1$I); n := n || pg_catalog.jsonb_build_object(%1$L, new.%1$I);
        end if;', col), E'\n        ') from unnest(v_columns) col),
    inserted_as_json(v_columns, unbounded_texts(p_table)), row_as_json('old', v_columns),
    coalesce('new.' || v_ticket, 'null'), coalesce('old.' || v_ticket, 'null'), p_table);
  execute format('alter function atum.%I() owner to atum_desk_gate', 'ledger_' || p_table);
  execute format('revoke all on function atum.%I() from public', 'ledger_' || p_table);
  execute format('create or replace trigger ledger after insert or update or delete on atum.%I for each row execute function atum.%I(%s)',
    p_table, 'ledger_' || p_table, (select coalesce(string_agg(quote_literal(col), ','), '') from unnest(p_out) col));
end $make$;
do $$ declare r record; begin
  for r in select c.relname, t.tgargs, t.tgnargs from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'ledger' and c.relnamespace = 'atum'::regnamespace order by 1 loop
    perform ledger_table(r.relname::text, case when r.tgnargs = 0 then '{}' else
      (string_to_array(encode(r.tgargs, 'escape'), '\000'))[1:r.tgnargs] end);
  end loop; end $$;

-- ---------------------------------------------------------------- undo
-- What a text was when its row was inserted, once something has altered or removed it since: the first of those kept it.
create function inserted_text(p_table text, p_row bigint, p_seq bigint, p_column text) returns jsonb
language sql stable set search_path = atum, pg_temp as $$
  select later.old->p_column from row_changes later
   where later.table_name = p_table and later.row_id = p_row and later.seq > p_seq and later.old ? p_column
   order by later.seq limit 1 $$;

-- Applies the inverse of a change, newest row first, inside the caller's unit of work. Returns the columns that no longer
-- hold what the change wrote; when any row comes back nothing was written. The command has already checked that the
-- caller sees every ticket concerned and may undo this change. An inserted row's text still stands if its digest does.
create or replace function undo_change(p_change bigint) returns table (table_name text, row_id bigint, column_name text, wrote jsonb, found jsonb)
language plpgsql security definer set search_path = atum, public, pg_temp as $$
declare r record; cols text[]; n int; cur jsonb; k text; v_state text; v_table text; v_constraint text; v_named boolean := false;
begin
  if not exists (select from changes c where c.id = p_change and c.workspace_id = ctx_workspace()) then
    raise exception 'change % is not of this workspace', p_change using errcode = '42501';
  end if;
  set constraints all deferred;
  begin
    for r in select * from row_changes rc where rc.change_id = p_change order by rc.seq desc loop
      if r.operation = 'U' then
        select array_agg(key order by key) into cols from jsonb_object_keys(r.new) key;
      else
        cols := array(select c from unnest(writable_columns(r.table_name)) c where coalesce(r.new, r.old) ?| array[c, c || '#sha256']);
      end if;
      if r.operation = 'D' then
        execute format('insert into atum.%1$I (%2$s) overriding system value select %2$s from jsonb_populate_record(null::atum.%1$I, $1)',
          r.table_name, (select string_agg(quote_ident(c), ',') from unnest(cols) c)) using r.old;
      elsif r.operation = 'U' then
        -- typed comparison, never text: the JSON text of a moment follows the session's time zone
        execute format('update atum.%1$I t set (%2$s) = (select %2$s from jsonb_populate_record(null::atum.%1$I, $1)) from jsonb_populate_record(null::atum.%1$I, $2) w where t.id = $3 and %3$s',
          r.table_name, (select string_agg(quote_ident(c), ',') from unnest(cols) c),
          (select string_agg(format('t.%1$I is not distinct from w.%1$I', c), ' and ') from unnest(cols) c)) using r.old, r.new, r.row_id;
      else
        execute format('delete from atum.%1$I t using jsonb_populate_record(null::atum.%1$I, $1) w where t.id = $2 and %2$s',
          r.table_name, (select string_agg(case when r.new ? c then format('t.%1$I is not distinct from w.%1$I', c)
                                                else format('atum.text_digest(t.%1$I) is not distinct from %2$L', c, r.new->>(c || '#sha256')) end, ' and ')
                           from unnest(cols) c)) using r.new, r.row_id;
      end if;
      get diagnostics n = row_count;
      if n = 0 then raise exception using errcode = 'AT001', message = 'row moved on'; end if;
    end loop;
    set constraints all immediate;
  exception when sqlstate 'AT001' or foreign_key_violation or unique_violation then
    -- the block is rolled back; say why, column by column, against the state as it is
    get stacked diagnostics v_state = returned_sqlstate, v_table = table_name, v_constraint = constraint_name;
    for r in select * from row_changes rc where rc.change_id = p_change order by rc.seq desc loop
      execute format('select to_jsonb(t) from atum.%I t where id = $1', r.table_name) into cur using r.row_id;
      if r.operation = 'D' then
        if cur is not null then v_named := true; return query select r.table_name, r.row_id, '*'::text, r.old, null::jsonb; end if;
      elsif cur is null then v_named := true; return query select r.table_name, r.row_id, '*'::text, r.new, null::jsonb;
      else
        -- what the same change wrote to this column later is what must still stand
        for k in select replace(key, '#sha256', '') from jsonb_object_keys(r.new) key where not exists (
            select from row_changes later where later.change_id = p_change and later.table_name = r.table_name and later.row_id = r.row_id
               and later.seq > r.seq and later.new ? replace(key, '#sha256', '')) loop
          if (case when r.new ? k then cur->k is distinct from r.new->k else text_digest(cur->>k) is distinct from r.new->>(k || '#sha256') end) then
            v_named := true;
            return query select r.table_name, r.row_id, k, coalesce(r.new->k, inserted_text(r.table_name, r.row_id, r.seq, k)), cur->k;
          end if;
        end loop;
      end if;
    end loop;
    if v_state <> 'AT001' then
      return query select * from rows_in_the_way(p_change, v_table, v_constraint);
      get diagnostics n = row_count;
      v_named := v_named or n > 0;
    end if;
    if not v_named then return query select coalesce(v_table, '!'), null::bigint, '!'::text, null::jsonb, null::jsonb; end if;
  end;
end $$;

-- ---------------------------------------------------------------- units of work
-- Enter and open a change in one: what has just entered need not prove its seal to open_change(). As every write runs
-- them, they set no search_path and qualify what they name (see migration 0011).
create function enter_and_open(p_session bigint, p_proof pg_catalog.bytea, p_stamp pg_catalog.text) returns bigint language plpgsql security definer as $$
begin
  perform atum.enter(p_session, p_proof, p_stamp);
  return atum.take_change(pg_catalog.nextval('atum.changes_id_seq'));
end $$;
create function enter_system_and_open(p_workspace bigint, p_person bigint default null) returns bigint language plpgsql security definer as $$
begin
  perform atum.enter_as(p_workspace, p_person, 'system');
  return atum.take_change(pg_catalog.nextval('atum.changes_id_seq'));
end $$;
-- Opens a change under an id that its connection has just taken, and names the connection after it.
create function take_change(p_id bigint) returns bigint language plpgsql as $$
begin
  return case when pg_catalog.set_config('atum.change', p_id::pg_catalog.text, true) is not null
               and pg_catalog.set_config('application_name', 'atum-desk change ' || p_id, true) is not null then p_id end;
end $$;

do $$ declare f text; begin
  foreach f in array array['undo_change(bigint)', 'enter_and_open(bigint,bytea,text)', 'enter_system_and_open(bigint,bigint)'] loop
    execute 'alter function atum.' || f || ' owner to atum_desk_gate';
  end loop;
  foreach f in array array['enter_and_open(bigint,bytea,text)', 'enter_system_and_open(bigint,bigint)', 'take_change(bigint)', 'unbounded_texts(text)',
      'text_digest(text)', 'inserted_as_json(text[],text[])', 'inserted_text(text,bigint,bigint,text)'] loop
    execute 'revoke execute on function atum.' || f || ' from public';
  end loop; end $$;
grant execute on function take_change(bigint), text_digest(text), inserted_text(text, bigint, bigint, text) to atum_desk_gate;
grant execute on function enter_and_open(bigint, bytea, text) to atum_desk_staff, atum_desk_contact;
grant execute on function enter_system_and_open(bigint, bigint) to atum_desk_worker;
