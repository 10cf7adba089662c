"""Requests and responses of forms."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.forms.models import (
    MOST_FORMS,
    MOST_LANGUAGES,
    MOST_SECTIONS,
    Form,
    FormTexts,
    Help,
    OfferedForm,
    Section,
    SubjectTemplate,
    TextTemplate,
)
from atum_desk.identity.public import Locale
from atum_desk.tickets.public import Priority, Tags, TicketInput, TicketType

Key = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$", examples=["new-machine"])]
Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["A machine stands still"])]
Sections = Annotated[list[Section], Meta(max_length=MOST_SECTIONS)]
Translations = Annotated[dict[Locale, FormTexts], Meta(max_length=MOST_LANGUAGES)]
RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class FormList(msgspec.Struct):
    """Every form in order, retired ones among them."""

    items: list[Form]


class OfferedFormList(msgspec.Struct):
    """The forms of the desk in order, as somebody fills them in."""

    items: list[OfferedForm]


class NewForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A form to add behind the others; without a key its name makes one."""

    name: Name
    key: Key | None = None
    help: Help = ""
    sections: Sections = []
    subject_template: SubjectTemplate = ""
    text_template: TextTemplate = ""
    language: Locale = "en"
    translations: Translations = {}
    team_id: RowId | None = None
    ticket_type: TicketType | None = None
    priority: Priority | None = None
    tags: Tags = []
    in_portal: bool = False
    in_desk: bool = True
    public: bool = False


class FormChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a form; one that is not `active` is retired: offered nowhere, and brought back whole."""

    name: Name | UnsetType = UNSET
    key: Key | UnsetType = UNSET
    help: Help | UnsetType = UNSET
    sections: Sections | UnsetType = UNSET
    subject_template: SubjectTemplate | UnsetType = UNSET
    text_template: TextTemplate | UnsetType = UNSET
    language: Locale | UnsetType = UNSET
    translations: Translations | UnsetType = UNSET
    team_id: RowId | UnsetType | None = UNSET
    ticket_type: TicketType | UnsetType | None = UNSET
    priority: Priority | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    in_portal: bool | UnsetType = UNSET
    in_desk: bool | UnsetType = UNSET
    public: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    version: int | None = None


class FormOrder(msgspec.Struct, forbid_unknown_fields=True):
    """The ids of all forms in the order to show them in."""

    ids: Annotated[list[RowId], Meta(max_length=MOST_FORMS)]


class FormTicket(TicketInput):
    """A ticket to open with a form, as `POST /tickets` takes one; what the form makes is left out."""

    subject: Annotated[str, Meta(max_length=500)] = ""
    # None: as the form says.
    priority: Priority | None = None  # type: ignore[assignment]
    type: TicketType | None = None  # type: ignore[assignment]
