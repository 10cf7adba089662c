-- The context is sealed (ADR 0017): who acts, where, and under which change stands in one setting that only the gate's
-- functions can make. Whatever else a connection writes into `atum.sealed` reads as NULL: it sees no row.

set local search_path = atum, public;

-- Nobody of ours creates in a schema on the path of functions that name none: neither a function nor an operator.
do $$ begin revoke create on schema public from public; exception when insufficient_privilege then null; end $$;

-- ---------------------------------------------------------------- the key
-- The two padded blocks of HMAC-SHA-256 (RFC 2104), inner before outer, under a random key of 256 bits. One row, which
-- only the gate reads.
create table seal_keys (
  id      bigint primary key check (id = 1),
  pads    bytea not null check (length(pads) = 128),
  made_at timestamptz not null
);
select secure_table('seal_keys', null, false);

create function padded(p_key bytea, p_byte int) returns bytea language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare v bytea := p_key || decode(repeat('00', 64 - length(p_key)), 'hex');
begin
  for i in 0..63 loop v := set_byte(v, i, get_byte(v, i) # p_byte); end loop;
  return v;
end $$;
-- Makes a key, or another one: for a database that was restored from a copy somebody else may have. Transactions that
-- run at this moment see nothing from here on.
create function renew_seal_key() returns void language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_key bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
begin
  insert into seal_keys values (1, padded(v_key, 54) || padded(v_key, 92), statement_timestamp())
  on conflict (id) do update set pads = excluded.pads, made_at = excluded.made_at;
end $$;

-- ---------------------------------------------------------------- the seal
-- What is sealed: workspace|person|teams|organization|cc tickets|only ticket|reads audit|entered by. The MAC binds it to
-- this backend and to the start of this transaction.
-- These functions run in every statement and set no search_path, which would cost as much as they do. So they qualify
-- every type that is no keyword: one of that name in pg_temp goes before pg_catalog's, and its CHECK would run as the gate.
-- They are few expressions, for PostgreSQL makes each one anew in every transaction.
create function seal(p_context text) returns text language plpgsql security definer as $$
declare k pg_catalog.bytea := (select s.pads from atum.seal_keys s);
begin
  return pg_catalog.set_config('atum.sealed', pg_catalog.encode(pg_catalog.sha256(pg_catalog.substr(k, 65) || pg_catalog.sha256(pg_catalog.substr(k, 1, 64) ||
    pg_catalog.int4send(pg_catalog.pg_backend_pid()) || pg_catalog.timestamptz_send(pg_catalog.transaction_timestamp()) || pg_catalog.convert_to(p_context, 'UTF8'))), 'hex') || p_context, true);
end $$;

-- What is sealed, or NULL: nobody entered, or the setting is not one that the gate made for this transaction. Restricted,
-- for a parallel worker is another backend.
create function sealed() returns text language plpgsql stable parallel restricted security definer as $$
declare v pg_catalog.text := pg_catalog.current_setting('atum.sealed', true); k pg_catalog.bytea := (select s.pads from atum.seal_keys s);
begin
  return case when pg_catalog.left(v, 64) = pg_catalog.encode(pg_catalog.sha256(pg_catalog.substr(k, 65) || pg_catalog.sha256(pg_catalog.substr(k, 1, 64) ||
    pg_catalog.int4send(pg_catalog.pg_backend_pid()) || pg_catalog.timestamptz_send(pg_catalog.transaction_timestamp()) || pg_catalog.convert_to(pg_catalog.substr(v, 65), 'UTF8'))), 'hex')
    then pg_catalog.substr(v, 65) end;
end $$;

-- Bodies that begin with RETURN were parsed when they were made, so no search_path leads them astray; the planner inlines
-- them like others. Each reads the seal, so a query names them as `(select ctx_...())`, once for all rows.
create or replace function ctx_workspace()    returns bigint   language sql stable parallel restricted return nullif(split_part(sealed(), '|', 1), '')::bigint;
create or replace function ctx_person()       returns bigint   language sql stable parallel restricted return nullif(split_part(sealed(), '|', 2), '')::bigint;
create or replace function ctx_teams()        returns bigint[] language sql stable parallel restricted return nullif(split_part(sealed(), '|', 3), '')::bigint[];
create or replace function ctx_organization() returns bigint   language sql stable parallel restricted return nullif(split_part(sealed(), '|', 4), '')::bigint;
create or replace function ctx_cc_tickets()   returns bigint[] language sql stable parallel restricted return nullif(split_part(sealed(), '|', 5), '')::bigint[];
create or replace function ctx_only_ticket()  returns bigint   language sql stable parallel restricted return nullif(split_part(sealed(), '|', 6), '')::bigint;
create or replace function ctx_reads_audit()  returns boolean  language sql stable parallel restricted return split_part(sealed(), '|', 7) = 'yes';
-- The change that is open. Every row that is written asks, so it is no seal but the id that this very connection took last:
-- finish_change() takes another one, so an id that has its row in `changes` is never the last again. The planner does not
-- inline what calls currval(), so the triggers and finish_change() say the same in their own words.
create or replace function ctx_change() returns bigint language sql stable parallel restricted
return case when coalesce(pg_catalog.current_setting('atum.change', true), '') = '' then null when pg_catalog.current_setting('atum.change', true) = pg_catalog.currval('atum.changes_id_seq')::pg_catalog.text then pg_catalog.current_setting('atum.change', true)::bigint end;

-- The moment a write counts as happening: that of the statement. Nobody moves it but the owner of the database, by another
-- definition: the tests' template has one that heeds a setting (tests/moved_clock.sql), and so has the sample data while
-- it is written.
create or replace function moment() returns timestamptz language sql stable parallel safe return statement_timestamp();

-- ---------------------------------------------------------------- entering
-- AT401: the token opens nothing. AT409: the caller's stamp is old; authenticate again and repeat.
create or replace function enter(p_token_hash bytea, p_stamp text) returns void
language plpgsql security definer set search_path = atum, pg_temp as $$
declare r record;
begin
  select p.id, p.organization_id, p.organization_manager, p.sees_all_teams, s.workspace_id, s.audience, s.only_ticket_id,
         case s.kind when 'cookie' then 'session' else s.kind end as entered_by,
         p.xmin::text || '.' || coalesce(ro.xmin::text, '') as stamp, 'audit:read' = any(ro.permissions) and (s.scopes is null or 'audit:read' = any(s.scopes)) as reads_audit
    into r
    from sessions s join people p on p.id = s.person_id left join roles ro on ro.id = p.role_id
   where s.token_hash = p_token_hash and s.expires_at > moment() and p.active
     and (s.audience = 'contact' or p.kind = 'staff') and session_user = 'atum_desk_' || s.audience;
  if not found then raise exception 'not signed in' using errcode = 'AT401'; end if;
  if r.stamp is distinct from p_stamp then raise exception 'powers changed' using errcode = 'AT409'; end if;
  perform set_config('atum.change', '', true);
  if r.audience = 'staff' then
    perform seal(concat(r.workspace_id, '|', r.id, '|', (select coalesce(array_agg(t.id order by t.id), '{}') from teams t where t.workspace_id = r.workspace_id
        and (r.sees_all_teams or exists (select from team_members m where m.team_id = t.id and m.person_id = r.id))),
      '||||', case when r.reads_audit then 'yes' end, '|', r.entered_by));
  else
    perform seal(concat(r.workspace_id, '|', r.id, '||', case when r.organization_manager and r.only_ticket_id is null then r.organization_id end, '|',
      (select coalesce(array_agg(c.ticket_id), '{}') from (select pa.ticket_id from participants pa where pa.person_id = r.id order by pa.id desc limit 1000) c),
      '|', r.only_ticket_id, '||', r.entered_by));
  end if;
end $$;

-- The same without the token's hash, for messages of plain text: what a connection runs, others of its role read in
-- pg_stat_activity. The proof is SHA-256 of the hash and of 32 bytes that the client chose for its connections and told
-- them as they were opened, where nobody else reads it.
create function enter(p_session bigint, p_proof bytea, p_stamp text) returns void
language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_hash bytea := (select s.token_hash from sessions s where s.id = p_session); v_nonce text := current_setting('atum.nonce', true);
begin
  if v_hash is null or v_nonce is null or v_nonce !~ '^[0-9a-f]{64}$' or p_proof is distinct from sha256(v_hash || decode(v_nonce, 'hex')) then
    raise exception 'not signed in' using errcode = 'AT401';
  end if;
  perform enter(v_hash, p_stamp);
end $$;

-- The system's own work (mail, jobs, command line) in one workspace, as a person or as nobody. The database's owner alone
-- names how it came in: the first workspace and the sample data are written as if people had.
create function enter_as(p_workspace bigint, p_person bigint, p_via text) returns void
language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  perform set_config('atum.change', '', true), seal(concat(p_workspace, '|', p_person, '|', (select coalesce(array_agg(t.id order by t.id), '{}') from teams t where t.workspace_id = p_workspace), '|||||', p_via));
end $$;
create or replace function enter_system(p_workspace bigint, p_person bigint default null) returns void
language plpgsql security definer set search_path = atum, pg_temp as $$ begin perform enter_as(p_workspace, p_person, 'system'); end $$;

-- Lets the system's work count as a person's from here on (a mail's sender, once known). An open change stays open.
create function act_for(p_person bigint) returns void
language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_context text[] := string_to_array(sealed(), '|');
begin
  if v_context[8] is distinct from 'system' then
    raise exception 'only the system acts for somebody' using errcode = '42501';
  end if;
  if not exists (select from people p where p.id = p_person and p.workspace_id = ctx_workspace()) then
    raise exception 'person % is not of this workspace', p_person using errcode = '42501';
  end if;
  v_context[2] := p_person::text;
  perform seal(array_to_string(v_context, '|'));
end $$;

-- ---------------------------------------------------------------- changes
create or replace function open_change() returns bigint language plpgsql security definer as $$
declare v_id bigint := case when atum.sealed() is not null then pg_catalog.nextval('atum.changes_id_seq') end;
begin
  if v_id is null then raise exception 'open_change before anybody entered' using errcode = '42501'; end if;
  return case when pg_catalog.set_config('atum.change', v_id::pg_catalog.text, true) is not null
               and pg_catalog.set_config('application_name', 'atum-desk change ' || v_id, true) is not null then v_id end;
end $$;

-- Its actor is who entered and `p_via` how: what a person does says so, and the system never says that it was a browser
-- or a script. The release before does say it of a few (it entered as the system for somebody): they count as a job.
-- The transaction ends with its change: afterwards it sees no row and writes none.
create or replace function finish_change(p_command text, p_via text, p_ticket bigint, p_public boolean, p_summary jsonb, p_undo_of bigint, p_request text)
returns bigint language plpgsql security definer as $$
declare s pg_catalog.text := atum.sealed(); v_entered_by pg_catalog.text := pg_catalog.split_part(s, '|', 8);
        v_id bigint := case when coalesce(pg_catalog.current_setting('atum.change', true), '') = '' then null when pg_catalog.current_setting('atum.change', true) = pg_catalog.currval('atum.changes_id_seq')::pg_catalog.text then pg_catalog.current_setting('atum.change', true)::bigint end;
begin
  if (v_id is not null and p_via in ('session', 'token', 'link', 'mail', 'rule', 'job', 'cli') and v_entered_by in ('system', p_via) and p_command ~ '^[a-z_]+\.[a-z_]+$') is not true then
    if s is null or v_id is null then raise exception 'finish_change outside a unit of work' using errcode = '42501'; end if;
    raise exception 'who entered by % makes no change % via %', v_entered_by, p_command, p_via using errcode = '23514';
  end if;
  insert into atum.changes (id, workspace_id, actor_id, via, command, ticket_id, public, summary, undo_of, request_id)
  values (v_id, pg_catalog.split_part(s, '|', 1)::bigint, nullif(pg_catalog.split_part(s, '|', 2), '')::bigint,
          case when v_entered_by = 'system' and p_via in ('session', 'token') then 'job' else p_via end, p_command, p_ticket, p_public, p_summary, p_undo_of, p_request);
  return case when pg_catalog.nextval('atum.changes_id_seq') is not null and pg_catalog.set_config('atum.change', '', true) is not null
               and pg_catalog.set_config('atum.sealed', '', true) is not null then v_id end;
end $$;

-- As before, but only for who entered: the worker's schedules are nobody's.
create or replace function enqueue_job(p_entrypoint text, p_payload bytea, p_delay interval default interval '0', p_key text default null) returns void
language plpgsql security definer set search_path = jobs, pg_temp as $$
begin
  if session_user in ('atum_desk_staff', 'atum_desk_contact') and atum.sealed() is null then
    raise exception 'a job is enqueued by who entered' using errcode = '42501';
  end if;
  insert into jobs.pgqueuer (priority, entrypoint, payload, execute_after, dedupe_key, status)
  values (0, p_entrypoint, p_payload, clock_timestamp() + p_delay, p_key, 'queued')
  on conflict (dedupe_key) where status in ('queued', 'picked') and dedupe_key is not null do nothing;
end $$;

-- As before, with every type qualified: the triggers run as the gate under the search_path of whoever writes.
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
      if tg_op = 'UPDATE' then
        o := '{}'; n := '{}';
        %2$s
        if n = '{}' then return null; end if;
      elsif tg_op = 'INSERT' then
        n := %3$s;
      else
        o := %4$s;
        insert into atum.row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, old, new)
        values (c, old.workspace_id, %6$s, tg_table_name, old.id, 'D', o, n);
        return null;
      end if;
      insert into atum.row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, old, new)
      values (c, new.workspace_id, %5$s, tg_table_name, new.id, pg_catalog.left(tg_op, 1)::pg_catalog."char", o, n);
      return null;
    end $body$$f$,
    'ledger_' || p_table,
    (select string_agg(format('if new.%1$I is distinct from old.%1$I then
          o := o || pg_catalog.jsonb_build_object(%1$L, old.%1$I); n := n || pg_catalog.jsonb_build_object(%1$L, new.%1$I);
        end if;', col), E'\n        ') from unnest(v_columns) col),
    row_as_json('new', v_columns), row_as_json('old', v_columns),
    coalesce('new.' || v_ticket, 'null'), coalesce('old.' || v_ticket, 'null'));
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

-- ---------------------------------------------------------------- doors that filter rows
-- As before, but for the context, which they read once and not for every row.
create or replace function find_people(p_words text, p_kind text, p_limit int) returns table (person_id bigint)
language plpgsql stable security definer rows 50 set search_path = atum, public, pg_temp as $$
declare v_pattern text := '%' || replace(replace(replace(p_words, '\', '\\'), '%', '\%'), '_', '\_') || '%';
begin
  return query select f.id from (
    (select p.id from people p where p.workspace_id = (select ctx_workspace()) and p.kind = p_kind and p.name ilike v_pattern limit p_limit)
    union
    (select a.person_id from addresses a join people p on p.id = a.person_id where a.workspace_id = (select ctx_workspace()) and p.kind = p_kind and a.email ilike v_pattern limit p_limit)
  ) f limit p_limit;
end $$;
create or replace function find_tagged(p_tag text, p_limit int) returns setof bigint
language sql stable security definer rows 500 set search_path = atum, pg_temp as $$
  select t.id from tickets t where t.workspace_id = (select ctx_workspace()) and t.tags @> array[p_tag] and t.tags <> '{}' order by t.id desc limit p_limit $$;
create or replace function sender_rate(p_mail bigint, p_sender text, p_hourly int, p_pair int) returns table (sender_mails bigint, pair_mails bigint)
language plpgsql stable security definer rows 1 set search_path = atum, pg_temp as $$
begin
  return query
  select (select count(*) from (select from mails m where m.workspace_id = (select ctx_workspace()) and lower(m.from_address) = p_sender
             and m.received_at > moment() - interval '1 hour' and m.id <> p_mail limit p_hourly) s),
         (select count(*) from (select from mails m where m.workspace_id = (select ctx_workspace()) and lower(m.from_address) = p_sender
             and m.received_at > moment() - interval '10 minutes' and m.id <> p_mail
             and m.mailbox_id = (select x.mailbox_id from mails x where x.id = p_mail) limit p_pair) s);
end $$;
create or replace function mail_law(p_from timestamptz, p_first_mail bigint)
returns table (mailbox_id bigint, day date, received bigint, ticketed bigint, appended bigint, quarantined bigint, refused bigint,
               waiting bigint, astray bigint, without_bytes bigint)
language sql stable security definer rows 100 set search_path = atum, pg_temp as $$
  with came as (
    select (r.new->>'mailbox_id')::bigint as mailbox_id, ((r.new->>'received_at')::timestamptz at time zone 'UTC')::date as day, count(*) as mails
      from row_changes r
     where r.table_name = 'mails' and r.row_id >= p_first_mail and r.operation = 'I' and r.workspace_id = (select ctx_workspace())
       and (r.new->>'received_at')::timestamptz >= p_from
     group by 1, 2),
  kept as (
    select m.mailbox_id, (m.received_at at time zone 'UTC')::date as day,
           count(*) filter (where m.state = 'ticketed') as ticketed, count(*) filter (where m.state = 'appended') as appended,
           count(*) filter (where m.state = 'quarantined') as quarantined, count(*) filter (where m.state = 'refused') as refused,
           count(*) filter (where m.state = 'received') as waiting,
           count(*) filter (where m.state in ('ticketed', 'appended') and f.messages <> 1) as astray,
           count(*) filter (where m.erased_at is null and not exists (select from mail_sources s where s.mail_id = m.id)) as without_bytes
      from mails m
      left join lateral (select count(*) as messages from messages x where x.mail_id = m.id) f on m.state in ('ticketed', 'appended')
     where m.workspace_id = (select ctx_workspace()) and m.received_at >= p_from
     group by 1, 2)
  select b.mailbox_id, b.day, sum(b.received)::bigint, sum(b.ticketed)::bigint, sum(b.appended)::bigint, sum(b.quarantined)::bigint,
         sum(b.refused)::bigint, sum(b.waiting)::bigint, sum(b.astray)::bigint, sum(b.without_bytes)::bigint
    from (select c.mailbox_id, c.day, c.mails as received, 0 as ticketed, 0 as appended, 0 as quarantined, 0 as refused, 0 as waiting,
                 0 as astray, 0 as without_bytes from came c
          union all select k.mailbox_id, k.day, 0, k.ticketed, k.appended, k.quarantined, k.refused, k.waiting, k.astray, k.without_bytes from kept k) b
   where b.mailbox_id is null or exists (select from mailboxes x where x.id = b.mailbox_id and array_position((select ctx_teams()), x.team_id) is not null)
   group by 1, 2 order by 2 desc, 1
$$;

-- ---------------------------------------------------------------- signing in
-- The role that signs people in knows no hash. It asks for the salt of whoever signs in, hashes what they typed, and the
-- result is compared here, digest with digest, so that the time taken tells nothing of how much was right.
create function sign_in_salt(p_email text) returns text language sql stable security definer set search_path = atum, pg_temp as $$
  select substring(pw.hash from '^(\$argon2id\$v=\d+\$[^$]+\$[^$]+)\$') from addresses a join people p on p.id = a.person_id join passwords pw on pw.person_id = p.id
   where a.email = lower(p_email) and p.kind = 'staff' and p.active order by p.id limit 1 $$;
-- Opens a browser session for whoever's stored hash is `p_hash`, and writes that down; NULL when it is nobody's.
create function sign_in(p_email text, p_hash text, p_token_hash bytea, p_user_agent text, p_ip inet, p_lifetime interval) returns bigint
language plpgsql security definer set search_path = atum, pg_temp as $$
declare r record; v_id bigint;
begin
  select p.id, pw.hash into r from addresses a join people p on p.id = a.person_id join passwords pw on pw.person_id = p.id
   where a.email = lower(p_email) and p.kind = 'staff' and p.active order by p.id limit 1;
  if not found or sha256(convert_to(r.hash, 'UTF8')) is distinct from sha256(convert_to(p_hash, 'UTF8')) then return null; end if;
  v_id := start_session(r.id, 'staff', 'cookie', p_token_hash, null, p_user_agent, p_ip, p_lifetime);
  -- It may have waited for somebody who was changing the password and ending the sessions: what it opened must not stay.
  if not exists (select from passwords pw where pw.person_id = r.id and pw.hash = r.hash) then
    raise exception 'the password was changed' using errcode = 'AT401';
  end if;
  return v_id;
end $$;

-- A portal link is signed with the installation's secret, which the database does not know. It knows a key derived from
-- it, and whoever opens a link's session proves to have that key: the MAC of the link's numbers and the new token's hash.
create table link_keys (id bigint primary key check (id = 1), pads bytea not null check (length(pads) = 128));
select secure_table('link_keys', null, false);
create function set_link_key(p_key bytea) returns void language sql security definer set search_path = atum, pg_temp as $$
  insert into link_keys values (1, padded(p_key, 54) || padded(p_key, 92))
  on conflict (id) do update set pads = excluded.pads where link_keys.pads <> excluded.pads $$;
create function open_link_session(p_ticket bigint, p_person bigint, p_token_hash bytea, p_proof bytea, p_user_agent text, p_ip inet, p_lifetime interval) returns bigint
language plpgsql security definer set search_path = atum, pg_temp as $$
declare k bytea := (select s.pads from link_keys s);
begin
  if sha256(p_proof) is distinct from sha256(sha256(substr(k, 65) || sha256(substr(k, 1, 64) || convert_to(concat(p_ticket, '.', p_person, '.'), 'UTF8') || p_token_hash))) then
    raise exception 'no proof of the link' using errcode = '42501';
  end if;
  return start_session(p_person, 'contact', 'link', p_token_hash, p_ticket, p_user_agent, p_ip, p_lifetime);
end $$;

-- What both come to: the session's row and its change. Only the gate's own functions call it.
create function start_session(p_person bigint, p_audience text, p_kind text, p_token_hash bytea, p_ticket bigint, p_user_agent text, p_ip inet, p_lifetime interval) returns bigint
language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_id bigint; v_workspace bigint;
begin
  select p.workspace_id into strict v_workspace from people p where p.id = p_person and p.active and (p_audience = 'contact' or p.kind = 'staff');
  insert into sessions (workspace_id, person_id, audience, kind, token_hash, only_ticket_id, user_agent, ip, expires_at)
  values (v_workspace, p_person, p_audience, p_kind, p_token_hash, p_ticket, left(p_user_agent, 400), p_ip, moment() + least(p_lifetime, interval '1 year')) returning id into v_id;
  insert into changes (workspace_id, actor_id, via, command, summary)
  values (v_workspace, p_person, case p_kind when 'cookie' then 'session' else p_kind end, 'session.start', jsonb_build_object('session_id', v_id, 'user_agent', left(p_user_agent, 400)));
  return v_id;
end $$;

-- ---------------------------------------------------------------- the doors of the release before
-- The release before signs in as the staff role and opens links' sessions as the contact role, for whomever it names.
-- While it may still serve (an upgrade that is watched, or was taken back) those doors stay open to it; the worker of
-- this release closes them a day after it first saw them open, and is told whether they are closed.
create table previous_doors (id bigint primary key check (id = 1), is_open boolean not null, seen_at timestamptz);
select secure_table('previous_doors', null, false);
create function open_previous_doors() returns void language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  insert into previous_doors values (1, true, null) on conflict (id) do update set is_open = true, seen_at = null;
  grant execute on function sign_in_candidate(text), open_session(bigint, text, text, bytea, bigint, text, inet, interval) to atum_desk_staff;
  grant execute on function open_session(bigint, text, text, bytea, bigint, text, inet, interval) to atum_desk_contact;
end $$;
create function close_previous_doors(p_after interval) returns boolean language plpgsql security definer set search_path = atum, pg_temp as $$
declare d previous_doors;
begin
  select * into strict d from previous_doors for update;
  if d.is_open and coalesce(d.seen_at, statement_timestamp()) + p_after <= statement_timestamp() then
    revoke execute on function sign_in_candidate(text), open_session(bigint, text, text, bytea, bigint, text, inet, interval) from atum_desk_staff, atum_desk_contact;
    update previous_doors set is_open = false;
    return true;
  end if;
  if d.is_open and d.seen_at is null then update previous_doors set seen_at = statement_timestamp(); end if;
  return not d.is_open;
end $$;

-- ---------------------------------------------------------------- grants
do $$ declare f text; begin
  foreach f in array array['padded(bytea,int)', 'renew_seal_key()', 'seal(text)', 'sealed()', 'enter(bigint,bytea,text)', 'enter_system(bigint,bigint)', 'enter_as(bigint,bigint,text)', 'act_for(bigint)',
      'sign_in_salt(text)', 'sign_in(text,text,bytea,text,inet,interval)', 'set_link_key(bytea)', 'open_link_session(bigint,bigint,bytea,bytea,text,inet,interval)',
      'start_session(bigint,text,text,bytea,bigint,text,inet,interval)', 'open_previous_doors()', 'close_previous_doors(interval)'] loop
    execute 'alter function atum.' || f || ' owner to atum_desk_gate';
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_gate';
  end loop; end $$;
grant execute on function sealed() to atum_desk_app, atum_desk_owner;
grant execute on function enter(bigint, bytea, text) to atum_desk_staff, atum_desk_contact;
grant execute on function act_for(bigint), close_previous_doors(interval) to atum_desk_worker;
grant execute on function renew_seal_key(), enter_system(bigint, bigint), enter_as(bigint, bigint, text), set_link_key(bytea), open_previous_doors(), close_previous_doors(interval) to atum_desk_owner;
-- Not one of the group: it has no context, writes no row and reads no table.
grant usage on schema atum to atum_desk_sign_in;
grant execute on function sign_in_salt(text), sign_in(text, text, bytea, text, inet, interval) to atum_desk_sign_in;
grant execute on function portal_workspace(), open_link_session(bigint, bigint, bytea, bytea, text, inet, interval) to atum_desk_contact;

select renew_seal_key();
select open_previous_doors();
