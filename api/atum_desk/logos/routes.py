"""HTTP routes of the workspace's logo."""

from __future__ import annotations

import hashlib

from litestar import Response, delete, get, put

from atum_desk.files.public import FileStore, UploadSlots
from atum_desk.http.access import PUBLIC, needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.http.requests import AnyRequest
from atum_desk.http.uploads import UploadOperation, bind_idempotency_key, read_file_part
from atum_desk.identity.public import Workspace, get_workspace
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import TooLarge, VersionConflict
from atum_desk.logos import commands, problems
from atum_desk.logos.permissions import SETTINGS_ROLES_EDIT

HEADERS = {
    # The address is the content's hash, so it never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Disposition": "inline",
}


@put(
    "/workspace/logo",
    opt=needs(SETTINGS_ROLES_EDIT),
    responses=answers(problems.LogoRefused, TooLarge, VersionConflict),
    operation_class=UploadOperation,
)
async def set_logo(
    request: AnyRequest,
    database: Database,
    files: FileStore,
    upload_slots: UploadSlots,
    actor: Actor,
    if_match: IfMatch = None,
) -> Workspace:
    """Give the workspace a logo: a PNG, JPEG or WebP image (form field `file`) of at most 2 MB."""
    version = version_of(if_match)
    with upload_slots.slot(f"person {actor.person_id}"):
        part = await read_file_part(request)
        raw = await commands.read_upload(part.pieces())
    logo_id = await commands.store_logo(database, files, actor, await commands.make_logo(raw))
    # The key stands for the change that can be undone, not for the storing.
    bind_idempotency_key(request, part.filename, hashlib.sha256(raw).hexdigest())
    await commands.set_logo(database, actor, logo_id, version)
    async with database.reading(actor) as transaction:
        return await get_workspace(transaction)


@delete("/workspace/logo", opt=needs(SETTINGS_ROLES_EDIT), status_code=200, responses=answers(VersionConflict))
async def remove_logo(database: Database, actor: Actor, if_match: IfMatch = None) -> Workspace:
    """Let the workspace have no logo; the one that it had can come back by an undo."""
    await commands.set_logo(database, actor, None, version_of(if_match))
    async with database.reading(actor) as transaction:
        return await get_workspace(transaction)


@get("/logos/{sha256:str}", opt=PUBLIC, responses=answers(problems.LogoNotFound), media_type=commands.MIME_TYPE)
async def get_logo(database: Database, files: FileStore, sha256: str) -> Response[bytes]:
    """Return a logo that a workspace has or had, to whoever asks."""
    async with database.connection("atum_desk_contact") as connection:
        await commands.require_logo(connection, sha256)
    return Response(await files.get(sha256), media_type=commands.MIME_TYPE, headers=HEADERS)


routes = [set_logo, remove_logo, get_logo]
