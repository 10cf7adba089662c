"""A stored form becomes what somebody fills in: its fields with their kinds, options and defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from atum_desk.custom_fields.public import CustomField, FieldKind, Option
from atum_desk.forms.evaluation import CHOICES
from atum_desk.forms.form_languages import languages_of, named_in
from atum_desk.forms.models import (
    BUILT_IN,
    CUSTOM,
    Form,
    FormField,
    Narrowing,
    OfferedField,
    OfferedForm,
    OfferedSection,
)
from atum_desk.tickets.public import PRIORITIES, TICKET_TYPES

# The labels of what every ticket has; screens have them in the reader's language where a form has none.
LABELS = {"subject": "Subject", "text": "Description", "priority": "Priority", "type": "Type", "team": "Team"}


class KnownFields:
    """Which fields forms of a workspace may have: those of every ticket, and its custom fields of tickets."""

    def __init__(self, custom: Iterable[CustomField], teams: Mapping[int, str]) -> None:
        self._custom = {f"{CUSTOM}{one.key}": one for one in custom if one.entity == "ticket"}
        self._teams = teams

    def custom(self, name: str) -> CustomField | None:
        """Return the custom field that a form's field is."""
        return self._custom.get(name)

    def kind(self, name: str) -> FieldKind | None:
        """Return the kind of a field, None when there is none."""
        field = self._custom.get(name)
        return field.kind if field else BUILT_IN.get(name)

    def label(self, name: str) -> str:
        """Return what a field is called."""
        field = self._custom.get(name)
        return field.name if field else LABELS.get(name, name)

    def options(self, name: str) -> list[Option]:
        """Return the options that a field may offer, by key; teams by id."""
        if name == "team":
            return [Option(str(team_id), team) for team_id, team in self._teams.items()]
        if name in BUILT_IN:
            keys: tuple[str, ...] = {"priority": PRIORITIES, "type": TICKET_TYPES}.get(name, ())
            return [Option(key, key) for key in keys]
        field = self._custom.get(name)
        return field.options if field else []


def offer(form: Form, known: KnownFields, *, for_requester: bool) -> OfferedForm:
    """Return a form as it is filled in, in the language that its texts are in.

    Left out are fields that are out of use, and for requesters those of the staff. Options that it never
    offers are left out, too, so that nobody reads their names.
    """
    sections = [
        OfferedSection(
            title=section.title,
            help=section.help,
            shown_when=section.shown_when,
            fields=[
                _offered(form, one, known) for one in section.fields if _is_for(one, known, for_requester=for_requester)
            ],
        )
        for section in form.sections
    ]
    return OfferedForm(
        id=form.id,
        key=form.key,
        name=form.name,
        help=form.help,
        language=form.language,
        languages=languages_of(form),
        sections=[one for one in sections if one.fields],
    )


def _is_for(field: FormField, known: KnownFields, *, for_requester: bool) -> bool:
    custom = known.custom(field.field)
    if custom is None:
        return field.field in BUILT_IN and not (for_requester and field.staff_only)
    if not custom.active:
        return False
    return not for_requester or (custom.requesters == "edit" and not field.staff_only)


def _offered(form: Form, field: FormField, known: KnownFields) -> OfferedField:
    custom = known.custom(field.field)
    kind = known.kind(field.field) or "text"
    return OfferedField(
        field=field.field,
        kind=kind,
        label=field.label or (custom.name if custom else ""),
        help=field.help or (custom.help if custom else ""),
        required=field.required or field.field in ("subject", "text") or _needed_to_open(form, custom),
        required_when=field.required_when,
        shown_when=field.shown_when,
        narrowings=field.options if kind in CHOICES else [],
        options=named_in(_options(known.options(field.field), field.options), field, form.language),
        default=custom.default if custom else _default(form, field.field),
        pattern=custom.pattern if custom else None,
        currency=custom.currency if custom else None,
    )


def _needed_to_open(form: Form, custom: CustomField | None) -> bool:
    """Tell whether tickets of the form's team and type are not opened without the field."""
    if custom is None or "open" not in custom.required_on:
        return False
    of_team = not custom.team_ids or form.team_id in custom.team_ids
    return of_team and (not custom.ticket_types or form.ticket_type in custom.ticket_types)


def _default(form: Form, name: str) -> Any:
    """Return what a field of every ticket begins with."""
    return {
        "subject": form.subject_template or None,
        "text": form.text_template or None,
        "priority": form.priority,
        "type": form.ticket_type,
        "team": None if form.team_id is None else str(form.team_id),
    }[name]


def _options(options: list[Option], narrowings: list[Narrowing]) -> list[Option]:
    """Return the options in use that may be offered at some time, with what they lie beneath."""
    usable = [one for one in options if one.active]
    if not any(one.when is None for one in narrowings):
        return usable
    parents = {one.key: one.parent for one in options}
    wanted: set[str] = set()
    for narrowing in narrowings:
        for key in narrowing.options:
            at: str | None = key
            while at is not None and at not in wanted:
                wanted.add(at)
                at = parents.get(at)
    return [one for one in usable if one.key in wanted]
