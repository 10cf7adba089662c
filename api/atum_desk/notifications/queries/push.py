"""Statements of push: the browsers that are told, what is due to them, and what it says."""

from __future__ import annotations

import msgspec

from atum_desk.identity.public import sees_tickets_of
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.notifications.models import PushedNews, StoredKey, Subscription
from atum_desk.notifications.queries.unsent import unsent
from atum_desk.notifications.schemas import PushBrowser

MOST_BROWSERS = 20
MOST_DUE = 500
# More tickets at once, as after quiet hours, are one message.
MOST_SINGLE = 5
TEXT_CHARACTERS = 160
# An older one is told in the desk alone.
KEEP_HOURS = 24
# What is due, by ticket; of a summary there is one for all tickets.
DUE = f"""
    with {unsent("by_push", "pushed_at")},
    grouped as (
      select person_id, recipient_id, ticket_id, bool_or(frequency = 'summary') as after_absence,
             array_agg(id order by id) as ids, min(created_at) as since, max(created_at) as until
        from settled group by person_id, recipient_id, ticket_id),
    counted as (
      select *, count(*) over (partition by person_id, recipient_id) as tickets,
             bool_or(after_absence) over (partition by person_id, recipient_id) as is_summary from grouped
       where since <= moment() - make_interval(secs => $1))
    select person_id, recipient_id,
           case when not is_summary and tickets <= {MOST_SINGLE} then ticket_id end as about_id,
           jsonb_agg(ids) as ids
      from counted group by 1, 2, 3 order by min(since) limit {MOST_DUE}"""
NEWS = f"""
    with mine as materialized (
      select n.id, n.ticket_id, n.reason, n.actor_id, n.message_id, n.about, t.number, t.subject
        from notifications n join tickets t on t.id = n.ticket_id join people p on p.id = $1
       where n.person_id = $2 and n.by_push and n.read_at is null and n.pushed_at is not null
         and ($3::bigint is null or n.ticket_id = $3)
         and (n.created_at > moment() - make_interval(hours => {KEEP_HOURS}) or $3::bigint is null)
         and {sees_tickets_of("p", "t.team_id")})
    select (select count(*) from mine) as count, (select count(distinct ticket_id) from mine) as tickets,
           k.ticket_id, k.number, k.subject, k.reason, coalesce(c.name, m.author_name) as actor, m.kind as message_kind,
           left(coalesce(m.text, nullif(k.about, '')), {TEXT_CHARACTERS}) as text, p.locale as language,
           coalesce(o.push_content, true) as with_content,
           (select a.name from people a where a.id = $2 and a.id <> p.id) as absent_name,
           coalesce((select i.unread from notification_inboxes i where i.person_id = p.id), 0) as unread
      from mine k join people p on p.id = $1
      left join notification_settings o on o.person_id = p.id
      left join messages m on m.id = k.message_id left join people c on c.id = k.actor_id
     order by k.id desc limit 1"""


class DuePush(msgspec.Struct, frozen=True):
    """A message that is due: whose notifications, to whom, about which ticket (None: several), and which ones."""

    person_id: int
    recipient_id: int
    about_id: int | None
    ids: list[int]


async def list_due(transaction: ReadTransaction, after_seconds: float) -> list[DuePush]:
    """Return the messages that are due: the oldest unread of a ticket is so old."""
    rows = await transaction.fetch(DUE, after_seconds)
    return [DuePush(**{**row, "ids": [one for ids in row["ids"] for one in ids]}) for row in rows]


async def take_news(transaction: ReadTransaction, due: DuePush) -> bool:
    """Note that what is still unread is pushed by this transaction; tell whether anything was."""
    rows = await transaction.fetch(
        """update notifications set pushed_at = moment()
            where id = any($1) and by_push and pushed_at is null and read_at is null returning id""",
        due.ids,
    )
    return bool(rows)


async def list_subscription_ids(transaction: ReadTransaction, person_id: int) -> list[int]:
    """Return the browsers of somebody that are signed in."""
    rows = await transaction.fetch(
        """select b.id from push_subscriptions b join sessions s on s.id = b.session_id
            where b.person_id = $1 and s.expires_at > moment() order by b.id""",
        person_id,
    )
    return [row["id"] for row in rows]


async def find_subscription(transaction: ReadTransaction, subscription_id: int) -> Subscription | None:
    """Return a browser's address and keys; None when it was removed or its session has ended."""
    row = await transaction.fetchrow(
        """select b.id, b.endpoint, b.p256dh, b.auth from push_subscriptions b join sessions s on s.id = b.session_id
            where b.id = $1 and s.expires_at > moment()""",
        subscription_id,
    )
    return Subscription(**row) if row else None


async def find_news(
    transaction: ReadTransaction, recipient_id: int, person_id: int, ticket_id: int | None
) -> PushedNews | None:
    """Return what a browser is to say; None when all of it was read or is out of the reader's sight."""
    row = await transaction.fetchrow(NEWS, recipient_id, person_id, ticket_id)
    return msgspec.convert(dict(row), PushedNews) if row else None


async def note_used(transaction: ReadTransaction, subscription_id: int) -> None:
    """Note that a browser's push service took a message."""
    await transaction.execute("update push_subscriptions set last_used_at = moment() where id = $1", subscription_id)


async def remove_subscription(transaction: ReadTransaction, subscription_id: int) -> bool:
    """Tell a browser no more; tell whether there was one."""
    gone = await transaction.fetchval("delete from push_subscriptions where id = $1 returning true", subscription_id)
    return bool(gone)


async def find_key(transaction: ReadTransaction) -> StoredKey | None:
    """Return the key of the workspace."""
    row = await transaction.fetchrow(
        "select public_key, private_key from push_keys where workspace_id = (select ctx_workspace())"
    )
    return StoredKey(**row) if row else None


async def forget_key(transaction: ReadTransaction) -> None:
    """Forget the workspace's key and the browsers that subscribed with it: they subscribe again."""
    await transaction.execute("delete from push_subscriptions where workspace_id = (select ctx_workspace())")
    await transaction.execute("delete from push_keys where workspace_id = (select ctx_workspace())")


async def find_public_key(transaction: ReadTransaction) -> str | None:
    """Return the public key of the workspace."""
    return await transaction.fetchval("select public_key from push_keys where workspace_id = (select ctx_workspace())")


async def insert_key(transaction: ReadTransaction, key: StoredKey) -> None:
    """Keep the workspace's key, unless it has one by now."""
    await transaction.execute(
        """insert into push_keys (workspace_id, public_key, private_key) values (ctx_workspace(), $1, $2)
           on conflict do nothing""",
        key.public_key,
        key.private_key,
    )


async def list_browsers(transaction: ReadTransaction, session_id: int) -> list[PushBrowser]:
    """Return the reader's browsers, the oldest first; the one of the session is the current one."""
    rows = await transaction.fetch(
        """select id, name, created_at, last_used_at, session_id is not null as signed_in,
                  coalesce(session_id = $1, false) as current
             from push_subscriptions where person_id = (select ctx_person()) order by id limit $2""",
        session_id,
        MOST_BROWSERS,
    )
    return [PushBrowser(**row) for row in rows]


async def renew_subscription(transaction: ReadTransaction, session_id: int, endpoint: str) -> bool:
    """Tell a browser of the reader's again, in another session; tell whether there is one."""
    renewed = await transaction.fetchval(
        """update push_subscriptions set session_id = $1 where endpoint = $2 and person_id = (select ctx_person())
           returning true""",
        session_id,
        endpoint,
    )
    return bool(renewed)


async def delete_left(transaction: ReadTransaction, days: int) -> None:
    """Delete the browsers in which nobody has been signed in and that got nothing for so long."""
    await transaction.execute(
        """delete from push_subscriptions where workspace_id = (select ctx_workspace()) and session_id is null
              and greatest(last_used_at, created_at) < moment() - make_interval(days => $1)""",
        days,
    )


async def save_subscription(
    transaction: ReadTransaction, session_id: int, endpoint: str, p256dh: bytes, auth: bytes, name: str
) -> None:
    """Tell the reader's browser from now on, and nobody else there; the oldest beyond the most is told no more."""
    await transaction.execute("select forget_push_endpoint($1)", endpoint)
    await transaction.execute(
        """insert into push_subscriptions (workspace_id, person_id, session_id, endpoint, p256dh, auth, name)
           values (ctx_workspace(), ctx_person(), $1, $2, $3, $4, $5)
           on conflict (person_id, endpoint) do update set session_id = excluded.session_id,
             p256dh = excluded.p256dh, auth = excluded.auth,
             name = case when excluded.name <> '' then excluded.name else push_subscriptions.name end""",
        session_id,
        endpoint,
        p256dh,
        auth,
        name,
    )
    await transaction.execute(
        """delete from push_subscriptions where person_id = (select ctx_person()) and id in (
             select id from push_subscriptions where person_id = (select ctx_person()) order by id desc offset $1)""",
        MOST_BROWSERS,
    )
