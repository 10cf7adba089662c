"""What other slices may use of the lifecycle."""

from atum_desk.lifecycle.models import CATEGORIES, Category
from atum_desk.lifecycle.problems import RoleUnknown
from atum_desk.lifecycle.queries import (
    MAY_MAKE,
    find_next_in_category,
    find_reopened,
    get_status,
    list_next_statuses,
    list_statuses,
)

__all__ = [
    "CATEGORIES",
    "MAY_MAKE",
    "Category",
    "RoleUnknown",
    "find_next_in_category",
    "find_reopened",
    "get_status",
    "list_next_statuses",
    "list_statuses",
]
