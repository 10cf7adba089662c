-- A search reads the index of words from the newest messages back, range by range, and reads so many messages of a range
-- at most. No plan depends on how frequent the planner takes a word to be.

-- step: outside a transaction
-- Each message is indexed under its words and under three ranges of ids that it belongs to, of 1,024, 16,384 and 262,144
-- ids. No word begins with a space, so nobody's query reaches a range. The index can thus be asked for words *within* a
-- range and skips what lies outside, which two indexes cannot do. New messages wait in a list that every statement of a
-- search reads from end to end: of 512 kB, some 400 messages, it costs a search next to nothing and halves what a message
-- writes, and whoever fills it empties it quickly.
create index concurrently messages_words_by_range on messages using gin ((words || array_to_tsvector(array[
  ' a' || workspace_id::text || '.' || (id >> 10)::text,
  ' b' || workspace_id::text || '.' || (id >> 14)::text,
  ' c' || workspace_id::text || '.' || (id >> 18)::text]))) with (gin_pending_list_limit = 512);

-- step: in one transaction
set local search_path = atum, public;
drop index messages_words;

-- The ranges that hold the ids from p_from up to but without p_before, as alternatives of a query; and a few ids more.
create function id_ranges(p_workspace bigint, p_from bigint, p_before bigint) returns tsquery
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select string_agg(format(''' %s%s.%s''', r.level, p_workspace, n), ' | ')::tsquery
    from (select case when p_before - p_from <= 16384 then 'a' when p_before - p_from <= 262144 then 'b' else 'c' end as level,
                 case when p_before - p_from <= 16384 then 10 when p_before - p_from <= 262144 then 14 else 18 end as bits) r
   cross join generate_series(p_from >> r.bits, (p_before - 1) >> r.bits) n $$;

-- The messages among the newest p_span ids below p_before that hold the words, newest first; the caller joins them under
-- its own policies. `examined` is how many the index names there, which for a phrase are those with its words anywhere;
-- are they more than p_limit, it is p_limit + 1 and none is returned. No order is asked for and no other index answers any
-- of the conditions, so with sequential scans off a bitmap over the index of words is the only plan.
create function search_messages(p_words tsquery, p_before bigint, p_span bigint, p_limit int)
returns table (searched_from bigint, examined int, message_ids bigint[], ticket_ids bigint[])
language plpgsql stable security definer rows 1
set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_workspace bigint := coalesce(atum.ctx_workspace(), 0);
  v_newest bigint := (select coalesce(max(m.id), 0) from atum.messages m);
  v_before bigint := least(p_before, v_newest + 1);
  v_required text := querytree(p_words);
  v_required_words tsquery;
  v_indexed tsquery;
  v_exact boolean;
begin
  searched_from := case when numnode(p_words) = 0 then 0 else greatest(0, v_before - greatest(p_span, 1)) end;
  examined := 0;
  message_ids := '{}';
  ticket_ids := '{}';
  if searched_from < v_before and numnode(p_words) > 0 then
    v_indexed := atum.id_ranges(v_workspace, searched_from, v_before);
    if v_required not in ('', 'T') then
      v_required_words := regexp_replace(v_required, '<(-|\d+)>', '&', 'g');
      -- Among all messages no range need be told apart, and each alternative would be tried for each of them.
      v_indexed := case when searched_from = 0 and v_before > v_newest / 2 then v_required_words else v_required_words && v_indexed end;
    end if;
    v_exact := v_required = p_words::text and v_required !~ '<';
    select count(*), coalesce(array_agg(f.id order by f.id desc) filter (where f.holds), '{}'),
           coalesce(array_agg(f.ticket_id order by f.id desc) filter (where f.holds), '{}')
      into examined, message_ids, ticket_ids
      from (select m.id, m.ticket_id, v_exact or m.words @@ p_words as holds from atum.messages m
             where (m.words || array_to_tsvector(array[
                     ' a' || m.workspace_id::text || '.' || (m.id >> 10)::text,
                     ' b' || m.workspace_id::text || '.' || (m.id >> 14)::text,
                     ' c' || m.workspace_id::text || '.' || (m.id >> 18)::text])) @@ v_indexed
               and m.workspace_id = v_workspace and m.id + 0 >= searched_from and m.id + 0 < v_before
             limit p_limit + 1) f;
    if examined > p_limit then
      message_ids := '{}';
      ticket_ids := '{}';
    end if;
  end if;
  return next;
end $$;

-- The newest message below p_before that holds the words, of each of these tickets, which the caller found under its own
-- policies. The array is planned as it is: a few tickets' messages are read, of many those that the index names too.
create function search_messages_of(p_words tsquery, p_tickets bigint[], p_before bigint)
returns table (message_id bigint, ticket_id bigint)
language plpgsql stable security definer rows 100
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set enable_indexscan = off as $$
declare
  v_workspace bigint := coalesce(atum.ctx_workspace(), 0);
begin
  if cardinality(p_tickets) = 0 or numnode(p_words) = 0 then
    return;
  end if;
  return query
    select max(m.id), m.ticket_id from atum.messages m
     where m.ticket_id = any(p_tickets) and m.workspace_id = v_workspace and m.id + 0 < p_before
       and (m.words || array_to_tsvector(array[
             ' a' || m.workspace_id::text || '.' || (m.id >> 10)::text,
             ' b' || m.workspace_id::text || '.' || (m.id >> 14)::text,
             ' c' || m.workspace_id::text || '.' || (m.id >> 18)::text])) @@ p_words
     group by m.ticket_id;
end $$;

-- As the release before calls it: the newest p_limit messages below p_before that hold the words.
create or replace function find_messages(p_words tsquery, p_before bigint, p_limit int) returns table (message_id bigint, ticket_id bigint)
language plpgsql stable security definer rows 200 set search_path = pg_catalog, pg_temp as $$
declare
  v_before bigint := p_before;
  v_span bigint := 1024;
  v_left int := p_limit;
  f record;
begin
  loop
    select * into f from atum.search_messages(p_words, v_before, v_span, 8192);
    if f.examined > 8192 then
      v_span := v_span / 4;
      continue;
    end if;
    return query select * from unnest(f.message_ids, f.ticket_ids) limit v_left;
    v_left := v_left - cardinality(f.message_ids);
    exit when v_left <= 0 or f.searched_from = 0;
    v_before := f.searched_from;
    v_span := case when f.examined < 512 then v_span * 16 when f.examined < 2048 then v_span * 2 else v_span end;
  end loop;
end $$;

do $$ declare f text; begin
  foreach f in array array['search_messages(tsquery,bigint,bigint,int)', 'search_messages_of(tsquery,bigint[],bigint)'] loop
    execute 'alter function atum.' || f || ' owner to atum_desk_gate';
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_staff, atum_desk_worker, atum_desk_gate';
  end loop; end $$;
revoke execute on function id_ranges(bigint, bigint, bigint) from public;
grant execute on function id_ranges(bigint, bigint, bigint) to atum_desk_gate;
