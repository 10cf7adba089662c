"""What can be wrong with a text that has variables in it."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import Problem


class TemplateInvalid(Problem):
    """The text cannot be filled in: {reason} (line {line})."""

    status = 422
    code = "template_invalid"

    def __init__(self, *, reason: Notice, line: int) -> None:
        super().__init__(reason=reason, line=line)


class VariableUnknown(Problem):
    """There is no variable {name}; the nearest is {suggestion}."""

    status = 422
    code = "variable_unknown"

    def __init__(self, *, name: str, suggestion: str) -> None:
        super().__init__(name=name, suggestion=suggestion)


class FilterUnknown(Problem):
    """A text can use {allowed} after a bar, and not {name}."""

    status = 422
    code = "filter_unknown"

    def __init__(self, *, name: str, allowed: list[str]) -> None:
        super().__init__(name=name, allowed=allowed)


class TemplateTooLong(Problem):
    """Filled in, the text would have more than {most} characters."""

    status = 422
    code = "template_too_long"

    def __init__(self, *, most: int) -> None:
        super().__init__(most=most)
