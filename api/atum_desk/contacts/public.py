"""What other slices may use of contacts."""

from atum_desk.contacts.commands import create_contact, find_or_create_contact, find_or_create_contacts
from atum_desk.contacts.desk_addresses import is_own, list_own_among, refuse_own
from atum_desk.contacts.models import ContactRef
from atum_desk.contacts.permissions import CONTACT_READ
from atum_desk.contacts.queries import find_by_addresses, person_among

__all__ = [
    "CONTACT_READ",
    "ContactRef",
    "create_contact",
    "find_by_addresses",
    "find_or_create_contact",
    "find_or_create_contacts",
    "is_own",
    "list_own_among",
    "person_among",
    "refuse_own",
]
