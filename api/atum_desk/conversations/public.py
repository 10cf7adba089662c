"""What other slices may use of conversations."""

from atum_desk.conversations.commands import receive_answer

__all__ = ["receive_answer"]
