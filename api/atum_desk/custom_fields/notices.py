"""What can be wrong with a value of a custom field or its settings, and what sentences about fields name."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class FieldNamed(Notice, frozen=True):
    """A custom field named {name}"""

    code = "exists.custom_field"

    name: str


class NoSuchField(Notice, frozen=True):
    """is no custom field in use"""

    code = "custom_field.unknown"


class NoText(Notice, frozen=True):
    """is not a text"""

    code = "custom_field.no_text"


class NotOneLine(Notice, frozen=True):
    """is more than one line"""

    code = "custom_field.not_one_line"


class NoNumber(Notice, frozen=True):
    """is not a number of at most 12 digits before the point and {decimals} after it"""

    code = "custom_field.no_number"

    decimals: int


class NoDate(Notice, frozen=True):
    """is not a date such as 2026-01-31"""

    code = "custom_field.no_date"


class NoMoment(Notice, frozen=True):
    """is not a moment with its zone, such as 2026-01-31T09:30:00Z"""

    code = "custom_field.no_moment"


class NoBoolean(Notice, frozen=True):
    """is neither true nor false"""

    code = "custom_field.no_boolean"


class NoOption(Notice, frozen=True):
    """is not among the options in use: {options}"""

    code = "custom_field.no_option"

    options: list[str]


class NoOptions(Notice, frozen=True):
    """is not a list of 1 to 50 options in use: {options}"""

    code = "custom_field.no_options"

    options: list[str]


class NoUrl(Notice, frozen=True):
    """is not an address that begins with http:// or https://"""

    code = "custom_field.no_url"


class NoPhone(Notice, frozen=True):
    """is not a phone number of 3 to 40 digits, spaces and the characters + ( ) . / -"""

    code = "custom_field.no_phone"


class NoSuchRow(Notice, frozen=True):
    """is not the number of a person, contact or organization of this kind"""

    code = "custom_field.no_such_row"


class NotOfPattern(Notice, frozen=True):
    """does not have the form {pattern}"""

    code = "custom_field.not_of_pattern"

    pattern: str


class NoPattern(Notice, frozen=True):
    """is not a pattern that can be checked quickly"""

    code = "custom_field.no_pattern"


class NotOfKind(Notice, frozen=True):
    """does not fit fields of the kind {kind}"""

    code = "custom_field.not_of_kind"

    kind: str


class OptionTwice(Notice, frozen=True):
    """names the option {name} twice"""

    code = "custom_field.option_twice"

    name: str


class OptionsNeeded(Notice, frozen=True):
    """needs at least one option in use"""

    code = "custom_field.options_needed"


class OptionMoved(Notice, frozen=True):
    """moves the option {name} beneath another"""

    code = "custom_field.option_moved"

    name: str


class NoTree(Notice, frozen=True):
    """is no tree of at most {levels} levels"""

    code = "custom_field.no_tree"

    levels: int


class NotOfRecord(Notice, frozen=True):
    """does not fit fields of the kind of record {entity}"""

    code = "custom_field.not_of_record"

    entity: str


class TooManyOptions(Notice, frozen=True):
    """has more than {most} options"""

    code = "custom_field.too_many_options"

    most: int
