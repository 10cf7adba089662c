"""What is said of one operation of the API for the tests that walk all of them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class RouteCase(msgspec.Struct, frozen=True, kw_only=True):
    """One operation. `body` is valid in itself; `queries` are the ways to ask a list."""

    audience: Literal["public", "staff", "contact"] = "staff"
    body: dict[str, Any] | None = None
    permission: str | None = None
    queries: tuple[dict[str, Any], ...] = ({},)
    # its path names something of one team or person, so whoever may not see that gets 404
    hides: bool = False
    uploads: bool = False
    # ends or changes the caller's own session
    ends_session: bool = False
