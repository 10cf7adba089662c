"""Requests and responses of redactions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from atum_desk.tickets.redaction_patterns import SHORTEST

MOST_PASSAGES = 20
MOST_FILES = 50

Passages = Annotated[list[Annotated[str, Meta(min_length=SHORTEST, max_length=1000)]], Meta(max_length=MOST_PASSAGES)]


class RedactPreviewInput(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What of a message goes: passages of its text, its whole body, files by id, or all its files."""

    text: Passages = []
    parts: Annotated[list[Literal["body", "attachments"]], Meta(max_length=2)] = []
    attachment_ids: Annotated[list[int], Meta(max_length=MOST_FILES)] = []


class RedactInput(RedactPreviewInput, kw_only=True, forbid_unknown_fields=True):
    """What of a message goes for good, and why; the reason is shown with the message and kept."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class Redaction(msgspec.Struct, frozen=True, kw_only=True):
    """That something of a message was redacted, by whom, when and why.

    `what` went of the message `source`; in another message it was quoted.
    """

    by_id: int | None
    by: str | None
    at: datetime
    reason: str
    what: list[str]
    source: int


NoteKind = Literal["time_entry", "contact_note", "reminder", "checklist", "checklist_item"]


class NoteRedactInput(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whose text goes for good, and why: a note of time, about a contact or organization, of a reminder, the name of a
    checklist or the text of an item."""

    kind: NoteKind
    id: int
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class NoteRedaction(msgspec.Struct, frozen=True, kw_only=True):
    """Where the text is gone from: `traces` are entries of the history, `mails` those that told the staff of it."""

    traces: int
    mails: int


class RedactionReach(msgspec.Struct, frozen=True, kw_only=True):
    """Where that is gone from, counted; the message itself is one of `messages`.

    `mails_in` are received mails, which go whole;
    `mails_out` our copies of mails of the desk, `sent` of which left: what their readers have stays with them. `drafts`
    are anybody's. `notes` are those of time, reminders, checklists and the ticket's people, `bulk_runs` bulk
    changes that wrote it. `traces` are entries of the history, `words` those that the search forgets.
    """

    messages: int
    files: int
    mails_in: int
    mails_out: int
    sent: int
    drafts: int
    notes: int
    bulk_runs: int
    traces: int
    words: int
