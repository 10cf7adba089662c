"""HTTP requests to addresses that a person or a foreign server chose.

Redirects are followed by hand and each is checked; nothing leads from https to http. Time, size and
number of hops are bounded, and a proxy of the environment is not used.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping

import httpcore
import httpx
import msgspec

from atum_desk.kernel.notices import Notice, NoticeError
from atum_desk.kernel.outgoing import notices
from atum_desk.kernel.outgoing.dialler import (
    NameNotFound,
    Resolve,
    checked_addresses,
    require_peer_address,
    resolve_system,
)
from atum_desk.kernel.outgoing.rules import OutgoingRefused, OutgoingRules, Purpose

MAX_URL_CHARACTERS = 2048
REDIRECTS = (301, 302, 303, 307, 308)


class WebFailed(NoticeError, OSError):
    """A request came to nothing; the words say why and hold nothing that was answered."""


class WebAnswer(msgspec.Struct, frozen=True):
    """What a server answered: the status, the address it was asked at last, and the body."""

    status: int
    url: str
    body: bytes


class WebBody(msgspec.Struct, frozen=True):
    """What is sent, with the headers that say what it is."""

    content: bytes
    headers: Mapping[str, str]


class WebLimits(msgspec.Struct, frozen=True):
    """Bounds of one request with all its hops; `http` permits addresses without encryption."""

    seconds: float
    answer_bytes: int
    redirects: int = 0
    http: bool = False


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses; TLS goes on with the host's name."""

    def __init__(self, rules: OutgoingRules, resolve: Resolve, purpose: Purpose) -> None:
        self._rules, self._resolve, self._purpose = rules, resolve, purpose
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the library's interface)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that answers."""
        addresses = await checked_addresses(host, port, self._purpose, self._rules, self._resolve)
        failure: Exception | None = None
        for address in addresses:
            try:
                stream = await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            require_peer_address(address, stream.get_extra_info("server_addr")[0])
            return stream
        raise failure or httpcore.ConnectError("there is no address")


async def request(
    method: str,
    url: str,
    rules: OutgoingRules,
    limits: WebLimits,
    *,
    form: Mapping[str, str] | None = None,
    body: WebBody | None = None,
    resolve: Resolve = resolve_system,
) -> WebAnswer:
    """Ask a web server, with a form or another body. Raises OutgoingRefused, WebFailed."""
    if form is not None:
        content = str(httpx.QueryParams(form)).encode()
        body = WebBody(content, {"Content-Type": "application/x-www-form-urlencoded"})
    try:
        async with asyncio.timeout(limits.seconds):
            for _hop in range(limits.redirects + 1):
                parsed = _parsed(url, limits)
                status, location, answered = await _one(method, parsed, rules, limits, body, resolve)
                if status not in REDIRECTS or not limits.redirects:
                    return WebAnswer(status, url, answered)
                url = _next(parsed, location)
    except NameNotFound as error:
        raise WebFailed(error.notice) from None
    except TimeoutError:
        raise WebFailed(notices.NoWebAnswer()) from None
    except ssl.SSLError:
        raise WebFailed(notices.WebEncryptionFailed()) from None
    except (httpcore.NetworkError, httpcore.TimeoutException) as error:
        raise WebFailed(_cause(error)) from None
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, UnicodeError, ValueError):
        raise WebFailed(notices.NoHttp()) from None
    raise WebFailed(notices.SentOnTooOften())


async def _one(
    method: str, url: httpx.URL, rules: OutgoingRules, limits: WebLimits, sent: WebBody | None, resolve: Resolve
) -> tuple[int, str, bytes]:
    """Return status, Location and body of one request on a connection of its own."""
    # Nothing is unpacked, so no small answer can become a large one.
    headers = [("Host", url.netloc.decode()), ("Accept-Encoding", "identity"), ("Accept", "*/*")]
    if sent is not None:
        headers += [*sent.headers.items(), ("Content-Length", str(len(sent.content)))]
    content = sent.content if sent else b""
    backend = _Backend(rules, resolve, "https" if url.scheme == "https" else "http")
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), limits.seconds)
    async with (
        httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=backend, max_connections=1
        ) as pool,
        pool.stream(method, target, headers=headers, content=content, extensions={"timeout": timeout}) as answer,
    ):
        location = next((v for k, v in answer.headers if k.lower() == b"location"), b"")
        body = bytearray()
        if answer.status not in REDIRECTS:
            async for piece in answer.aiter_stream():
                body += piece
                if len(body) > limits.answer_bytes:
                    raise WebFailed(notices.AnswerTooLong())
        return answer.status, location.decode("latin-1"), bytes(body)


def _parsed(url: str, limits: WebLimits) -> httpx.URL:
    try:
        parsed = httpx.URL(url) if len(url) <= MAX_URL_CHARACTERS else None
    except (httpx.InvalidURL, UnicodeError):
        parsed = None
    if parsed is None or not parsed.host or parsed.userinfo:
        raise WebFailed(notices.NoWebAddress())
    if parsed.scheme != "https" and not (limits.http and parsed.scheme == "http"):
        raise OutgoingRefused(notices.OnlyHttps())
    return parsed


def _next(before: httpx.URL, location: str) -> str:
    try:
        after = before.join(location)
    except (httpx.InvalidURL, UnicodeError):
        raise WebFailed(notices.SentOnNowhere()) from None
    if before.scheme == "https" and after.scheme != "https":
        raise OutgoingRefused(notices.SentOnUnencrypted())
    return str(after)


def _cause(error: BaseException) -> Notice:
    """Return what kind of failure it was, without a word of the other side."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return notices.WebCertificate(cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return notices.WebEncryptionFailed()
        cause = cause.__cause__ or cause.__context__
    timed_out = isinstance(error, httpcore.TimeoutException)
    return notices.NoWebAnswer() if timed_out else notices.WebUnreachable()
