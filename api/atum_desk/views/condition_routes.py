"""HTTP routes for the editor of a condition: one form for the other, and how many tickets meet it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import Parameter

from atum_desk.conditions.public import MAX_CHARACTERS, Condition, ConditionInvalid, Group, print_text, require_bounds
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import zone_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.field_notices import Missing, WrongForm
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.tickets.public import count_conditions, decoded, parse_condition, read_known, reader_of, register_of
from atum_desk.views.permissions import TICKET_READ
from atum_desk.views.presentation import present_condition
from atum_desk.views.problems import ViewConditionBroken
from atum_desk.views.routes import Zone
from atum_desk.views.schemas import ConditionCount, ConditionInput, ConditionRead

EVERYTHING: Condition = Group("all", ())


@post(
    "/conditions/parse",
    opt=needs(TICKET_READ),
    status_code=200,
    responses=answers(ConditionInvalid, ViewConditionBroken),
)
async def parse_text(database: Database, actor: Actor, data: ConditionInput) -> ConditionRead:
    """Return a condition in both of its forms: the tree of a text, or the text of a tree."""
    async with database.reading(actor) as transaction:
        register = await register_of(transaction)
        if data.text is not None:
            condition, _ = await parse_condition(transaction, data.text)
            known = await read_known(transaction, register, [] if condition is None else [condition])
            return present_condition(condition, data.text, known)
        if data.condition is None:
            raise ValidationFailed.of("text", Missing())
        condition = tree_of(data.condition)
        require_bounds(condition)
        known = await read_known(transaction, register, [condition])
        if broken := known.broken(condition):
            raise ViewConditionBroken(part=next(iter(broken.values())))
        return present_condition(condition, print_text(condition, register, known.names), known)


@get("/conditions/count", opt=needs(TICKET_READ), responses=answers(ConditionInvalid))
async def count_condition(
    database: Database,
    actor: Actor,
    q: Annotated[str, Parameter(max_length=MAX_CHARACTERS, description="A condition in its text form")] = "",
    zone: Zone = "UTC",
) -> ConditionCount:
    """Count the tickets that meet a condition, exactly up to a thousand."""
    async with database.reading(actor) as transaction:
        parsed, _ = await parse_condition(transaction, q)
        condition = EVERYTHING if parsed is None else parsed
        known = await read_known(transaction, await register_of(transaction), [condition])
        [counted] = await count_conditions(transaction, known, [condition], reader_of(actor, zone_of(zone)))
    return ConditionCount(counted.count, counted.exact, counted.slow)


def tree_of(given: dict[str, object]) -> Condition:
    """Return the tree that a client sent. Raises ValidationFailed for what is none."""
    try:
        return decoded(given)
    except (msgspec.ValidationError, RecursionError):
        raise ValidationFailed.of("condition", WrongForm()) from None


routes = [parse_text, count_condition]
