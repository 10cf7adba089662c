"""Files of contacts, and what becomes of their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from atum_desk.identity.public import NamedRef

ImportFormat = Literal["csv", "vcard"]
ImportState = Literal["ready", "running", "done"]
# What becomes of a row that no key ties to a record, when one exists that looks the same.
IfAlike = Literal["skip", "add", "update"]
Outcome = Literal["added", "changed", "unchanged", "skipped", "refused"]
ImportEntity = Literal["contact", "organization"]
# What a column is: '' for nothing, a field of the record, or `field.<key>` for one of its custom fields.
ImportColumn = Annotated[
    str,
    Meta(
        pattern=r"^(|name|email|phone|organization|domain|external_id|language|time_zone|vip|note|field\.[a-z][a-z0-9_]{0,39})$",
        examples=["email"],
    ),
]
COLUMNS: dict[ImportEntity, frozenset[str]] = {
    "contact": frozenset(
        ("", "name", "email", "phone", "organization", "external_id", "language", "time_zone", "vip", "note")
    ),
    "organization": frozenset(("", "name", "domain", "external_id", "language", "time_zone", "vip", "note")),
}
# By which columns a record is found again.
KEYS: dict[ImportEntity, frozenset[str]] = {
    "contact": frozenset(("email", "external_id")),
    "organization": frozenset(("name", "domain", "external_id")),
}
CUSTOM = "field."


class ReadFile(msgspec.Struct, frozen=True):
    """What a file says: its columns, what each probably is, and its rows."""

    format: ImportFormat
    columns: list[str]
    mapping: list[str]
    rows: list[list[str]]


class ContactImport(msgspec.Struct, frozen=True):
    """A file of contacts or organizations: what its columns are, and how far it is.

    `counts` are the rows by outcome; `change_id` is the change that started it, of which
    `POST /changes/{id}/undo?scope=chain` takes back all that was imported. `undone`: that has happened.
    """

    id: int
    entity: ImportEntity
    filename: str
    format: ImportFormat
    state: ImportState
    columns: list[str]
    mapping: list[str]
    if_alike: IfAlike
    row_count: int
    done_rows: int
    counts: dict[str, int]
    created_by: NamedRef
    created_at: datetime
    finished_at: datetime | None
    change_id: int | None
    undone: bool


class ImportedRow(msgspec.Struct, frozen=True):
    """A row with what would become of it, or did.

    `contact` and `alike` are contacts, or organizations where these are imported. `differences` are the fields
    that differ, each as [before, after]. `alike` is whom the row may be about without saying so by a key.
    `notices` say why it is refused.
    """

    number: int
    cells: list[str]
    outcome: Outcome
    contact: NamedRef | None
    alike: NamedRef | None
    if_alike: IfAlike | None
    differences: dict[str, list[str]]
    notices: list[str]


class ImportedRowPage(msgspec.Struct):
    """A page of rows in the order of the file."""

    items: list[ImportedRow]
    next_cursor: str | None


class ImportList(msgspec.Struct):
    """The last 50 imports, newest first."""

    items: list[ContactImport]


class ImportChange(msgspec.Struct, forbid_unknown_fields=True):
    """What the columns are, and what becomes of rows that only look like a known contact."""

    mapping: Annotated[list[ImportColumn], Meta(min_length=1, max_length=100)] | msgspec.UnsetType = msgspec.UNSET
    if_alike: IfAlike | msgspec.UnsetType = msgspec.UNSET


class ImportRowChange(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes of one row that only looks like a known contact; null: as of the others."""

    if_alike: IfAlike | None
