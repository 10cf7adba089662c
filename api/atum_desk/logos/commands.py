"""Logos of the workspace: made of an uploaded image, stored as uploads are, given to whoever asks (ADR 0025)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator

import asyncpg

from atum_desk.files.public import FileStore, keep_upload, store_attachment
from atum_desk.identity.public import set_workspace_logo
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import TooLarge, require_version
from atum_desk.logos import queries
from atum_desk.logos.notices import LogoFault
from atum_desk.logos.permissions import SETTINGS_ROLES_EDIT
from atum_desk.logos.problems import LogoNotFound, LogoRefused
from atum_desk.sandbox.public import LogoImage, ReadLogo, TaskFailed, run_in_child

MAX_UPLOAD_BYTES = 2_000_000
MIME_TYPE = "image/webp"
_SHA256 = re.compile(r"^[0-9a-f]{64}\Z")


async def read_upload(pieces: AsyncIterator[bytes]) -> bytes:
    """Return an uploaded image. Raises TooLarge."""
    raw = bytearray()
    async for piece in pieces:
        raw += piece
        if len(raw) > MAX_UPLOAD_BYTES:
            raise TooLarge(limit_bytes=MAX_UPLOAD_BYTES)
    return bytes(raw)


async def make_logo(raw: bytes) -> LogoImage:
    """Return the logo that an uploaded image becomes, made in a child process. Raises LogoRefused."""
    try:
        image = await run_in_child(ReadLogo(raw))
    except TaskFailed:
        raise LogoRefused(why=LogoFault("broken")) from None
    if image.refusal is not None:
        raise LogoRefused(why=LogoFault(image.refusal))
    return image


async def store_logo(database: Database, files: FileStore, actor: Actor, image: LogoImage) -> int:
    """Keep a logo and return its id; equal content is the same logo.

    It is an upload of its own and stays when the workspace's logo is taken back: pages that are open
    show it, and a redo needs it.
    """
    sha256 = hashlib.sha256(image.content).hexdigest()
    async with database.writing(actor, "attachment.upload") as work:
        work.actor.require(SETTINGS_ROLES_EDIT)
        # Two who upload the same at once shall store one.
        await queries.lock_workspace(work)
        known = await queries.find_logo(work, sha256)
        if known is not None:
            work.unchanged = True
            return known
        attachment_id = await store_attachment(
            work, files, filename="logo.webp", mime_type=MIME_TYPE, content=image.content
        )
        await keep_upload(work, attachment_id)
        return await queries.insert_logo(work, attachment_id, sha256, image.width, image.height)


async def set_logo(database: Database, actor: Actor, logo_id: int | None, version: int | None) -> None:
    """Let the workspace have a logo that was stored, or none. Raises VersionConflict."""
    async with database.writing(actor, "workspace.logo") as work:
        work.actor.require(SETTINGS_ROLES_EDIT)
        workspace = await queries.lock_workspace(work)
        require_version(version, workspace.version)
        if workspace.logo_id == logo_id:
            work.unchanged = True
            return
        await set_workspace_logo(work, logo_id)
        work.summary = {"name": workspace.name, "removed": logo_id is None}


async def require_logo(connection: asyncpg.Connection, sha256: str) -> None:
    """Raise LogoNotFound unless a content is or was a workspace's logo."""
    if not _SHA256.match(sha256) or not await queries.is_logo(connection, sha256):
        raise LogoNotFound
