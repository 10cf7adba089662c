"""What other slices may use of the lifecycle."""

from atum_desk.lifecycle.models import CATEGORIES, DEFAULT_RULES, OPEN_CATEGORIES, Category, Resolution, Rules, Status
from atum_desk.lifecycle.problems import RoleUnknown
from atum_desk.lifecycle.queries import (
    MAY_MAKE,
    find_next_in_category,
    find_reopened,
    get_rules,
    get_status,
    list_next_statuses,
    list_resolutions,
    list_statuses,
)

__all__ = [
    "CATEGORIES",
    "DEFAULT_RULES",
    "MAY_MAKE",
    "OPEN_CATEGORIES",
    "Category",
    "Resolution",
    "RoleUnknown",
    "Rules",
    "Status",
    "find_next_in_category",
    "find_reopened",
    "get_rules",
    "get_status",
    "list_next_statuses",
    "list_resolutions",
    "list_statuses",
]
