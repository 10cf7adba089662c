"""Turns exceptions into problem documents. What nobody foresaw is logged whole and told briefly."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from atum_desk.http.requests import AnyRequest
from atum_desk.kernel.context import request_context
from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.field_notices import (
    Empty,
    NestedTooDeeply,
    NotAllowed,
    NotReadable,
    NotStorable,
    TooGreat,
    TooLong,
    TooShort,
    TooSmall,
    WrongForm,
)
from atum_desk.kernel.idempotency import Replay
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import (
    InternalError,
    MethodNotAllowed,
    NotFound,
    OutOfSight,
    Problem,
    ReadOnly,
    TooLarge,
    Unavailable,
    ValidationFailed,
)

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger()


def answer_problem(_request: AnyRequest, problem: Problem) -> Response[bytes]:
    """Answer a problem as its document."""
    return Response(
        msgspec.json.encode(problem.body()), status_code=problem.status, media_type=MEDIA_TYPE, headers=problem.headers
    )


def answer_replay(_request: AnyRequest, replay: Replay) -> Response[bytes]:
    """Answer a repeated write as the first time."""
    headers = {"Idempotent-Replay": "true"}
    if replay.change_id:
        headers["X-Change-Id"] = str(replay.change_id)
    return Response(replay.body, status_code=replay.status, media_type="application/json", headers=headers)


def answer_framework(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Answer what the framework refuses: bad input, unknown addresses, wrong methods."""
    return answer_problem(request, _problem_of(request, error))


def answer_unforeseen(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer a defect, or a database that is away."""
    if isinstance(error, UNREACHABLE):
        log.error("database_unreachable", error=type(error).__name__)
        return answer_problem(request, Unavailable())
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return answer_problem(request, ReadOnly())
    if isinstance(error, asyncpg.DataError | asyncpg.CharacterNotInRepertoireError):
        return answer_problem(request, ValidationFailed.of("request", NotStorable()))
    if isinstance(error, RecursionError):
        return answer_problem(request, ValidationFailed.of("body", NestedTooDeeply()))
    if _is_out_of_sight(error):
        return answer_problem(request, OutOfSight())
    if isinstance(error, asyncpg.CheckViolationError):
        return answer_problem(request, ValidationFailed.of("request", NotAllowed()))
    context = request_context.get()
    log.error("unforeseen_error", path=request.url.path, exc_info=error)
    return answer_problem(request, InternalError(request_id=context.request_id if context else "-"))


ERROR_HANDLERS: dict[Any, Any] = {
    Problem: answer_problem,
    Replay: answer_replay,
    HTTPException: answer_framework,
    Exception: answer_unforeseen,
}


def _is_out_of_sight(error: Exception) -> bool:
    """Tell whether a policy refused a written row; a missing grant has the same code and is a defect."""
    return (
        isinstance(error, asyncpg.InsufficientPrivilegeError) and error.server_source_function == "ExecWithCheckOptions"
    )


def _problem_of(request: AnyRequest, error: HTTPException) -> Problem:
    if isinstance(error, ValidationException):
        return ValidationFailed(_fields_of(error))
    match error.status_code:
        case 404:
            return NotFound()
        case 405:
            return MethodNotAllowed(method=request.method)
        case 413:
            return TooLarge(limit_bytes=request.route_handler.resolve_request_max_body_size() or 0)
        case _:
            return ValidationFailed.of("body", NotReadable(str(error.detail)[:300]))


# What the decoder says of values that people type, and the sentence that tells them.
_BOUNDS: tuple[tuple[re.Pattern[str], Callable[[int], Notice]], ...] = (
    (re.compile(r"^Expected `(?:str|array)` of length >= (\d+)"), TooShort),
    (re.compile(r"^Expected `(?:str|array)` of length <= (\d+)"), TooLong),
    (re.compile(r"^Expected `(?:int|float)` >= (\d+)"), TooSmall),
    (re.compile(r"^Expected `(?:int|float)` <= (\d+)"), TooGreat),
)


def _fault_of(told: str) -> Notice:
    """Return what the decoder says of a field as a sentence for people, where they can meet it."""
    if "matching regex" in told:
        return WrongForm()
    for pattern, notice in _BOUNDS:
        if bound := pattern.match(told):
            return Empty() if (notice, bound.group(1)) == (TooShort, "1") else notice(int(bound.group(1)))
    return NotReadable(told[:300])


def _fields_of(error: ValidationException) -> list[tuple[str, Notice]]:
    extra = error.extra if isinstance(error.extra, list) else []
    fields = [
        (str(one.get("key") or "body"), _fault_of(str(one.get("message", ""))))
        for one in extra[:20]
        if isinstance(one, dict)
    ]
    return fields or [("body", NotReadable(str(error.detail)[:300]))]
