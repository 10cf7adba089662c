-- A search asks the index of words with two conditions, its words and the range of ids, where it asked with one query of
-- both. Of one query with an "and" PostgreSQL reads each word that is rarer than the range from its first message on, and
-- tries all alternatives for each; of two conditions it goes in either to the next message that the other names.
set local search_path = atum, public;

-- The messages among the newest p_span ids below p_before that hold the words, newest first; the caller joins them under
-- its own policies. `examined` is how many the index names there, which for a phrase are those with its words anywhere;
-- are they more than p_limit, it is p_limit + 1 and none is returned. No order is asked for and no other index answers any
-- of the conditions, so with sequential scans off a bitmap over the index of words is the only plan.
create or replace function search_messages(p_words tsquery, p_before bigint, p_span bigint, p_limit int)
returns table (searched_from bigint, examined int, message_ids bigint[], ticket_ids bigint[])
language plpgsql stable security definer rows 1
set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_workspace bigint := coalesce(atum.ctx_workspace(), 0);
  v_newest bigint := (select coalesce(max(m.id), 0) from atum.messages m);
  v_before bigint := least(p_before, v_newest + 1);
  v_required text := querytree(p_words);
  v_ranges tsquery;
  v_words tsquery;
  v_exact boolean;
begin
  searched_from := case when numnode(p_words) = 0 then 0 else greatest(0, v_before - greatest(p_span, 1)) end;
  examined := 0;
  message_ids := '{}';
  ticket_ids := '{}';
  if searched_from < v_before and numnode(p_words) > 0 then
    v_ranges := atum.id_ranges(v_workspace, searched_from, v_before);
    -- Without a word that must be there the range alone is asked for, twice.
    v_words := case when v_required in ('', 'T') then v_ranges
                    else regexp_replace(v_required, '<(-|\d+)>', '&', 'g')::tsquery end;
    v_exact := v_required = p_words::text and v_required !~ '<';
    select count(*), coalesce(array_agg(f.id order by f.id desc) filter (where f.holds), '{}'),
           coalesce(array_agg(f.ticket_id order by f.id desc) filter (where f.holds), '{}')
      into examined, message_ids, ticket_ids
      from (select m.id, m.ticket_id, v_exact or m.words @@ p_words as holds from atum.messages m
             where (m.words || array_to_tsvector(array[
                     ' a' || m.workspace_id::text || '.' || (m.id >> 10)::text,
                     ' b' || m.workspace_id::text || '.' || (m.id >> 14)::text,
                     ' c' || m.workspace_id::text || '.' || (m.id >> 18)::text])) @@ v_ranges
               and (m.words || array_to_tsvector(array[
                     ' a' || m.workspace_id::text || '.' || (m.id >> 10)::text,
                     ' b' || m.workspace_id::text || '.' || (m.id >> 14)::text,
                     ' c' || m.workspace_id::text || '.' || (m.id >> 18)::text])) @@ v_words
               and m.workspace_id = v_workspace and m.id + 0 >= searched_from and m.id + 0 < v_before
             limit p_limit + 1) f;
    if examined > p_limit then
      message_ids := '{}';
      ticket_ids := '{}';
    end if;
  end if;
  return next;
end $$;
