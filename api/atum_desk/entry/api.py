"""The API process: every slice's routes, the web application, one address."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, Contact, License, SecurityScheme

from atum_desk.entry.features import FEATURES
from atum_desk.exports.public import ExportSlots
from atum_desk.files.public import FileStore, UploadSlots
from atum_desk.http.access import access_check, require_declared
from atum_desk.http.authentication import QUESTIONS
from atum_desk.http.dependencies import bind_route
from atum_desk.http.errors import ERROR_HANDLERS
from atum_desk.http.json_response import JsonResponse
from atum_desk.http.listen_socket import refuse_new_connections
from atum_desk.http.middleware import Gate
from atum_desk.http.rate_limits import RateLimits
from atum_desk.http.session_cookies import CONTACT_COOKIE, STAFF_COOKIE
from atum_desk.http.web_files import WebFiles
from atum_desk.kernel.config.settings import REPOSITORY, Settings, load_service_settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.logs import prepare_logs
from atum_desk.kernel.processes.forked_processes import run_forked
from atum_desk.kernel.processes.service_manager import ServiceManager
from atum_desk.kernel.processes.shared_memory import SharedSlots
from atum_desk.kernel.request_times import RequestTimes
from atum_desk.launch.readiness import until_api_ready
from atum_desk.sandbox.public import sandbox

PREFIX = "/api/v1"
# How long a request may take from an open connection to us after nobody new was let in.
SETTLE_SECONDS = 0.4
SHARE_SECONDS = 1.0
ROUTES: list[Any] = [route for feature in FEATURES for route in feature.routes()]
ROOT_ROUTES: list[Any] = [route for feature in FEATURES for route in feature.root_routes()]


def route_parts(
    database: Database, settings: Settings, files: FileStore | None, times: RequestTimes | None = None
) -> dict[str, Any]:
    """Return what routes are given, by the names of their parameters; `files` is None only to describe them."""
    return {
        "database": database,
        "settings": settings,
        "files": files,
        "upload_slots": UploadSlots(-(-settings.uploads_at_once // settings.api_processes)),
        "export_slots": ExportSlots(),
        "limits": RateLimits(settings.redis_url),
        "times": times or RequestTimes(),
    }


def largest_body_bytes(settings: Settings) -> int:
    """Return the most that any request may bring; the gate holds each address to its own limit."""
    return max(settings.upload_max_bytes, settings.mail_max_bytes) + 1_000_000


def build_litestar(parts: Mapping[str, Any]) -> Litestar:
    """Return the routes, which are given of `parts` what stands there when a request comes."""
    require_declared([*ROUTES, *ROOT_ROUTES])
    return Litestar(
        before_request=access_check(parts),
        route_handlers=[
            Router(PREFIX, route_handlers=[bind_route(one, parts, QUESTIONS) for one in ROUTES]),
            *(bind_route(one, parts, QUESTIONS) for one in ROOT_ROUTES),
        ],
        response_class=JsonResponse,
        exception_handlers=ERROR_HANDLERS,
        openapi_config=_openapi(),
        request_max_body_size=largest_body_bytes(parts["settings"]),
        logging_config=None,
    )


def build_app(database: Database, settings: Settings, times: RequestTimes | None = None) -> Gate:
    """Return the whole ASGI application."""
    parts = route_parts(database, settings, FileStore(settings.uploads), times)
    return build_gate(build_litestar(parts), parts)


def build_gate(routes: Any, parts: Mapping[str, Any]) -> Gate:
    """Return the whole ASGI application around routes that were built with the same parts."""
    settings = parts["settings"]
    web = WebFiles(REPOSITORY / "web" / "dist", settings)
    root_paths = frozenset(path for route in ROOT_ROUTES for path in route.paths)
    return Gate(routes, web, parts["database"], settings, parts["times"], root_paths)


async def serve(settings: Settings, times: RequestTimes) -> None:
    """Serve until a signal ends it; requests under way are finished."""
    database = Database(settings, settings.database_url, settings.secret)
    await database.open("atum_desk_staff")
    await database.open("atum_desk_contact", "atum_desk_worker", size=4)
    await database.open("atum_desk_sign_in", size=2)
    app = build_app(database, settings, times)
    server = Server(
        app,
        address=settings.bind,
        port=settings.api_port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
        backlog=1024,
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    # What stands now stays: collections need not walk it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    manager = ServiceManager()
    telling = asyncio.create_task(_tell(manager, settings))
    sharing = asyncio.create_task(_share(times))
    finishing = asyncio.create_task(_finish(app, server, manager, settings, stopping))
    try:
        await server.serve()
    finally:
        telling.cancel()
        sharing.cancel()
        finishing.cancel()
        await sandbox().close()
        await database.close()


async def _tell(manager: ServiceManager, settings: Settings) -> None:
    """Say that requests are served once one was, and then that it goes on."""
    await until_api_ready(settings)
    manager.ready(f"listening on port {settings.api_port}")
    await manager.keep_watch()


async def _share(times: RequestTimes) -> None:
    """Tell the other API processes what this one counted."""
    while True:
        times.share()
        await asyncio.sleep(SHARE_SECONDS)


async def _finish(
    app: Gate, server: Server, manager: ServiceManager, settings: Settings, stopping: asyncio.Event
) -> None:
    """Wait for the signal; then let nobody in, answer what was sent, and stop."""
    await stopping.wait()
    manager.stopping("finishing the requests in hand")
    app.finish()
    if refuse_new_connections(settings.api_port):
        await asyncio.sleep(SETTLE_SECONDS)
    stop: Callable[[], None] = server.stop
    stop()


def main() -> None:
    """Run the API process, or as many as the settings ask for."""
    settings = load_service_settings()
    prepare_logs(settings, "api")
    if settings.api_processes == 1:
        uvloop.run(serve(settings, RequestTimes()))
        return
    counts = SharedSlots(settings.api_processes)

    def run(index: int) -> None:
        uvloop.run(serve(settings, RequestTimes(counts, index)))

    sys.exit(run_forked(settings.api_processes, run))


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="ATUM DESK",
        version="1",
        description="Everything the desk and the portal do. Errors are RFC 9457 problem documents.",
        contact=Contact(name="ATUM DESK"),
        license=License(name="AGPL-3.0-or-later", identifier="AGPL-3.0-or-later"),
        # Never reached: /api/v1/openapi.json is our own route, with the shared problems filled in.
        path="/framework-schema",
        create_examples=False,
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "staff": SecurityScheme(type="apiKey", name=STAFF_COOKIE, security_scheme_in="cookie"),
                "contact": SecurityScheme(type="apiKey", name=CONTACT_COOKIE, security_scheme_in="cookie"),
                "token": SecurityScheme(type="http", scheme="bearer"),
            }
        ),
    )


if __name__ == "__main__":
    main()
