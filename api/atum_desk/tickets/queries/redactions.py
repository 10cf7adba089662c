"""The statement that redacts; a function of the gate does it, for it reaches what the actor may not read."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.tickets.redact_schemas import NoteKind, NoteRedaction, RedactionReach
from atum_desk.tickets.redaction_patterns import Patterns


class RedactableMessage(msgspec.Struct, frozen=True):
    """A message as it stands before something of it goes; `shown` holds all its texts."""

    ticket_id: int
    number: int
    kind: str
    text: str
    html: str | None
    shown: str
    file_ids: list[int]
    file_names: list[str]


class RedactableNote(msgspec.Struct, frozen=True):
    """A note beside the messages, and the ticket, contact or organization that it is about."""

    text: str
    ticket_id: int | None
    number: int | None
    contact_id: int | None
    organization_id: int | None


class Redacted(msgspec.Struct, frozen=True):
    """Where something is gone from, and the SHA-256 of contents that fewer files name than before."""

    reach: RedactionReach
    contents: list[str]


async def find_message(work: UnitOfWork, number: int, message_id: int) -> RedactableMessage | None:
    """Return a message of a ticket with its files, and lock both; None for what is not in sight."""
    row = await work.fetchrow(
        """select t.id as ticket_id, t.number, m.kind, m.text, m.html,
                  concat_ws(E'\n', m.subject, m.text, m.html, m.quoted, m.extras::text, m.signature::text) as shown,
                  array(select a.id from attachments a where a.message_id = m.id and a.redacted_at is null
                         order by a.id) as file_ids,
                  array(select a.filename from attachments a where a.message_id = m.id and a.redacted_at is null
                         order by a.id) as file_names
             from tickets t join messages m on m.ticket_id = t.id
            where t.workspace_id = (select ctx_workspace()) and t.number = $1 and m.id = $2 for update of t, m""",
        number,
        message_id,
    )
    return RedactableMessage(**row) if row else None


async def count_found(work: UnitOfWork, text: str, patterns: Patterns) -> list[int]:
    """Return how often each pattern is found in a text."""
    rows = await work.fetch(
        """select (select count(*) from regexp_matches($1, p.pattern, 'g')) as found
             from unnest($2::text[]) with ordinality p(pattern, place) order by p.place""",
        text,
        patterns.patterns,
    )
    return [row["found"] for row in rows]


async def redact_message(
    work: UnitOfWork, message_id: int, *, body: bool, file_ids: list[int], patterns: Patterns, reason: str
) -> Redacted:
    """Redact a message wherever it stands; see `redact_message` in migration 0071."""
    told = await work.fetchval(
        "select redact_message($1, $2, $3, $4, $5, $6)",
        message_id,
        body,
        file_ids,
        patterns.runs,
        patterns.patterns,
        reason,
    )
    contents = told.pop("contents")
    counted = {**told, "messages": len(told["messages"]), "files": len(told["files"])}
    return Redacted(msgspec.convert(counted, RedactionReach), contents)


async def find_note(work: UnitOfWork, kind: NoteKind, note_id: int) -> RedactableNote | None:
    """Return a note beside the messages; None for what is not in sight."""
    told = await work.fetchval("select redactable_note($1, $2)", kind, note_id)
    return msgspec.convert(told, RedactableNote) if told else None


async def redact_note(work: UnitOfWork, kind: NoteKind, note_id: int, patterns: Patterns) -> NoteRedaction:
    """Redact a note wherever it stands; see `redact_note` in migration 0078."""
    told = await work.fetchval("select redact_note($1, $2, $3, $4)", kind, note_id, patterns.runs, patterns.patterns)
    return msgspec.convert(told, NoteRedaction)
