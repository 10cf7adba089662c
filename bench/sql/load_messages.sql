-- What was written on the tickets of load.sql, the mails it came by and the ledger's rows of all that, in one transaction
-- with it.
-- Each message adds a few further words and an order number of its own to its prose.
create temp table endings as
  select n, pg_temp.some_words(6) as s from generate_series(0, least(100000, :tickets) - 1) n;
analyze endings;

-- The newest of the requesters' messages came as mails, whose ids are theirs.
insert into messages (id, workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text, recipients, created_at, change_id,
                      mail_id, mail_message_id)
select row_number() over (order by t.id, m), 1, t.id, case when m % 7 = 5 then 'note' else 'reply' end,
       a.id, a.name, m % 2 = 0, 'email', x.s || ' ' || e.s || ' AT-' || t.number * 100 + m,
       case when m % 2 = 0 then jsonb_build_array(jsonb_build_object('name', r.name, 'address', lower(replace(r.name, ' ', '.')) || '@bench.example')) else '[]' end,
       t.created_at + (m - 1) * interval '1 hour' * 2 / greatest(1, t.message_count - 1),
       row_number() over (order by t.id, m) * 2 + 100,
       case when f.came then row_number() over (order by t.id, m) end,
       case when f.came then 'letter.' || t.id || '.' || m || '@bench.example' end
  from tickets t cross join lateral generate_series(1, t.message_count) m
  cross join lateral (select m % 2 = 1 and m % 7 <> 5 and t.number > :tickets - least(5000, :tickets / 2) as came) f
  join people r on r.id = t.requester_id
  join people a on a.id = case when m % 2 = 0 or m % 7 = 5 then coalesce(t.assignee_id, (select staff[1] from bounds)) else t.requester_id end
  join prose x on x.n = (t.id * 3 + m) % :paragraphs
  join endings e on e.n = (t.id * 7 + m * 1009) % least(100000, :tickets);

-- With the statistics of an empty table PostgreSQL would walk through all mails to file one.
insert into mails (id, workspace_id, mailbox_id, state, envelope_from, envelope_to, size, sha256, dedupe_key, from_address, from_name, subject,
                   mail_message_id, ticket_id, received_at, parser_version)
select m.id, 1, t.mailbox_id, case when m.created_at = t.created_at then 'ticketed' else 'appended' end, a.email, array['support@atum.localhost'],
       length(m.text), encode(sha256(convert_to(m.text, 'UTF8')), 'hex'), sha256(convert_to(m.mail_message_id, 'UTF8')), a.email, m.author_name,
       t.subject, m.mail_message_id, t.id, m.created_at, 1
  from messages m join tickets t on t.id = m.ticket_id join addresses a on a.person_id = m.author_id
 where m.mail_id is not null;
insert into mail_sources (workspace_id, mail_id, raw)
  select 1, mail_id, convert_to(text, 'UTF8') from messages where mail_id is not null;

-- One change opens a ticket, each further message is one, and two edits take and close it.
insert into changes (id, xid, workspace_id, actor_id, via, command, ticket_id, public, summary, at)
select m.id * 2 + 100, '1', 1, m.author_id, 'mail', case when m.created_at = t.created_at then 'ticket.open' else 'ticket.reply' end, t.id, true,
       jsonb_build_object('number', t.number, 'message_id', m.id), m.created_at
  from messages m join tickets t on t.id = m.ticket_id;
insert into row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, new)
select m.id * 2 + 100, 1, m.ticket_id, 'messages', m.id, 'I', jsonb_build_object('id', m.id, 'kind', m.kind, 'text#sha256', atum.text_digest(m.text), 'ticket_id', m.ticket_id, 'author_id', m.author_id)
  from messages m;
insert into row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, new)
select min(m.id) * 2 + 100, 1, t.id, 'tickets', t.id, 'I', jsonb_build_object('id', t.id, 'number', t.number, 'subject', t.subject)
  from tickets t join messages m on m.ticket_id = t.id group by t.id;
insert into changes (id, xid, workspace_id, actor_id, via, command, ticket_id, summary, at)
select m.first * 2 + 101 + e, '1', 1, coalesce(t.assignee_id, (select staff[1] from bounds)), 'session', case e when 0 then 'ticket.assign' else 'ticket.status' end, t.id,
       jsonb_build_object('number', t.number), t.created_at + (1 + e) * interval '50 minutes'
  from tickets t join (select ticket_id, min(id) as first from messages group by 1) m on m.ticket_id = t.id cross join (values (0), (2)) v(e);
insert into row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, old, new)
select m.first * 2 + 101, 1, t.id, 'tickets', t.id, 'U', '{"assignee_id": null}', jsonb_build_object('assignee_id', t.assignee_id)
  from tickets t join (select ticket_id, min(id) as first from messages group by 1) m on m.ticket_id = t.id;
insert into row_changes (change_id, workspace_id, ticket_id, table_name, row_id, operation, old, new)
select m.first * 2 + 103, 1, t.id, 'tickets', t.id, 'U', jsonb_build_object('status_id', (select (statuses ->> 'new')::bigint from bounds)), jsonb_build_object('status_id', t.status_id)
  from tickets t join (select ticket_id, min(id) as first from messages group by 1) m on m.ticket_id = t.id;

select setval(pg_get_serial_sequence('messages', 'id'), (select max(id) from messages)),
       setval(pg_get_serial_sequence('mails', 'id'), (select max(id) from mails)),
       setval(pg_get_serial_sequence('changes', 'id'), (select max(id) from changes));
