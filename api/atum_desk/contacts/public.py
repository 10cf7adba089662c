"""What other slices may use of contacts."""

from atum_desk.contacts.commands import find_or_create_contact
from atum_desk.contacts.models import ContactRef

__all__ = ["ContactRef", "find_or_create_contact"]
