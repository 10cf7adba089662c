"""A form: which fields of a new ticket somebody fills in, in which order, and what depends on what."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from atum_desk.conditions.public import Condition
from atum_desk.custom_fields.public import FieldKind, Option
from atum_desk.identity.public import Locale
from atum_desk.tickets.public import Priority, TicketType

MOST_FORMS = 50
MOST_SECTIONS = 20
MOST_FIELDS = 100
MOST_NARROWINGS = 50
MOST_OPTIONS = 1_000
MOST_LANGUAGES = 20
# Of the sections of a form, as JSON.
MOST_CHARACTERS = 500_000

# What every ticket has, by the kind of value that a form asks for; custom fields are `field.<key>`.
BUILT_IN: dict[str, FieldKind] = {
    "subject": "text",
    "text": "long_text",
    "priority": "choice",
    "type": "choice",
    "team": "choice",
}
CUSTOM = "field."

FieldName = Annotated[
    str, Meta(pattern=r"^(subject|text|priority|type|team|field\.[a-z][a-z0-9_]{0,39})$", examples=["field.machine"])
]
Title = Annotated[str, Meta(max_length=100)]
Help = Annotated[str, Meta(max_length=1_000)]
OptionKey = Annotated[str, Meta(min_length=1, max_length=60)]
OptionName = Annotated[str, Meta(max_length=200)]
SubjectTemplate = Annotated[str, Meta(max_length=500)]
TextTemplate = Annotated[str, Meta(max_length=20_000)]


class FormTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The texts of a form in another language; an empty one is that of the form's own language."""

    name: Title = ""
    help: Help = ""
    subject_template: SubjectTemplate = ""
    text_template: TextTemplate = ""


class SectionTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The texts of a section in another language."""

    title: Title = ""
    help: Help = ""


class FieldTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The texts of a field in another language, and the names of its options by key, teams by id."""

    label: Title = ""
    help: Help = ""
    options: Annotated[dict[OptionKey, OptionName], Meta(max_length=MOST_OPTIONS)] = {}


class Narrowing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The options that a field offers while a condition holds, or always; the first that holds decides.

    Options are named by key, teams by id.
    """

    options: Annotated[list[OptionKey], Meta(min_length=1, max_length=MOST_OPTIONS)]
    when: Condition | None = None


class FormField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of a form. Conditions compare fields that stand before it; a hidden one counts as empty.

    Without a label it is called as the field is, and without help it has the field's.
    """

    field: FieldName
    label: Title = ""
    help: Help = ""
    required: bool = False
    required_when: Condition | None = None
    shown_when: Condition | None = None
    options: Annotated[list[Narrowing], Meta(max_length=MOST_NARROWINGS)] = []
    staff_only: bool = False
    translations: dict[Locale, FieldTexts] = {}


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields under a title; `shown_when` compares fields of sections before it."""

    title: Title = ""
    help: Help = ""
    shown_when: Condition | None = None
    fields: Annotated[list[FormField], Meta(max_length=MOST_FIELDS)] = []
    translations: dict[Locale, SectionTexts] = {}


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it is stored.

    It is offered in the portal, in the desk, and at the public address `/f/<key>`. A ticket that is made
    with it gets the team, type, priority and tags, where the form asks for none. `subject_template` and
    `text_template` are what those fields begin with; a form without the field fills the template in.
    Its texts are in `language`, and in those of `translations`.
    """

    id: int
    key: str
    name: str
    help: str
    sections: list[Section]
    subject_template: str
    text_template: str
    language: str
    translations: dict[str, FormTexts]
    team_id: int | None
    ticket_type: TicketType | None
    priority: Priority | None
    tags: list[str]
    in_portal: bool
    in_desk: bool
    public: bool
    active: bool
    position: int
    version: int


class OfferedField(msgspec.Struct, frozen=True, kw_only=True):
    """A field as it is filled in: `options` are all that it may ever offer, `narrowings` which of them when."""

    field: str
    kind: FieldKind
    label: str
    help: str
    required: bool
    required_when: Condition | None
    shown_when: Condition | None
    narrowings: list[Narrowing]
    options: list[Option]
    default: Any
    pattern: str | None
    currency: str | None


class OfferedSection(msgspec.Struct, frozen=True, kw_only=True):
    """A section as it is filled in."""

    title: str
    help: str
    shown_when: Condition | None
    fields: list[OfferedField]


class OfferedForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form as somebody fills it in: only fields that are for them, with all that the screen needs.

    Its texts are in `language`, one of its `languages`.
    """

    id: int
    key: str
    name: str
    help: str
    language: str
    languages: list[str]
    sections: list[OfferedSection]

    @property
    def fields(self) -> list[OfferedField]:
        """All fields in order."""
        return [field for section in self.sections for field in section.fields]


class FieldState(msgspec.Struct, frozen=True):
    """What the conditions make of a field: whether it is shown and required, and the keys of what it offers.

    `options` is null for a field that is no choice.
    """

    shown: bool
    required: bool
    options: list[str] | None


Place = Literal["portal", "desk"]
