"""The parts a process has once (its database, its settings), bound to the routes before requests come.

As dependencies of the framework each would be looked up for every request, and two of them in a task
group: together a tenth of what a reply costs (docs/performance.md).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, get_type_hints

from litestar.handlers import HTTPRouteHandler


def bind_route(route: HTTPRouteHandler, parts: Mapping[str, Any]) -> HTTPRouteHandler:
    """Return a copy of a route whose parameters named like a part are filled in."""
    function = bind(route.fn, parts)
    return route if function is route.fn else copy(route)(function)


def bind(function: Callable[..., Any], parts: Mapping[str, Any]) -> Callable[..., Any]:
    """Return an async function without the parameters that are parts, for whoever looks at it too."""
    signature = inspect.signature(function)
    given = {name: parts[name] for name in signature.parameters if name in parts}
    if not given:
        return function

    @functools.wraps(function)
    async def bound(**asked: Any) -> Any:
        return await function(**asked, **given)

    rest = [one for name, one in signature.parameters.items() if name not in given]
    hints = get_type_hints(function, include_extras=True)
    described: Any = bound
    described.__signature__ = signature.replace(parameters=rest)
    described.__annotations__ = {name: hint for name, hint in hints.items() if name not in given}
    del described.__wrapped__
    return bound
