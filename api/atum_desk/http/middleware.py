"""What every request passes, around the routes: its id, cross-site refusal, headers, replayable writes."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any
from weakref import WeakValueDictionary

import structlog

from atum_desk.http.asgi_types import AsgiApp, Receive, Scope, Send
from atum_desk.http.drain import Drain, Draining
from atum_desk.http.response_sender import KEPT_RESPONSE_BYTES, ResponseSender
from atum_desk.http.session_cookies import token_in
from atum_desk.http.web_files import may_be_framed
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import IdempotencyKey, RequestContext, request_context
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.feature import LargeBody, declared
from atum_desk.kernel.field_notices import NotAKey
from atum_desk.kernel.idempotency import keep_response
from atum_desk.kernel.own_addresses import OwnAddresses
from atum_desk.kernel.problems import CrossSiteRequest, Problem, TooLarge, ValidationFailed
from atum_desk.kernel.request_times import RequestTimes

UNSAFE = frozenset({"POST", "PATCH", "PUT", "DELETE"})
# A message's longest HTML and text fit, in any script.
LARGEST_BODY_BYTES = 12_000_000
SIGN_IN_PATH = "/api/v1/session"
# What an upload's form may hold besides its file.
FORM_BYTES = 100_000
# Who sends 100 KB or more may be slow to send it, which is not our slowness.
LARGEST_TIMED_DIGITS = 5
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    # No page elsewhere holds a window of ours, or embeds what we answer.
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

log = structlog.get_logger()


Headers = tuple[tuple[bytes, bytes], ...]


def _without_frame_refusal(headers: Headers) -> Headers:
    return tuple(one for one in headers if one[0] != b"x-frame-options")


class Gate:
    """ASGI around everything: addresses under /api/ go to the routes, all others to the web application."""

    def __init__(
        self,
        routes: AsgiApp,
        web: AsgiApp,
        database: Database,
        settings: Settings,
        times: RequestTimes,
        root_paths: frozenset[str],
    ) -> None:
        """`root_paths` are the addresses of routes that stand beside /api/."""
        self._routes = routes
        self._web = web
        self._database = database
        self._own = OwnAddresses(settings)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._root_paths = root_paths
        # Read as streams; every other body is read whole.
        self._upload_paths = _paths_of_large("upload_max_bytes")
        self._body_limits = dict.fromkeys(_paths_of_large("mail_max_bytes"), settings.mail_max_bytes) | dict.fromkeys(
            self._upload_paths, settings.upload_max_bytes + FORM_BYTES
        )
        self._drain = Drain(settings.draining)
        self._times = times
        self._always: Headers = ALWAYS

    def finish(self) -> None:
        """Ask callers to leave their connection after each answer from now on: the process ends."""
        self._always = (*ALWAYS, (b"connection", b"close"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._routes(scope, receive, send)
            return
        path = scope["path"]
        try:
            self._own.require_host(_host_of(scope))
        except Problem as problem:
            await ResponseSender(send, None, self._always).problem(problem)
            return
        if not path.startswith("/api/"):
            inside = self._routes if path in self._root_paths else self._web
            # Nothing but the policy of such a page says who may frame it: this header knows no "anybody".
            always = _without_frame_refusal(self._always) if may_be_framed(path) else self._always
            await inside(scope, receive, ResponseSender(send, None, always).send)
            return
        began_at = time.perf_counter()
        headers = dict(scope["headers"])
        context = RequestContext(request_id=secrets.token_hex(8))
        token = request_context.set(context)
        answer = ResponseSender(send, context, self._always)
        answer.compress_for(scope, headers)
        try:
            try:
                self._refuse(scope, headers)
                if scope["method"] in UNSAFE:
                    receive = _limited(receive, self._body_limit(path))
                if (key := headers.get(b"idempotency-key")) and scope["method"] in UNSAFE:
                    receive = await self._take_key(scope, receive, key, context)
                    answer.keep = True
            except Problem as problem:
                await answer.problem(problem)
                return
            async with self._turn(context):
                await self._routes(scope, receive, answer.send)
                await self._keep(answer, context)
        finally:
            request_context.reset(token)
            self._note(scope, headers, began_at, answer)

    def _note(self, scope: Scope, headers: dict[bytes, bytes], began_at: float, answer: ResponseSender) -> None:
        """Count the request; whoever left before the answer is not counted."""
        if not answer.status:
            return
        length = headers.get(b"content-length", b"0")
        small = len(length) <= LARGEST_TIMED_DIGITS and b"transfer-encoding" not in headers
        self._times.note(began_at, answer.began_at, answer.status, timed=small)
        if answer.status == 401 and scope["path"] == SIGN_IN_PATH and scope["method"] == "POST":
            self._times.note_refused_sign_in()

    def _refuse(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Refuse writes while draining, what a browser sends from another site, and too large bodies."""
        if scope["method"] in UNSAFE and self._drain.is_on():
            raise Draining
        length = headers.get(b"content-length", b"0")
        limit_bytes = self._body_limit(scope["path"])
        if not length.isdigit() or int(length) > limit_bytes:
            raise TooLarge(limit_bytes=limit_bytes)
        # Only a token proves that no browser sent this by itself: it also adds Basic credentials.
        if scope["method"] not in UNSAFE or token_in(headers.get(b"authorization", b"").decode("latin-1")):
            return
        site = headers.get(b"sec-fetch-site")
        if site is not None and site not in (b"same-origin", b"none"):
            raise CrossSiteRequest
        origin = headers.get(b"origin")
        own = origin is None or self._own.is_own_origin(origin.decode("latin-1"), _host_of(scope))
        if site is None and not own:
            raise CrossSiteRequest

    def _body_limit(self, path: str) -> int:
        return self._body_limits.get(path, LARGEST_BODY_BYTES)

    def _turn(self, context: RequestContext) -> AbstractAsyncContextManager[object]:
        """Let requests with one key come one after the other, before any of them holds a connection."""
        if context.idempotency is None:
            return nullcontext()
        return self._turns.setdefault(context.idempotency.key, asyncio.Lock())

    async def _take_key(self, scope: Scope, receive: Receive, key: bytes, context: RequestContext) -> Receive:
        """Read the body, so that a key stands for exactly this request."""
        text = key.decode("latin-1")
        if not 1 <= len(text) <= 200 or not text.isprintable():
            raise ValidationFailed.of("Idempotency-Key", NotAKey())
        if scope["path"] in self._upload_paths:
            context.idempotency = IdempotencyKey(key=text, request_hash=b"")
            return receive
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                break
            body += message.get("body", b"")
            more = message.get("more_body", False)
        digest = hashlib.sha256(f"{scope['method']} {scope['path']}\n".encode() + body).digest()
        context.idempotency = IdempotencyKey(key=text, request_hash=digest)
        return _replaying(bytes(body), receive)

    async def _keep(self, answer: ResponseSender, context: RequestContext) -> None:
        """Keep what a keyed write answered. The answer has left: what fails here costs only a replay."""
        key, actor = context.idempotency, context.actor
        if not (key and key.used and actor and context.change_id and 200 <= answer.status < 300):
            return
        secret = context.answer_is_secret or len(answer.body) > KEPT_RESPONSE_BYTES
        body = None if secret else bytes(answer.body)
        try:
            async with self._database.marking(actor) as transaction:
                await keep_response(transaction.connection, actor.person_id, key.key, answer.status, body)
        except Problem as problem:
            log.info("answer_not_kept", reason=problem.code)


def _paths_of_large(bound: LargeBody) -> frozenset[str]:
    """Return the addresses whose bodies a setting bounds."""
    features = declared.features.values()
    return frozenset(
        f"/api/v1{path}" for feature in features for path, setting in feature.large_bodies.items() if setting == bound
    )


def _host_of(scope: Scope) -> str:
    """Return the host a request names; empty when it names none, or several."""
    named = [value for name, value in scope["headers"] if name == b"host"]
    return named[0].decode("latin-1") if len(named) == 1 else ""


def _limited(receive: Receive, limit_bytes: int) -> Receive:
    """Return a receive that raises TooLarge once more came than was announced or allowed."""
    left = limit_bytes

    async def counting() -> dict[str, Any]:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge(limit_bytes=limit_bytes)
        return message

    return counting


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Return a receive that gives the body once more."""
    given = False

    async def again() -> dict[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
