"""Doors of the Operations page, for administrators."""

from __future__ import annotations

from litestar import get, post

from atum_desk.http.answers import answers
from atum_desk.http.limits import RateLimits
from atum_desk.kernel.context import Actor
from atum_desk.kernel.db import Database
from atum_desk.kernel.dead_jobs import DeadJobNotFound
from atum_desk.kernel.settings import Settings
from atum_desk.operations import commands
from atum_desk.operations.models import OperationRequest, Operations
from atum_desk.operations.problems import RequestNotFound, RequestsNotWritable, RequestWaits
from atum_desk.operations.schemas import NewOperationRequest


@get("/operations")
async def get_operations(
    database: Database, settings: Settings, limits: RateLimits, actor: Actor
) -> Operations:
    """Tell how the installation does: services, triggers, backups, releases and queues."""
    return await commands.tell(database, settings, limits, actor)


@post("/operations/requests", responses=answers(RequestWaits, RequestsNotWritable))
async def ask_for(
    database: Database, settings: Settings, actor: Actor, data: NewOperationRequest
) -> OperationRequest:
    """Ask the machine to back up, to prove the newest backup, or to measure every trigger."""
    return await commands.ask_for(database, settings, actor, data.verb)


@get("/operations/requests/{request_id:str}", responses=answers(RequestNotFound))
async def get_request(
    database: Database, settings: Settings, actor: Actor, request_id: str
) -> OperationRequest:
    """Tell what became of a request."""
    return await commands.get_request(database, settings, actor, request_id)


@post("/operations/jobs/{job_id:int}/retry", status_code=204, responses=answers(DeadJobNotFound))
async def retry_job(database: Database, actor: Actor, job_id: int) -> None:
    """Let a job that failed for good start anew."""
    await commands.retry_job(database, actor, job_id)


routes = [get_operations, ask_for, get_request, retry_job]
