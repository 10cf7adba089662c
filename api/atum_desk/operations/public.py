"""What the entry may use of operations."""

from atum_desk.operations.canary import Canary, make_canary

__all__ = ["Canary", "make_canary"]
