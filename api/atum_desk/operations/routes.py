"""HTTP routes of the Operations page, for administrators."""

from __future__ import annotations

from ipaddress import ip_address
from secrets import compare_digest

from litestar import Response, get, post
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from atum_desk.http.access import PUBLIC, needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.health import check_dependencies
from atum_desk.http.rate_limits import RateLimits
from atum_desk.http.requests import AnyRequest
from atum_desk.http.session_cookies import token_in
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.dead_jobs import DeadJobNotFound
from atum_desk.kernel.ledger.parked_changes import ParkedChangeNotFound
from atum_desk.kernel.problems import NotFound
from atum_desk.kernel.request_times import RequestTimes
from atum_desk.operations import commands, metrics
from atum_desk.operations.models import OperationRequest, Operations, Service
from atum_desk.operations.permissions import OPERATIONS_MANAGE, OPERATIONS_READ
from atum_desk.operations.problems import OperationNotFound, RequestsNotWritable, RequestWaits
from atum_desk.operations.schemas import DiscardedChange, NewOperationRequest


@get("/operations", opt=needs(OPERATIONS_READ, OPERATIONS_MANAGE))
async def get_operations(database: Database, settings: Settings, limits: RateLimits, actor: Actor) -> Operations:
    """Tell how the installation does: services, triggers, backups, releases and queues."""
    found = await check_dependencies(database, settings, limits)
    asked = {
        name: Service(name=name, state=one.state, detail=one.detail or "", ms=one.ms) for name, one in found.items()
    }
    return await commands.tell(database, settings, actor, asked)


@post("/operations/requests", opt=needs(OPERATIONS_MANAGE), responses=answers(RequestWaits, RequestsNotWritable))
async def ask_for(database: Database, settings: Settings, actor: Actor, data: NewOperationRequest) -> OperationRequest:
    """Ask the machine to back up, to prove the newest backup, or to measure every trigger."""
    return await commands.ask_for(database, settings, actor, data.verb)


@get(
    "/operations/requests/{request_id:str}",
    opt=needs(OPERATIONS_READ, OPERATIONS_MANAGE),
    responses=answers(OperationNotFound),
)
async def get_request(database: Database, settings: Settings, actor: Actor, request_id: str) -> OperationRequest:
    """Tell what became of a request."""
    return await commands.get_request(database, settings, actor, request_id)


@post(
    "/operations/jobs/{job_id:int}/retry",
    opt=needs(OPERATIONS_MANAGE),
    status_code=204,
    responses=answers(DeadJobNotFound),
)
async def retry_job(database: Database, actor: Actor, job_id: int) -> None:
    """Let a job that failed for good start anew."""
    await commands.retry_job(database, actor, job_id)


@post(
    "/operations/parked-changes/{parked_id:int}/replay",
    opt=needs(OPERATIONS_MANAGE),
    status_code=204,
    responses=answers(ParkedChangeNotFound),
)
async def replay_change(database: Database, actor: Actor, parked_id: int) -> None:
    """Let a change that a rule, webhook or its like could not handle be handled once more."""
    await commands.replay_change(database, actor, parked_id)


@post(
    "/operations/parked-changes/{parked_id:int}/discard",
    opt=needs(OPERATIONS_MANAGE),
    status_code=204,
    responses=answers(ParkedChangeNotFound),
)
async def discard_change(database: Database, actor: Actor, parked_id: int, data: DiscardedChange) -> None:
    """Leave a change unhandled for good, and say why."""
    await commands.discard_change(database, actor, parked_id, data.reason)


@get("/metrics", opt=PUBLIC, include_in_schema=False, media_type="text/plain")
async def get_metrics(
    request: AnyRequest, database: Database, settings: Settings, times: RequestTimes
) -> Response[bytes]:
    """Answer every measurement in Prometheus' text format; to others there is nothing here."""
    if not _may_read_metrics(request, settings):
        raise NotFound
    told = await metrics.expose(database, settings, times)
    return Response(told, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _may_read_metrics(request: AnyRequest, settings: Settings) -> bool:
    """Let this machine read, and who has the token; whoever comes through a proxy needs the token."""
    given = token_in(request.headers.get("authorization", ""))
    if given and settings.metrics_token:
        return compare_digest(given.encode(), settings.metrics_token.encode())
    # Where our own gateway listens on a port of its own, everybody seems to come from here.
    if settings.web_port != settings.api_port and not _is_loopback(settings.bind):
        return False
    proxied = any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
    return not proxied and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


# `/metrics` stands beside the API, not in it.
routes = [get_operations, ask_for, get_request, retry_job, replay_change, discard_change]
