"""The built web application: hashed assets for a year, its pages, and nothing else at other addresses."""

from __future__ import annotations

import hashlib
from pathlib import Path

from atum_desk.http.asgi_types import Receive, Scope, Send
from atum_desk.http.content_codings import accepted_codings
from atum_desk.http.session_cookies import live_address
from atum_desk.kernel.config.settings import Settings

MISSING = b"The web application is not built here. Run ./atum up, or build web/."
NOT_FOUND = b"There is nothing at this address."
PAGE = "/index.html"
# The addresses that web/src/app/places.ts and features/portal/routes.tsx know, and all below them.
PAGES = ("/desk", "/sign-in", "/requests")
# Below it are the forms that may stand in a frame of any site (docs/forms.md); a page there uses no cookie.
FRAMED = "/f/"
# https://www.w3.org/TR/change-password-url/
CHANGE_PASSWORD = "/.well-known/change-password"
# What a build holds, whatever this machine's own list of types says.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
# The build leaves both beside each text (web/scripts/compressed.ts); the smaller one comes first.
CODINGS = {"br": ".br", "gzip": ".gz"}


class WebFiles:
    """ASGI for a folder that Vite built; its files are few and stay in memory."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._settings = settings
        self._files = {
            "/" + path.relative_to(folder).as_posix(): _File(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".") and not _is_coded(path)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD with a file or a page, and 404 where there is neither."""
        path = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        if path == CHANGE_PASSWORD:
            await _answer(send, 302, [(b"location", b"/desk/settings/profile")], b"")
            return
        is_page = _is_page(path)
        file = self._files.get(PAGE if is_page else path)
        status = 200
        if file is None and not _names_a_file(path):
            # People get the page's own words for it, in their language.
            file, status = self._files.get(PAGE), 404
        if file is None:
            words = NOT_FOUND if self._files else MISSING
            await _answer(send, 404, [(b"content-type", TYPES[".txt"].encode())], words)
            return
        extra = self._page_headers(scope) if file.is_page else []
        await file.answer(scope, send, status, extra)

    def _page_headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        headers = [(b"content-security-policy", self._policy(scope).encode())]
        if scope["path"] != "/":
            # A link to a request is its key: no search engine shall list it.
            headers.append((b"x-robots-tag", b"noindex"))
        return headers

    def _policy(self, scope: Scope) -> str:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        # A message's frame inherits this policy: pictures from elsewhere are allowed here and kept
        # out by the message itself, whose remote sources are taken away until asked for.
        live = live_address(host, self._settings)
        ancestors = "*" if may_be_framed(scope["path"]) else "'none'"
        return (
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob: https: http:; font-src 'self' data:; "
            f"connect-src 'self' {live}; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; "
            f"form-action 'self'; frame-ancestors {ancestors}"
        )


def may_be_framed(path: str) -> bool:
    """Tell whether pages of other sites may show what stands at an address."""
    return path.startswith(FRAMED) and "/" not in path[len(FRAMED) :]


class _File:
    """One file with the compressed forms that were built beside it."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        self.is_page = path.suffix == ".html"
        self._etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        self._forms = {"": content}
        for coding, ending in CODINGS.items():
            coded = path.with_name(path.name + ending)
            if coded.exists():
                self._forms[coding] = coded.read_bytes()
        lasting = "public, max-age=31536000, immutable" if path.parent.name == "assets" else "no-cache"
        self._headers = [
            (b"content-type", TYPES.get(path.suffix, "application/octet-stream").encode()),
            (b"cache-control", lasting.encode()),
        ]
        if len(self._forms) > 1:
            self._headers.append((b"vary", b"accept-encoding"))

    async def answer(self, scope: Scope, send: Send, status: int, extra: list[tuple[bytes, bytes]]) -> None:
        """Send the smallest form that the browser takes, or 304 when it has that already."""
        asked = dict(scope["headers"])
        accepted = accepted_codings(asked.get(b"accept-encoding", b""))
        coding = next((one for one in CODINGS if one in self._forms and one in accepted), "")
        # Each form is a representation of its own (RFC 9110, 8.8.3).
        etag = self._etag if not coding else f'{self._etag[:-1]}-{coding}"'
        headers = [*self._headers, (b"etag", etag.encode()), *extra]
        known = asked.get(b"if-none-match", b"").decode("latin-1")
        if status == 200 and etag in [one.strip().removeprefix("W/") for one in known.split(",")]:
            await _answer(send, 304, headers, b"")
            return
        content = self._forms[coding]
        if coding:
            headers.append((b"content-encoding", coding.encode()))
        headers.append((b"content-length", str(len(content)).encode()))
        await _answer(send, status, headers, b"" if scope["method"] == "HEAD" else content)


def _is_coded(path: Path) -> bool:
    return path.suffix in CODINGS.values() and path.with_suffix("").exists()


def _is_page(path: str) -> bool:
    return path == "/" or may_be_framed(path) or any(path == page or path.startswith(f"{page}/") for page in PAGES)


def _names_a_file(path: str) -> bool:
    """Whether a program asks for a file, such as /sitemap.xml, rather than a person for a page."""
    return path.startswith(("/assets/", "/.well-known/")) or "." in path.rpartition("/")[2]


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
