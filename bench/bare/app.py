"""A bare Starlette application over the same tables: what the product's requests would cost with nothing around them.

Run as `python -m bench.bare.app PORT DATABASE_URL PERSON_ID`; it knows one workspace and one person.
"""

import asyncio
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import msgspec
import uvloop
from asyncpg.pool import PoolConnectionProxy
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from atum_desk.kernel.named_ref import NamedRef
from atum_desk.outbox.public import MailAddress
from atum_desk.tickets import fields, models, people, schemas, values
from atum_desk.tickets.property import Property
from bench.bare import statements

WORKSPACE = 1
POOL_SIZE = 10


def _not_read(statement: str, properties: tuple[Property, ...]) -> dict[str, None]:
    """Return the properties that a statement of ours does not read, for those that came later, as empty."""
    return {one.key: None for one in properties if not all(column.name in statement for column in one.read_columns)}


OTHERS_OF_ROW = _not_read(statements.ROW, fields.IN_LIST)
OTHERS_OF_TICKET = _not_read(statements.ROW + statements.TICKET, fields.IN_TICKET)
EVERYTHING = schemas.Can(**dict.fromkeys(schemas.Can.__struct_fields__, True))

encode = msgspec.json.Encoder().encode
# What a statement is sent by: a connection, one lent by the pool, or the pool.
Asked = asyncpg.Pool | asyncpg.Connection | PoolConnectionProxy

_reply = msgspec.json.Decoder(schemas.MessageInput)
_ticket = msgspec.json.Decoder(schemas.TicketInput)


class StoredMessage(msgspec.Struct, frozen=True):
    """A message as the statements return it."""

    id: int
    kind: models.MessageKind
    from_staff: bool
    author_id: int
    author_name: str
    channel: values.Channel
    text: str
    quoted: str | None
    html: str | None
    recipients: list[MailAddress]
    cc: list[MailAddress]
    created_at: datetime
    mail: models.MailState | None


_messages = msgspec.json.Decoder(list[StoredMessage])


class Bare:
    """The handlers, over one pool and one person."""

    def __init__(self, database_url: str, person_id: int) -> None:
        self._url = database_url
        self._person_id = person_id
        self._pool: asyncpg.Pool

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the pool open meanwhile."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=POOL_SIZE,
            init=prepare_connection,
            reset=_nothing,
            server_settings={"search_path": "atum, public", "jit": "off", "timezone": "UTC"},
        )
        async with self._pool:
            yield

    async def list_tickets(self, request: Request) -> Response:
        """The newest open tickets."""
        limit = min(int(request.query_params["limit"]), statements.LIST_LENGTH)
        found = await self._pool.fetch(statements.LIST, WORKSPACE, self._person_id)
        items = [_row(row) for row in found[:limit]]
        return _json(schemas.TicketPage(items=items, next_cursor="more" if len(found) > limit else None))

    async def count_tickets(self, _request: Request) -> Response:
        """Counts of views and teams."""
        text = await self._pool.fetchval(statements.COUNTS, WORKSPACE, self._person_id)
        return _json(msgspec.json.decode(text, type=schemas.TicketCounts))

    async def get_ticket(self, request: Request) -> Response:
        """One ticket with its messages."""
        return _json(await self._page(self._pool, request.path_params["number"]))

    async def open_ticket(self, request: Request) -> Response:
        """A ticket for a requester."""
        given = _ticket.decode(await request.body())
        assert given.text
        async with self._pool.acquire() as connection:
            async with connection.transaction():
                number = await connection.fetchval(
                    statements.OPEN,
                    WORKSPACE,
                    given.subject,
                    given.requester_id,
                    given.text,
                    given.text[:200],
                    given.type,
                    self._person_id,
                )
            return _json(await self._page(connection, number), 201)

    async def add_message(self, request: Request) -> Response:
        """A reply with its mail and its job."""
        given = _reply.decode(await request.body())
        assert given.text
        number = request.path_params["number"]
        async with self._pool.acquire() as connection, connection.transaction():
            ticket = await connection.fetchrow(statements.LOCK, WORKSPACE, number)
            assert ticket
            recipients = [{"name": ticket["requester_name"], "address": ticket["requester_email"]}]
            message_id = await connection.fetchval(
                statements.APPEND,
                WORKSPACE,
                ticket["id"],
                self._person_id,
                "Agent",
                given.text,
                recipients,
                given.text[:200],
            )
            await connection.execute(
                statements.SEND,
                WORKSPACE,
                ticket["id"],
                message_id,
                ticket["mailbox_id"],
                f"t{ticket['id']}.m{message_id}.{secrets.token_hex(10)}@bench.example",
                ticket["address"],
                {"name": "Agent", "address": ticket["address"]},
                recipients,
                f"Re: {ticket['subject']} [#{number}]",
                given.text,
                f"<html><body><p>{given.text}</p></body></html>",
            )
            row = await connection.fetchrow(statements.ANSWERED, WORKSPACE, self._person_id, number, message_id)
        assert row
        [message] = _thread(row["messages"])
        added = schemas.MessageAdded(message=message, ticket=_ticket_of(row, []), change_id=0, undo_seconds=5)
        return _json(added, 201)

    async def _page(self, connection: Asked, number: int) -> schemas.Ticket:
        row = await connection.fetchrow(statements.TICKET, WORKSPACE, self._person_id, number)
        assert row
        return _ticket_of(row, _thread(row["messages"]))


def _json(answer: msgspec.Struct, status: int = 200) -> Response:
    return Response(encode(answer), status, media_type="application/json")


def _row(row: asyncpg.Record) -> schemas.TicketRow:
    return schemas.TicketRow(
        number=row["number"],
        subject=row["subject"],
        preview=row["preview"],
        status=values.StatusRef(row["status_key"], row["status_name"], row["category"], row["status_color"]),
        priority=values.PRIORITIES[row["priority"] - 1],
        type=row["type"],
        team=values.TeamRef(row["team_id"], row["team_name"], row["team_color"]),
        assignee=_named(row, "assignee"),
        requester=NamedRef(row["requester_id"], row["requester_name"]),
        organization=_named(row, "organization"),
        tags=row["tags"],
        channel=row["channel"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        resolved_at=row["resolved_at"],
        last_message_at=row["last_message_at"],
        unread=row["unread"],
        message_count=row["message_count"],
        version=row["version"],
        **OTHERS_OF_ROW,
    )


def _ticket_of(row: asyncpg.Record, thread: Sequence[models.MessageItem]) -> schemas.Ticket:
    organization = row["requester_organization"]
    return schemas.Ticket(
        id=row["id"],
        number=row["number"],
        subject=row["subject"],
        preview=row["preview"],
        status=values.StatusRef(row["status_key"], row["status_name"], row["category"], row["status_color"]),
        priority=values.PRIORITIES[row["priority"] - 1],
        type=row["type"],
        team=values.TeamRef(row["team_id"], row["team_name"], row["team_color"]),
        assignee=_named(row, "assignee"),
        requester=people.RequesterRef(
            row["requester_id"],
            row["requester_name"],
            row["requester_email"],
            NamedRef(**organization) if organization else None,
            vip=row["requester_vip"],
        ),
        fields={},
        organization=_named(row, "organization"),
        tags=row["tags"],
        channel=row["channel"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        last_message_at=row["last_message_at"],
        unread=row["unread"],
        message_count=row["message_count"],
        version=row["version"],
        mailbox=values.MailboxRef(row["mailbox_id"], row["mailbox_address"], row["mailbox_name"]),
        cc=[people.Participant(**one) for one in row["cc"]],
        first_response_at=row["first_response_at"],
        resolved_at=row["resolved_at"],
        closed_at=row["closed_at"],
        follow_up_of=row["follow_up_of"],
        can=EVERYTHING,
        allowed_statuses=row["allowed_statuses"],
        thread=[*thread],
        thread_cursor=None,
        thread_earlier=0,
        first_message=None,
        first_unread_id=None,
        **OTHERS_OF_TICKET,
    )


def _thread(text: str) -> list[models.MessageItem]:
    return [
        models.MessageItem(
            id=m.id,
            kind=m.kind,
            from_staff=m.from_staff,
            author=models.MessageAuthor(m.author_id, m.author_name),
            author_check=None,
            channel=m.channel,
            created_at=m.created_at,
            text=m.text,
            html=m.html,
            quoted=m.quoted,
            has_remote_images=False,
            to=m.recipients,
            cc=m.cc,
            attachments=[],
            mail=m.mail,
            raw_url=None,
            change_id=None,
        )
        for m in reversed(_messages.decode(text))
    ]


def _named(row: asyncpg.Record, what: str) -> NamedRef | None:
    return NamedRef(row[f"{what}_id"], row[f"{what}_name"]) if row[f"{what}_id"] else None


async def prepare_connection(connection: asyncpg.Connection) -> None:
    """Let JSON columns hold Python values."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=lambda v: encode(v).decode(), decoder=msgspec.json.decode
        )


async def _nothing(_connection: asyncpg.Connection) -> None:
    return None


async def serve(port: int, database_url: str, person_id: int) -> None:
    """Serve until SIGTERM, with the options of the product's own server."""
    bare = Bare(database_url, person_id)
    app = Starlette(
        routes=[
            Route("/api/v1/tickets", bare.list_tickets),
            Route("/api/v1/tickets", bare.open_ticket, methods=["POST"]),
            Route("/api/v1/tickets/counts", bare.count_tickets),
            Route("/api/v1/tickets/{number:int}", bare.get_ticket),
            Route("/api/v1/tickets/{number:int}/messages", bare.add_message, methods=["POST"]),
        ]
    )
    server = Server(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
        backlog=1024,
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    async with bare.running():
        await server.serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
