"""What can be wrong with one field of a request; sentences go on after the field's name."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class FieldError(Notice, frozen=True):
    """{field}: {fault}"""

    code = "field.error"

    field: str
    fault: Notice


class NotReadable(Notice, frozen=True):
    """{told}"""

    # What the decoder says, for programmers; people meet the others.
    code = "field.not_readable"

    told: str


class Empty(Notice, frozen=True):
    """is empty"""

    code = "field.empty"


class Missing(Notice, frozen=True):
    """is missing"""

    code = "field.missing"


class WrongForm(Notice, frozen=True):
    """is not of the expected form"""

    code = "field.wrong_form"


class TooShort(Notice, frozen=True):
    """is shorter than {least} characters"""

    code = "field.too_short"

    least: int


class TooLong(Notice, frozen=True):
    """is longer than {most} characters"""

    code = "field.too_long"

    most: int


class TooSmall(Notice, frozen=True):
    """is less than {least}"""

    code = "field.too_small"

    least: int


class TooGreat(Notice, frozen=True):
    """is more than {most}"""

    code = "field.too_great"

    most: int


class NotStorable(Notice, frozen=True):
    """holds a value that cannot be stored"""

    code = "field.not_storable"


class NotAllowed(Notice, frozen=True):
    """holds a value that is not allowed"""

    code = "field.not_allowed"


class NestedTooDeeply(Notice, frozen=True):
    """is nested too deeply"""

    code = "field.nested_too_deeply"


class NotAVersion(Notice, frozen=True):
    """is not a version such as "3\""""

    code = "field.not_a_version"


class NotNumbers(Notice, frozen=True):
    """is not a list of numbers separated by commas"""

    code = "field.not_numbers"


class NotAmong(Notice, frozen=True):
    """is not among {allowed}"""

    code = "field.not_among"

    allowed: list[str]


class NotAKey(Notice, frozen=True):
    """must be 1 to 200 printable characters"""

    code = "field.not_a_key"


class NotOneFile(Notice, frozen=True):
    """must be one file"""

    code = "field.not_one_file"


class NotAForm(Notice, frozen=True):
    """must be multipart/form-data"""

    code = "field.not_a_form"


class NotOurForm(Notice, frozen=True):
    """is not a form of ours"""

    code = "field.not_our_form"


class FormCutOff(Notice, frozen=True):
    """is not a complete form"""

    code = "field.form_cut_off"


class NotACursor(Notice, frozen=True):
    """is not a cursor of this list; leave it out to begin anew"""

    code = "field.not_a_cursor"


class NotAnAddress(Notice, frozen=True):
    """“{address}” is not a mail address. {told}"""

    # `told` is what the library says is wrong with it, in English.
    code = "field.not_an_address"

    address: str
    told: str


class LocalPartTooLong(Notice, frozen=True):
    """“{address}” is not a mail address. More than {most} octets stand before the @"""

    code = "field.local_part_too_long"

    address: str
    most: int


class OwnAddress(Notice, frozen=True):
    """{address} is an address of this desk"""

    code = "field.own_address"

    address: str


class NoTimeZone(Notice, frozen=True):
    """is no time zone such as Europe/Berlin"""

    code = "field.no_time_zone"
