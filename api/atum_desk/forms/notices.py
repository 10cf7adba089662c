"""What can be wrong with a form's settings and with what was filled in; `name` is a field as people read it."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class FormNamed(Notice, frozen=True):
    """A form named {name}"""

    code = "exists.form"

    name: str


class NotFilledIn(Notice, frozen=True):
    """{name} must be filled in"""

    code = "form.not_filled_in"

    name: str


class NotAsked(Notice, frozen=True):
    """{name} is not asked for by what is filled in"""

    code = "form.not_asked"

    name: str


class NotInForm(Notice, frozen=True):
    """{name} is no field of this form"""

    code = "form.not_in_form"

    name: str


class NotOffered(Notice, frozen=True):
    """{name} can only be one of these now: {offered}"""

    code = "form.not_offered"

    name: str
    offered: list[str]


class FieldTwice(Notice, frozen=True):
    """has the field {name} twice"""

    code = "form.field_twice"

    name: str


class FieldUnknown(Notice, frozen=True):
    """has the field {name}, which tickets do not have"""

    code = "form.field_unknown"

    name: str


class NotBefore(Notice, frozen=True):
    """compares {other}, which does not stand before {name}"""

    code = "form.not_before"

    name: str
    other: str


class NotCompared(Notice, frozen=True):
    """compares {other} by {operator}, which fields of its kind are not compared by"""

    code = "form.not_compared"

    other: str
    operator: str


class NoSuchOption(Notice, frozen=True):
    """names {option}, which {name} does not offer"""

    code = "form.no_such_option"

    name: str
    option: str


class NotAChoice(Notice, frozen=True):
    """narrows the options of {name}, which is no choice"""

    code = "form.no_options"

    name: str


class TeamsNeeded(Notice, frozen=True):
    """must say which teams it offers: give the field team a list of options without a condition"""

    code = "form.teams_needed"


class TooManyFormFields(Notice, frozen=True):
    """has more than {most} fields"""

    code = "form.too_many_fields"

    most: int


class OwnLanguage(Notice, frozen=True):
    """has {language} as its own language, which needs no translation"""

    code = "form.own_language"

    language: str


class LanguageNotOfForm(Notice, frozen=True):
    """has texts in {language}, which is none of its languages"""

    code = "form.language_not_of_form"

    language: str


class FormTooLarge(Notice, frozen=True):
    """has more than {most} characters as a whole"""

    code = "form.too_large"

    most: int
