-- How long the ledger keeps old texts, for desks that do not keep them for ever (ADR 0033). A part that ended so long ago
-- is copied beside itself, some thousand rows at a time, with the SHA-256 of each longer text in the text's place, and the
-- copy then takes its place. Everything else of each trace stays: who changed what, when, and which text it was.
set local search_path = atum, public;

-- Up to which change it is copied; what the copy left out; both sums of hashes, as a backup's manifest makes them, so that
-- the doctor can still compare the ledger with a backup from before; and the change that tells of it.
alter table ledger_parts
  add column copied_to     bigint,
  add column texts_removed bigint  not null default 0,
  add column seal_before   numeric not null default 0,
  add column seal_after    numeric not null default 0,
  add column removed_by    bigint,
  add column removed_at    timestamptz;

-- The values of a trace, each longer text of these columns as its digest.
create function without_texts(p_values jsonb, p_texts text[]) returns jsonb language sql stable set search_path = atum, pg_temp as $$
  select jsonb_object_agg(case when l.is_long then v.key || '#sha256' else v.key end,
                          case when l.is_long then to_jsonb(text_digest(v.value #>> '{}')) else v.value end)
    from jsonb_each(p_values) v
   cross join lateral (select v.key = any (p_texts) and jsonb_typeof(v.value) = 'string' and octet_length(v.value #>> '{}') > 120 as is_long) l $$;
create function long_texts(p_values jsonb, p_texts text[]) returns bigint language sql stable set search_path = atum, pg_temp as $$
  select count(*) from jsonb_each_text(coalesce(p_values, '{}')) v where v.key = any (p_texts) and octet_length(v.value) > 120 $$;

-- The oldest part that ended before a moment and still has its texts, and where its copy stands; makes the copy's table.
create function begin_text_removal(p_before timestamptz) returns text
language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_part ledger_parts; v_copy text;
begin
  select * into v_part from ledger_parts where ended_at < p_before and removed_at is null order by from_change limit 1 for update;
  if not found then return null; end if;
  v_copy := v_part.name || '_short';
  if v_part.copied_to is null then
    execute format('create table atum.%I (like atum.row_changes including indexes)', v_copy);
    execute format('alter table atum.%I owner to atum_desk_owner', v_copy);
    -- What attaching it would otherwise read all of it for.
    execute format('alter table atum.%I add constraint %I check (change_id >= %s and change_id < %s)', v_copy, v_copy || '_ids', v_part.from_change, v_part.before_change);
    execute format('alter table atum.%I enable row level security', v_copy);
    execute format('alter table atum.%I force row level security', v_copy);
    execute format('create policy gate on atum.%I to atum_desk_gate using (true) with check (true)', v_copy);
    execute format('grant select, insert on atum.%I to atum_desk_gate', v_copy);
    update ledger_parts set copied_to = from_change - 1 where id = v_part.id;
  end if;
  return v_part.name;
end $$;
alter function begin_text_removal(timestamptz) owner to atum_desk_owner;

-- Copies the next changes of a part, some p_rows of their traces; returns how many, 0 when all are copied.
create function copy_without_texts(p_part text, p_rows int) returns bigint
language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_part ledger_parts; v_to bigint; v_copied bigint; v_texts bigint; v_before numeric; v_after numeric;
begin
  select * into strict v_part from ledger_parts where name = p_part and removed_at is null for update;
  select max(n.change_id) into v_to from (
    select r.change_id from row_changes r where r.change_id > v_part.copied_to and r.change_id < v_part.before_change order by r.change_id limit p_rows) n;
  if v_to is null then return 0; end if;
  execute format($f$
    with texts as materialized (
      select t.name, unbounded_texts(t.name) as columns from (
        select distinct r.table_name as name from row_changes r where r.change_id > $1 and r.change_id <= $2) t),
    counted as materialized (
      select r, long_texts(r.old, t.columns) + long_texts(r.new, t.columns) as texts, t.columns
        from row_changes r join texts t on t.name = r.table_name where r.change_id > $1 and r.change_id <= $2),
    copied as (
      insert into atum.%1$I as c
      select (c.r).change_id, (c.r).seq, (c.r).workspace_id, (c.r).ticket_id, (c.r).table_name, (c.r).row_id, (c.r).operation,
             case when c.texts > 0 and (c.r).old <> '{}' then without_texts((c.r).old, c.columns) else (c.r).old end,
             case when c.texts > 0 and (c.r).new <> '{}' then without_texts((c.r).new, c.columns) else (c.r).new end
        from counted c
      returning hashtextextended(c::text, 0)::numeric as hash)
    select (select count(*) from copied), (select coalesce(sum(texts), 0) from counted),
           (select coalesce(sum(hashtextextended(r::text, 0)::numeric), 0) from counted), (select coalesce(sum(hash), 0) from copied)$f$,
    p_part || '_short') into v_copied, v_texts, v_before, v_after using v_part.copied_to, v_to;
  update ledger_parts set copied_to = v_to, texts_removed = texts_removed + v_texts, seal_before = seal_before + v_before, seal_after = seal_after + v_after
   where id = v_part.id;
  return v_copied;
end $$;
alter function copy_without_texts(text, int) owner to atum_desk_gate;

-- Puts the copy in its part's place, in the unit of work whose change tells of it; returns how many texts that leaves out,
-- or null while a backup looks at the ledger.
create function finish_text_removal(p_part text) returns bigint
language plpgsql security definer set search_path = atum, pg_temp set lock_timeout = '500ms' as $$
declare v_part ledger_parts; v_from text;
begin
  if ctx_change() is null then raise exception 'outside a unit of work' using errcode = '42501'; end if;
  if not pg_try_advisory_xact_lock(4707481300889062469) then return null; end if;
  select * into strict v_part from ledger_parts where name = p_part and removed_at is null and copied_to is not null for update;
  v_from := case when v_part.from_change = 0 then 'minvalue' else v_part.from_change::text end;
  lock table row_changes in access exclusive mode;
  execute format('alter table atum.row_changes detach partition atum.%I', p_part);
  execute format('drop table atum.%I', p_part);
  execute format('alter table atum.%I rename to %I', p_part || '_short', p_part);
  execute format('alter table atum.row_changes attach partition atum.%I for values from (%s) to (%s)', p_part, v_from, v_part.before_change);
  execute format('alter table atum.%I drop constraint %I', p_part, p_part || '_short_ids');
  execute format('revoke all on atum.%I from atum_desk_gate', p_part);
  update ledger_parts set removed_at = now(), removed_by = ctx_change() where id = v_part.id;
  return v_part.texts_removed;
end $$;
alter function finish_text_removal(text) owner to atum_desk_owner;

-- Whether a change altered or deleted a text that is not kept any more: what it was cannot be brought back.
create function lacks_texts(p_change bigint) returns boolean
language sql stable security definer set search_path = atum, pg_temp as $$
  select exists (select from row_changes r, jsonb_object_keys(coalesce(r.old, '{}') || coalesce(r.new, '{}')) key
                  where r.change_id = p_change and r.workspace_id = ctx_workspace() and r.operation <> 'I' and key like '%#sha256') $$;
alter function lacks_texts(bigint) owner to atum_desk_gate;

-- As before, but for a text that is not kept: then nothing is said rather than a later one.
create or replace function inserted_text(p_table text, p_row bigint, p_seq bigint, p_column text) returns jsonb
language sql stable set search_path = atum, pg_temp as $$
  select later.old->p_column from row_changes later
   where later.table_name = p_table and later.row_id = p_row and later.seq > p_seq and later.old ?| array[p_column, p_column || '#sha256']
   order by later.seq limit 1 $$;

drop function parts_of_ledger();
create function parts_of_ledger() returns table (name text, began_at timestamptz, ended_at timestamptz, removed_at timestamptz, texts_removed bigint, bytes bigint)
language sql stable security definer rows 10 set search_path = atum, pg_temp as $$
  select p.name, p.began_at, p.ended_at, p.removed_at, p.texts_removed, pg_total_relation_size(('atum.' || quote_ident(p.name))::regclass)
    from ledger_parts p order by p.from_change $$;
alter function parts_of_ledger() owner to atum_desk_gate;

do $$ declare f text; begin
  foreach f in array array['begin_text_removal(timestamptz)', 'copy_without_texts(text,int)', 'finish_text_removal(text)', 'parts_of_ledger()',
      'lacks_texts(bigint)', 'without_texts(jsonb,text[])', 'long_texts(jsonb,text[])'] loop
    execute 'revoke execute on function atum.' || f || ' from public';
  end loop;
  foreach f in array array['begin_text_removal(timestamptz)', 'copy_without_texts(text,int)', 'finish_text_removal(text)', 'parts_of_ledger()', 'lacks_texts(bigint)'] loop
    execute 'grant execute on function atum.' || f || ' to atum_desk_worker';
  end loop; end $$;
grant execute on function lacks_texts(bigint) to atum_desk_staff;
grant execute on function without_texts(jsonb, text[]), long_texts(jsonb, text[]), unbounded_texts(text) to atum_desk_gate;

-- ---------------------------------------------------------------- received mail
-- Mail is HTML and text before it is base64: of 20 kB of it 4.7 are left, in less time than writing all would take. What
-- has come stays as it is; our roles compress with lz4 where the server has it (kernel/roles.py).
alter table mail_sources alter column raw set storage extended;
