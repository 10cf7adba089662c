-- Who gets a blind copy of a reply. Contacts are granted neither column: who got one is for staff alone.
set local search_path = atum, public;

alter table messages add column bcc jsonb not null default '[]';
select ledger_table('messages', '{words,change_id}');
alter table outbox add column bcc jsonb not null default '[]';
select ledger_table('outbox', '{version}');

-- As in 0007, with the blind copies: what left the house stays as it left.
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
  if v_left and (new.text, new.html, new.subject, new.sender, new.recipients, new.cc, new.bcc, new.mail_message_id)
                is distinct from (old.text, old.html, old.subject, old.sender, old.recipients, old.cc, old.bcc, old.mail_message_id) then
    raise exception 'mail % is %: what left the house stays as it left', old.id, old.state using errcode = '23514';
  end if;
  new.version := old.version + 1;
  return new;
end $$;
