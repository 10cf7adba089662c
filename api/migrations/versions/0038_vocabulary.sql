-- A search finds words by their spellings, stems and parts, and by one letter's mistake. Messages stay indexed under their
-- words as they stand: what a query asks for is widened by the words that the workspace's messages and names hold. The
-- worker lists them, for what was written before the upgrade, too; the release before reads and writes none of it.

-- step: outside a transaction
create index concurrently attachments_names on attachments using gin (filename gin_trgm_ops)
  where ticket_id is not null;

-- step: in one transaction
set local search_path = atum, public;

-- One row for each key of a word: 'w', a spelling of it; 'p', a part of it; 's', its English stem. Byte order, so that a
-- range of keys is what begins with the same letters.
create table vocabulary (
  workspace_id bigint not null,
  key  text collate "C" not null check (length(key) <= 200),
  word text collate "C" not null check (length(word) <= 200),
  kind text collate "C" not null check (kind in ('w', 'p', 's')),
  primary key (workspace_id, key, word, kind)
);

-- How far the rows of a table are read. Rows get their ids before they are committed: those up to `seen_to` are certainly
-- all there once every transaction before `seen_before` has ended. What was there before is read from `backlog_from` down.
create table vocabulary_progress (
  workspace_id bigint not null,
  source text not null check (source in ('messages', 'people', 'organizations', 'attachments')),
  read_to bigint not null,
  seen_to bigint not null,
  seen_before xid8 not null,
  backlog_from bigint not null,
  primary key (workspace_id, source)
);

-- Rows that were written over, and are read once more.
create table vocabulary_rewritten (
  workspace_id bigint not null,
  source text not null,
  row_id bigint not null,
  primary key (workspace_id, source, row_id)
);

select secure_table('vocabulary', null);
select secure_table('vocabulary_progress', null);
select secure_table('vocabulary_rewritten', null);
create policy staff on vocabulary for select to atum_desk_staff using (workspace_id = (select ctx_workspace()));
grant select on vocabulary to atum_desk_staff;

create function note_rewritten() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into atum.vocabulary_rewritten values (new.workspace_id, tg_table_name, new.id) on conflict do nothing;
  return null;
end $$;
alter function note_rewritten() owner to atum_desk_gate;
revoke execute on function note_rewritten() from public;
create trigger rewritten after update of text, subject on messages for each row
  when (old.text is distinct from new.text or old.subject is distinct from new.subject) execute function note_rewritten();
create trigger rewritten after update of name on people for each row
  when (old.name is distinct from new.name) execute function note_rewritten();
create trigger rewritten after update of name on organizations for each row
  when (old.name is distinct from new.name) execute function note_rewritten();

-- ---------------------------------------------------------------- attachments by parts of their names
-- The newest attachments below p_before whose names hold a spelling of each word, at most p_limit; the caller reads them
-- under its own policies. p_words is an array of arrays of patterns: all of the outer, any of the inner. First the newest
-- p_span are walked; beyond them the trigrams name all, if these are no more than p_most, or the walk goes on from
-- `searched_from`. Who asks for the next page says where it ended.
create function attachments_named(p_words jsonb, p_before bigint, p_span int, p_most int, p_limit int)
returns table (searched_from bigint, attachment_ids bigint[])
language plpgsql stable security definer rows 1 set search_path = atum, public, pg_temp set enable_seqscan = off as $$
declare
  v_workspace bigint := coalesce(ctx_workspace(), 0);
  v_condition text := (select string_agg(format('a.filename ilike any (%L::text[])',
                                                array(select jsonb_array_elements_text(w))), ' and ')
                         from jsonb_array_elements(p_words) w);
  v_walked bigint[];
  v_seen int;
begin
  searched_from := 0;
  attachment_ids := '{}';
  if v_condition is null then return next; return; end if;
  execute format(
    'select count(*), coalesce(min(w.id), 0), coalesce(array_agg(w.id order by w.id desc) filter (where w.matches), ''{}'')
       from (select a.id, a.workspace_id = $2 and a.ticket_id is not null and %s as matches from attachments a
              where a.id < $1 order by a.id desc limit $3) w', v_condition)
    into v_seen, searched_from, v_walked using p_before, v_workspace, p_span;
  attachment_ids := v_walked[1:p_limit];
  if cardinality(v_walked) > p_limit then
    searched_from := v_walked[p_limit];
  elsif v_seen < p_span then
    searched_from := 0;
  elsif cardinality(v_walked) < p_limit then
    -- The words stand in the statement, so that the planner sees how rare they are.
    execute format(
      'select coalesce(array_agg(f.id order by f.id desc), ''{}''), count(*) from (
         select a.id from attachments a where a.ticket_id is not null and %s and a.id + 0 < $1 and a.workspace_id = $2 limit $3) f',
      v_condition) into v_walked, v_seen using searched_from, v_workspace, p_most + 1;
    if v_seen <= p_most then
      attachment_ids := attachment_ids || v_walked;
      searched_from := 0;
    end if;
  end if;
  return next;
end $$;
alter function attachments_named(jsonb, bigint, int, int, int) owner to atum_desk_gate;
revoke execute on function attachments_named(jsonb, bigint, int, int, int) from public;
grant execute on function attachments_named(jsonb, bigint, int, int, int) to atum_desk_staff, atum_desk_worker, atum_desk_gate;

-- ---------------------------------------------------------------- people by parts of their names and addresses
-- People of a kind in the order of their names, after a place in it, whose name or one of whose addresses holds a spelling
-- of each word; p_words as above. The next p_walked names are walked; beyond them the trigrams name all who hold the
-- longest word, if these are no more than p_most. `next_name` is NULL when all are read, else where to go on.
create function people_holding(p_words jsonb, p_kind text, p_after_name text, p_after_id bigint, p_walked int, p_most int, p_limit int)
returns table (next_name text, next_id bigint, person_ids bigint[])
language plpgsql stable security definer rows 1 set search_path = atum, public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_condition text := (select string_agg(format('(p.name ilike any (%1$L::text[]) or exists (select from addresses a where a.person_id = p.id and a.email ilike any (%1$L::text[])))',
                                                array(select jsonb_array_elements_text(w))), ' and ')
                         from jsonb_array_elements(p_words) w);
  -- The word whose shortest spelling is longest; what is shorter than a trigram (and two signs of a pattern) is in no index.
  v_longest text[] := (select array(select jsonb_array_elements_text(w)) from jsonb_array_elements(p_words) w
                        where (select min(length(s)) from jsonb_array_elements_text(w) s) >= 5
                        order by (select min(length(s)) from jsonb_array_elements_text(w) s) desc limit 1);
  v_seen int; v_candidates int; v_last_name text; v_last_id bigint; v_names text[]; v_more bigint[];
begin
  person_ids := '{}';
  if v_condition is null then return next; return; end if;
  execute format(
    'select count(*), (array_agg(w.name order by w.name desc, w.id desc))[1], (array_agg(w.id order by w.name desc, w.id desc))[1],
            coalesce(array_agg(w.id order by w.name, w.id) filter (where w.matches), ''{}''),
            coalesce(array_agg(w.name order by w.name, w.id) filter (where w.matches), ''{}'')
       from (select p.id, p.lowered as name, %s as matches
               from (select x.id, x.name, lower(x.name) as lowered from people x
                      where x.workspace_id = $1 and x.kind = $2 and (lower(x.name), x.id) > (lower($3), $4)
                      order by lower(x.name), x.id limit $5) p) w', v_condition)
    into v_seen, v_last_name, v_last_id, person_ids, v_names using coalesce(ctx_workspace(), 0), p_kind, p_after_name, p_after_id, p_walked;
  if cardinality(person_ids) > p_limit then
    next_name := v_names[p_limit];
    next_id := person_ids[p_limit];
    person_ids := person_ids[1:p_limit];
  elsif v_seen >= p_walked then
    next_name := v_last_name;
    next_id := v_last_id;
    if cardinality(person_ids) < p_limit and v_longest is not null then
      execute format(
        'with named as materialized (select x.id from people x where x.name ilike any (%1$L::text[]) limit $6),
              addressed as materialized (select a.person_id as id from addresses a where a.email ilike any (%1$L::text[]) limit $6),
              found as materialized (select n.id from named n union select n.id from addressed n)
         select (select count(*) from named) + (select count(*) from addressed),
                coalesce(array_agg(p.id order by lower(p.name), p.id), ''{}'')
           from (select x.* from found f join people x on x.id = f.id
                  where x.workspace_id = $1 and x.kind = $2 and (lower(x.name), x.id) > ($3, $4)) p
          where %2$s', v_longest, v_condition)
        into v_candidates, v_more using coalesce(ctx_workspace(), 0), p_kind, v_last_name, v_last_id, p_limit, p_most + 1;
      if v_candidates <= p_most then
        person_ids := person_ids || v_more;
        next_name := null;
        next_id := null;
      end if;
    end if;
  end if;
  return next;
end $$;
alter function people_holding(jsonb, text, text, bigint, int, int, int) owner to atum_desk_gate;
revoke execute on function people_holding(jsonb, text, text, bigint, int, int, int) from public;
grant execute on function people_holding(jsonb, text, text, bigint, int, int, int) to atum_desk_staff, atum_desk_worker;
