"""Every permission of the product and the built-in roles made of them."""

from __future__ import annotations

PEOPLE_READ = "people:read"
CONTACT_READ = "contact:read"
SETTINGS_PEOPLE_EDIT = "settings:people:edit"
SETTINGS_TEAMS_EDIT = "settings:teams:edit"
SETTINGS_ROLES_EDIT = "settings:roles:edit"
# Whoever sets something up sees what they set up.
STAFF_READ = (PEOPLE_READ, SETTINGS_PEOPLE_EDIT, SETTINGS_TEAMS_EDIT)

# What everybody who works on tickets reads; migration 0015 gave it to the roles that stood before.
WORKING_READS = (
    "ticket:read",
    CONTACT_READ,
    PEOPLE_READ,
    "mail:read",
    "outbox:read",
    "settings:read",
)
AGENT = (
    *WORKING_READS,
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
    SETTINGS_ROLES_EDIT,
    "operations:read",
    "operations:manage",
)
AUDITOR = (*WORKING_READS, "reports:read", "audit:read", "operations:read")

BUILT_IN_ROLES: dict[str, tuple[str, ...]] = {
    "Agent": AGENT,
    "Team lead": TEAM_LEAD,
    "Administrator": ADMINISTRATOR,
    "Auditor": AUDITOR,
}
