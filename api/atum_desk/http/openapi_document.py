"""The OpenAPI document, with every error a route can answer and an example of each."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from litestar import Litestar, Response, get

from atum_desk.http.access import PUBLIC, Access, access_of
from atum_desk.http.authentication import WrongAudience
from atum_desk.http.requests import AnyRequest
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.problems import (
    NotSignedIn,
    PermissionMissing,
    Problem,
    RateLimited,
    Unavailable,
    ValidationFailed,
)

WRITES = ("post", "patch", "put", "delete")


@get("/openapi.json", opt=PUBLIC, include_in_schema=False, sync_to_thread=False)
def get_document(request: AnyRequest) -> Response[dict[str, Any]]:
    """Answer the OpenAPI 3.1 document."""
    return Response(document_of(request.app))


@cache
def document_of(app: Litestar) -> dict[str, Any]:
    """Return the document of an application, completed with the problems every route shares."""
    document = app.openapi_schema.to_schema()
    declared = _declared(app)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation, declared[method, _without_types(path)])
    return document


def _declared(app: Litestar) -> dict[tuple[str, str], Access]:
    """Return what each route declares, by its method and address."""
    found: dict[tuple[str, str], Access] = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if access := access_of(handler):
                for method in handler.http_methods:
                    found[method.lower(), _without_types(route.path)] = access
    return found


def _without_types(path: str) -> str:
    return re.sub(r":\w+}", "}", path)


def _complete(path: str, method: str, operation: dict[str, Any], access: Access) -> None:
    responses = operation["responses"]
    responses.pop("400", None)
    audience, public = access.audience, access.audience == "public"
    operation["tags"] = [path.split("/")[3]]
    operation["security"] = [] if public else [{audience: []}, {"token": []}]
    shared: list[Problem] = [Unavailable()]
    if not public:
        shared += [NotSignedIn(), WrongAudience(audience=audience)]
    if audience == "staff" and (access.any_of or method in WRITES):
        shared.append(PermissionMissing(permission=(access.any_of or ("ticket:assign",))[0]))
    if access.any_of:
        # Of these the caller needs one; a write asks for the very one once it knows what is written.
        operation["x-permissions"] = list(access.any_of)
    if operation.get("parameters") or operation.get("requestBody"):
        shared.append(ValidationFailed.of("subject", Empty()))
    if public and method == "post":
        shared.append(RateLimited(retry_after_seconds=30))
    for problem in shared:
        _add(responses, problem)
    if method in WRITES and not public:
        operation.setdefault("parameters", []).append(KEY_PARAMETER)
        for status, response in responses.items():
            if status.startswith("2"):
                response.setdefault("headers", {})["X-Change-Id"] = CHANGE_HEADER


def _add(responses: dict[str, Any], problem: Problem) -> None:
    response = responses.setdefault(str(problem.status), {"description": "", "content": {}})
    told = f"`{problem.code}`: {problem.detail}"
    response["description"] = f"{response['description']}; {told}".removeprefix("; ")
    content = response["content"].setdefault(
        "application/problem+json", {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
    )
    content.setdefault("examples", {})[problem.code] = {"value": problem.body()}


KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A key of the client's own; repeating the request with it does nothing again and answers the same",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
CHANGE_HEADER = {"description": "The change this made, for POST /changes/{id}/undo", "schema": {"type": "string"}}
