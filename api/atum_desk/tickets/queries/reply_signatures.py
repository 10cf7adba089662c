"""The signature that fits a reply, and whether its author signed the ticket a while ago."""

from __future__ import annotations

import msgspec

from atum_desk.signatures.public import REPEAT_HOURS, FoundSignature, signature_for

# Of so many replies, the newest, one is looked for that its author signed.
REPLIES_LOOKED_AT = 20


class ReplySignature(msgspec.Struct, frozen=True):
    """The signature that fits a reply; `is_repeated`: whoever gets it has read it a while ago."""

    found: FoundSignature
    is_repeated: bool


def signature_of_reply(author: str) -> str:
    """Return the SQL of a ReplySignature as JSON or null, for a ticket t of a mailbox b and a requester p.

    It is repeated below a reply whose author signed the ticket's newest reply, or one within REPEAT_HOURS.
    """
    found = signature_for(person=author, mailbox="b.id", team="t.team_id", language="p.locale")
    return f"""(select json_build_object('found', f.found, 'is_repeated', exists (
                  select from (select m.author_id, m.created_at, m.signature->>'text' as signed,
                                      row_number() over (order by m.id desc) as place
                                 from messages m where m.ticket_id = t.id and m.kind = 'reply'
                                order by m.id desc limit {REPLIES_LOOKED_AT}) r
                   where r.author_id = {author} and r.signed <> ''
                     and (r.place = 1 or r.created_at > moment() - interval '{REPEAT_HOURS} hours')))
                from (select {found} as found) f where f.found is not null)"""
