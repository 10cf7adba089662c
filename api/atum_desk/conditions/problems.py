"""What can be wrong with a condition."""

from __future__ import annotations

from atum_desk.conditions.notices import OrMeant
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import Problem


class ConditionInvalid(Problem):
    """This cannot be searched for: {reason}."""

    status = 422
    code = "condition_invalid"

    def __init__(self, reason: Notice, position: int, length: int = 1, suggestion: str | None = None) -> None:
        """Say what is wrong with the text from a character on (the first is 0), and what it may have meant."""
        said = OrMeant(reason, suggestion) if suggestion else reason
        super().__init__(reason=said, position=position, length=max(1, length), suggestion=suggestion)
