"""How a route's value leaves: encoded once, with the two headers it needs.

The framework's own response normalises cookies, headers and media types that most answers do not have,
which is a sixth of what reading a ticket costs (docs/performance.md); answers that have them take its way.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from litestar import Response
from litestar.serialization import default_serializer

from atum_desk.http.asgi_types import Receive, Scope, Send

T = TypeVar("T")
_encode = msgspec.json.Encoder(enc_hook=default_serializer).encode


class JsonResponse(Response[T]):
    """The response class of every route that returns a value."""

    def to_asgi_response(self, app: Any, request: Any, **given: Any) -> Any:
        """Return what sends the answer."""
        plain = isinstance(self.content, msgspec.Struct) and not self.background
        if not plain or self.cookies or self.headers or any(given.values()):
            return super().to_asgi_response(app, request, **given)
        return _Sender(self.status_code or 200, _encode(self.content))


class _Sender:
    __slots__ = ("_body", "_status")

    def __init__(self, status: int, body: bytes) -> None:
        self._status = status
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(self._body)).encode())]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})
