"""What can be wrong with the text of a condition: ends of the sentence "This cannot be searched for: ..."."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class TooManyConditions(Notice, frozen=True):
    """it holds more than {most} conditions"""

    code = "condition.too_many_conditions"

    most: int


class NestedTooDeep(Notice, frozen=True):
    """its parentheses are nested more than {most} deep"""

    code = "condition.nested_too_deep"

    most: int


class NotOpened(Notice, frozen=True):
    """there is no “(” for this"""

    code = "condition.not_opened"


class NotClosed(Notice, frozen=True):
    """there is no “)” for this"""

    code = "condition.not_closed"


class TooManyTerms(Notice, frozen=True):
    """it has more than {most} words"""

    code = "condition.too_many_terms"

    most: int


class SomethingMissing(Notice, frozen=True):
    """something is missing here"""

    code = "condition.something_missing"


class UnknownField(Notice, frozen=True):
    """there is no field “{name}”; put it in quotation marks to look for these words"""

    code = "condition.unknown_field"

    name: str


class NeedsValue(Notice, frozen=True):
    """“{name}:” needs a value"""

    code = "condition.needs_value"

    name: str


class NotComparable(Notice, frozen=True):
    """“{name}” cannot be compared by {sign}"""

    code = "condition.not_comparable"

    name: str
    sign: str


class TakesOneValue(Notice, frozen=True):
    """this takes one value"""

    code = "condition.takes_one_value"


class TooManyValues(Notice, frozen=True):
    """it has more than {most} values"""

    code = "condition.too_many_values"

    most: int


class NoSuchValue(Notice, frozen=True):
    """“{value}” is no value of “{name}”"""

    code = "condition.no_such_value"

    value: str
    name: str


class ValueTooLong(Notice, frozen=True):
    """a value has {most} characters at most"""

    code = "condition.value_too_long"

    most: int


class TextTooLong(Notice, frozen=True):
    """it is longer than {most} characters"""

    code = "condition.text_too_long"

    most: int


class ImpossibleCharacter(Notice, frozen=True):
    """it holds a character that no text has"""

    code = "condition.impossible_character"


class OrMeant(Notice, frozen=True):
    """{reason} (did you mean “{suggestion}”?)"""

    code = "condition.or_meant"

    reason: Notice
    suggestion: str
