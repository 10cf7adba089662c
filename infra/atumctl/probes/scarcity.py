"""When something runs out."""

from __future__ import annotations

from atumctl.probes.triggers import State


def scarce(left: float, limit: float) -> State:
    """Return the state of what is left: it fires below the limit and warns below three times that."""
    return "fires" if left < limit else "warn" if left < 3 * limit else "ok"
