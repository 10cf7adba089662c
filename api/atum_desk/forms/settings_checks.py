"""What a form may consist of: known fields, each once, and conditions on what stands before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import msgspec

from atum_desk.conditions.public import Condition, Leaf, leaves_of, require_bounds
from atum_desk.forms import notices
from atum_desk.forms.evaluation import CHOICES, PRESENCE, operators_of
from atum_desk.forms.filled_form import variables_of
from atum_desk.forms.models import CUSTOM, MOST_CHARACTERS, MOST_FIELDS, FormField, FormTexts, Section
from atum_desk.forms.offered_form import KnownFields
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.templates.public import LiquidText

SECTIONS = "sections"


def require_sections(sections: list[Section], known: KnownFields) -> None:
    """Raise ValidationFailed for fields that are unknown or stand twice, and for conditions that say nothing.

    Raises ConditionInvalid for a condition of too many parts.
    """
    if sum(len(section.fields) for section in sections) > MOST_FIELDS:
        raise ValidationFailed.of(SECTIONS, notices.TooManyFormFields(MOST_FIELDS))
    before: set[str] = set()
    for section in sections:
        _require(_wrong_conditions([section.shown_when], section.title, before, known))
        for field in section.fields:
            _require(_wrong_field(field, before, known))
            before.add(field.field)


def require_languages(own: str, translations: Mapping[str, FormTexts], sections: list[Section]) -> None:
    """Raise ValidationFailed for texts in a language that the form lacks or has as its own, and for too long ones."""
    if own in translations:
        raise ValidationFailed.of("translations", notices.OwnLanguage(own))
    for section in sections:
        said = {*section.translations, *(language for field in section.fields for language in field.translations)}
        for language in sorted(said - translations.keys()):
            raise ValidationFailed.of(SECTIONS, notices.LanguageNotOfForm(language))
    # As the database writes it, which bounds it.
    if len(json.dumps(msgspec.to_builtins(sections), ensure_ascii=False)) > MOST_CHARACTERS:
        raise ValidationFailed.of(SECTIONS, notices.FormTooLarge(MOST_CHARACTERS))


def require_template(source: str, sections: list[Section]) -> None:
    """Raise what LiquidText raises for a template that names what the form does not ask for."""
    fields = [one.field for section in sections for one in section.fields]
    LiquidText(source, variables_of([one.removeprefix(CUSTOM) for one in fields if one.startswith(CUSTOM)]))


def _require(fault: Notice | None) -> None:
    if fault is not None:
        raise ValidationFailed.of(SECTIONS, fault)


def _wrong_field(field: FormField, before: set[str], known: KnownFields) -> Notice | None:
    kind, label = known.kind(field.field), known.label(field.field)
    if kind is None:
        return notices.FieldUnknown(field.field)
    if field.field in before:
        return notices.FieldTwice(label)
    conditions = [field.shown_when, field.required_when, *(one.when for one in field.options)]
    if fault := _wrong_conditions(conditions, label, before, known):
        return fault
    if field.field == "team" and not any(one.when is None for one in field.options):
        return notices.TeamsNeeded()
    if field.options and kind not in CHOICES:
        return notices.NotAChoice(label)
    offered = {one.key for one in known.options(field.field)}
    for narrowing in field.options:
        for key in narrowing.options:
            if key not in offered:
                return notices.NoSuchOption(label, key)
    return None


def _wrong_conditions(
    conditions: Iterable[Condition | None], label: str, before: set[str], known: KnownFields
) -> Notice | None:
    for condition in conditions:
        if condition is None:
            continue
        require_bounds(condition)
        for leaf in leaves_of(condition):
            if fault := _wrong_leaf(leaf, label, before, known):
                return fault
    return None


def _wrong_leaf(leaf: Leaf, label: str, before: set[str], known: KnownFields) -> Notice | None:
    kind, other = known.kind(leaf.field), known.label(leaf.field)
    if kind is None or leaf.field not in before:
        return notices.NotBefore(label, other[:100])
    takes_values = leaf.operator not in PRESENCE
    if leaf.operator not in operators_of(kind) or takes_values != bool(leaf.values):
        return notices.NotCompared(other, leaf.operator[:40])
    if kind in CHOICES and takes_values:
        offered = {one.key for one in known.options(leaf.field)}
        for value in leaf.values:
            if value not in offered:
                return notices.NoSuchOption(other, str(value)[:60])
    if kind == "boolean" and any(not isinstance(value, bool) for value in leaf.values):
        return notices.NotCompared(other, leaf.operator)
    return None
