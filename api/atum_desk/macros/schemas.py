"""Requests and responses of macros."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.actions.public import Action, Actions
from atum_desk.audiences.public import Scope
from atum_desk.files.public import KeptFile
from atum_desk.macros.models import MOST_FILES, MOST_LANGUAGES, MacroKind, MacroText
from atum_desk.tickets.public import MessageInput, MessageItem, MissingCounts, Ticket

MacroName = Annotated[str, Meta(min_length=1, max_length=100, examples=["Printer: first aid"])]
Folder = Annotated[str, Meta(max_length=100, examples=["Hardware/Printers"])]
Texts = Annotated[list[MacroText], Meta(max_length=MOST_LANGUAGES)]
FileIds = Annotated[list[int], Meta(max_length=MOST_FILES)]
ConditionText = Annotated[str, Meta(max_length=1_000, examples=["team:Support -status:closed"])]
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class MacroFile(msgspec.Struct, frozen=True):
    """A file that each message of a macro gets a copy of."""

    id: int
    filename: str
    mime_type: str
    size: int


class MacroSummary(msgspec.Struct, kw_only=True):
    """A macro as lists show it: `excerpt` is how its text begins, variables as they are written.

    `broken` says what of its condition does not exist any more; no ticket gets such a macro offered.
    """

    id: int
    name: str
    folder: str
    kind: MacroKind
    excerpt: str
    languages: list[str]
    actions: list[Action]
    files: list[MacroFile]
    scope: Scope
    owner_id: int | None
    owner_name: str | None
    team_id: int | None
    condition: str
    broken: str | None
    active: bool
    version: int
    uses: int
    own_uses: int
    can_edit: bool


class MacroItem(MacroSummary, kw_only=True):
    """A macro with its texts."""

    texts: list[MacroText]


class MacroPage(msgspec.Struct):
    """Macros by folder and name; for a ticket those that fit it, the most used by the reader first."""

    items: list[MacroSummary]
    next_cursor: str | None
    variables: list[str]


class NewMacro(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A macro to add. `attachment_ids` are the actor's own uploads.

    A personal macro is its owner's alone, a team's is seen by the members of `team_id`, a shared one by
    everybody. Without a condition it fits every ticket.
    """

    name: MacroName
    folder: Folder = ""
    kind: MacroKind = "none"
    texts: Texts = []
    actions: Actions = []
    attachment_ids: FileIds = []
    scope: Scope = "personal"
    team_id: int | None = None
    condition: ConditionText = ""
    active: bool = True


class MacroChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a macro; `attachment_ids` names its files that stay and new uploads."""

    name: MacroName | UnsetType = UNSET
    folder: Folder | UnsetType = UNSET
    kind: MacroKind | UnsetType = UNSET
    texts: Texts | UnsetType = UNSET
    actions: Actions | UnsetType = UNSET
    attachment_ids: FileIds | UnsetType = UNSET
    scope: Scope | UnsetType = UNSET
    team_id: int | UnsetType | None = UNSET
    condition: ConditionText | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    version: int | None = None


class MacroTicket(msgspec.Struct, forbid_unknown_fields=True):
    """The ticket that a macro is previewed for."""

    ticket: Number


class MacroDraft(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A macro that is being written, and the ticket that it is previewed for."""

    ticket: Number
    kind: MacroKind = "none"
    texts: Texts = []
    actions: Actions = []
    condition: ConditionText = ""


class MacroPreview(msgspec.Struct, kw_only=True):
    """What a macro would do to a ticket: its text filled in for that one, and its actions with theirs.

    `language` is that of the text which was chosen, `fits` whether the ticket meets the condition. `missing`: what the
    ticket lacks for the actions, which further ones have to set.
    """

    kind: MacroKind
    language: str
    text: str
    html: str | None
    actions: list[Action]
    files: list[MacroFile]
    fits: bool
    missing: MissingCounts


class MacroUse(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How a macro is applied: `actions` and `file_ids` in place of all of its own, for what was taken out."""

    actions: Actions | None = None
    file_ids: FileIds | None = None


class MessageWithActions(MessageInput, kw_only=True, forbid_unknown_fields=True):
    """A reply or a note, and what else is done to the ticket in the same change.

    `macro_id` is a macro that is applied: its text, unless `text` or `html` stands here, its actions, unless
    `actions` does, and its files, unless `file_ids` names those to take. A `status` here outdoes the macro's.
    """

    macro_id: int | None = None
    actions: Actions | None = None
    file_ids: FileIds | None = None


class MacroApplied(msgspec.Struct):
    """What applying a macro did; `change_id` is null when the ticket was so already.

    The ticket is null for who may write to it and not read it. `message` is that of a macro that writes one.
    """

    change_id: int | None
    undo_seconds: int
    message: MessageItem | None
    ticket: Ticket | None


def present_file(file: KeptFile) -> MacroFile:
    """Return a file as the API shows it."""
    return MacroFile(file.id, file.filename, file.mime_type, file.size)


def stored(value: Any) -> Any:
    """Return what is stored as JSON of a struct or a list of them."""
    return msgspec.to_builtins(value)
