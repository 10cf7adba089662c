"""What can go wrong with custom fields."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class FieldNotFound(Problem):
    """There is no such custom field."""

    status = 404
    code = "custom_field_not_found"


class TooManyCustomFields(Problem):
    """A workspace has {limit} custom fields at most, those out of use among them."""

    status = 409
    code = "too_many_custom_fields"


class FieldsRequired(Problem):
    """Fill in first: {names}."""

    status = 422
    code = "fields_required"

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        """Take the keys and the names of what is missing."""
        super().__init__(names=[name for _, name in fields], fields=[key for key, _ in fields])


class FieldOrderIncomplete(Problem):
    """The order must name each custom field of its kind of record once."""

    status = 422
    code = "custom_field_order_incomplete"


class KindNotConverted(Problem):
    """{name} cannot become {kind}: {refused} of its values would be lost.
    Rehearse it, and say what shall become of these."""

    status = 409
    code = "custom_field_not_converted"


class ConversionTooLarge(Problem):
    """At most {limit} values are converted at once. Add a field of the other type instead."""

    status = 409
    code = "custom_field_conversion_too_large"
