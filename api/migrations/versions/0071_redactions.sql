-- What was written is redacted: its text is taken out of everything that holds it, the ledger's traces among it, as if it had
-- never stood there (ADR 0066). That it happened, by whom and why stays; what it was does not.
set local search_path = atum, public;

-- [{by_id, by, at, reason, what, source}], the oldest first; `source` is the message that was redacted, of one that quoted it.
alter table messages add column redactions jsonb;
alter table attachments add column redacted_at timestamptz;
select ledger_table('messages', trigger_arguments('messages', 'ledger'));
select ledger_table('attachments', trigger_arguments('attachments', 'ledger'));
grant select (redacted_at) on attachments to atum_desk_staff;

-- As before, but a mail that left may lose what is redacted: only the gate's own function says so.
create or replace function keep_outbox_law() returns trigger language plpgsql as $$
declare v_left boolean := old.state in ('sending', 'sent', 'delivered', 'bounced', 'unknown');
begin
  if tg_op = 'DELETE' then
    if v_left then raise exception 'mail % is %: what left the house stays in the outbox', old.id, old.state using errcode = '23514'; end if;
    return old;
  end if;
  if new.state <> old.state and not (old.state || '>' || new.state = any (atum.outbox_arrows())) then
    raise exception 'mail % is % and cannot become %', old.id, old.state, new.state using errcode = '23514';
  end if;
  if v_left and (new.text, new.html, new.plain_text, new.subject, new.sender, new.recipients, new.cc, new.bcc, new.mail_message_id)
                is distinct from (old.text, old.html, old.plain_text, old.subject, old.sender, old.recipients, old.cc, old.bcc, old.mail_message_id)
     and not (current_user = 'atum_desk_gate' and current_setting('atum.redacting', true) = 'yes') then
    raise exception 'mail % is %: what left the house stays as it left', old.id, old.state using errcode = '23514';
  end if;
  new.version := old.version + 1;
  return new;
end $$;

-- ---------------------------------------------------------------- texts
-- A text without what the patterns find. A pattern is tried only where the run of letters at its place in p_runs stands,
-- markup left out of account; an empty run stands everywhere.
create function redacted_text(p_text text, p_runs text[], p_patterns text[]) returns text language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare v_bare text := regexp_replace(p_text, '<[^>]*>', '', 'g');
begin
  if p_text is null then return null; end if;
  for i in 1..cardinality(p_patterns) loop
    if strpos(v_bare, p_runs[i]) > 0 then p_text := regexp_replace(p_text, p_patterns[i], '[redacted]', 'g'); end if;
  end loop;
  return p_text;
end $$;

-- The same for every text in a value.
create function redacted_json(p_value jsonb, p_runs text[], p_patterns text[]) returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare v_bare text := regexp_replace(p_value::text, '<[^>]*>', '', 'g');
begin
  if p_value is null or not exists (select from unnest(p_runs) run where strpos(v_bare, run) > 0) then return p_value; end if;
  return case jsonb_typeof(p_value)
    when 'string' then to_jsonb(atum.redacted_text(p_value #>> '{}', p_runs, p_patterns))
    when 'array' then (select jsonb_agg(atum.redacted_json(e.value, p_runs, p_patterns) order by e.place)
                         from jsonb_array_elements(p_value) with ordinality e(value, place))
    when 'object' then (select jsonb_object_agg(e.key, atum.redacted_json(e.value, p_runs, p_patterns)) from jsonb_each(p_value) e)
    else p_value end;
end $$;

-- The values of a trace with others in the place of those that it has, or of their digests.
create function with_values(p_values jsonb, p_others jsonb) returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_values - array(select o.key || '#sha256' from jsonb_object_keys(p_others) o(key))
         || coalesce((select jsonb_object_agg(o.key, o.value) from jsonb_each(p_others) o
                       where p_values ?| array[o.key, o.key || '#sha256']), '{}') $$;

-- The values of a trace whose digests are those of redacted texts, with what these texts are now; p_texts: by digest.
create function with_digests(p_values jsonb, p_texts jsonb) returns jsonb language sql stable set search_path = atum, pg_temp as $$
  select jsonb_object_agg(
           case when n.text is null or octet_length(n.text) > 120 then v.key else left(v.key, -7) end,
           case when n.text is null then v.value when octet_length(n.text) > 120 then to_jsonb(text_digest(n.text)) else to_jsonb(n.text) end)
    from jsonb_each(p_values) v
   cross join lateral (select case when v.key like '%#sha256' then p_texts ->> (v.value #>> '{}') end as text) n $$;

-- ---------------------------------------------------------------- the ledger
-- Nobody but the function below changes what the ledger holds, and it through these two alone.
create policy redaction on row_changes to atum_desk_owner using (true) with check (true);
create policy redaction on changes to atum_desk_owner using (true) with check (true);
create function rewrite_trace(p_change bigint, p_seq bigint, p_old jsonb, p_new jsonb) returns void
language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_part ledger_parts;
begin
  update row_changes set old = p_old, new = p_new where change_id = p_change and seq = p_seq;
  -- A copy without old texts that is under way began with the text; it begins anew.
  for v_part in select * from ledger_parts where copied_to is not null and removed_at is null and p_change >= from_change and p_change < before_change for update loop
    execute format('drop table if exists atum.%I', v_part.name || '_short');
    update ledger_parts set copied_to = null, texts_removed = 0, seal_before = 0, seal_after = 0 where id = v_part.id;
  end loop;
end $$;
create function rewrite_summary(p_change bigint, p_summary jsonb) returns void
language sql security definer set search_path = atum, pg_temp as $$
  update changes set summary = p_summary where id = p_change $$;
alter function rewrite_trace(bigint, bigint, jsonb, jsonb) owner to atum_desk_owner;
alter function rewrite_summary(bigint, jsonb) owner to atum_desk_owner;

-- Takes out of the ledger what was redacted of a ticket and those merged or split with it, this change's own traces among
-- it; returns how many traces that were. p_body: the message's whole body; p_files: attachments that went.
create function redact_ledger(p_tickets bigint[], p_message bigint, p_body boolean, p_files bigint[], p_runs text[], p_patterns text[])
returns bigint language plpgsql security definer set search_path = atum, pg_temp as $$
declare
  v_everywhere text[] := array_fill(''::text, array[cardinality(p_patterns)]);
  v_body constant jsonb := '{"text": "[redacted]", "html": null, "quoted": null, "extras": null}';
  v_mail constant jsonb := '{"text": "[redacted]", "html": "<p>[redacted]</p>"}';
  v_file constant jsonb := jsonb_build_object('filename', '[redacted]', 'mime_type', 'application/octet-stream', 'size', 0,
    'sha256', encode(sha256(''), 'hex'), 'content_id', null);
  v_mails bigint[] := array(select o.id from outbox o where o.message_id = p_message);
  v_changes bigint[]; v_seqs bigint[]; v_texts jsonb := '{}'; v_runs text[]; v_others jsonb; v_old jsonb; v_new jsonb; v_count bigint := 0; r record;
begin
  select array_agg(w.change_id), array_agg(w.seq) into v_changes, v_seqs from (
    select rc.change_id, rc.seq from changes c join row_changes rc on rc.change_id = c.id where c.ticket_id = any (p_tickets)
    union select rc.change_id, rc.seq from row_changes rc where rc.change_id = ctx_change()
    union select rc.change_id, rc.seq from messages m join row_changes rc on rc.table_name = 'messages' and rc.row_id = m.id where m.ticket_id = any (p_tickets)
    union select rc.change_id, rc.seq from outbox o join row_changes rc on rc.table_name = 'outbox' and rc.row_id = o.id where o.ticket_id = any (p_tickets)
    union select rc.change_id, rc.seq from attachments a join row_changes rc on rc.table_name = 'attachments' and rc.row_id = a.id where a.ticket_id = any (p_tickets)
    union select rc.change_id, rc.seq from unnest(p_files) f(id) join row_changes rc on rc.table_name = 'attachments' and rc.row_id = f.id
    union select rc.change_id, rc.seq from mails l join row_changes rc on rc.table_name = 'mails' and rc.row_id = l.id where l.ticket_id = any (p_tickets)
    union select rc.change_id, rc.seq from unnest(p_tickets) t(id) join row_changes rc on rc.table_name = 'tickets' and rc.row_id = t.id) w;
  for r in select rc.* from unnest(v_changes, v_seqs) t(change_id, seq) join row_changes rc on rc.change_id = t.change_id and rc.seq = t.seq loop
    v_runs := case when r.table_name = 'messages' and r.row_id = p_message then v_everywhere else p_runs end;
    v_others := case when p_body and r.table_name = 'messages' and r.row_id = p_message then v_body
                     when p_body and r.table_name = 'outbox' and r.row_id = any (v_mails) then v_mail
                     when r.table_name = 'attachments' and r.row_id = any (p_files) then v_file else '{}' end;
    v_old := with_values(redacted_json(r.old, v_runs, p_patterns), v_others);
    v_new := with_values(redacted_json(r.new, v_runs, p_patterns), v_others);
    if v_old is distinct from r.old or v_new is distinct from r.new then
      v_texts := v_texts || coalesce((
        select jsonb_object_agg(text_digest(w.was), w.now) from (
          select o.value as was, v_old ->> o.key as now from jsonb_each_text(r.old) o
          union select n.value, v_new ->> n.key from jsonb_each_text(r.new) n) w
         where octet_length(w.was) > 120 and w.now is not null and w.now <> w.was), '{}');
      perform rewrite_trace(r.change_id, r.seq, v_old, v_new);
      v_count := v_count + 1;
    end if;
  end loop;
  -- Inserted rows: of their longer texts the trace has the digests alone.
  for r in select rc.* from unnest(v_changes, v_seqs) t(change_id, seq) join row_changes rc on rc.change_id = t.change_id and rc.seq = t.seq
            where v_texts <> '{}' and (rc.old::text like '%#sha256%' or rc.new::text like '%#sha256%') loop
    v_old := with_digests(r.old, v_texts);
    v_new := with_digests(r.new, v_texts);
    if (r.old is not null and v_old is distinct from r.old) or (r.new is not null and v_new is distinct from r.new) then
      perform rewrite_trace(r.change_id, r.seq, case when r.old is not null then coalesce(v_old, '{}') end, case when r.new is not null then coalesce(v_new, '{}') end);
      v_count := v_count + 1;
    end if;
  end loop;
  perform rewrite_summary(c.id, redacted_json(c.summary, p_runs, p_patterns)) from changes c
   where c.ticket_id = any (p_tickets) and c.summary is distinct from redacted_json(c.summary, p_runs, p_patterns);
  return v_count;
end $$;

-- ---------------------------------------------------------------- the redaction
-- A ticket with those that are merged into it or that it is merged into, and those that it was split from or into: what is
-- quoted of a message stands in them.
create function tickets_around(p_ticket bigint) returns bigint[] language sql stable set search_path = atum, pg_temp as $$
  with recursive around(id) as (
    select p_ticket
    union
    select o.id from around a cross join lateral (
      select t.id from tickets x join tickets t on t.workspace_id = x.workspace_id and t.merged_into = x.number where x.id = a.id
      union all select t.id from tickets x join tickets t on t.workspace_id = x.workspace_id and t.number = x.merged_into where x.id = a.id
      union all select r.other_id from ticket_relations r where r.ticket_id = a.id and r.kind in ('split_from', 'split_into')) o)
  select array(select id from around limit 1000) $$;

-- Takes words out of the vocabulary that no message and no name of the workspace holds any more.
create function forget_words(p_words text[]) returns bigint language sql set search_path = atum, public, pg_temp as $$
  with gone as (
    delete from vocabulary v where v.workspace_id = ctx_workspace() and v.word = any (
      select w.word from unnest(p_words) w(word)
       where not exists (select from messages m where m.workspace_id = ctx_workspace() and m.words @@ quote_literal(w.word)::tsquery)
         and not exists (select from people p where p.workspace_id = ctx_workspace() and p.name ilike '%' || w.word || '%'))
    returning v.word)
  select count(distinct word) from gone $$;

-- Redacts a message in the unit of work: what the patterns find in it, all of its body (p_body), files of it (p_files), and
-- wherever else of its ticket that stands. Whoever calls has checked the permission; what is out of sight is not there.
-- Returns {messages, mails_in, mails_out, sent, drafts, files, contents, traces, words}: ids of messages and files, SHA-256
-- of contents that are named less than before, and how many of the others.
create function redact_message(p_message bigint, p_body boolean, p_files bigint[], p_runs text[], p_patterns text[], p_reason text)
returns jsonb language plpgsql security definer set search_path = atum, public, pg_temp as $$
declare
  v_message messages; v_tickets bigint[]; v_files bigint[]; v_contents text[]; v_words text[]; v_messages bigint[]; v_mails bigint[]; v_drafts bigint;
  v_out bigint; v_sent bigint; v_entry jsonb; v_everywhere text[] := array_fill(''::text, array[cardinality(p_patterns)]);
begin
  select m.* into v_message from messages m join tickets t on t.id = m.ticket_id
   where m.id = p_message and m.workspace_id = ctx_workspace() and array_position(ctx_teams(), t.team_id) is not null for update of m;
  if not found or ctx_change() is null then raise exception 'no message % in sight', p_message using errcode = '42501'; end if;
  perform set_config('atum.redacting', 'yes', true);
  v_tickets := tickets_around(v_message.ticket_id);
  v_entry := jsonb_build_object('by_id', ctx_person(), 'by', (select p.name from people p where p.id = ctx_person()), 'at', moment(), 'reason', p_reason,
    'what', to_jsonb(array_remove(array[case when p_body then 'body' when cardinality(p_patterns) > 0 then 'text' end, case when p_files <> '{}' then 'files' end], null)),
    'source', p_message);
  -- The same content, also where it was forwarded, or deleted with a message that an undo took back.
  v_contents := array(select distinct a.sha256 from attachments a where a.id = any (p_files) and a.message_id = p_message and a.redacted_at is null);
  v_files := array(select a.id from attachments a where a.sha256 = any (v_contents) and a.ticket_id = any (v_tickets)
    union select r.row_id from row_changes r where r.table_name = 'attachments' and r.operation = 'D' and r.old ->> 'sha256' = any (v_contents) and r.ticket_id = any (v_tickets));
  v_words := array(select l.lexeme from unnest(v_message.words) l
    union select l.lexeme from attachments a cross join unnest(to_tsvector('simple', regexp_replace(a.filename, '[._-]+', ' ', 'g'))) l where a.id = any (v_files));

  with now as (
    select m.id, m.id = p_message and p_body as whole, w.runs from messages m
     cross join lateral (select case when m.id = p_message then v_everywhere else p_runs end as runs) w where m.ticket_id = any (v_tickets)),
  clean as materialized (
    select m.id, left(redacted_text(m.subject, n.runs, p_patterns), 500) as subject,
           case when n.whole then '[redacted]' else redacted_text(m.text, n.runs, p_patterns) end as text,
           case when not n.whole then redacted_text(m.html, n.runs, p_patterns) end as html,
           case when not n.whole then redacted_text(m.quoted, n.runs, p_patterns) end as quoted,
           case when not n.whole then redacted_json(m.extras, n.runs, p_patterns) end as extras,
           redacted_json(m.signature, n.runs, p_patterns) as signature
      from messages m join now n on n.id = m.id),
  written as (
    update messages m set subject = c.subject, text = c.text, html = c.html, quoted = c.quoted, extras = c.extras, signature = c.signature,
           redactions = coalesce(m.redactions, '[]') || v_entry
      from clean c where c.id = m.id and (m.id = p_message
       or (m.subject, m.text, m.html, m.quoted, m.extras, m.signature) is distinct from (c.subject, c.text, c.html, c.quoted, c.extras, c.signature))
    returning m.id)
  select coalesce(array_agg(w.id order by w.id), '{}') into v_messages from written w;

  update attachments a set filename = '[redacted]', mime_type = 'application/octet-stream', size = 0, sha256 = encode(sha256(''), 'hex'), content_id = null, redacted_at = moment()
   where a.id = any (v_files);
  update attachments a set filename = left(redacted_text(a.filename, p_runs, p_patterns), 255)
   where a.ticket_id = any (v_tickets) and a.filename <> redacted_text(a.filename, p_runs, p_patterns);

  -- A mail that told one of the staff has an excerpt, cut anywhere.
  with clean as materialized (
    select o.id, left(redacted_text(o.subject, p_runs, p_patterns), 998) as subject, redacted_text(o.last_error, p_runs, p_patterns) as last_error,
           case when n.whole then '[redacted]' else redacted_text(o.text, p_runs, p_patterns) end as text,
           case when n.whole then '<p>[redacted]</p>' else redacted_text(o.html, p_runs, p_patterns) end as html,
           redacted_json(o.reports, p_runs, p_patterns) as reports
      from outbox o cross join lateral (
        select p_body and o.message_id = p_message or (p_body or cardinality(p_patterns) > 0) and o.notified_id is not null and o.created_at >= v_message.created_at as whole) n
     where o.ticket_id = any (v_tickets)),
  written as (
    update outbox o set subject = c.subject, text = c.text, html = c.html, last_error = c.last_error, reports = c.reports from clean c
     where c.id = o.id and (o.subject, o.text, o.html, o.last_error, o.reports) is distinct from (c.subject, c.text, c.html, c.last_error, c.reports)
    returning o.state)
  select count(*), count(*) filter (where state in ('sending', 'sent', 'delivered', 'bounced', 'unknown')) into v_out, v_sent from written;

  -- Received mail goes whole: that of each message concerned, its copies, and what came afterwards and is no message, such as
  -- a mail that came back with ours in it.
  v_mails := array(
    select l.id from mails l where l.workspace_id = ctx_workspace() and (l.id in (select m.mail_id from messages m where m.id = any (v_messages))
        or l.ticket_id = any (v_tickets) and l.received_at >= v_message.created_at and not exists (select from messages m where m.mail_id = l.id))
    union
    select d.id from messages m join mails l on l.id = m.mail_id join mails d on d.workspace_id = l.workspace_id and d.dedupe_key = l.dedupe_key where m.id = any (v_messages));
  delete from mail_sources s where s.mail_id = any (v_mails);
  update mails l set subject = redacted_text(l.subject, p_runs, p_patterns), reason = redacted_text(l.reason, p_runs, p_patterns),
         evidence = redacted_json(l.evidence, p_runs, p_patterns), erased_at = case when l.id = any (v_mails) then coalesce(l.erased_at, moment()) else l.erased_at end
   where l.id = any (v_mails) or l.ticket_id = any (v_tickets);
  update conversations c set subject = left(redacted_text(c.subject, p_runs, p_patterns), 500)
   where c.ticket_id = any (v_tickets) and c.subject <> redacted_text(c.subject, p_runs, p_patterns);
  update tickets t set subject = left(redacted_text(t.subject, p_runs, p_patterns), 500), snooze_reason = left(redacted_text(t.snooze_reason, p_runs, p_patterns), 500),
         preview = coalesce((select left(btrim(regexp_replace(m.text, '\s+', ' ', 'g')), 200) from messages m where m.ticket_id = t.id and m.kind = 'reply' order by m.id desc limit 1),
                            left(redacted_text(t.preview, p_runs, p_patterns), 200))
   where t.id = any (v_tickets) and (t.id in (select m.ticket_id from messages m where m.id = any (v_messages))
      or (t.subject, t.preview) is distinct from (redacted_text(t.subject, p_runs, p_patterns), redacted_text(t.preview, p_runs, p_patterns)));

  with clean as materialized (
    select x.id, left(redacted_text(x.text, p_runs, p_patterns), 500000) as text, left(redacted_text(x.html, p_runs, p_patterns), 1000000) as html
      from drafts d join draft_texts x on x.draft_id = d.id where d.ticket_id = any (v_tickets)),
  written as (
    update draft_texts x set text = c.text, html = c.html from clean c
     where c.id = x.id and (x.text, x.html) is distinct from (c.text, c.html) returning x.draft_id)
  select count(distinct draft_id) into v_drafts from written;
  -- Answers kept for requests that are sent twice; they are then told that it was done.
  perform set_config('atum.redacting', '', true);
  update idempotency_keys k set response = null where k.response is not null and k.change_id in (select c.id from changes c where c.ticket_id = any (v_tickets));

  return jsonb_build_object(
    'messages', v_messages, 'files', v_files, 'contents', v_contents, 'mails_in', cardinality(v_mails), 'mails_out', v_out, 'sent', v_sent, 'drafts', v_drafts,
    'traces', redact_ledger(v_tickets, p_message, p_body, v_files, p_runs, p_patterns), 'words', forget_words(v_words));
end $$;

do $$ declare f text; begin
  foreach f in array array['redact_message(bigint,boolean,bigint[],text[],text[],text)', 'redact_ledger(bigint[],bigint,boolean,bigint[],text[],text[])'] loop
    execute 'alter function atum.' || f || ' owner to atum_desk_gate';
    execute 'revoke execute on function atum.' || f || ' from public';
  end loop;
  foreach f in array array['rewrite_trace(bigint,bigint,jsonb,jsonb)', 'rewrite_summary(bigint,jsonb)', 'tickets_around(bigint)', 'forget_words(text[])',
      'redacted_text(text,text[],text[])', 'redacted_json(jsonb,text[],text[])', 'with_values(jsonb,jsonb)', 'with_digests(jsonb,jsonb)'] loop
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_gate';
  end loop; end $$;
grant execute on function redact_message(bigint, boolean, bigint[], text[], text[], text) to atum_desk_staff;
