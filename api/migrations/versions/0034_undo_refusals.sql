-- Why no undo would take back the changes of a page, asked once for all of them and without trying. undo_change() stays
-- what decides; this says beforehand what it would say. What the statement of a page cannot see, it asks here.
set local search_path = atum, public;

-- What a change wrote to one row: the values as it left them (`now`) and as it found them (`before`).
create type written_row as (change_id bigint, table_name text, row_id bigint, is_free boolean, inserted boolean, deleted boolean, now jsonb, before jsonb);
create aggregate merged(jsonb) (sfunc = jsonb_concat, stype = jsonb, initcond = '{}');

create function rows_written(p_changes bigint[]) returns written_row[]
language plpgsql stable set search_path = atum, pg_temp as $$
begin
  return array(select row(w.*)::written_row from (
    select r.change_id, r.table_name, r.row_id, bool_or(r.ticket_id is null), bool_or(r.operation = 'I'), bool_or(r.operation = 'D'),
           merged(r.new order by r.seq), merged(r.old order by r.seq desc)
      from row_changes r
     where r.change_id = any(p_changes)
       -- What an array names, a plan that is kept cannot tell the ledger's parts from.
       and r.change_id between (select min(i) from unnest(p_changes) i) and (select max(i) from unnest(p_changes) i)
     group by 1, 2, 3) w);
end $$;

-- The changes that wrote to a table what does not stand any more, as undo_change() compares it: by value, never as text.
-- Nearly all that a page of one ticket asks is of tickets, and what is written out here is planned once.
create function changed_since(p_written written_row[], p_table text) returns setof bigint
language plpgsql stable set search_path = atum, pg_temp as $$
begin
  if p_table = 'tickets' then
    return query select w.change_id from unnest(p_written) w left join tickets t on t.id = w.row_id
      where w.table_name = 'tickets' and not (w.inserted and w.deleted)
        and case when w.deleted then t.id is not null else t.id is null or jsonb_populate_record(t, w.now) is distinct from t end;
    return;
  end if;
  return query execute format($q$
    select w.change_id from unnest($1) w left join atum.%1$I t on t.id = w.row_id
     where w.table_name = %1$L and not (w.inserted and w.deleted)
       and case when w.deleted then t.id is not null
                when t.id is null then true
                else jsonb_populate_record(t, w.now) is distinct from t
                  or exists (select from jsonb_each_text(w.now) e
                              where e.key like '%%#sha256' and not w.now ? left(e.key, -7)
                                and atum.text_digest(to_jsonb(t)->>left(e.key, -7)) is distinct from e.value) end $q$, p_table)
    using p_written;
end $$;

-- The changes whose inverse would leave a row without what it refers to, or take away what others refer to. A large table
-- without an index on the reference is not searched; only trying tells of that.
create function in_use(p_written written_row[], p_table text, p_columns text[], p_made boolean) returns setof bigint
language plpgsql stable set search_path = atum, pg_temp as $$
declare f record;
begin
  if p_table = 'tickets' then
    return query select w.change_id from unnest(p_written) w
      where w.table_name = 'tickets' and not w.inserted
        and ((w.before->>'assignee_id' is not null and not exists (select from people p where p.id = (w.before->>'assignee_id')::bigint))
          or (w.before->>'requester_id' is not null and not exists (select from people p where p.id = (w.before->>'requester_id')::bigint))
          or (w.before->>'team_id' is not null and not exists (select from teams p where p.id = (w.before->>'team_id')::bigint))
          or (w.before->>'organization_id' is not null and not exists (select from organizations p where p.id = (w.before->>'organization_id')::bigint)));
  else
  for f in select p.relname::text as parent, a.attname::text as col from pg_constraint c
             join pg_class p on p.oid = c.confrelid join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
            where c.contype = 'f' and c.conrelid = ('atum.' || quote_ident(p_table))::regclass and p.relname <> 'workspaces' and a.attname = any(p_columns) loop
    return query execute format($q$
      select w.change_id from unnest($1) w
       where w.table_name = %1$L and not w.inserted and (w.before->>%2$L) is not null
         and not exists (select from atum.%3$I p where p.id = (w.before->>%2$L)::bigint)
         and not exists (select from atum.row_changes d where d.change_id = w.change_id and d.table_name = %3$L
                            and d.operation = 'D' and d.row_id = (w.before->>%2$L)::bigint) $q$, p_table, f.col, f.parent)
      using p_written;
  end loop;
  end if;
  if not p_made then return; end if;
  for f in select h.relname::text as child, a.attname::text as col from pg_constraint c
             join pg_class h on h.oid = c.conrelid join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
            where c.contype = 'f' and c.confrelid = ('atum.' || quote_ident(p_table))::regclass and c.confdeltype in ('a', 'r')
              and (h.relname = 'tickets' or h.reltuples < 10000
                   or exists (select from pg_index i where i.indrelid = h.oid and i.indkey[0] = a.attnum
                                 and coalesce(pg_get_expr(i.indpred, i.indrelid), '(' || a.attname || ' IS NOT NULL)') = '(' || a.attname || ' IS NOT NULL)')) loop
    return query execute format($q$
      select w.change_id from unnest($1) w join atum.%2$I h on %4$s
       where w.table_name = %1$L and w.inserted and not w.deleted
         and not exists (select from atum.row_changes own where own.change_id = w.change_id and own.table_name = %2$L and own.row_id = h.id
                            and (own.operation = 'I' or own.old ? %3$L)) $q$, p_table, f.child, f.col,
      -- Tickets have their indexes by whether they are open.
      case when f.child <> 'tickets' then format('h.%I = w.row_id', f.col)
           when f.col = 'assignee_id' then '((h.is_open and h.assignee_id = w.row_id) or (not h.is_open and case when h.assignee_id is null then 0 else h.assignee_id end = w.row_id))'
           else format('((h.is_open and h.%1$I = w.row_id) or (not h.is_open and h.%1$I = w.row_id))', f.col) end)
      using p_written;
  end loop;
end $$;

-- The changes whose inverse would give a row a value that must be unique and that another row has taken.
create function value_taken(p_written written_row[], p_table text, p_columns text[]) returns setof bigint
language plpgsql stable set search_path = atum, pg_temp as $$
declare f record;
begin
  for f in select coalesce(pg_get_expr(i.indpred, i.indrelid), 'true') as pred,
                  array(select pg_get_indexdef(i.indexrelid, n, true) from generate_series(1, i.indnkeyatts) n) as keys,
                  array(select a.attname::text from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any(i.indkey)) as cols,
                  0 = any(i.indkey) as computed
             from pg_index i where i.indisunique and not i.indisprimary and i.indrelid = ('atum.' || quote_ident(p_table))::regclass
              and (0 = any(i.indkey) or exists (select from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any(i.indkey)
                                                   and a.attname = any(p_columns))) loop
    return query execute format($q$
      select w.change_id from unnest($1) w left join atum.%1$I t on t.id = w.row_id
        cross join lateral (select case when w.deleted then jsonb_populate_record(null::atum.%1$I, w.before)
                                        else jsonb_populate_record(t, w.before) end as r) back
        cross join lateral (select %2$s from (select (back.r).*) %1$I where %3$s) k
       where w.table_name = %1$L and not w.inserted and (w.deleted or %4$s)
         and exists (select from atum.%1$I where %1$I.id <> w.row_id and %5$s and %3$s
                        and not exists (select from atum.row_changes own where own.change_id = w.change_id
                                           and own.table_name = %1$L and own.row_id = %1$I.id)) $q$,
      p_table, (select string_agg(format('%s as key_%s', key, n), ', ') from unnest(f.keys) with ordinality u(key, n)), f.pred,
      case when f.computed then 'true' else format('w.before ?| %L::text[]', f.cols) end,
      (select string_agg(format('%s = k.key_%s', key, n), ' and ') from unnest(f.keys) with ordinality u(key, n)))
      using p_written;
  end loop;
end $$;

-- Everything in the way of undoing each of some changes that the records tell, past the policies as undo_change() is. A row
-- with the code 'touches' names rows that exist and that whoever asks must see and be let write.
create function undo_obstacles(p_changes bigint[]) returns table (change_id bigint, code text, table_name text, row_ids bigint[])
language plpgsql stable security definer rows 50 set search_path = atum, pg_temp as $$
declare t record; v_changes bigint[]; v_written written_row[];
begin
  v_changes := array(select c.id from changes c where c.id = any(p_changes) and c.workspace_id = (select ctx_workspace()));
  v_written := rows_written(v_changes);
  return query select u, 'undone', null::text, null::bigint[] from unnest(undone_among(v_changes)) u;
  return query select w.change_id, 'mail_left', null::text, null::bigint[] from unnest(v_written) w join outbox o on o.id = w.row_id
   where w.table_name = 'outbox' and (w.inserted or w.now ?| '{text,html,recipients,cc,bcc}')
     and o.state in ('sending', 'sent', 'delivered', 'bounced', 'unknown');
  return query select w.change_id, 'texts_gone', null::text, null::bigint[] from unnest(v_written) w
   where not w.inserted and exists (select from jsonb_object_keys(w.before || w.now) key where key like '%#sha256');
  for t in select w.table_name as name, bool_or(w.is_free) as is_free, bool_or(w.inserted) as makes,
                  array(select distinct k from unnest(v_written) x, jsonb_object_keys(x.before) k where x.table_name = w.table_name) as columns
             from unnest(v_written) w group by 1 loop
    return query select c, 'changed_since', t.name, null::bigint[] from changed_since(v_written, t.name) c;
    return query select c, 'in_use', t.name, null::bigint[] from in_use(v_written, t.name, t.columns, t.makes) c;
    return query select c, 'value_taken', t.name, null::bigint[] from value_taken(v_written, t.name, t.columns) c;
    if t.is_free then
      return query execute format($q$
        select w.change_id, 'touches', %1$L::text, array_agg(x.id) from unnest($1) w join atum.%1$I x on x.id = w.row_id
         where w.table_name = %1$L and w.is_free group by 1 $q$, t.name) using v_written;
    end if;
  end loop;
  return query select r.change_id, 'touches', 'tickets'::text, array_agg(distinct x.id) from row_changes r join tickets x on x.id = r.ticket_id
   where r.change_id = any(v_changes) and r.change_id between (select min(i) from unnest(v_changes) i) and (select max(i) from unnest(v_changes) i)
   group by 1;
end $$;

-- The same with the caller's eyes: the codes of each change that has any; 'out_of_sight' when it touched what the caller
-- does not see or may not write.
create function undo_refusals(p_changes bigint[]) returns table (change_id bigint, codes text[])
language plpgsql stable rows 50 set search_path = atum, pg_temp as $$
declare v_found jsonb; t record; v_within jsonb := '{}'; v_ids bigint[]; v_policies text;
begin
  select coalesce(jsonb_agg(to_jsonb(o)), '[]') into v_found from undo_obstacles(p_changes) o;
  for t in select f.x->>'table_name' as name, array_agg(i::bigint) as ids from jsonb_array_elements(v_found) f(x), jsonb_array_elements_text(f.x->'row_ids') i
            where f.x->>'code' = 'touches' group by 1 loop
    -- Tables that the caller's role never updates are not asked about, nor are policies of tickets more than seeing them.
    continue when not has_any_column_privilege(format('atum.%I', t.name), 'update');
    select coalesce(string_agg('(' || pg_get_expr(p.polqual, p.polrelid) || ')', ' or '), 'true') into v_policies from pg_policy p
     where p.polrelid = ('atum.' || quote_ident(t.name))::regclass and p.polcmd in ('*', 'w')
       and exists (select from unnest(p.polroles) r where r = 0 or pg_has_role(r, 'member'));
    execute format('select array(select %1$I.id from atum.%1$I where %1$I.id = any($1) and (%2$s))', t.name, v_policies) into v_ids using t.ids;
    v_within := v_within || jsonb_build_object(t.name, to_jsonb(v_ids));
  end loop;
  return query
    select o.change_id, array_agg(distinct o.code) from (
      select (f.x->>'change_id')::bigint as change_id,
             case when f.x->>'code' <> 'touches' then f.x->>'code'
                  when v_within ? (f.x->>'table_name') and not (v_within->(f.x->>'table_name')) @> (f.x->'row_ids') then 'out_of_sight' end as code
        from jsonb_array_elements(v_found) f(x)) o
     where o.code is not null group by 1;
end $$;

do $$ declare f text; begin
  foreach f in array array['rows_written(bigint[])', 'changed_since(written_row[],text)', 'in_use(written_row[],text,text[],boolean)', 'value_taken(written_row[],text,text[])', 'merged(jsonb)'] loop
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_gate';
  end loop;
  alter function undo_obstacles(bigint[]) owner to atum_desk_gate;
  foreach f in array array['undo_obstacles(bigint[])', 'undo_refusals(bigint[])'] loop
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_staff, atum_desk_worker, atum_desk_gate';
  end loop; end $$;
