"""The slices of the product; importing this module declares them to the process.

A new slice adds its folder's name here. What it adds to the product stands in its own `feature.py`.
"""

from __future__ import annotations

from importlib import import_module

from atum_desk.kernel.feature import Feature, declared

# In the order in which they may use each other, which is that of seeds and of roles' permissions.
SLICES = (
    "http",
    "files",
    "identity",
    "logos",
    "custom_fields",
    "calendars",
    "signatures",
    "contacts",
    "outbox",
    "lifecycle",
    "tickets",
    "actions",
    "audiences",
    "checklists",
    "reminders",
    "views",
    "macros",
    "forms",
    "drafts",
    "conversations",
    "absences",
    "time_entries",
    "mail",
    "fetching",
    "portal",
    "search",
    "exports",
    "contact_imports",
    "notifications",
    "history",
    "operations",
    "live",
    "bulk",
    "tags",
)
FEATURES: tuple[Feature, ...] = tuple(import_module(f"atum_desk.{name}.feature").FEATURE for name in SLICES)
declared.add(*FEATURES)
