"""SQL of what a workspace knows and wants: its rules, and the facts about a mail that is to be filed."""

from __future__ import annotations

import msgspec

from atum_desk.contacts.public import person_among
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.mail_domains import spellings
from atum_desk.mail.models import Hints, MailFacts, MailRules
from atum_desk.mail.rules import MAIL_RULES

REFERENCES_LOOKED_AT = 50
# The ticket that a mail may be about, by the strongest of what hints at one: the same mail that came another
# way; the number that our mails carry in their subject; another mail of the same thread; Outlook's
# conversation; the subject of a ticket that moved within sixty days. A number and a subject count only for
# tickets that the sender is on.
HINTED_TICKET = """
  with recent as (
    (select x.id from tickets x where x.requester_id = (select id from me) order by x.updated_at desc limit 50)
    union
    (select p.ticket_id from participants p where p.person_id = (select id from me) order by p.id desc limit 50))
  select jsonb_build_object('ticket_id', h.ticket_id, 'because', h.because) from (
    (select 1 as place, ticket_now(m.ticket_id) as ticket_id, 'same_mail' as because from messages m
      where m.workspace_id = (select ctx_workspace()) and m.mail_message_id = $2 order by m.id limit 1)
    union all
    (select 2, ticket_now(t.id), 'number' from tickets t
      where t.workspace_id = (select ctx_workspace()) and t.number = $9
        and (t.requester_id = (select id from me) or exists (
               select from participants p where p.ticket_id = t.id and p.person_id = (select id from me))))
    union all
    (select 3, ticket_now(m.ticket_id), 'same_thread' from mails m
      where m.workspace_id = (select ctx_workspace()) and m.thread_root = any($10::text[])
        and m.ticket_id is not null and m.id <> $1
      order by m.id desc limit 1)
    union all
    (select 4, ticket_now(m.ticket_id), 'conversation' from mails m
      where m.workspace_id = (select ctx_workspace()) and m.thread_key = $11
        and m.ticket_id is not null and m.id <> $1
      order by m.id desc limit 1)
    union all
    (select 5, t.id, 'subject' from recent join tickets t on t.id = recent.id
      where $12::text is not null and lower(t.subject) = lower($12)
        and t.updated_at > moment() - interval '60 days'
      order by t.updated_at desc limit 1)) h
   where h.ticket_id is not null order by h.place limit 1"""
# How the requests began, newest first, that the sender mailed within the hour and we confirmed.
CONFIRMED_TEXTS = """
  select coalesce((select left(m.text, 1000) from messages m where m.ticket_id = t.id order by m.id limit 1), '')
    from tickets t
   where t.requester_id = (select id from me) and t.channel = 'email' and t.created_at > moment() - interval '1 hour'
     and exists (select from outbox o where o.ticket_id = t.id and o.kind = 'confirmation')
   order by t.id desc limit 10"""
# A conversation that a mail belongs to, its ticket, and whom it is with.
CONVERSATION = """(select jsonb_build_object('id', c.id, 'ticket_id', ticket_now(c.ticket_id), 'people', c.people)
                     from conversations c where c.workspace_id = ctx_workspace() and c.id = {id})"""
SIGNED_CONVERSATION = """coalesce((select max(given) from unnest($13::bigint[]) given),
                 (select max(o.conversation_id) from outbox o where o.id = any($14::bigint[])))"""
REFERENCED_CONVERSATION = """(select n.conversation_id from named n where n.ticket_id is not null
                 order by n.place, n.conversation_id limit 1)"""
# Everything in one statement: each costs a round trip. The mail is locked before.
FACTS = f"""
    with mine as (select dedupe_key, state from mails where id = $1),
         rules as materialized (select {MAIL_RULES.as_object} as given),
         sender as materialized (select {person_among("$8::text[]")} as person),
         me as materialized (select (person->>'id')::bigint as id, person->>'kind' as kind from sender),
         named as (
           select o.ticket_id as signed_for_id, ticket_now(coalesce(m.ticket_id, o.ticket_id)) as ticket_id,
                  o.id as outbox_id, r.place, o.conversation_id from unnest($3::text[]) with ordinality as r(id, place)
             join outbox o on o.mail_message_id = r.id and o.workspace_id = ctx_workspace()
             left join messages m on m.id = o.message_id
           union all
           select null, ticket_now(m.ticket_id), null, r.place, m.conversation_id
             from unnest($3::text[]) with ordinality as r(id, place)
             join messages m on m.mail_message_id = r.id and m.workspace_id = ctx_workspace())
    select
      (select m.id from mails m where m.workspace_id = ctx_workspace()
          and m.dedupe_key = (select dedupe_key from mine) and m.state in ('ticketed', 'appended')
          and m.id <> $1 limit 1) as duplicate_of_id,
      exists (select from outbox where mail_message_id = $2 and workspace_id = ctx_workspace()) as is_ours,
      coalesce((select kind = 'staff' from me), false) as sender_is_staff,
      array(select address from mailboxes where workspace_id = ctx_workspace()) as own_addresses,
      coalesce((select n.ticket_id from named n where n.signed_for_id = any($4::bigint[])
                 order by n.place limit 1),
               (select ticket_now(max(t.id)) from tickets t where t.id = any($4::bigint[]))) as signed_ticket_id,
      (select n.ticket_id from named n where n.ticket_id is not null
        order by n.place limit 1) as referenced_ticket_id,
      (select n.ticket_id from named n where n.outbox_id is not null and n.ticket_id is not null
        order by n.place limit 1) as answered_ticket_id,
      (select n.outbox_id from named n where n.outbox_id is not null
        order by n.place limit 1) as referenced_outbox_id,
      exists (select from named n join outbox o on o.id = n.outbox_id where o.staff_only) as answers_staff_only,
      {CONVERSATION.format(id=SIGNED_CONVERSATION)} as signed_conversation,
      {CONVERSATION.format(id=REFERENCED_CONVERSATION)} as referenced_conversation,
      (select m.id from mails m where m.workspace_id = ctx_workspace() and m.state = 'received'
          and m.mail_message_id = any($3::text[]) and m.id < $1 limit 1) as waiting_for_id,
      (select case b.kind when 'domain' then 'the domain ' when 'list' then 'the list ' else '' end || b.value
         from mail_blocks b
        where b.workspace_id = ctx_workspace()
          and (b.kind = 'address' and b.value = lower($5) or b.kind = 'list' and b.value = $15
               or b.kind = 'domain' and b.value = any(domains_above(lower($5)))) limit 1) as blocked_by,
      rate.sender_mails, rate.pair_mails,
      (select state from mine) as state, (select person from sender) as person, rules.given as rules,
      ({HINTED_TICKET}) as hinted, array({CONFIRMED_TEXTS}) as confirmed_texts
      from rules, sender_rate($1, lower($5), coalesce((rules.given->>'sender_hourly')::int, $6),
                              coalesce((rules.given->>'pair_ten_minutes')::int, $7)) rate"""


async def get_facts(
    work: UnitOfWork,
    mail_id: int,
    *,
    mail_message_id: str | None,
    sender: str,
    references: list[str],
    signed_ticket_ids: list[int],
    signed_conversation_ids: list[int],
    returned_to: list[int],
    hints: Hints,
    list_id: str | None,
) -> MailFacts:
    """Return what the workspace knows about a mail. `references` are ids without brackets, nearest first.

    `returned_to` are the outbox ids of the mails whose return paths it was sent to.

    A message that was moved to another ticket is found where it is; a reply address that was signed
    for the ticket it left leads there too, when the mail answers that very message.
    """
    usual = MailRules()
    row = await work.fetchone(
        FACTS,
        mail_id,
        mail_message_id,
        references[:REFERENCES_LOOKED_AT],
        signed_ticket_ids,
        sender,
        usual.sender_hourly,
        usual.pair_ten_minutes,
        [one.lower() for one in spellings(sender.lower())],
        hints.number,
        hints.thread_ids,
        hints.thread_key,
        hints.subject,
        signed_conversation_ids,
        returned_to,
        list_id,
    )
    return msgspec.convert(dict(row), MailFacts)
