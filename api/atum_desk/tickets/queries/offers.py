"""Which tickets may be the same request: offered to people, and never merged unasked."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.models import OfferedTicket

MOST_OFFERED = 5
# Subjects this much alike count as similar: of the trigrams of both so many are common.
ALIKE = 0.4
# The newest tickets of the requester are looked at, walked by the index tickets_requester: a person with thousands of
# tickets costs no more than one with twenty. Near in time are tickets opened within fourteen days of each other; of
# those whose subjects are not alike only open ones are told of. $1 the ticket.
OFFERED = f"""
    select o.number, o.subject, o.category, s.name as status, o.similar, o.created_at
      from tickets t
      cross join lateral (
        select x.id, x.number, x.subject, x.category, x.status_id, x.created_at, x.is_open,
               public.similarity(lower(x.subject), lower(t.subject)) >= {ALIKE} as similar
          from (select z.* from tickets z where z.requester_id = t.requester_id
                 order by z.updated_at desc, z.id desc limit 20) x
         where x.id <> t.id and x.merged_into is null
           and x.created_at between t.created_at - interval '14 days' and t.created_at + interval '14 days') o
      join statuses s on s.id = o.status_id
     where t.id = $1 and t.merged_into is null and t.is_open and (o.similar or o.is_open)
       and not exists (select from ticket_relations l where l.ticket_id = $1 and l.other_id = o.id)
     order by o.similar desc, o.created_at desc limit {MOST_OFFERED}"""


async def list_offers(transaction: ReadTransaction, ticket_id: int) -> list[OfferedTicket]:
    """Return visible tickets of the same requester that may be the same request, the likeliest first.

    Only an open ticket has some. Those that it is linked to, and those of which somebody said that they are not the
    same, are left out.
    """
    rows = await transaction.fetch(OFFERED, ticket_id)
    return [msgspec.convert(dict(row), OfferedTicket) for row in rows]
