"""What can be wrong with an action."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class FieldNotSettable(Problem):
    """An action cannot set {field}; the nearest field that it can set is {suggestion}."""

    status = 422
    code = "field_not_settable"

    def __init__(self, *, field: str, suggestion: str) -> None:
        super().__init__(field=field, suggestion=suggestion)


class ValueUnfit(Problem):
    """{field} cannot have the value that an action gives it."""

    status = 422
    code = "action_value_unfit"

    def __init__(self, *, field: str) -> None:
        super().__init__(field=field)


class AssignNobodyNamed(Problem):
    """An action that assigns to a person or a team names them by `id`, and no other does."""

    status = 422
    code = "action_assigns_nobody"
