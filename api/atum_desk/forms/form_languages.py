"""Which language a form is shown in, and its texts in that language."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from atum_desk.custom_fields.public import Option
from atum_desk.forms.models import FieldTexts, Form, FormField, FormTexts, Section, SectionTexts

MOST_WISHES = 20
_WISH = re.compile(r"\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([0-9.]{1,6})\s*)?")


def wished_languages(wish: str | None, header: str | None) -> list[str]:
    """Return languages by how much they are wished for: one that was named, then those of Accept-Language."""
    weighed = []
    for part in (header or "")[:1_000].split(",")[:MOST_WISHES]:
        if (found := _WISH.fullmatch(part)) is None:
            continue
        weight = _number(found[2])
        if weight > 0:
            weighed.append((weight, found[1]))
    named = [wish] if wish else []
    return named + [language for _, language in sorted(weighed, key=lambda one: -one[0])]


def languages_of(form: Form) -> list[str]:
    """Return the languages of a form."""
    return sorted({form.language, *form.translations})


def in_language(form: Form, wishes: Sequence[str]) -> Form:
    """Return a form with its texts in the language that is wished for most, else its own.

    `pt` is served by `pt-BR`, and the other way about. A text that has no translation stays as it is.
    """
    chosen = _chosen(languages_of(form), wishes) or form.language
    if chosen == form.language:
        return form
    texts = form.translations[chosen]
    return msgspec.structs.replace(
        form,
        name=texts.name or form.name,
        help=texts.help or form.help,
        subject_template=texts.subject_template or form.subject_template,
        text_template=texts.text_template or form.text_template,
        sections=[_section(one, chosen) for one in form.sections],
        language=chosen,
        translations=form.translations | {form.language: FormTexts()},
    )


def named_in(options: list[Option], field: FormField, language: str) -> list[Option]:
    """Return options by their names in a language."""
    names = field.translations.get(language, FieldTexts()).options
    return [msgspec.structs.replace(one, name=names.get(one.key) or one.name) for one in options]


def _section(section: Section, language: str) -> Section:
    texts = section.translations.get(language, SectionTexts())
    return msgspec.structs.replace(
        section,
        title=texts.title or section.title,
        help=texts.help or section.help,
        fields=[_field(one, language) for one in section.fields],
    )


def _field(field: FormField, language: str) -> FormField:
    texts = field.translations.get(language, FieldTexts())
    return msgspec.structs.replace(field, label=texts.label or field.label, help=texts.help or field.help)


def _chosen(languages: list[str], wishes: Sequence[str]) -> str | None:
    for wish in wishes:
        for fits in (_same, _same_base):
            for language in languages:
                if fits(language, wish):
                    return language
    return None


def _same(language: str, wish: str) -> bool:
    return language.lower() == wish.lower()


def _same_base(language: str, wish: str) -> bool:
    return language.lower().partition("-")[0] == wish.lower().partition("-")[0]


def _number(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0
