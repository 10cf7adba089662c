"""The WebSocket server: who is let in, frames in, and the health addresses."""

from __future__ import annotations

import asyncio
import secrets
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from atum_desk.kernel.client_address import client_address
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.own_addresses import OwnAddresses
from atum_desk.kernel.problems import CrossSiteRequest, NotFound, NotSignedIn, Problem, Unavailable
from atum_desk.kernel.processes.service_manager import ServiceManager
from atum_desk.live.admission import find_cookie_tokens, host_of, identify, is_own_page
from atum_desk.live.client import CROWDED, DISPLACED, SIGNED_OUT, TOO_MUCH, LiveClient
from atum_desk.live.connection_limits import LiveConnectionLimits
from atum_desk.live.health import check_health
from atum_desk.live.hub import Hub
from atum_desk.live.inbox_news import InboxNews
from atum_desk.live.models import ClientFrame, decode_client_frame
from atum_desk.live.presence import Presence
from atum_desk.live.presence_bus import PresenceBus
from atum_desk.live.queries import find_ticket_place
from atum_desk.live.read_changes import RowReader

WS_PATHS = ("/ws", "/ws/")
HEALTH_PATH = "/api/v1/health/"
LARGEST_FRAME_BYTES = 64 * 1024
FIRST_FRAMES_TIMEOUT_SECONDS = 10.0
MOST_CONNECTIONS = 10_000
SWEEP_SECONDS = 5.0
UNREADABLE = 1007
RESTARTING = 1012
# In place of a request whose headers nobody needs any more; the library asks whether there was one.
FORGOTTEN = Request("", Headers())
TRY_AGAIN = 1013

log = structlog.get_logger()


class TooManyConnections(Problem):
    """This server holds as many live connections as it can. Try again in a minute."""

    status = 503
    code = "too_many_connections"


class LiveServer:
    """One process of the live service."""

    def __init__(self, settings: Settings, database: Database, manager: ServiceManager, read_rows: RowReader) -> None:
        self._settings = settings
        self._manager = manager
        self._database = database
        self._presence = Presence(secrets.token_hex(4))
        self._hub = Hub(database, self._presence, read_rows)
        self._bus = PresenceBus(settings.redis_url, self._presence)
        self._own = OwnAddresses(settings)
        self._closing: set[asyncio.Task[None]] = set()
        self._places = LiveConnectionLimits(settings.live_sockets_per_person, settings.live_sockets_per_address)

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve until `stopping` is set, then ask every client to come back."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._hub.run()),
                group.create_task(InboxNews(self._database, self._hub).run()),
                group.create_task(self._bus.run()),
                group.create_task(self._sweep()),
            ]
            server = await self._open()
            log.info("started", port=self._settings.live_port)
            tasks.append(group.create_task(self._tell()))
            await stopping.wait()
            log.info("stopping", connections=self._hub.client_count)
            self._manager.stopping("asking everybody to come back")
            server.close(code=RESTARTING, reason="restarting")
            await server.wait_closed()
            for task in tasks:
                task.cancel()

    async def _tell(self) -> None:
        """Say that clients are served once the ledger is followed, and go on saying so."""
        await self._hub.started.wait()
        self._manager.ready(f"listening on port {self._settings.live_port}")
        await self._manager.keep_watch()

    async def _open(self) -> Server:
        return await serve(
            self._serve,
            self._settings.bind,
            self._settings.live_port,
            process_request=self._process_request,
            compression=None,
            server_header=None,
            max_size=LARGEST_FRAME_BYTES,
            max_queue=4,
            open_timeout=10,
            # One ping for all clients takes less than a timer for each (Hub).
            ping_interval=None,
            close_timeout=2,
        )

    async def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        path = urlsplit(request.path).path
        try:
            self._own.require_host(host_of(request.headers))
        except Problem as problem:
            return _refuse(connection, problem)
        if path.startswith(HEALTH_PATH):
            return await self._answer_health(connection, path.removeprefix(HEALTH_PATH))
        if path not in WS_PATHS:
            return _refuse(connection, NotFound())
        if not is_own_page(request.headers, self._own):
            return _refuse(connection, CrossSiteRequest())
        if self._hub.client_count >= MOST_CONNECTIONS:
            return _refuse(connection, TooManyConnections())
        return None

    async def _answer_health(self, connection: ServerConnection, which: str) -> Response:
        if which == "live":
            return _respond(connection, HTTPStatus.OK, b'{"status":"ok","dependencies":{}}')
        if which != "ready":
            return _refuse(connection, NotFound())
        health = await check_health(self._database, self._hub, self._bus)
        status = HTTPStatus.SERVICE_UNAVAILABLE if health.status == "down" else HTTPStatus.OK
        return _respond(connection, status, msgspec.json.encode(health))

    async def _serve(self, connection: ServerConnection) -> None:
        """Serve one connection if its address has a place for it."""
        with self._places.of_address(self._address_of(connection)) as has_place:
            if has_place:
                await self._converse(connection)
            else:
                await connection.close(CROWDED, "too many connections from this address")

    def _address_of(self, connection: ServerConnection) -> str:
        peer = connection.remote_address
        forwarded = connection.request.headers.get_all("X-Forwarded-For") if connection.request else []
        return client_address(peer[0] if peer else "", ",".join(forwarded), self._settings)

    async def _converse(self, connection: ServerConnection) -> None:
        """Serve one connection from its first frame to its end."""
        client: LiveClient | None = None
        try:
            if not self._hub.started.is_set():
                raise Unavailable
            async with asyncio.timeout(FIRST_FRAMES_TIMEOUT_SECONDS):
                actor = await self._identify(connection)
                hello = await self._await_hello(connection)
            client = await self._hub.join(connection, actor, hello.last_seq)
            if client is None:
                raise NotSignedIn
            # Headers are a quarter of what an open connection takes, and nobody asks for them any more.
            connection.request, connection.response = FORGOTTEN, None
            if displaced := self._places.take(client):
                closing = asyncio.create_task(displaced.close(DISPLACED, "newer windows are open"))
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)
            await self._listen(client)
        except (NotSignedIn, TimeoutError):
            await connection.close(SIGNED_OUT, "not signed in")
        except Unavailable:
            await connection.close(TRY_AGAIN, "the database does not answer")
        except msgspec.MsgspecError:
            await connection.close(UNREADABLE, "that is no frame of ours")
        except ConnectionClosed:
            return
        finally:
            if client:
                self._hub.leave(client)
                self._places.leave(client)

    async def _identify(self, connection: ServerConnection) -> Actor:
        request = connection.request
        assert request is not None
        tokens = find_cookie_tokens(request.path, request.headers)
        if not tokens:
            told = decode_client_frame(await connection.recv(decode=False)).token
            tokens = [told] if told else []
        return await identify(self._database, tokens)

    async def _await_hello(self, connection: ServerConnection) -> ClientFrame:
        while True:
            frame = decode_client_frame(await connection.recv(decode=False))
            if frame.type == "hello":
                return frame

    async def _listen(self, client: LiveClient) -> None:
        while True:
            raw = await client.connection.recv(decode=False)
            if not client.allow_frame():
                await client.close(TOO_MUCH, "too many frames")
                return
            frame = decode_client_frame(raw)
            if frame.type == "pong":
                self._presence.heard_from(client)
            elif frame.type == "presence" and frame.ticket is not None:
                await self._note_presence(client, frame.ticket, frame)

    async def _note_presence(self, client: LiveClient, number: int, frame: ClientFrame) -> None:
        if client.powers.audience != "staff":
            return
        if frame.state is None or frame.state == "gone":
            self._presence.go(client, number)
        elif self._presence.is_in(client, number):
            self._presence.renew(client, number, frame.state)
        elif 0 < number < 2**31:
            actor = SystemActor(workspace_id=client.powers.workspace_id, via="job")
            async with self._database.reading(actor) as transaction:
                place = await find_ticket_place(transaction, number)
            # A ticket one may not see does not exist, here as everywhere.
            if place and self._presence.may_enter(client, place):
                self._presence.enter(client, number, place.team_id, frame.state)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self._presence.sweep()


def _refuse(connection: ServerConnection, problem: Problem) -> Response:
    response = _respond(connection, HTTPStatus(problem.status), msgspec.json.encode(problem.body()))
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/problem+json"
    return response


def _respond(connection: ServerConnection, status: HTTPStatus, body: bytes) -> Response:
    response = connection.respond(status, body.decode())
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
