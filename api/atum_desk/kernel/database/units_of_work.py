"""Connections, read transactions and units of work: the only way to the database.

`Database.reading` opens a read transaction (one transaction as one person, three round trips in all with one
query); `Database.writing` opens a unit of work, which is the same plus one change in the ledger.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import asyncpg
import msgspec
import structlog

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, SystemActor, request_context
from atum_desk.kernel.database.connections import UNREACHABLE, Connections, Loan
from atum_desk.kernel.database.roles import LOGIN_ROLES, LoginRole, role_url
from atum_desk.kernel.database.stored_reads import MISSING, StoredRead
from atum_desk.kernel.database.work import ReadTransaction as ReadTransaction
from atum_desk.kernel.database.work import UnitOfWork as UnitOfWork
from atum_desk.kernel.database.work import encode_json
from atum_desk.kernel.feature import Command, declared
from atum_desk.kernel.idempotency import claim_key
from atum_desk.kernel.ledger.bell import Bell
from atum_desk.kernel.problems import NotSignedIn

log = structlog.get_logger()
REMEMBERED_ACTORS = 10_000
OPENING_SECONDS = 60.0
READ = "begin read only"
READ_ONE_MOMENT = "begin isolation level repeatable read read only"
_STAMP = re.compile(r"^\d+\.\d*$")


class Database:
    """The pools of the login roles, the remembered actors and the bell."""

    def __init__(self, settings: Settings, database_url: str, secret: str) -> None:
        self._settings = settings
        self.secret = secret
        self._urls: dict[LoginRole, str] = {role: role_url(database_url, role, secret) for role in LOGIN_ROLES}
        self._pools: dict[LoginRole, Connections] = {}
        # What its connections prove tokens with; see enter() in migration 0011.
        self._nonce = secrets.token_bytes(32)
        self._actors: OrderedDict[bytes, Actor] = OrderedDict()
        self._bell_role: LoginRole | None = None
        self.bell = Bell(self._connect_bell)

    async def open(self, *roles: LoginRole, size: int | None = None) -> None:
        """Open a pool for each role; a process opens only the roles it acts as."""
        for role in roles:
            self._bell_role = self._bell_role or role
            pool = Connections(partial(self._connect, role), size or self._settings.pool_size)
            # One is opened at once: a database that is away is found at the start.
            pool.give(await pool.take(OPENING_SECONDS))
            self._pools[role] = pool
        self.bell.start()

    async def close(self) -> None:
        """Close every pool, waiting for what runs."""
        await self.bell.stop()
        for pool in self._pools.values():
            await pool.close()

    async def connect_worker(self) -> asyncpg.Connection:
        """Open a connection of its own as the worker role (listening, tailing, the queue)."""
        return await self._connect("atum_desk_worker", command_timeout=None)

    async def _connect_bell(self) -> asyncpg.Connection:
        """Open a connection that rings, as the first role of this process: any may."""
        return await self._connect(self._bell_role or "atum_desk_worker", command_timeout=None)

    def connection(self, role: LoginRole, *, writes: bool = False) -> Loan:
        """Lend a connection that has not entered: it sees no row and may call gate functions only."""
        return Loan(self._pools[role], writes)

    async def _connect(self, role: LoginRole, command_timeout: float | None = 60) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            self._urls[role],
            command_timeout=command_timeout,
            server_settings={**SERVER_SETTINGS, "atum.nonce": self._nonce.hex()},
        )
        await _prepare_connection(connection)
        return connection

    async def authenticate(self, hashed_token: bytes, audience: str) -> Actor:
        """Return the actor a token belongs to; remembered ones cost no round trip.

        Raises NotSignedIn when the token opens nothing.
        """
        if actor := self._actors.get(hashed_token):
            return actor
        return await self._authenticate_anew(hashed_token, audience)

    async def _authenticate_anew(self, hashed_token: bytes, audience: str) -> Actor:
        role: LoginRole = "atum_desk_staff" if audience == "staff" else "atum_desk_contact"
        if role not in self._pools:
            role = "atum_desk_worker"
        async with self.connection(role) as connection:
            row = await connection.fetchrow("select * from atum.authenticate($1)", hashed_token)
        if row is None:
            self._actors.pop(hashed_token, None)
            raise NotSignedIn
        actor = Actor(**{**row, "permissions": frozenset(row["permissions"])}, token_hash=hashed_token)
        self._actors[hashed_token] = actor
        if len(self._actors) > REMEMBERED_ACTORS:
            self._actors.popitem(last=False)
        return actor

    def forget(self, hashed_token: bytes) -> None:
        """Drop a remembered actor, at sign-out."""
        self._actors.pop(hashed_token, None)

    @asynccontextmanager
    async def reading(self, actor: Actor | SystemActor, begin: str = READ) -> AsyncIterator[ReadTransaction]:
        """Open a read transaction as the actor; with READ_ONE_MOMENT, all it reads is of one moment."""
        async with self.connection(_role_of(actor)) as connection:
            actor = await self._enter(connection, actor, begin)
            try:
                yield ReadTransaction(connection, actor)
            finally:
                await _end(connection, "commit")

    async def read_once(self, actor: Actor, read: StoredRead, *values: Any) -> tuple[list[asyncpg.Record], Actor]:
        """Return what a hot statement says to the actor, in one round trip, and the fresh actor."""
        try:
            async with self.connection(_role_of(actor)) as connection:
                try:
                    return await read.fetch(connection, actor, values), actor
                except asyncpg.PostgresError as error:
                    actor = await self._renewed(connection, actor, error)
                return await read.fetch(connection, actor, values), actor
        except MISSING:
            # Not prepared for this statement: it is asked as any other, in three round trips.
            log.warning("stored_read_missing", name=read.name)
            async with self.reading(actor) as transaction:
                return await transaction.fetch(read.statement, *values), actor

    @asynccontextmanager
    async def marking(self, actor: Actor | SystemActor) -> AsyncIterator[ReadTransaction]:
        """Open a read transaction that may write operational rows (read marks, kept responses), which are no change."""
        async with self.connection(_role_of(actor)) as connection:
            actor = await self._enter(connection, actor, "begin")
            try:
                yield ReadTransaction(connection, actor)
            except BaseException:
                await _end(connection, "rollback")
                raise
            await connection.execute("commit")

    @asynccontextmanager
    async def writing(
        self, actor: Actor | SystemActor, command: str | Command, first: str = ""
    ) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work that becomes the change `command`, all or nothing; `first` runs as it opens.

        Raises UndeclaredCommand for a command that no feature declares.
        """
        name = command if isinstance(command, str) else command.name
        declared.require_command(name)
        async with self.connection(_role_of(actor), writes=True) as connection:
            actor = await self._enter(connection, actor, "begin", opens_change=True, then=first)
            work = UnitOfWork(connection, actor, name, cause_id=_cause_of(actor))
            try:
                await claim_key(connection, actor)
                yield work
                if work.unchanged:
                    await connection.execute("rollback")
                    return
                await work._finish("; commit")
            except BaseException:
                await _end(connection, "rollback")
                raise
        self.bell.ring()

    async def _enter(
        self,
        connection: asyncpg.Connection,
        actor: Actor | SystemActor,
        begin: str,
        *,
        opens_change: bool = False,
        then: str = "",
    ) -> Actor | SystemActor:
        try:
            await connection.execute(self._opening(actor, begin, opens_change, then))
            return actor
        except asyncpg.PostgresError as error:
            await _end(connection, "rollback")
            if not isinstance(actor, Actor):
                raise
            fresh = await self._renewed(connection, actor, error)
        await connection.execute(self._opening(fresh, begin, opens_change, then))
        return fresh

    def _opening(self, actor: Actor | SystemActor, begin: str, opens_change: bool, then: str = "") -> str:
        """BEGIN, one select that enters, and what follows, in one message; each value is ours and of fixed form."""
        and_open = "_and_open" if opens_change else ""
        if isinstance(actor, SystemActor):
            person = "null" if actor.person_id is None else f"{actor.person_id:d}"
            enter = f"select atum.enter_system{and_open}({actor.workspace_id:d}, {person})"
            if opens_change and (cause_id := _cause_of(actor)) is not None:
                values = f"{actor.workspace_id:d}, {person}, {cause_id:d}"
                enter = f"select atum.enter_caused_and_open({values})"
        else:
            if not _STAMP.match(actor.stamp):
                raise ValueError(f"malformed stamp {actor.stamp!r}")
            proof = hashlib.sha256(actor.token_hash + self._nonce).hexdigest()
            values = f"{actor.session_id:d}, '\\x{proof}', '{actor.stamp}'"
            enter = f"select atum.enter{and_open}({values})"
        return f"{begin}; {clock.offset_sql()} {enter}; {then}"

    async def _renewed(self, connection: asyncpg.Connection, actor: Actor, error: asyncpg.PostgresError) -> Actor:
        """Return the actor anew when `enter` refused its stamp; raise NotSignedIn or the error."""
        if error.sqlstate == "AT401":
            self.forget(actor.token_hash)
            raise NotSignedIn from None
        if error.sqlstate != "AT409":
            raise error
        return await self._refresh(connection, actor)

    async def _refresh(self, connection: asyncpg.Connection, actor: Actor) -> Actor:
        self.forget(actor.token_hash)
        row = await connection.fetchrow("select * from atum.authenticate($1)", actor.token_hash)
        if row is None:
            raise NotSignedIn
        fresh = Actor(**{**row, "permissions": frozenset(row["permissions"])}, token_hash=actor.token_hash)
        self._actors[actor.token_hash] = fresh
        _require_needed(fresh)
        return fresh


async def connect_owner(admin_url: str) -> asyncpg.Connection:
    """Open a connection as the database's administrator, who enters as whom they like."""
    settings = {"search_path": "atum, public", "timezone": "UTC"}
    connection = await asyncpg.connect(admin_url, server_settings=settings)
    await _prepare_connection(connection)
    return connection


SERVER_SETTINGS = {
    "search_path": "atum, public",
    "timezone": "UTC",
    "jit": "off",
    "application_name": "atum-desk",
    "statement_timeout": "30000",
    # A role may set defaults for itself; what our statements rest on is said here, which goes before those.
    "standard_conforming_strings": "on",
    "default_transaction_read_only": "off",
    "row_security": "on",
}


def _require_needed(fresh: Actor) -> None:
    """Ask anew what the request needs: it was let in by powers that have changed since.

    Not once it wrote its change, which may be what narrowed them: it still gets its answer.
    """
    context = request_context.get()
    if context and context.needs and context.change_id is None:
        fresh.require_any(*context.needs)


def _cause_of(actor: Actor | SystemActor) -> int | None:
    """Return the change that the running job answers; what a person does answers none."""
    context = request_context.get()
    return context.cause_id if context and isinstance(actor, SystemActor) else None


def _role_of(actor: Actor | SystemActor) -> LoginRole:
    if isinstance(actor, SystemActor):
        return "atum_desk_worker"
    return "atum_desk_staff" if actor.audience == "staff" else "atum_desk_contact"


async def _prepare_connection(connection: asyncpg.Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=encode_json, decoder=msgspec.json.decode)


async def _end(connection: asyncpg.Connection, how: str) -> None:
    with suppress(*UNREACHABLE):
        await connection.execute(how)
