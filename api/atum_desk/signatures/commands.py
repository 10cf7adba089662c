"""Add, change and delete signatures: each is one change with one undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from msgspec import UNSET

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import AlreadyExists, require_version
from atum_desk.signatures import queries
from atum_desk.signatures.notices import SuchSignature
from atum_desk.signatures.permissions import REPLY, SETTINGS_MAILBOXES_EDIT
from atum_desk.signatures.problems import SignatureOfNobody
from atum_desk.signatures.schemas import NewSignature, SignatureChange, SignatureItem
from atum_desk.signatures.texts import read_texts


async def add_signature(database: Database, actor: Actor, new: NewSignature) -> int:
    """Add a signature and return its id.

    Raises PermissionMissing, SignatureOfNobody, AlreadyExists, and what `read_texts` raises.
    """
    texts = await read_texts(new.text, new.html)
    async with database.writing(actor, "signature.add") as work:
        _require_editable(work, new.person_id)
        if new.person_id is not None and not await queries.is_staff(work, new.person_id):
            raise SignatureOfNobody
        with _refusals():
            signature_id = await queries.insert_signature(
                work,
                {
                    "person_id": new.person_id,
                    "mailbox_id": new.mailbox_id,
                    "team_id": new.team_id,
                    "language": new.language,
                    "text": texts.text,
                    "html": texts.html,
                },
            )
        work.summary = {"signature_id": signature_id}
    return signature_id


async def change_signature(
    database: Database, actor: Actor, signature_id: int, change: SignatureChange, version: int | None
) -> None:
    """Change a signature. Raises SignatureNotFound, VersionConflict, and what add_signature raises."""
    texts = None
    if change.text is not UNSET or isinstance(change.html, str):
        html = change.html if isinstance(change.html, str) else None
        texts = await read_texts("" if change.text is UNSET else change.text, html)
    async with database.writing(actor, "signature.edit") as work:
        held = await queries.lock_signature(work, signature_id)
        _require_editable(work, held.person_id)
        require_version(change.version if version is None else version, held.version)
        columns: dict[str, Any] = {name: getattr(held, name) for name in queries.COLUMNS}
        for name in ("mailbox_id", "team_id", "language"):
            if (given := getattr(change, name)) is not UNSET:
                columns[name] = given
        if texts is not None:
            columns |= {"text": texts.text, "html": texts.html}
        elif change.html is None:
            columns["html"] = None
        if all(getattr(held, name) == value for name, value in columns.items()):
            work.unchanged = True
            return
        with _refusals():
            await queries.update_signature(work, signature_id, columns)
        work.summary = {"signature_id": signature_id}


async def delete_signature(database: Database, actor: Actor, signature_id: int, version: int | None) -> None:
    """Delete a signature. Raises SignatureNotFound, PermissionMissing, VersionConflict."""
    async with database.writing(actor, "signature.delete") as work:
        held = await queries.lock_signature(work, signature_id)
        _require_editable(work, held.person_id)
        require_version(version, held.version)
        await queries.delete_signature(work, signature_id)
        work.summary = {"signature_id": signature_id}


def may_edit(actor: Actor | SystemActor, signature: SignatureItem) -> bool:
    """Tell whether somebody who sees a signature may change it."""
    return _may_edit(actor, signature.person_id)


def _may_edit(actor: Actor | SystemActor, person_id: int | None) -> bool:
    own = isinstance(actor, Actor) and person_id == actor.person_id and actor.may(REPLY)
    return own or actor.may(SETTINGS_MAILBOXES_EDIT)


def _require_editable(work: UnitOfWork, person_id: int | None) -> None:
    if not _may_edit(work.actor, person_id):
        work.actor.require(SETTINGS_MAILBOXES_EDIT)


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell what the database refuses in words."""
    try:
        yield
    except asyncpg.UniqueViolationError:
        raise AlreadyExists(what=SuchSignature()) from None
    except (asyncpg.ForeignKeyViolationError, asyncpg.InsufficientPrivilegeError):
        raise SignatureOfNobody from None
