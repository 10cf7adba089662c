-- Fills a seeded workspace with :tickets tickets, skewed like life: most resolved long ago, :open of them open, a few
-- organizations and contacts that write most, three messages each and some long threads. Triggers are off while it runs,
-- so versions, counters and the ledger's rows are written here as the product would have left them.
-- The same every time: what a search finds by chance, and what a plan costs, must not differ from run to run.
select setseed(0.47);
set session_replication_role = replica;
set search_path = atum, public;
set synchronous_commit = off;
set maintenance_work_mem = '512MB';

create temp table sentences as select n - 1 as n, s from unnest(array[
  'Since Friday the connection ends about every twenty minutes for all of us.',
  'Could you tell us whether the web version shows the same picture?',
  'The label printer in hall B feeds labels and prints nothing on them.',
  'I changed it on the device, the next scan should arrive at the new address.',
  'Our auditor asks for the calibration certificate of the probe we bought.',
  'The invoice carries the registration number of our former company.',
  'Restarting did not help, and the colleague next door has the same trouble.',
  'Thank you for the log, it shows a timer rather than a broken line.',
  'The supplier confirms the delivery for week forty-nine.',
  'Please try it once more and write to us if anything looks odd.',
  'Two boxes of the right rolls are on the shelf by gate three.',
  'Everything arrived and was installed this morning, many thanks.',
  'The pump stops with every restart, and somebody has to walk over.',
  'We close the quarter this week, so this is rather pressing.',
  'In the private window it works, in the normal one it does not.',
  'The reading drifts by two degrees between evening and morning.'
]) with ordinality as t(s, n);
-- Words with life's distribution: 50,000 of three languages, and a word's frequency falls with its rank (Zipf). A word
-- is made of its rank, so that nothing has to be looked up: common ones are short, and each language has its own sounds.
create function pg_temp.word_of(rank int) returns text language sql immutable as $$
  select case rank % 3
    when 0 then (array['th','st','br','w','sh','cl','m','pr','f','gr','l','tr','b','ch','sp','d','h','wh','n','r'])[1 + rank / 3 % 20]
             || (array['ea','ou','i','oo','a','e','ai','o','ee','u'])[1 + rank / 60 % 10]
             || (array['ng','st','ck','nd','t','ll','rm','ve','p','ght'])[1 + rank / 600 % 10]
             || (array['','er','ing','ed','ly','ment','ness','able','ion'])[1 + rank / 6000]
    when 1 then (array['sch','k','br','w','z','gl','m','pf','f','gr','l','tr','b','st','sp','d','h','v','n','r'])[1 + rank / 3 % 20]
             || (array['ei','au','i','ü','a','e','ie','o','ä','u'])[1 + rank / 60 % 10]
             || (array['ß','st','ck','nd','tz','ll','rm','ch','pf','cht'])[1 + rank / 600 % 10]
             || (array['','en','ung','er','lich','keit','heit','bar','schaft'])[1 + rank / 6000]
    else (array['ب','ت','ج','ح','خ','د','ر','ز','س','ش','ص','ط','ع','غ','ف','ق','ك','ل','م','ن'])[1 + rank / 3 % 20]
             || (array['ا','و','ي','','ه','ست','نت','ئ','م','ل'])[1 + rank / 60 % 10]
             || (array['ب','ت','د','ر','س','ف','ق','ك','ل','م'])[1 + rank / 600 % 10]
             || (array['','ة','ون','ات','ين','ها','نا','كم','وا'])[1 + rank / 6000]
  end $$;
create function pg_temp.some_words(count int) returns text language sql volatile as $$
  select string_agg(pg_temp.word_of(floor(exp(random() * ln(50000)))::int), ' ') from generate_series(1, count) $$;
-- Paragraphs are written once and joined: a million texts made word by word would be half of the time.
create temp table prose as
  select p as n, s.s || ' ' || pg_temp.some_words(18 + p % 29) || '.' as s
    from generate_series(0, :paragraphs - 1) p join sentences s on s.n = p % 16;
analyze prose;

insert into teams (workspace_id, name) select 1, 'Team ' || n from generate_series(2, :teams) n;
insert into people (workspace_id, kind, name, role_id)
  select 1, 'staff', 'Agent ' || n, (select id from roles where name = 'Agent') from generate_series(1, :agents) n;
insert into organizations (workspace_id, name) select 1, 'Organization ' || n from generate_series(1, greatest(10, :tickets / 100)) n;
insert into people (workspace_id, kind, name, organization_id)
  select 1, 'contact', 'Contact ' || n, 1 + ((select count(*) from organizations) * power(random(), 2))::int % (select count(*) from organizations)
    from generate_series(1, greatest(50, :tickets / 5)) n;
insert into addresses (workspace_id, person_id, email)
  select 1, id, lower(replace(name, ' ', '.')) || '@bench.example' from people where name <> 'Administrator';

create temp table bounds as
  select (select array_agg(id order by id) from teams) as teams,
         (select array_agg(id order by id) from people where kind = 'staff') as staff,
         (select min(id) from people where kind = 'contact') as first_contact,
         (select count(*) from people where kind = 'contact') as contacts,
         (select min(id) from mailboxes) as mailbox,
         (select json_object_agg(key, id) from statuses) as statuses;

-- The newest tickets are the likeliest to be open; u is a ticket's luck.
create temp table plan as
  select n as number, n as id, random() as u, power(random(), 1.6) as skew, random() as v,
         now() - (:tickets - n) * (interval '1100 days' / :tickets) - interval '1 minute' as at,
         case when n % 500 = 7 then 20 + (n % 3)::int else 3 end as messages
    from generate_series(1, :tickets) n;
create temp table kinds as
  select p.*, case when p.u < 4.075 * :open / :tickets * exp(-4.0 * (1 - p.number::float8 / :tickets)) then
                (array['new', 'open', 'open', 'open', 'waiting', 'waiting', 'on_hold'])[1 + (p.v * 7)::int % 7]
              when p.number > :tickets * 0.995 then 'resolved' else 'closed' end as status
    from plan p;
insert into tickets (id, workspace_id, number, subject, status_id, category, priority, type, channel, team_id, assignee_id, requester_id, organization_id,
                     mailbox_id, tags, preview, message_count, created_at, updated_at, first_response_at, resolved_at, closed_at,
                     last_message_at, last_requester_message_at, last_agent_message_at, version)
select k.id, 1, k.number, left('Ticket ' || k.number || ': ' || (select s from sentences where n = k.number % 16), 120),
       (b.statuses ->> k.status)::bigint, k.status, (array[2, 2, 2, 2, 1, 3, 3, 4])[1 + k.number % 8],
       (array['question', 'incident', 'task', 'incident'])[1 + k.number % 4], (array['email', 'email', 'email', 'portal'])[1 + k.number % 4],
       b.teams[1 + (array_length(b.teams, 1) * k.skew)::int % array_length(b.teams, 1)],
       case when k.status = 'new' or k.v < 0.03 then null else b.staff[1 + (array_length(b.staff, 1) * k.v)::int % array_length(b.staff, 1)] end,
       p.id, p.organization_id, b.mailbox, case when k.number % 3 = 0 then array['tag' || k.number % 40] else '{}' end,
       left(x.s, 200), k.messages, k.at, k.at + interval '3 hours', k.at + interval '1 hour',
       case when k.status in ('resolved', 'closed') then k.at + interval '3 hours' end, case when k.status = 'closed' then k.at + interval '3 hours' end,
       k.at + interval '3 hours', k.at + interval '2 hours', k.at + interval '3 hours', 3
  from kinds k cross join bounds b
  join people p on p.id = b.first_contact + (b.contacts * k.skew)::int % b.contacts
  join prose x on x.n = k.number % :paragraphs;
insert into ticket_tags
select t.workspace_id, t.id, g, t.team_id, t.category in ('new', 'open', 'waiting', 'on_hold'), t.number, t.priority, t.updated_at
  from tickets t cross join unnest(t.tags) g;

insert into ticket_reads (workspace_id, person_id, ticket_id, read_at)
select 1, p.id, t.id, now() from tickets t cross join (select id from people where kind = 'staff' order by id limit 10) p where t.is_open and t.id % 3 > 0;

update ticket_counters set last_number = :tickets;
select setval('ticket_numbers_1', :tickets),
       setval(pg_get_serial_sequence('tickets', 'id'), (select max(id) from tickets));
