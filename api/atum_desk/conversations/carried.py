"""What a mail to others carries of a ticket: messages that its requester sees, and their files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from atum_desk.conversations.problems import NothingToForward, TooManyFilesToForward, TooMuchToForward
from atum_desk.conversations.schemas import MOST_CARRIED
from atum_desk.files.public import AttachmentNotFound, copy_files, list_files_of
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.outbox.public import ForwardedMessage, MailAddress, forwarded_text, without_tokens
from atum_desk.tickets.public import CarriedMessage, list_carried

MOST_CHARACTERS = 2_000_000
MOST_FILES = 50
MOST_HELD_FILES = MOST_CARRIED * MOST_FILES
_SHOWN = re.compile(r"(/api/v1/attachments/)(\d{1,18})")


class Carried(msgspec.Struct, frozen=True):
    """Messages, oldest first, as a mail carries them, with copies of their files; `text` is how a thread shows them."""

    messages: list[ForwardedMessage] = []
    message_ids: list[int] = []
    attachment_ids: list[int] = []

    @property
    def text(self) -> str | None:
        """The messages as plain text; None for none."""
        return forwarded_text(self.messages) or None


async def carry(work: UnitOfWork, ticket_id: int, message_ids: list[int] | None, file_ids: list[int] | None) -> Carried:
    """Return some messages of a ticket, or with None the newest, with some of their files, or with None all.

    Raises NothingToForward for a note and what is held, TooMuchToForward, TooManyFilesToForward, and
    AttachmentNotFound for a file of another message.
    """
    if message_ids == []:
        if file_ids:
            raise AttachmentNotFound
        return Carried()
    found = await list_carried(work, ticket_id, message_ids, MOST_CARRIED)
    if not found or (message_ids is not None and {one.id for one in found} != set(message_ids)):
        raise NothingToForward
    if sum(len(one.text) + len(one.html or "") for one in found) > MOST_CHARACTERS:
        raise TooMuchToForward(limit=MOST_CHARACTERS)
    ids = [one.id for one in found]
    copies = await _copied(work, ids, file_ids)
    return Carried([_passed_on(one, copies) for one in found], ids, list(copies.values()))


async def _copied(work: UnitOfWork, message_ids: list[int], file_ids: list[int] | None) -> dict[int, int]:
    """Copy files of messages; return the id of each copy by that of its file."""
    files = await list_files_of(work, message_ids, MOST_HELD_FILES)
    if file_ids is not None:
        if not set(file_ids) <= {one.id for one in files}:
            raise AttachmentNotFound
        files = [one for one in files if one.id in file_ids]
    if len(files) > MOST_FILES:
        raise TooManyFilesToForward(limit=MOST_FILES)
    copies = await copy_files(work, files)
    return {file.id: copy for file, copy in zip(files, copies, strict=True)}


def _passed_on(message: CarriedMessage, copies: Mapping[int, int]) -> ForwardedMessage:
    """Return a message as others read it: with the copies of its images, and without what speaks for its reader."""

    def copied(found: re.Match[str]) -> str:
        # An image that does not go along is named by an id that no mail has.
        return f"{found[1]}{copies.get(int(found[2]), 0)}"

    return ForwardedMessage(
        author_name=message.author_name,
        author_email=message.author_email,
        created_at=message.created_at,
        to=_named(message.to),
        text=without_tokens(message.text),
        html=message.html and _SHOWN.sub(copied, without_tokens(message.html)),
    )


def _named(people: Sequence[MailAddress]) -> list[MailAddress]:
    """Return people by the addresses that mailboxes have; one that was signed would let others answer in its place."""
    return [replace(one, address=without_tokens(one.address)) for one in people]
