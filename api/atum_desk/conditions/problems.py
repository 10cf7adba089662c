"""What can be wrong with a condition."""

from __future__ import annotations

from typing import Any

from atum_desk.kernel.problems import Problem


class ConditionInvalid(Problem):
    """This cannot be searched for: {reason}{hint}."""

    status = 422
    code = "condition_invalid"

    def __init__(self, reason: str, position: int, length: int = 1, suggestion: str | None = None) -> None:
        """Say what is wrong with the text from a character on (the first is 0), and what it may have meant."""
        hint = f" (did you mean “{suggestion}”?)" if suggestion else ""
        super().__init__(reason=reason, hint=hint, position=position, length=max(1, length), suggestion=suggestion)

    def body(self) -> dict[str, Any]:
        """Return the problem document; the hint is in its sentence alone."""
        return {name: value for name, value in super().body().items() if name != "hint"}
