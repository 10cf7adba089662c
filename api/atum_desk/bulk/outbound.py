"""Begin a run that opens a ticket for each of many people, and show what it would come to."""

from __future__ import annotations

import msgspec

from atum_desk.actions.public import read_template
from atum_desk.bulk import problems, queries
from atum_desk.bulk.commands import enqueue, new_run, require_few
from atum_desk.bulk.outbound_schemas import (
    MOST_PEOPLE,
    OutboundPreview,
    OutboundRefused,
    OutboundRequest,
    OutboundSample,
)
from atum_desk.bulk.permissions import ASSIGN, OPEN, REPLY
from atum_desk.contacts.public import find_by_addresses, list_own_among
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.field_notices import Empty, OwnAddress
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import Problem, ValidationFailed, require_text
from atum_desk.outbox.public import StoppedAddress, list_stopped_among, require_reachable
from atum_desk.templates.public import LiquidText
from atum_desk.tickets.public import (
    VARIABLES,
    Addressee,
    RequesterIsStaff,
    TextAgent,
    list_expected_values,
    priority_number,
)

SAMPLES = 5
# As much of what is no address is kept and shown.
MOST_SHOWN = 320


class People(msgspec.Struct):
    """Who is written to, and who is not: each with the reason, by the place in the list."""

    meant: list[Addressee]
    refused: list[tuple[Addressee, Problem]]


async def begin_outbound(database: Database, actor: Actor, request: OutboundRequest) -> int:
    """Begin a run that opens a ticket for each person, and return its id.

    Who cannot be written to stands refused in its report from the beginning. Raises NobodyToWriteTo,
    TooManyRuns, PermissionMissing, ValidationFailed and the problems of templates.
    """
    _read(request)
    async with database.writing(actor, "bulk.start") as work:
        work.actor.require(OPEN)
        work.actor.require(REPLY)
        if request.assignee_id is not None:
            work.actor.require(ASSIGN)
        await require_few(work)
        people = await sorted_out(work, request)
        if not people.meant:
            raise problems.NobodyToWriteTo
        stored = msgspec.to_builtins(request)
        del stored["people"]
        stored["count"] = len(request.people)
        run_id = await queries.insert_run(work, new_run(actor, "outbound", stored))
        refused = {one.place: problem.body() for one, problem in people.refused}
        await queries.add_people(work, run_id, [*people.meant, *(one for one, _ in people.refused)], refused)
        await enqueue(work, run_id)
        work.summary = {"run_id": run_id, "fields": ["reply"]}
    return run_id


async def preview_outbound(database: Database, actor: Actor, request: OutboundRequest) -> OutboundPreview:
    """Tell who would get a ticket and who would not, and what the first few would read; nothing is opened."""
    actor.require(REPLY)
    text = _read(request)
    async with database.reading(actor) as transaction:
        people = await sorted_out(transaction, request)
        values = await list_expected_values(
            transaction,
            [(one.address, one.name) for one in people.meant[:SAMPLES]],
            TextAgent(actor.name, actor.email),
            subject=request.subject,
            priority=priority_number(request.priority),
            type_=request.type,
            mailbox_id=request.mailbox_id,
            team_id=request.team_id,
            assignee_id=request.assignee_id,
        )
    samples = []
    for one, of_ticket in zip(people.meant, values, strict=False):
        try:
            samples.append(OutboundSample(one.address, text.filled_in(of_ticket)))
        except Problem as problem:
            samples.append(OutboundSample(one.address, None, problem.body()))
    refused = sorted(people.refused, key=lambda pair: pair[0].place)
    return OutboundPreview(
        count=len(people.meant),
        most=MOST_PEOPLE,
        refused=[OutboundRefused(one.place, one.address, problem.body()) for one, problem in refused],
        samples=samples,
        variables=list(VARIABLES),
    )


async def sorted_out(transaction: ReadTransaction, request: OutboundRequest) -> People:
    """Tell apart who can be written to; asked in three statements, however many they are."""
    people = People([], [])
    valid: dict[str, Addressee] = {}
    for place, given in enumerate(request.people, start=1):
        typed, name = (given, "") if isinstance(given, str) else (given.address, given.name)
        shown = Addressee(place, clean_line(typed)[:MOST_SHOWN], clean_line(name)[:200])
        try:
            one = msgspec.structs.replace(shown, address=read_address("address", typed))
            if one.address in valid:
                raise problems.AddresseeTwice(address=one.address)
        except Problem as problem:
            people.refused.append((shown, problem))
            continue
        valid[one.address] = one
    addresses = list(valid)
    own = set(await list_own_among(transaction, addresses))
    known = await find_by_addresses(transaction, addresses)
    staff = {address for address, person in known.items() if person.kind == "staff"}
    stopped = {one.email: one for one in await list_stopped_among(transaction, addresses)}
    for one in valid.values():
        refusal = _refusal(one.address, own, staff, stopped)
        if refusal is None:
            people.meant.append(one)
        else:
            people.refused.append((one, refusal))
    return people


def _refusal(address: str, own: set[str], staff: set[str], stopped: dict[str, StoppedAddress]) -> Problem | None:
    if address in own:
        return ValidationFailed.of("address", OwnAddress(address))
    if address in staff:
        return RequesterIsStaff(address=address)
    try:
        require_reachable([stopped[address]] if address in stopped else [])
    except Problem as problem:
        return problem
    return None


def _read(request: OutboundRequest) -> LiquidText:
    require_text("subject", request.subject)
    if not request.text.strip():
        raise ValidationFailed.of("text", Empty())
    return read_template(request.text)
