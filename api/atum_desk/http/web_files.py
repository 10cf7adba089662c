"""The built web application: hashed assets for a year, every other address the page itself."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from atum_desk.http.asgi import Receive, Scope, Send
from atum_desk.http.sessions import live_address
from atum_desk.kernel.settings import Settings

MISSING = b"The web application is not built here. Run ./atum up, or build web/."


class WebFiles:
    """ASGI for a folder that Vite built; its files are few and stay in memory."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._settings = settings
        self._files = {
            "/" + path.relative_to(folder).as_posix(): _File(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD with a file, and unknown addresses with the application."""
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        file = self._files.get(scope["path"])
        if file is None and not scope["path"].startswith("/assets/"):
            file = self._files.get("/index.html")
        if file is None:
            await _answer(send, 404, [(b"content-type", b"text/plain")], MISSING)
            return
        headers = list(file.headers)
        if file.is_page:
            headers.append((b"content-security-policy", self._policy(scope).encode()))
        if dict(scope["headers"]).get(b"if-none-match") == file.etag:
            await _answer(send, 304, headers, b"")
            return
        await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else file.content)

    def _policy(self, scope: Scope) -> str:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        # A message's frame inherits this policy: pictures from elsewhere are allowed here and kept
        # out by the message itself, whose remote sources are taken away until asked for.
        live = live_address(host, self._settings)
        return (
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob: https: http:; font-src 'self' data:; "
            f"connect-src 'self' {live}; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'"
        )


class _File:
    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.is_page = path.suffix == ".html"
        self.etag = f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'.encode()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        lasting = (
            b"public, max-age=31536000, immutable" if path.parent.name == "assets" else b"no-cache"
        )
        self.headers: list[tuple[bytes, bytes]] = [
            (
                b"content-type",
                (f"{kind}; charset=utf-8" if kind.startswith("text/") else kind).encode(),
            ),
            (b"cache-control", lasting),
            (b"etag", self.etag),
        ]


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
