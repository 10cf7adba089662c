-- How far it is proven that a message is by whom it names.
set local search_path = atum, public;

alter table messages
  -- null: written by somebody who was signed in, or before this was kept
  add column author_verdict text check (author_verdict in ('proven', 'unknown', 'failed')),
  add column author_words   text check (length(author_words) <= 500);
select ledger_table('messages', '{words,change_id}');

-- Mail that an earlier release took as the staff's without proof says so from now on. Nobody did anything, so nothing is told;
-- other mail of old keeps no verdict, because rewriting every message would take as long as an index of all their words.
alter table messages no force row level security;
alter table mails no force row level security;
alter table messages disable trigger user;
update messages m set author_verdict = f.evidence->'proof'->>'verdict', author_words = left(f.evidence->'proof'->>'words', 500)
  from mails f
 where f.id = m.mail_id and m.from_staff and f.evidence->'proof'->>'verdict' in ('unknown', 'failed');
alter table messages enable trigger user;
alter table mails force row level security;
alter table messages force row level security;

grant select (author_verdict) on messages to atum_desk_contact;
-- Whoever follows the link of a confirmation has received it: the request that was sent in their name is theirs.
grant update (author_verdict, author_words) on messages to atum_desk_contact;
create policy contact_verify on messages for update to atum_desk_contact
  using (workspace_id = (select ctx_workspace()) and author_id = (select ctx_person()) and channel = 'portal' and author_verdict = 'unknown'
         and exists (select from tickets t where t.id = ticket_id))
  with check (workspace_id = (select ctx_workspace()) and author_id = (select ctx_person()) and author_verdict = 'proven');
