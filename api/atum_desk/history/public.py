"""What other slices may use of history."""

from atum_desk.history.commands import take_back_each

__all__ = ["take_back_each"]
