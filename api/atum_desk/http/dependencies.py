"""What routes are given without the framework's dependencies: the process's parts and who asks.

As dependencies the parts (its database, its settings) would be looked up for every request, two of
them in a task group, and each question about the request (who acts?) would get kwargs, a signature
and a clean-up of its own: together a tenth of what a reply costs (docs/performance.md).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping
from copy import copy
from typing import Any, get_type_hints

from litestar.handlers import HTTPRouteHandler

from atum_desk.http.requests import AnyRequest

Function = Callable[..., Awaitable[Any]]


def bind_route(
    route: HTTPRouteHandler, parts: Mapping[str, Any], questions: Mapping[str, Function]
) -> HTTPRouteHandler:
    """Return a copy of a route whose parameters named like a part or a question are filled in.

    A question is an async function of the request and of parts; its answer is the parameter. A part
    is what stands in `parts` when the request comes.
    """
    asked = {name: questions[name] for name in _parameters(route.fn) if name in questions}
    function = _bind(route.fn, parts)
    if asked:
        function = _ask(function, {name: _bind(ask, parts) for name, ask in asked.items()})
    return route if function is route.fn else copy(route)(function)


def _bind(function: Function, parts: Mapping[str, Any]) -> Function:
    """Return an async function without the parameters that are parts, for whoever looks at it too."""
    given = [name for name in _parameters(function) if name in parts]
    if not given:
        return function

    @functools.wraps(function)
    async def bound(**rest: Any) -> Any:
        for name in given:
            rest[name] = parts[name]
        return await function(**rest)

    return _described(bound, function, given)


def _ask(function: Function, questions: Mapping[str, Function]) -> Function:
    """Return an async function of the request that asks the questions before it runs."""
    wants_request = "request" in _parameters(function)

    @functools.wraps(function)
    async def asking(request: AnyRequest, **rest: Any) -> Any:
        for name, ask in questions.items():
            rest[name] = await ask(request=request)
        if wants_request:
            rest["request"] = request
        return await function(**rest)

    return _described(asking, function, questions, request=AnyRequest)


def _parameters(function: Function) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def _described(wrapper: Function, function: Function, without: Collection[str], **added: Any) -> Function:
    """Describe a wrapper as the function it wraps, without some parameters and with others."""
    signature = inspect.signature(function)
    hints = get_type_hints(function, include_extras=True)
    hints = {name: hint for name, hint in hints.items() if name not in without} | added
    rest = [one for name, one in signature.parameters.items() if name not in {*without, *added}]
    keywords = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in added]
    described: Any = wrapper
    described.__signature__ = signature.replace(parameters=sorted([*rest, *keywords], key=lambda one: one.kind))
    described.__annotations__ = hints
    del described.__wrapped__
    return wrapper
