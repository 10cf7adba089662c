-- Outgoing mail: the references of received mail, and what a mailbox wants its mail to look like.
set local search_path = atum, public;

-- The mails that a received mail answers, the oldest first: an answer to it carries them on (RFC 5322, 3.6.4).
alter table messages add column mail_references text[] not null default '{}' check (cardinality(mail_references) <= 20);
select ledger_table('messages', '{words,change_id}');

-- What a mailbox wants its mail to look like.
alter table mailbox_sending
  -- "write above this line" over an answer; the first mail of a ticket never has it
  add column marker boolean not null default true,
  -- the text of the message alone: no HTML part, layout, footer or marker
  add column plain_text boolean not null default false,
  -- so many messages of the ticket are quoted below an answer
  add column quoted_messages smallint not null default 0 check (quoted_messages between 0 and 5);
select ledger_table('mailbox_sending', '{password,version}');
-- What was chosen for one mail, which an edit keeps; `html` is there for the previous release, which sends it.
alter table outbox
  add column plain_text boolean not null default false,
  add column quoted_messages smallint not null default 0 check (quoted_messages between 0 and 5);
select ledger_table('outbox', '{version}');

-- As in 0009, with the kind of body: what left stays as it left.
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
                is distinct from (old.text, old.html, old.plain_text, old.subject, old.sender, old.recipients, old.cc, old.bcc, old.mail_message_id) then
    raise exception 'mail % is %: what left the house stays as it left', old.id, old.state using errcode = '23514';
  end if;
  new.version := old.version + 1;
  return new;
end $$;
