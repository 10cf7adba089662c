"""The OpenAPI document, with every error a route can answer and an example of each."""

from __future__ import annotations

from functools import cache
from typing import Any

from litestar import Litestar, Response, get

from atum_desk.http.questions import WrongAudience
from atum_desk.http.requests import AnyRequest
from atum_desk.kernel.problems import (
    NotSignedIn,
    PermissionMissing,
    Problem,
    RateLimited,
    Unavailable,
    ValidationFailed,
)

# Open to strangers; every other address needs a session or a token.
PUBLIC = {
    ("post", "/api/v1/session"),
    ("get", "/api/v1/portal"),
    ("post", "/api/v1/portal/tickets"),
    ("post", "/api/v1/portal/attachments"),
    ("post", "/api/v1/portal/session"),
    ("get", "/api/v1/health/live"),
    ("get", "/api/v1/health/ready"),
}
WRITES = ("post", "patch", "put", "delete")


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def get_document(request: AnyRequest) -> Response[dict[str, Any]]:
    """Answer the OpenAPI 3.1 document."""
    return Response(document_of(request.app))


@cache
def document_of(app: Litestar) -> dict[str, Any]:
    """Return the document of an application, completed with the problems every route shares."""
    document = app.openapi_schema.to_schema()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(document, path, method, operation)
    return document


def _complete(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("400", None)
    public = (method, path) in PUBLIC
    audience = "contact" if path.startswith("/api/v1/portal") else "staff"
    operation["tags"] = [path.split("/")[3]]
    operation["security"] = [] if public else [{audience: []}, {"token": []}]
    shared: list[Problem] = [Unavailable()]
    if not public:
        shared += [NotSignedIn(), WrongAudience(audience=audience)]
    if not public and method in WRITES and audience == "staff":
        shared.append(PermissionMissing(permission="ticket:assign"))
    if operation.get("parameters") or operation.get("requestBody"):
        shared.append(ValidationFailed.of("subject", "Expected `str` of length >= 1"))
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
CHANGE_HEADER = {
    "description": "The change this made, for POST /changes/{id}/undo",
    "schema": {"type": "string"},
}
