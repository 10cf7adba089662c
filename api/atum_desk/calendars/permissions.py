"""The permissions that calendars need."""

SETTINGS_CALENDARS_EDIT = "settings:calendars:edit"
TICKET_READ = "ticket:read"
