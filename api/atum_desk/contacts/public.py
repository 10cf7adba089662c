"""What other slices may use of contacts."""

from atum_desk.contacts.commands import find_or_create_contact, find_or_create_contacts
from atum_desk.contacts.models import ContactRef
from atum_desk.contacts.queries import find_by_addresses

__all__ = [
    "ContactRef",
    "find_by_addresses",
    "find_or_create_contact",
    "find_or_create_contacts",
]
