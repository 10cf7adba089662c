-- A redaction reaches what stands beside the messages of a ticket, too: notes of time, checklists, reminders, notes about its
-- people and texts of bulk changes; and each of these notes is redacted by itself (ADR 0066).
set local search_path = atum, public;

-- The rows beside the messages of tickets that hold text of people: notes of time, checklists with their items, reminders, and
-- notes about the tickets' requesters, participants and organizations.
create function rows_beside(p_tickets bigint[]) returns table (table_name text, row_id bigint)
language sql stable rows 100 set search_path = atum, pg_temp as $$
  select 'time_entries', e.id from time_entries e where e.ticket_id = any (p_tickets)
  union select 'time_entries', e.id from time_entries e where e.logged_on_id = any (p_tickets)
  union select 'checklists', c.id from checklists c where c.ticket_id = any (p_tickets) and c.deleted_at is null
  union select 'checklists', c.id from checklists c where c.made_on_id = any (p_tickets)
  union select 'checklist_items', i.id from checklist_items i where i.ticket_id = any (p_tickets) and i.deleted_at is null
  union select 'checklist_items', i.id from checklist_items i where i.made_on_id = any (p_tickets)
  union select 'reminders', r.id from reminders r where r.ticket_id = any (p_tickets)
  union select 'contact_notes', n.id from tickets t join contact_notes n on n.person_id = t.requester_id where t.id = any (p_tickets)
  union select 'contact_notes', n.id from tickets t join contact_notes n on n.organization_id = t.organization_id where t.id = any (p_tickets)
  union select 'contact_notes', n.id from participants p join contact_notes n on n.person_id = p.person_id where p.ticket_id = any (p_tickets) $$;

-- What a bulk change asked for, without what is redacted; p_whole: the text that it wrote goes whole.
create function redacted_request(p_request jsonb, p_whole boolean, p_runs text[], p_patterns text[]) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare v_path text[];
begin
  foreach v_path slice 1 in array array[['actions', 'message', 'text'], ['actions', 'set', 'subject'], ['actions', 'set', 'fields'], ['search', 'q', '']] loop
    v_path := array_remove(v_path, '');
    if p_request #> v_path is not null then
      p_request := jsonb_set(p_request, v_path, case when p_whole and v_path[3] = 'text' then '"[redacted]"'
        else atum.redacted_json(p_request #> v_path, p_runs, p_patterns) end);
    end if;
  end loop;
  return p_request;
end $$;

-- Takes what is redacted of a message out of what stands beside the messages; returns how many notes and bulk changes that were.
create function redact_beside(p_tickets bigint[], p_message bigint, p_body boolean, p_runs text[], p_patterns text[])
returns jsonb language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_notes bigint := 0; v_count bigint; v_ids bigint[]; v_of_message bigint; v_runs bigint; v_places jsonb; r record;
begin
  if cardinality(p_patterns) = 0 and not p_body then return '{"notes": 0, "bulk_runs": 0}'; end if;
  select coalesce(jsonb_object_agg(b.table_name, b.ids), '{}') into v_places
    from (select w.table_name, jsonb_agg(w.row_id) as ids from rows_beside(p_tickets) w group by 1) b;
  for r in select * from (values ('time_entries', 'note', 2000), ('checklists', 'name', 100), ('checklist_items', 'text', 500),
                                 ('reminders', 'note', 500), ('contact_notes', 'text', 20000)) v(place, field, most) loop
    v_ids := array(select e::bigint from jsonb_array_elements_text(v_places -> r.place) e);
    continue when v_ids = '{}';
    execute format('update %1$I x set %2$I = left(redacted_text(x.%2$I, $2, $3), %3$s) where x.id = any ($1) and x.%2$I <> redacted_text(x.%2$I, $2, $3)',
                   r.place, r.field, r.most) using v_ids, p_runs, p_patterns;
    get diagnostics v_count = row_count;
    v_notes := v_notes + v_count;
  end loop;

  -- A run that has not ended is cancelled: it would write what it now says.
  v_of_message := (select (c.summary ->> 'bulk')::bigint from row_changes rc join changes c on c.id = rc.change_id
                    where p_body and rc.table_name = 'messages' and rc.row_id = p_message and rc.operation = 'I' and c.summary ? 'bulk' limit 1);
  with mine as (
    select distinct (c.summary ->> 'bulk')::bigint as id from changes c where c.ticket_id = any (p_tickets) and c.summary ? 'bulk'),
  clean as materialized (
    select b.id, redacted_request(b.request, b.id is not distinct from v_of_message, p_runs, p_patterns) as request from mine join bulk_runs b on b.id = mine.id),
  written as (
    update bulk_runs b set request = c.request, cancel_asked = b.cancel_asked or b.state in ('waiting', 'collecting', 'running')
      from clean c where c.id = b.id and b.request is distinct from c.request returning b.id)
  select count(*) into v_runs from written;
  update bulk_items i set problem = redacted_json(i.problem, p_runs, p_patterns)
    from changes c
   where c.ticket_id = any (p_tickets) and c.summary ? 'bulk' and i.run_id = (c.summary ->> 'bulk')::bigint
     and i.number in (select t.number from tickets t where t.id = any (p_tickets)) and i.problem is distinct from redacted_json(i.problem, p_runs, p_patterns);
  return jsonb_build_object('notes', v_notes, 'bulk_runs', v_runs);
end $$;

-- As before, and the traces of what stands beside the messages.
create or replace function redact_ledger(p_tickets bigint[], p_message bigint, p_body boolean, p_files bigint[], p_runs text[], p_patterns text[])
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
    union select rc.change_id, rc.seq from rows_beside(p_tickets) b join row_changes rc on rc.table_name = b.table_name and rc.row_id = b.row_id
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

-- As before, and what stands beside the messages.
create or replace function redact_message(p_message bigint, p_body boolean, p_files bigint[], p_runs text[], p_patterns text[], p_reason text)
returns jsonb language plpgsql security definer set search_path = atum, public, pg_temp as $$
declare
  v_message messages; v_tickets bigint[]; v_files bigint[]; v_contents text[]; v_words text[]; v_messages bigint[]; v_mails bigint[]; v_drafts bigint;
  v_out bigint; v_sent bigint; v_entry jsonb; v_beside jsonb; v_everywhere text[] := array_fill(''::text, array[cardinality(p_patterns)]);
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
  v_beside := redact_beside(v_tickets, p_message, p_body, p_runs, p_patterns);
  -- Answers kept for requests that are sent twice; they are then told that it was done.
  perform set_config('atum.redacting', '', true);
  update idempotency_keys k set response = null where k.response is not null and k.change_id in (
    select c.id from changes c where c.ticket_id = any (v_tickets)
    union select rc.change_id from rows_beside(v_tickets) b join row_changes rc on rc.table_name = b.table_name and rc.row_id = b.row_id);

  return jsonb_build_object(
    'messages', v_messages, 'files', v_files, 'contents', v_contents, 'mails_in', cardinality(v_mails), 'mails_out', v_out, 'sent', v_sent, 'drafts', v_drafts,
    'notes', v_beside -> 'notes', 'bulk_runs', v_beside -> 'bulk_runs',
    'traces', redact_ledger(v_tickets, p_message, p_body, v_files, p_runs, p_patterns), 'words', forget_words(v_words));
end $$;

-- ---------------------------------------------------------------- notes of their own
-- A note beside the messages, as who acts sees it: {place, field, text, ticket_id, number, contact_id, organization_id,
-- created_at}. NULL: there is none in sight.
create function redactable_note(p_kind text, p_id bigint) returns jsonb language sql stable security definer set search_path = atum, pg_temp as $$
  select to_jsonb(n) from (
    select 'time_entries' as place, 'note' as field, e.note as text, t.id as ticket_id, t.number, null::bigint as contact_id, null::bigint as organization_id, e.created_at
      from time_entries e join tickets t on t.id = e.ticket_id
     where p_kind = 'time_entry' and e.id = p_id and e.workspace_id = ctx_workspace() and array_position(ctx_teams(), t.team_id) is not null
    union all
    select 'checklists', 'name', c.name, t.id, t.number, null, null, c.created_at from checklists c join tickets t on t.id = c.ticket_id
     where p_kind = 'checklist' and c.id = p_id and c.workspace_id = ctx_workspace() and array_position(ctx_teams(), t.team_id) is not null
    union all
    select 'checklist_items', 'text', i.text, t.id, t.number, null, null, i.created_at from checklist_items i join tickets t on t.id = i.ticket_id
     where p_kind = 'checklist_item' and i.id = p_id and i.workspace_id = ctx_workspace() and array_position(ctx_teams(), t.team_id) is not null
    union all
    select 'reminders', 'note', r.note, t.id, t.number, null, null, r.created_at from reminders r join tickets t on t.id = r.ticket_id
     where p_kind = 'reminder' and r.id = p_id and r.workspace_id = ctx_workspace() and array_position(ctx_teams(), t.team_id) is not null
       and (r.person_id = ctx_person() or r.made_by_id = ctx_person())
    union all
    select 'contact_notes', 'text', n.text, null, null, n.person_id, n.organization_id, n.created_at from contact_notes n
     where p_kind = 'contact_note' and n.id = p_id and n.workspace_id = ctx_workspace()) n $$;

-- Redacts such a note in the unit of work: its text is gone from its row, from the ledger, from mail that told one of the staff
-- of it, and from answers kept for requests that are sent twice. Whoever calls has checked the permission. Returns {traces, mails}.
create function redact_note(p_kind text, p_id bigint, p_runs text[], p_patterns text[]) returns jsonb
language plpgsql security definer set search_path = atum, public, pg_temp as $$
declare
  v_note jsonb := redactable_note(p_kind, p_id); v_place text := v_note ->> 'place'; v_gone jsonb; v_mails bigint[]; v_changes bigint[] := '{}';
  v_old jsonb; v_new jsonb; v_traces bigint := 0; r record;
begin
  if v_note is null or ctx_change() is null then raise exception 'no note % in sight', p_id using errcode = '42501'; end if;
  v_gone := jsonb_build_object(v_note ->> 'field', '[redacted]');
  execute format('update %I set %I = ''[redacted]'' where id = $1', v_place, v_note ->> 'field') using p_id;
  perform set_config('atum.redacting', 'yes', true);
  with clean as materialized (
    select o.id, left(redacted_text(o.subject, p_runs, p_patterns), 998) as subject, redacted_text(o.text, p_runs, p_patterns) as text,
           redacted_text(o.html, p_runs, p_patterns) as html
      from outbox o where o.ticket_id = (v_note ->> 'ticket_id')::bigint and o.notified_id is not null and o.created_at >= (v_note ->> 'created_at')::timestamptz),
  written as (
    update outbox o set subject = c.subject, text = c.text, html = c.html from clean c
     where c.id = o.id and (o.subject, o.text, o.html) is distinct from (c.subject, c.text, c.html) returning o.id)
  select coalesce(array_agg(w.id), '{}') into v_mails from written w;
  perform set_config('atum.redacting', '', true);
  for r in select rc.*, v_gone as gone from row_changes rc where rc.table_name = v_place and rc.row_id = p_id
           union all
           select rc.*, jsonb_build_object('subject', o.subject, 'text', o.text, 'html', o.html) from outbox o
             join row_changes rc on rc.table_name = 'outbox' and rc.row_id = o.id where o.id = any (v_mails) loop
    v_changes := v_changes || r.change_id;
    v_old := with_values(r.old, r.gone);
    v_new := with_values(r.new, r.gone);
    if v_old is distinct from r.old or v_new is distinct from r.new then
      perform rewrite_trace(r.change_id, r.seq, v_old, v_new);
      v_traces := v_traces + 1;
    end if;
  end loop;
  perform rewrite_summary(c.id, redacted_json(c.summary, p_runs, p_patterns)) from changes c
   where c.id = any (v_changes) and c.id <> ctx_change() and c.summary is distinct from redacted_json(c.summary, p_runs, p_patterns);
  update idempotency_keys k set response = null where k.response is not null and k.change_id = any (v_changes);
  return jsonb_build_object('traces', v_traces, 'mails', cardinality(v_mails));
end $$;

do $$ declare f text; begin
  foreach f in array array['redact_beside(bigint[],bigint,boolean,text[],text[])', 'redactable_note(text,bigint)', 'redact_note(text,bigint,text[],text[])'] loop
    execute 'alter function atum.' || f || ' owner to atum_desk_gate';
    execute 'revoke execute on function atum.' || f || ' from public';
  end loop;
  foreach f in array array['rows_beside(bigint[])', 'redacted_request(jsonb,boolean,text[],text[])'] loop
    execute 'revoke execute on function atum.' || f || ' from public';
    execute 'grant execute on function atum.' || f || ' to atum_desk_gate';
  end loop; end $$;
grant execute on function redactable_note(text, bigint), redact_note(text, bigint, text[], text[]) to atum_desk_staff;
