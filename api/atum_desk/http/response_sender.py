"""How every response leaves: with our headers, with a copy where it is kept, as gzip where that pays."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec

from atum_desk.http.asgi_types import Scope, Send
from atum_desk.http.content_codings import LARGEST_INLINE_BYTES, LEAST_BYTES, compressed, may_compress
from atum_desk.kernel.context import RequestContext
from atum_desk.kernel.problems import Problem

KEPT_RESPONSE_BYTES = 1_000_000
NOT_CACHED = (b"cache-control", b"no-store")
PLAIN_HEADERS = frozenset({b"content-type", b"content-length"})
JSON = (b"content-type", b"application/json")
# What no page of ours uses, and so no page in a frame of ours may.
PERMISSIONS_POLICY = (
    b"permissions-policy",
    b"accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
    b"magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
)

Headers = list[tuple[bytes, bytes]]


class ResponseSender:
    """Passes a response on with the headers every response has; holds back a copy where asked."""

    def __init__(self, send: Send, context: RequestContext | None, always: tuple[tuple[bytes, bytes], ...]) -> None:
        """Take where responses go; `context` is None for whatever is not the API's."""
        self._send = send
        self._always = always
        self._context = context
        self._may_compress = False
        self._held: dict[str, Any] | None = None
        self.keep = False
        self.status = 0
        self.began_at = 0.0
        self.body = bytearray()

    def compress_for(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Let the response be compressed if whoever asks may have it so."""
        self._may_compress = may_compress(scope["method"], headers)

    async def send(self, message: dict[str, Any]) -> None:
        """Send one ASGI message of the response."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.began_at = time.perf_counter()
            message = {**message, "headers": self._with_ours(message["headers"])}
            if self._may_compress and self.status == 200 and _is_json(message["headers"]):
                # Whether it pays is known with the body.
                self._held = message
                return
        elif self.keep and len(self.body) <= KEPT_RESPONSE_BYTES:
            self.body += message.get("body", b"")
        if self._held:
            start, self._held = self._held, None
            start, message = await self._perhaps_compressed(start, message)
            await self._send(start)
        await self._send(message)

    async def _perhaps_compressed(
        self, start: dict[str, Any], message: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        body = message.get("body", b"")
        headers = [*start["headers"], (b"vary", b"accept-encoding")]
        secret = self._context is not None and self._context.answer_is_secret
        if len(body) >= LEAST_BYTES and not message.get("more_body") and not secret:
            large = len(body) > LARGEST_INLINE_BYTES
            body = await asyncio.to_thread(compressed, body) if large else compressed(body)
            headers = [header for header in headers if header[0] != b"content-length"]
            headers += [(b"content-encoding", b"gzip"), (b"content-length", str(len(body)).encode())]
        return {**start, "headers": headers}, {**message, "body": body}

    def _with_ours(self, headers: Headers) -> Headers:
        given = {name.lower() for name, _ in headers}
        ours = (*self._always, NOT_CACHED)
        # Most answers have none of them: then nothing is looked through.
        extra = [h for h in ours if h[0] not in given] if given - PLAIN_HEADERS else [*ours]
        if b"content-security-policy" in given:
            # It is a page, or a file that may be shown as one; of other answers browsers do not read it.
            extra.append(PERMISSIONS_POLICY)
        if context := self._context:
            extra.append((b"x-request-id", context.request_id.encode()))
            if context.change_id:
                extra.append((b"x-change-id", str(context.change_id).encode()))
        return [*headers, *extra]

    async def problem(self, problem: Problem) -> None:
        """Send a refusal."""
        body = msgspec.json.encode(problem.body())
        headers = [(b"content-type", b"application/problem+json")]
        headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        await self.send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def _is_json(headers: Headers) -> bool:
    # As our own responses say it, or as the framework's do.
    return headers[0] == JSON or any(
        name.lower() == b"content-type" and value.startswith(JSON[1]) for name, value in headers
    )
