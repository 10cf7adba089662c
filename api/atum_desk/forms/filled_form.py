"""What was filled in is checked, whichever way it came, and becomes the parts of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from atum_desk.forms import notices
from atum_desk.forms.evaluation import comparable, evaluate, is_blank
from atum_desk.forms.models import CUSTOM, FieldState, Form, OfferedField, OfferedForm
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.templates.public import LiquidText

# The request's name of a field, where it is another than the form's.
PATHS = {"team": "team_id"}


class FilledForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket gets of a form.

    `given` are subject, text, priority, type and team (by id as text), of those that were filled in.
    `fields` are the values of custom fields to write by key, null for one that must have none; `values` are
    all that count, defaults among them; `asked` are the keys of those that were asked for.
    """

    given: dict[str, str]
    fields: dict[str, Any]
    values: dict[str, Any]
    asked: frozenset[str]


def fill(form: OfferedForm, answers: Mapping[str, Any]) -> FilledForm:
    """Check what was filled in, by fields of the form. Raises ValidationFailed with every field that is wrong.

    A value of a field that is hidden, that the form does not have, or that it does not offer now is refused.
    """
    # Nothing was said of a field that is left out: it begins with its default.
    values = {one.field: one.default for one in form.fields if not is_blank(one.default)} | dict(answers)
    states = evaluate(form, values)
    known = {one.field: one for one in form.fields}
    faults: list[tuple[str, Notice]] = [
        (path_of(name), notices.NotInForm(name.removeprefix(CUSTOM)[:40]))
        for name, value in answers.items()
        if name not in known and not is_blank(value)
    ]
    for name, field in known.items():
        fault = _fault(field, states[name], values.get(name), was_given=not is_blank(answers.get(name)))
        if fault:
            faults.append((path_of(name), fault))
    if faults:
        raise ValidationFailed(faults)
    return _filled(known, states, values, answers)


def path_of(name: str) -> str:
    """Return where a request has a field of a form."""
    return f"fields.{name.removeprefix(CUSTOM)[:40]}" if name.startswith(CUSTOM) else PATHS.get(name, name)


def _fault(field: OfferedField, state: FieldState, value: Any, *, was_given: bool) -> Notice | None:
    label = field.label or field.field.removeprefix(CUSTOM)
    if not state.shown:
        return notices.NotAsked(label) if was_given else None
    if was_given and state.options is not None and comparable(field, value, state.options) is None:
        names = {one.key: one.name for one in field.options}
        return notices.NotOffered(label, [names[key] for key in state.options[:20]])
    if state.required and not _counts(field, state, value):
        return notices.NotFilledIn(label)
    return None


def _counts(field: OfferedField, state: FieldState, value: Any) -> bool:
    """Tell whether a field has a value; a default that it does not offer now is none."""
    return not is_blank(value) and (state.options is None or comparable(field, value, state.options) is not None)


def _filled(
    known: dict[str, OfferedField], states: dict[str, FieldState], values: dict[str, Any], answers: Mapping[str, Any]
) -> FilledForm:
    given: dict[str, str] = {}
    fields: dict[str, Any] = {}
    counted: dict[str, Any] = {}
    for name, field in known.items():
        counts = states[name].shown and _counts(field, states[name], values.get(name))
        key = name.removeprefix(CUSTOM)
        if not name.startswith(CUSTOM):
            if counts:
                given[name] = str(values[name])
            continue
        if counts:
            counted[key] = values[name]
        if counts and name in answers:
            fields[key] = values[name]
        elif not counts and not is_blank(field.default):
            # The default comes with the ticket and must go again.
            fields[key] = None
    asked = frozenset(
        name.removeprefix(CUSTOM) for name, state in states.items() if state.shown and name.startswith(CUSTOM)
    )
    return FilledForm(given=given, fields=fields, values=counted, asked=asked)


def subject_of(form: Form, offered: OfferedForm, filled: FilledForm) -> str:
    """Return the subject: what was written, or else the template with what was filled in, or the form's name."""
    written = filled.given.get("subject")
    return written or _from_template(form.subject_template, form, offered, filled) or form.name


def text_of(form: Form, offered: OfferedForm, filled: FilledForm) -> str:
    """Return the first message: what was written, or else the template, or each field with its value."""
    written = filled.given.get("text")
    if written:
        return written
    made = _from_template(form.text_template, form, offered, filled)
    if made:
        return made
    lines = [f"{one.label}: {_said(one, filled.values[key])}" for key, one in _answered(offered, filled)]
    return "\n".join(lines) or form.name


def variables_of(keys: list[str]) -> list[str]:
    """Return what templates may name: the form, and its custom fields by key."""
    return ["form.name", *(f"field.{key}" for key in keys)]


def _from_template(source: str, form: Form, offered: OfferedForm, filled: FilledForm) -> str:
    if not source.strip():
        return ""
    keys = [one.field.removeprefix(CUSTOM) for section in form.sections for one in section.fields]
    values: dict[str, Any] = dict.fromkeys(keys)
    values |= {key: _said(one, filled.values[key]) for key, one in _answered(offered, filled)}
    return LiquidText(source, variables_of(keys)).filled_in({"form": {"name": form.name}, "field": values}).strip()


def _answered(offered: OfferedForm, filled: FilledForm) -> list[tuple[str, OfferedField]]:
    pairs = [(one.field.removeprefix(CUSTOM), one) for one in offered.fields if one.field.startswith(CUSTOM)]
    return [(key, one) for key, one in pairs if filled.values.get(key) is not None]


def _said(field: OfferedField, value: Any) -> str:
    """Return a value as people read it, options by their names."""
    names = {one.key: one.name for one in field.options}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(names.get(str(one), str(one)) for one in value)
    return names.get(str(value), str(value))
