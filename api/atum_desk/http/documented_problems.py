"""Problems in the OpenAPI: every route names what it can answer besides success."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec
from litestar.openapi.datastructures import ResponseSpec

from atum_desk.kernel.problems import Problem


class ProblemDocument(msgspec.Struct, kw_only=True):
    """An error: `code` is for programs, `detail` one sentence for people, in English (RFC 9457).

    A catalogue of another language has the sentence of `code`, which names the `parameters`; one that has
    words of its own is an object `{code, parameters, text}`, as each of `errors` has its code and parameters.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    parameters: dict[str, Any]
    errors: list[dict[str, Any]] | msgspec.UnsetType = msgspec.UNSET
    allowed: list[str] | msgspec.UnsetType = msgspec.UNSET
    conflicts: list[dict[str, Any]] | msgspec.UnsetType = msgspec.UNSET
    current_version: int | msgspec.UnsetType = msgspec.UNSET
    your_version: int | msgspec.UnsetType = msgspec.UNSET
    permission: str | msgspec.UnsetType = msgspec.UNSET
    reason: str | msgspec.UnsetType = msgspec.UNSET
    position: int | msgspec.UnsetType = msgspec.UNSET
    length: int | msgspec.UnsetType = msgspec.UNSET
    suggestion: str | msgspec.UnsetType | None = msgspec.UNSET


def answers(*problems: type[Problem]) -> dict[int, ResponseSpec]:
    """Return the OpenAPI responses of these problems, one for each status."""
    by_status: dict[int, list[type[Problem]]] = {}
    for problem in problems:
        by_status.setdefault(problem.status, []).append(problem)
    return {
        status: ResponseSpec(
            data_container=ProblemDocument,
            media_type="application/problem+json",
            generate_examples=False,
            description="; ".join(f"`{p.code}`: {inspect.cleandoc(p.__doc__ or '')}" for p in group),
        )
        for status, group in by_status.items()
    }
