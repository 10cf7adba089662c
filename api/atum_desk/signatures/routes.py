"""HTTP routes of signatures."""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.params import Parameter

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, VersionConflict
from atum_desk.signatures import commands, problems, queries
from atum_desk.signatures.models import SIGNATURE_VARIABLES, SignatureValues
from atum_desk.signatures.permissions import READ, REPLY, SETTINGS_MAILBOXES_EDIT
from atum_desk.signatures.schemas import (
    NewSignature,
    SignatureChange,
    SignatureDraft,
    SignatureItem,
    SignaturePage,
    SignaturePreview,
)
from atum_desk.signatures.texts import filled_in, read_texts
from atum_desk.templates.public import FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown

WRONG_TEXT = (
    *(problems.SignatureEmpty, problems.SignatureUnfit),
    *(FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown),
)
WRONG_INPUT = (problems.SignatureOfNobody, AlreadyExists, *WRONG_TEXT)


@get("/signatures", opt=needs(READ, REPLY, SETTINGS_MAILBOXES_EDIT))
async def list_signatures(
    database: Database,
    actor: Actor,
    mine: Annotated[bool, Parameter(description="Only one's own")] = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> SignaturePage:
    """List signatures in the order in which they were made."""
    after = (decode_cursor(cursor, tuple[int]) or (0,))[0]
    async with database.reading(actor) as transaction:
        rows = await queries.list_signatures(transaction, actor.person_id if mine else None, after, limit + 1)
        items, more = cut_page(rows, limit)
        for item in items:
            item.can_edit = commands.may_edit(transaction.actor, item)
    return SignaturePage(items, encode_cursor(items[-1].id) if more else None, list(SIGNATURE_VARIABLES))


@post("/signatures", opt=needs(REPLY, SETTINGS_MAILBOXES_EDIT), responses=answers(*WRONG_INPUT))
async def add_signature(database: Database, actor: Actor, data: NewSignature) -> SignatureItem:
    """Add a signature: one's own, or as an administrator anybody's, a mailbox's or a team's."""
    return await _read(database, actor, await commands.add_signature(database, actor, data))


@patch(
    "/signatures/{signature_id:int}",
    opt=needs(REPLY, SETTINGS_MAILBOXES_EDIT),
    responses=answers(problems.SignatureNotFound, VersionConflict, *WRONG_INPUT),
)
async def change_signature(
    database: Database, actor: Actor, signature_id: int, data: SignatureChange, if_match: IfMatch = None
) -> SignatureItem:
    """Change a signature."""
    await commands.change_signature(database, actor, signature_id, data, version_of(if_match))
    return await _read(database, actor, signature_id)


@delete(
    "/signatures/{signature_id:int}",
    opt=needs(REPLY, SETTINGS_MAILBOXES_EDIT),
    responses=answers(problems.SignatureNotFound, VersionConflict),
)
async def delete_signature(database: Database, actor: Actor, signature_id: int, if_match: IfMatch = None) -> None:
    """Delete a signature; replies that left with it keep it."""
    await commands.delete_signature(database, actor, signature_id, version_of(if_match))


@post("/signatures/preview", opt=needs(REPLY, SETTINGS_MAILBOXES_EDIT), status_code=200, responses=answers(*WRONG_TEXT))
async def preview_signature(actor: Actor, data: SignatureDraft) -> SignaturePreview:
    """Return a signature that is being written as it would read; nothing is kept."""
    values = SignatureValues(
        agent=actor.name,
        agent_email=actor.email or "",
        team="Support",
        mailbox="Support",
        mailbox_address="support@example.com",
        workspace="Example Ltd",
    )
    return SignaturePreview(filled_in(await read_texts(data.text, data.html), values))


async def _read(database: Database, actor: Actor, signature_id: int) -> SignatureItem:
    async with database.reading(actor) as transaction:
        item = await queries.get_signature(transaction, signature_id)
        item.can_edit = commands.may_edit(transaction.actor, item)
        return item


routes = [list_signatures, add_signature, change_signature, delete_signature, preview_signature]
