"""The permission of this slice's commands."""

from __future__ import annotations

OPERATIONS_READ = "operations:read"
OPERATIONS_MANAGE = "operations:manage"
