-- Contacts are found by parts of their phones, however these are written, and never by what became part of another.
set local search_path = atum, public;

-- A number as it is dialled: + and digits when the country is told (+49, 0049), else the digits alone; a trunk zero that
-- stands in brackets, as in +49 (0)30, is not dialled from abroad.
create function dialled(p_number text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
  select case when p_number ~ '^[\s(]*\+' then '+' || digits when digits like '00%' then '+' || substr(digits, 3) else digits end
    from (select regexp_replace(regexp_replace(p_number, '\(0\)', '', 'g'), '\D', '', 'g') as digits) d $$;

-- Patterns of LIKE for dialled numbers that hold a typed one; none for a text that is no number or has no three digits.
-- Of +49 30 1234 a number without country holds 030 1234; of 030 1234 one with any country holds 30 1234. Country codes
-- are those of ITU-T E.164: +1 and +7, those of two digits that it names, and three digits otherwise.
create function dialled_patterns(p_typed text) returns text[]
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
  select case
      when p_typed !~ '^[-+0-9()/.\s]+$' or length(digits) < 3 then '{}'
      when number like '+%' then
        array[number || '%', '%' || digits || '%']
        || case when length(national) >= 3 then array['0' || national || '%', national || '%'] else '{}' end
      when number like '0%' and length(number) > 3 then array['%' || substr(number, 2) || '%']
      else array['%' || number || '%'] end
    from (select n.number, regexp_replace(p_typed, '\D', '', 'g') as digits,
                 regexp_replace(n.number, '^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[7-9]|8[035789]|9[679])[0-9])0?', '') as national
            from (select atum.dialled(p_typed) as number) n) d $$;

create index phones_dialled on phones using gin (dialled(number) gin_trgm_ops);

-- Contacts in the order of their names, after a place in it, who meet every group. A group is words, each with its
-- spellings as patterns ("words": [["%anna%"]]), of which each is in the name or an address; or a number as somebody
-- typed it ("number": "030 1234") that one of the phones holds. The next p_walked names are walked; beyond them the
-- trigrams name all who hold the longest word, or the number, if these are no more than p_most. `next_name` is NULL when
-- all are read, else where to go on.
create function contacts_holding(p_groups jsonb, p_after_name text, p_after_id bigint, p_walked int, p_most int, p_limit int)
returns table (next_name text, next_id bigint, person_ids bigint[])
language plpgsql stable security definer rows 1 set search_path = atum, public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  g jsonb; v_forms text[]; v_words text; v_number text[]; v_longest text[]; v_length int;
  v_condition text;
  -- What the trigrams are asked for: a word's spellings, a number's patterns, and how long the shortest of them is.
  v_named text[] := '{}'; v_dialled text[] := '{}'; v_best int := 0;
  v_seen int; v_candidates int; v_last_name text; v_last_id bigint; v_names text[]; v_more bigint[];
begin
  person_ids := '{}';
  for g in select jsonb_array_elements(p_groups) loop
    v_words := null; v_longest := '{}'; v_length := 0;
    for v_forms in select array(select jsonb_array_elements_text(w)) from jsonb_array_elements(g -> 'words') w loop
      v_words := concat_ws(' and ', v_words, format(
        '(p.name ilike any (%1$L::text[]) or exists (select from addresses a where a.person_id = p.id and a.email ilike any (%1$L::text[])))', v_forms));
      if (select min(length(s)) from unnest(v_forms) s) > v_length then
        v_longest := v_forms;
        v_length := (select min(length(s)) from unnest(v_forms) s);
      end if;
    end loop;
    v_number := coalesce(dialled_patterns(g ->> 'number'), '{}');
    if cardinality(v_number) > 0 then
      v_words := concat_ws(' or ', '(' || v_words || ')', format(
        'exists (select from phones n where n.person_id = p.id and dialled(n.number) like any (%L::text[]))', v_number));
    end if;
    continue when v_words is null;
    v_condition := concat_ws(' and ', v_condition, '(' || v_words || ')');
    -- What is shorter than a trigram (and two signs of a pattern) is in no index.
    v_length := case when v_longest = '{}' and cardinality(v_number) > 0 then 5 else v_length end;
    if v_length >= 5 and v_length > v_best then
      v_best := v_length;
      v_named := v_longest;
      v_dialled := v_number;
    end if;
  end loop;
  if v_condition is null then return next; return; end if;
  execute format(
    'select count(*), (array_agg(w.name order by w.name desc, w.id desc))[1], (array_agg(w.id order by w.name desc, w.id desc))[1],
            coalesce(array_agg(w.id order by w.name, w.id) filter (where w.matches), ''{}''),
            coalesce(array_agg(w.name order by w.name, w.id) filter (where w.matches), ''{}'')
       from (select p.id, p.lowered as name, p.merged_into_id is null and %s as matches
               from (select x.id, x.name, lower(x.name) as lowered, x.merged_into_id from people x
                      where x.workspace_id = $1 and x.kind = ''contact'' and (lower(x.name), x.id) > (lower($2), $3)
                      order by lower(x.name), x.id limit $4) p) w', v_condition)
    into v_seen, v_last_name, v_last_id, person_ids, v_names using coalesce(ctx_workspace(), 0), p_after_name, p_after_id, p_walked;
  if cardinality(person_ids) > p_limit then
    next_name := v_names[p_limit];
    next_id := person_ids[p_limit];
    person_ids := person_ids[1:p_limit];
  elsif v_seen >= p_walked then
    next_name := v_last_name;
    next_id := v_last_id;
    if cardinality(person_ids) < p_limit and v_best > 0 then
      execute format(
        'with named as materialized (select x.id from people x where x.name ilike any (%1$L::text[]) limit $5),
              addressed as materialized (select a.person_id as id from addresses a where a.email ilike any (%1$L::text[]) limit $5),
              phoned as materialized (select n.person_id as id from phones n where dialled(n.number) like any (%2$L::text[]) limit $5),
              found as materialized (select n.id from named n union select a.id from addressed a union select p.id from phoned p)
         select (select count(*) from named) + (select count(*) from addressed) + (select count(*) from phoned),
                coalesce(array_agg(p.id order by lower(p.name), p.id), ''{}'')
           from (select x.* from found f join people x on x.id = f.id
                  where x.workspace_id = $1 and x.kind = ''contact'' and x.merged_into_id is null
                    and (lower(x.name), x.id) > ($2, $3)) p
          where %3$s', v_named, v_dialled, v_condition)
        into v_candidates, v_more using coalesce(ctx_workspace(), 0), v_last_name, v_last_id, p_limit, p_most + 1;
      if v_candidates <= p_most then
        person_ids := person_ids || v_more;
        next_name := null;
        next_id := null;
      end if;
    end if;
  end if;
  return next;
end $$;
alter function contacts_holding(jsonb, text, bigint, int, int, int) owner to atum_desk_gate;
revoke execute on function contacts_holding(jsonb, text, bigint, int, int, int) from public;
grant execute on function contacts_holding(jsonb, text, bigint, int, int, int) to atum_desk_staff, atum_desk_worker;

-- As before, and a number as somebody typed it names those of whose phones one holds it.
create or replace function people_named(p_words text, p_kind text, p_after_name text, p_after_id bigint, p_limit int) returns table (person_id bigint)
language plpgsql stable security definer rows 50 set search_path = atum, public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_walked constant int := 1000;
  v_words text := replace(replace(replace(p_words, '\', '\\'), '%', '\%'), '_', '\_');
  v_anywhere text := '%' || v_words || '%';
  v_dialled text[] := dialled_patterns(p_words);
  -- What the indexes are asked for, and another way of it.
  v_one text := case when length(p_words) >= 3 then '%' else '' end || v_words || '%';
  v_other text := case when length(p_words) >= 3 then v_one else '% ' || v_words || '%' end;
  v_seen int; v_found bigint[];
begin
  select count(*), coalesce((array_agg(w.id order by w.name, w.id) filter (where w.matches))[1:p_limit], '{}') into v_seen, v_found
    from (select n.id, n.name, n.merged_into_id is null and (n.name ilike v_anywhere
                 or (select true from addresses a where a.person_id = n.id and a.email ilike v_anywhere limit 1)
                 or (v_dialled <> '{}' and (select true from phones c where c.person_id = n.id and dialled(c.number) like any (v_dialled) limit 1))) as matches
            from (select p.id, lower(p.name) as name, p.merged_into_id from people p
                   where p.workspace_id = (select ctx_workspace()) and p.kind = p_kind and (lower(p.name), p.id) > (lower(p_after_name), p_after_id)
                   order by lower(p.name), p.id limit v_walked) n) w;
  if v_seen < v_walked or cardinality(v_found) >= p_limit then
    return query select unnest(v_found);
    return;
  end if;
  -- The words stand in the statement, so that the planner sees how rare they are.
  return query execute format('
    with named as materialized (select p.id, p.workspace_id, p.kind, lower(p.name) as name, p.merged_into_id from atum.people p where p.name ilike %1$L or p.name ilike %2$L),
    reached as materialized (select a.person_id from atum.addresses a where a.email ilike %1$L
      union all select c.person_id from atum.phones c where atum.dialled(c.number) like any (%3$L::text[]))
    select f.id from (
      select n.id, n.name, n.workspace_id, n.kind, n.merged_into_id from named n
      union select p.id, lower(p.name), p.workspace_id, p.kind, p.merged_into_id from reached r join atum.people p on p.id = r.person_id
      union select p.id, lower(p.name), p.workspace_id, p.kind, p.merged_into_id from unnest($6) w join atum.people p on p.id = w) f
     where f.workspace_id = $1 and f.kind = $2 and f.merged_into_id is null and (f.name, f.id) > (lower($3), $4)
     order by f.name, f.id limit $5', v_one, v_other, v_dialled)
    using ctx_workspace(), p_kind, p_after_name, p_after_id, p_limit, v_found;
end $$;
