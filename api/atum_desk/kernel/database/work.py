"""Views and units of work: one transaction as one actor, and what makes it a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec

from atum_desk.kernel.context import Actor, SystemActor, request_context
from atum_desk.kernel.feature import declared
from atum_desk.kernel.problems import ChainTooLong

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.job_types import JobType, Parameters

type_encoder = msgspec.json.Encoder()
# As take_change() names the connection for as long as its change is open.
CHANGE_NAME = "atum-desk change "
# What finish_change() raises when a chain of answers is at its end.
CHAIN_TOO_LONG = "AT508"


class ReadTransaction:
    """One transaction as one actor. `actor` is fresh: its powers are those of this transaction."""

    def __init__(self, connection: asyncpg.Connection, actor: Actor | SystemActor) -> None:
        self.connection = connection
        self.actor = actor
        self.fetch = connection.fetch
        self.fetchrow = connection.fetchrow
        self.fetchval = connection.fetchval
        self.execute = connection.execute

    async def fetchone(self, statement: str, *values: Any) -> asyncpg.Record:
        """Return the row of a statement that always has one. Raises LookupError otherwise."""
        row = await self.connection.fetchrow(statement, *values)
        if row is None:
            raise LookupError("a statement that always has a row had none")
        return row

    async def enqueue(
        self, job: JobType[Parameters], parameters: Parameters, *, delay_seconds: float = 0, key: str | None = None
    ) -> None:
        """Enqueue a job for this workspace that runs only if the transaction commits; it acts for the same cause.

        Of one `key` one job waits at a time. A transaction that only reads cannot enqueue.
        """
        await self.connection.execute(
            "select atum.enqueue_workspace_job($1, $2, $3, $4)",
            job.name,
            parameters,
            timedelta(seconds=delay_seconds),
            key,
        )


class UnitOfWork(ReadTransaction):
    """A unit of work: a transaction whose writes become one change.

    A command sets `ticket_id`, `public` and `summary` while it works; `command` may be refined.
    `change_id` is set once the change is written, just before the commit. `cause_id` is the change
    that this work answers, None for what people and schedules do; the database writes it down.
    """

    def __init__(
        self,
        connection: asyncpg.Connection,
        actor: Actor | SystemActor,
        command: str,
        *,
        cause_id: int | None = None,
        marks: dict[str, Any] | None = None,
    ) -> None:
        """`marks` stand in the summary of every change that this work becomes."""
        super().__init__(connection, actor)
        self.command = command
        self.cause_id = cause_id
        self.marks = marks or {}
        self.ticket_id: int | None = None
        self.public = False
        self.summary: dict[str, Any] = {}
        self.undo_of: int | None = None
        self.change_id: int | None = None
        self.unchanged = False
        # Whether the last change is left out when nothing was written under it; operational rows commit all the same.
        self.may_be_empty = False
        # What this transaction asked already and need not ask for each of many tickets.
        self.known: dict[Any, Any] = {}

    async def act_for(self, person_id: int) -> None:
        """Let the system's work count as a person's from here on (a mail's sender, once known)."""
        await self.connection.execute("select atum.act_for($1)", person_id)
        if isinstance(self.actor, SystemActor):
            self.actor = msgspec.structs.replace(self.actor, person_id=person_id)

    async def next_change(self, command: str, then: str = "") -> int | None:
        """Let what was written so far be a change, and what follows another one of the same run.

        What stands in `then` runs in the same round trip. Returns the id of the first, or None when nothing was
        written: then only the name is new. Raises ChainTooLong.
        """
        declared.require_command(self.command)
        declared.require_command(command)
        open_change = _reported_change(self.connection)
        with chain_ends_named():
            await self.connection.execute(f"select atum.finish_and_reopen({self._literals()}){then}")
        finished = open_change if _reported_change(self.connection) != open_change else None
        if finished is not None:
            self.change_id = finished
            self.ticket_id, self.public, self.summary, self.undo_of = None, False, {}, None
        self.command = command
        return finished

    def change_values(self) -> tuple[Any, ...]:
        """Return what finish_change() and its like are given, in their order."""
        context = request_context.get()
        return (
            self.command,
            self.actor.via,
            self.ticket_id,
            self.public,
            {**self.summary, **self.marks},
            self.undo_of,
            context.request_id if context else None,
        )

    def _literals(self) -> str:
        """Return what finish_change() and its like are given, as SQL."""
        command, via, ticket_id, public, summary, undo_of, request_id = self.change_values()
        values = (
            _literal(command),
            _literal(via),
            _literal(ticket_id),
            "true" if public else "false",
            f"{_literal(encode_json(summary))}::jsonb",
            _literal(undo_of),
            _literal(request_id),
        )
        return ", ".join(values)

    async def _finish(self, then: str = "") -> None:
        """Write the change, and run what stands in `then` in the same round trip."""
        declared.require_command(self.command)
        change_id = _reported_change(self.connection)
        with chain_ends_named():
            finish = "finish_if_written" if self.may_be_empty else "finish_change"
            await self.connection.execute(f"select atum.{finish}({self._literals()}){then}")
        if self.may_be_empty:
            return
        self.change_id = change_id
        if context := request_context.get():
            context.change_id = change_id


@contextmanager
def chain_ends_named() -> Iterator[None]:
    """Raise ChainTooLong where the database refuses an answer to an answer to an answer."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if error.sqlstate != CHAIN_TOO_LONG:
            raise
        raise ChainTooLong from error


def _literal(value: str | int | None) -> str:
    """Return a value as SQL; text goes as hexadecimal digits, which nothing in it can escape."""
    if value is None:
        return "null"
    if isinstance(value, int):
        return f"{value:d}"
    return f"convert_from('\\x{value.encode().hex()}', 'UTF8')"


def _reported_change(connection: asyncpg.Connection) -> int:
    """Return the id of the change that the connection is at, which the server reports by itself.

    `take_change()` puts it into `application_name`: the change's id costs no round trip.
    """
    name: str = connection.get_settings().application_name
    return int(name.removeprefix(CHANGE_NAME))


def encode_json(value: object) -> str:
    """Return a value as the text of JSON that the database is given."""
    return type_encoder.encode(value).decode()
