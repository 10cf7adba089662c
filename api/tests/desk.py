"""The whole application in this process, asked through its HTTP routes, on a real database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from itertools import count
from typing import Any
from weakref import finalize

import httpx
from litestar import Litestar

from atum_desk.entry.api import build_gate, build_litestar, largest_body_bytes, route_parts
from atum_desk.files.public import FileStore
from atum_desk.http.middleware import Gate
from atum_desk.http.session_cookies import CONTACT_COOKIE, STAFF_COOKIE
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import new_token, token_hash
from atum_desk.kernel.database.roles import LOGIN_ROLES
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.handlers import WorkerContext
from factories import Given, SignedIn
from scratch_databases import SECRET, copied_database
from suite.machine_speed import scaled

API = "/api/v1"
_addresses = count(1)


class Client(httpx.AsyncClient):
    """A caller of the API; paths are relative to /api/v1."""

    async def got(self, path: str, **query: Any) -> Any:
        """GET that must succeed; returns the JSON."""
        return _told(await self.get(path, params=query or None), 200)

    async def posted(self, path: str, body: Any = None, status: int = 201, **options: Any) -> Any:
        """POST that must succeed; returns the JSON."""
        return _told(await self.post(path, json=body, **options), status)

    async def patched(self, path: str, body: Any, status: int = 200, **options: Any) -> Any:
        """PATCH that must succeed; returns the JSON."""
        return _told(await self.patch(path, json=body, **options), status)


def cookies_of(answer: httpx.Response) -> SimpleCookie:
    """Return the cookies that an answer sets, with their attributes."""
    cookies: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        cookies.load(header)
    return cookies


def _told(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None


# Routes that no application uses now, with the parts that they look into, by the largest body they take.
_idle: dict[int, list[tuple[dict[str, Any], Litestar]]] = defaultdict(list)


def lent_app(database: Database, settings: Settings) -> Gate:
    """Return an application whose routes another may have used before, when that one is gone.

    To build the routes takes 0.2 s, more than most tests do with them. They keep nothing: what an
    application knows and counts is in its gate and its parts, which are new.
    """
    idle = _idle[largest_body_bytes(settings)]
    fresh = route_parts(database, settings, FileStore(settings.uploads))
    if idle:
        parts, routes = idle.pop()
        parts.update(fresh)
    else:
        parts, routes = fresh, build_litestar(fresh)
    app = build_gate(routes, parts)
    # Whoever may still ask holds the gate.
    finalize(app, idle.append, (parts, routes))
    return app


class Desk:
    """One installation: its application, its database, and callers of every kind."""

    def __init__(self, database: Database, settings: Settings, given: Given) -> None:
        self.database = database
        self.settings = settings
        self.given = given
        worker = WorkerContext(database=database, settings=settings, files=FileStore(settings.uploads))
        self.job = worker.in_workspace(given.workspace_id)
        # An ASGI application has one type in Litestar and another in httpx.
        self.app: Any = lent_app(database, settings)

    def client(self, signed_in: SignedIn | None = None, *, ip: str | None = None, **headers: str) -> Client:
        """Return a caller with a browser's cookie, or a stranger; each has an address of its own."""
        if signed_in:
            name = STAFF_COOKIE if signed_in.actor.audience == "staff" else CONTACT_COOKIE
            headers["cookie"] = f"{name}={signed_in.token}"
        return self._client(headers, ip)

    def bearer(self, token: str, **headers: str) -> Client:
        """Return a script that holds a token."""
        return self._client({"authorization": f"Bearer {token}", **headers}, None)

    def _client(self, headers: dict[str, str], ip: str | None) -> Client:
        number = next(_addresses)
        # Each in a network of its own: sign-in counts by networks.
        peer = ip or f"10.{number >> 8 & 255}.{number & 255}.7"
        transport = httpx.ASGITransport(self.app, client=(peer, 50_000))
        return Client(transport=transport, base_url=f"http://localhost:8000{API}", headers=headers, timeout=scaled(60))

    async def staff(self, role: str = "Agent", **given: Any) -> Client:
        """Return a new member of the staff at their browser."""
        return self.client(await self.given.staff(role=role, **given))

    async def administrator(self) -> Client:
        """Return a new administrator at their browser."""
        return await self.staff("Administrator")

    async def requester(self, person_id: int, *, only_ticket_id: int | None = None) -> Client:
        """Return a contact at their browser, of a link's one ticket or of all that are theirs."""
        return self.client(await self.given.sign_in(person_id, "contact", only_ticket_id=only_ticket_id))

    async def token(self, person_id: int, *scopes: str) -> str:
        """Return a script's token of a person; without scopes it may do what its person may."""
        token = new_token("staff")
        async with self.database.marking(self.given.system) as transaction:
            await transaction.execute(
                """insert into sessions (workspace_id, person_id, audience, kind, token_hash, name, scopes, expires_at)
                   values ($1, $2, 'staff', 'token', $3, 'script', $4, moment() + interval '1 day')""",
                self.given.workspace_id,
                person_id,
                token_hash(token),
                list(scopes) or None,
            )
        return token

    async def value(self, query: str, *arguments: Any) -> Any:
        """Ask the database about the whole workspace."""
        async with self.database.reading(self.given.system) as transaction:
            return await transaction.fetchval(query, *arguments)

    async def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        """Ask the database about the whole workspace."""
        async with self.database.reading(self.given.system) as transaction:
            return [dict(row) for row in await transaction.fetch(query, *arguments)]


@asynccontextmanager
async def opened_desk(cluster: str, template: str, settings: Settings) -> AsyncIterator[Desk]:
    """Yield an installation with a database of its own."""
    async with copied_database(cluster, template) as url:
        database = Database(settings, url, SECRET)
        await database.open(*LOGIN_ROLES, size=4)
        try:
            yield Desk(database, settings, await Given.of_first_workspace(database))
        finally:
            await database.close()
