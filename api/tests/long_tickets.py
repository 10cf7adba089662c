"""A ticket of any number of messages, written as an import would."""

from __future__ import annotations

from factories import Given, MadeTicket

# Beside the commands: what reads cost is asked, not what writing does. Every seventh has HTML.
FILL = """
    insert into messages (workspace_id, ticket_id, kind, from_staff, author_id, author_name, channel, text, html,
                          created_at)
    select t.workspace_id, t.id, 'reply', false, t.requester_id, 'Rita', 'email', w.text,
           case when $3 and n % 7 = 0 then '<p>' || replace(w.text, E'\n', '</p><p>') || '</p>' end,
           moment() - interval '1 day'
      from tickets t, generate_series(1, $2::int) n,
           lateral (select 'Answer number ' || n || E'.\nThe pump of hall ' || n % 7 || ' drips.' as text) w
     where t.id = $1"""


async def long_ticket(given: Given, messages: int, subject: str = "Long", *, with_html: bool = False) -> MadeTicket:
    """Make a ticket of so many messages, of which the first came two days ago and the others a day later."""
    requester = await given.contact("Rita")
    ticket = await given.ticket(subject, requester_id=requester)
    async with given.database.writing(given.system, "ticket.open") as work:
        await work.execute(
            "update messages set created_at = moment() - interval '2 days' where ticket_id = $1", ticket.id
        )
        await work.execute(FILL, ticket.id, messages - 1, with_html)
    return ticket
