-- Outgoing mail: the references of received mail, and what a mailbox wants its mail to look like.
set local search_path = atum, public;

-- The mails that a received mail answers, the oldest first: an answer to it carries them on (RFC 5322, 3.6.4).
alter table messages add column mail_references text[] not null default '{}' check (cardinality(mail_references) <= 20);
select ledger_table('messages', '{words,change_id}');
