"""HTTP routes of runs that open a ticket for each of many people."""

from __future__ import annotations

from litestar import post

from atum_desk.bulk import problems
from atum_desk.bulk.outbound import begin_outbound, preview_outbound
from atum_desk.bulk.outbound_schemas import OutboundPreview, OutboundRequest
from atum_desk.bulk.permissions import OPEN
from atum_desk.bulk.routes import read_run
from atum_desk.bulk.schemas import BulkRun
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.templates.public import FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown

REFUSALS = (TemplateInvalid, TemplateTooLong, VariableUnknown, FilterUnknown)


@post(
    "/bulk/outbound",
    opt=needs(OPEN),
    status_code=202,
    responses=answers(problems.TooManyRuns, problems.NobodyToWriteTo, *REFUSALS),
)
async def begin_outbound_run(database: Database, actor: Actor, data: OutboundRequest) -> BulkRun:
    """Open a ticket for each of many people by a job, and write to each; the answer tells how to follow it."""
    return await read_run(database, actor, await begin_outbound(database, actor, data))


@post("/bulk/outbound/preview", opt=needs(OPEN), status_code=200, responses=answers(*REFUSALS))
async def preview_outbound_run(database: Database, actor: Actor, data: OutboundRequest) -> OutboundPreview:
    """Tell who would get a ticket, who would not and why, and what the first few would read."""
    return await preview_outbound(database, actor, data)


routes = [begin_outbound_run, preview_outbound_run]
