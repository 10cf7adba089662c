"""The batches of a run: each is one transaction of a tenth of a second at most, and some tickets in it.

A ticket that somebody else holds is left for the next batch, so a run waits for nobody and nobody for
longer than a batch. What became of each ticket is written in the transaction that changed it: however
a worker ends, a ticket is done once.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec

from atum_desk.actions.public import read_template
from atum_desk.bulk import queries
from atum_desk.bulk.asked_change import asked_change
from atum_desk.bulk.models import Item, StoredRun, TagWork
from atum_desk.bulk.schemas import BulkActions, RunKind
from atum_desk.bulk.texts import fill_in, read_text
from atum_desk.checklists.public import add_of_template
from atum_desk.history.public import take_back_each
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.tickets.public import (
    Addressee,
    BulkChange,
    OutboundFacts,
    Outcome,
    TextAgent,
    TicketBusy,
    TicketNotFound,
    change_each,
    list_template_values,
    lock_free,
    open_each,
)

BATCH_SECONDS = 0.1
# Of so many tickets the time is not looked at in between.
CHUNK = 10
# What the database takes for one chunk; others wait for its tickets no longer than that and a batch.
LOCK_TIMEOUT = "set local lock_timeout = '2s'"

# What each ticket's change is called.
COMMANDS: dict[RunKind, str] = {
    "edit": "bulk.apply",
    "tag": "bulk.apply",
    "undo": "change.undo",
    "outbound": "ticket.open",
}

Step = Callable[[UnitOfWork, list[Item]], Awaitable[list[Outcome]]]


class Batch(msgspec.Struct, frozen=True):
    """What one batch did: so many tickets, where it stopped (None: at the end), and whether the run shall stop."""

    handled: int
    after: int | None
    cancel_asked: bool


async def do_batch(database: Database, actor: Actor | SystemActor, run: StoredRun, after: int, step: Step) -> Batch:
    """Do a run's next tickets, from those with a number above `after`."""
    handled, cancel_asked, until = 0, False, time.monotonic() + BATCH_SECONDS
    async with database.writing(actor, COMMANDS[run.kind], LOCK_TIMEOUT) as work:
        work.may_be_empty = True
        while True:
            items = await queries.take_items(work, run.id, after, CHUNK)
            if not items:
                return Batch(handled, None, cancel_asked)
            outcomes = await step(work, items)
            if outcomes:
                cancel_asked = await queries.write_outcomes(work, run.id, outcomes)
            handled, after = handled + len(outcomes), items[-1].number
            if cancel_asked or time.monotonic() > until:
                return Batch(handled, after, cancel_asked)


def step_of(run: StoredRun, settings: Settings, actor: Actor | SystemActor, *, patient: bool) -> Step:
    """Return what a run does to some of its tickets; one that is not `patient` refuses those that others hold."""
    if run.kind == "undo":
        return _taking_back
    if run.kind == "tag":
        return _Editing(run, settings, _change_of_tag(run), patient=patient)
    assert isinstance(actor, Actor)
    if run.kind == "outbound":
        return _Opening(run, settings, actor)
    return _Editing(run, settings, _change_of(run), actor, patient=patient)


async def _taking_back(work: UnitOfWork, items: list[Item]) -> list[Outcome]:
    numbers = {item.undoes: item.number for item in items if item.undoes is not None}
    results = await take_back_each(work, list(numbers))
    return [
        Outcome(numbers[change_id], one if isinstance(one, int) else None, None if isinstance(one, int) else one.body())
        for change_id, one in results.items()
    ]


class _Editing:
    """Changes tickets, and writes to them."""

    def __init__(
        self, run: StoredRun, settings: Settings, change: BulkChange, actor: Actor | None = None, *, patient: bool
    ) -> None:
        self._run = run
        self._settings = settings
        self._change = change
        self._actor = actor
        self._patient = patient
        actions = msgspec.convert(run.request["actions"], BulkActions) if run.kind == "edit" else BulkActions()
        self._message = actions.message
        self._first = None
        if actions.checklist_template_id is not None:
            self._first = partial(add_of_template, template_id=actions.checklist_template_id)
        self._text = read_text(actions.message) if actions.message else None

    async def __call__(self, work: UnitOfWork, items: list[Item]) -> list[Outcome]:
        tickets, held, gone = await lock_free(work, [item.number for item in items])
        messages = {}
        if self._message and self._text and self._actor:
            ids = [ticket.id for ticket in tickets]
            messages = await fill_in(work, self._actor, self._message, self._text, ids, self._run.mail_at)
        outcomes = [Outcome(number, problem=TicketNotFound().body()) for number in gone]
        if not self._patient:
            outcomes += [Outcome(number, problem=TicketBusy().body()) for number in held]
        if self._run.kind == "tag":
            # A tag that is retired may be renamed.
            work.known["tags"] = {tag: tag for tag in self._change.add_tags}
        marks = {"bulk": self._run.id}
        return outcomes + await change_each(work, self._settings, tickets, self._change, messages, marks, self._first)


class _Opening:
    """Opens a ticket for each person."""

    def __init__(self, run: StoredRun, settings: Settings, actor: Actor) -> None:
        self._run = run
        self._settings = settings
        self._actor = actor
        facts = {name: run.request[name] for name in OutboundFacts.__struct_fields__}
        self._facts = msgspec.convert(facts, OutboundFacts)
        self._text = read_template(run.request["text"])

    async def __call__(self, work: UnitOfWork, items: list[Item]) -> list[Outcome]:
        people = [Addressee(item.number, item.address or "", item.name or "") for item in items]
        marks = {"bulk": self._run.id}
        return await open_each(
            work, self._settings, self._actor, self._facts, people, self._write, self._run.mail_at, marks
        )

    async def _write(self, work: UnitOfWork, ticket_id: int) -> str:
        values = await list_template_values(work, [ticket_id], TextAgent(self._actor.name, self._actor.email))
        filled = self._text.filled_in(values[ticket_id])
        if not filled.strip():
            raise ValidationFailed.of("text", Empty())
        return filled


def _change_of(run: StoredRun) -> BulkChange:
    actions = msgspec.convert(run.request["actions"], BulkActions)
    return asked_change(actions, run.asked_by)


def _change_of_tag(run: StoredRun) -> BulkChange:
    tag = msgspec.convert(run.request, TagWork)
    return BulkChange(numbers=[], add_tags=[tag.add], remove_tags=[tag.remove])
