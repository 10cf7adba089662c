"""A request as routes take it, whatever its user, session and state types would be."""

from __future__ import annotations

from typing import Any

from litestar import Request

AnyRequest = Request[Any, Any, Any]
