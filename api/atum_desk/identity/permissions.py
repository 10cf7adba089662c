"""Every permission of the product and the built-in roles made of them."""

from __future__ import annotations

SETTINGS_PEOPLE_EDIT = "settings:people:edit"
SETTINGS_TEAMS_EDIT = "settings:teams:edit"

AGENT = (
    "ticket:open",
    "ticket:reply",
    "ticket:note",
    "ticket:assign",
    "ticket:move",
    "ticket:status",
    "ticket:priority",
    "ticket:tag",
    "ticket:edit",
    "contact:edit",
    "organization:edit",
    "mail:quarantine",
)
TEAM_LEAD = (
    *AGENT,
    "ticket:accept",
    "change:undo_any",
    "outbox:manage",
    "mail:manage",
    "reports:read",
)
ADMINISTRATOR = (
    *TEAM_LEAD,
    "audit:read",
    SETTINGS_PEOPLE_EDIT,
    SETTINGS_TEAMS_EDIT,
    "settings:mailboxes:edit",
    "settings:roles:edit",
    "operations:manage",
)
AUDITOR = ("audit:read", "reports:read")

BUILT_IN_ROLES: dict[str, tuple[str, ...]] = {
    "Agent": AGENT,
    "Team lead": TEAM_LEAD,
    "Administrator": ADMINISTRATOR,
    "Auditor": AUDITOR,
}
