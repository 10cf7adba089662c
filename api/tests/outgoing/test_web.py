"""Web requests to chosen addresses: redirects, schemes, size, time, certificates and proxies."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from traps import TrapServer

from atum_desk.kernel.outgoing.rules import OutgoingRefused, OutgoingRules, parse_allow_list
from atum_desk.kernel.outgoing.web import WebFailed, WebLimits, request

LIMITS = WebLimits(seconds=5, answer_bytes=10_000, redirects=3, http=True)


class WebSite:
    """A web server on loopback: `moved` by path, `seen` the headers of each request."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.moved: dict[str, str] = {}
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.seen.append((self.command, self.path, dict(self.headers.items())))
                if self.path in site.moved:
                    self.send_response(302)
                    self.send_header("Location", site.moved[self.path])
                    self.end_headers()
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"x" * (20_000 if self.path == "/large" else 10))

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def rules(self) -> OutgoingRules:
        """This server and no other."""
        return OutgoingRules(parse_allow_list(f"127.0.0.1:{self.port}"))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[WebSite]:
    made = WebSite()
    yield made
    made.close()


@pytest.fixture
def tls_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebSite]:
    """A server with a certificate for localhost that is trusted."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    made = WebSite(context)
    yield made
    made.close()


async def test_a_redirect_within_what_is_permitted_is_followed(site: WebSite) -> None:
    site.moved = {"/a": "/b", "/b": f"http://127.0.0.1:{site.port}/c"}
    answer = await request("GET", f"http://127.0.0.1:{site.port}/a", site.rules, LIMITS)
    assert (answer.status, answer.body, answer.url) == (200, b"x" * 10, f"http://127.0.0.1:{site.port}/c")


async def test_a_redirect_to_a_refused_target_is_not_followed(site: WebSite) -> None:
    trap = TrapServer()
    port = await trap.start()
    targets = (
        f"http://127.0.0.1:{port}/",
        f"//127.0.0.1:{port}/",
        f"http://localhost:{port}/",
        f"http://[::1]:{port}/",
    )
    for target in targets:
        site.moved = {"/a": target}
        with pytest.raises(OutgoingRefused, match="private network"):
            await request("GET", f"http://127.0.0.1:{site.port}/a", site.rules, LIMITS)
    for target in (f"http://x@127.0.0.1:{site.port}/", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://x/"):
        site.moved = {"/a": target}
        with pytest.raises((OutgoingRefused, WebFailed)):
            await request("GET", f"http://127.0.0.1:{site.port}/a", site.rules, LIMITS)
    await trap.stop()
    assert trap.visits == 0


async def test_redirects_end_and_are_off_by_default(site: WebSite) -> None:
    site.moved = {"/a": "/a"}
    with pytest.raises(WebFailed, match="sent on too often"):
        await request("GET", f"http://127.0.0.1:{site.port}/a", site.rules, LIMITS)
    assert len(site.seen) == 4
    once = WebLimits(seconds=5, answer_bytes=100, http=True)
    answer = await request("POST", f"http://127.0.0.1:{site.port}/a", site.rules, once, form={"secret": "x"})
    assert (answer.status, len(site.seen)) == (302, 5)


async def test_nothing_leads_from_https_to_http(tls_site: WebSite, site: WebSite) -> None:
    rules = OutgoingRules((*tls_site.rules.allowed, *site.rules.allowed))
    tls_site.moved = {"/a": f"http://127.0.0.1:{site.port}/"}
    with pytest.raises(OutgoingRefused, match="without encryption"):
        await request("GET", f"https://localhost:{tls_site.port}/a", rules, LIMITS)
    assert site.seen == []


async def test_the_certificate_must_be_the_names(tls_site: WebSite) -> None:
    answer = await request("GET", f"https://localhost:{tls_site.port}/", tls_site.rules, LIMITS)
    assert answer.status == 200
    assert tls_site.seen[0][2]["Host"] == f"localhost:{tls_site.port}"
    with pytest.raises(WebFailed, match="certificate"):
        await request("GET", f"https://127.0.0.1:{tls_site.port}/", tls_site.rules, LIMITS)


async def test_http_must_be_asked_for(site: WebSite) -> None:
    strict = WebLimits(seconds=5, answer_bytes=100)
    with pytest.raises(OutgoingRefused, match="https://"):
        await request("GET", f"http://127.0.0.1:{site.port}/", site.rules, strict)
    assert site.seen == []


async def test_a_long_answer_is_given_up(site: WebSite) -> None:
    with pytest.raises(WebFailed, match="too long"):
        await request("GET", f"http://127.0.0.1:{site.port}/large", site.rules, LIMITS)


async def test_a_slow_server_is_given_up_as_a_whole() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)
        except OSError:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    rules = OutgoingRules(parse_allow_list("127.0.0.1:*"))
    brief = WebLimits(seconds=0.5, answer_bytes=10_000, http=True)
    with pytest.raises(WebFailed, match="in time"):
        await request("GET", f"http://127.0.0.1:{port}/", rules, brief)
    server.close()


async def test_a_proxy_of_the_environment_is_not_used(site: WebSite, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = TrapServer()
    port = await trap.start()
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    answer = await request("GET", f"http://127.0.0.1:{site.port}/", site.rules, LIMITS)
    await trap.stop()
    assert (answer.status, trap.visits) == (200, 0)


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https:///x",
        "https://user:password@127.0.0.1/",
        "https://127.0.0.1@evil.example/",
        "javascript:x",
        "https://" + "a" * 3000,
        "https://[::1",
        "https://x\x00y/",
    ],
)
async def test_what_is_no_plain_address_is_not_asked(url: str) -> None:
    with pytest.raises((WebFailed, OutgoingRefused)):
        await request("GET", url, OutgoingRules(), LIMITS)
