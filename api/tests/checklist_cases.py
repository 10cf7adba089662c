"""The operations of checklists, reminders and stars, as `route_cases` says of others who may call them, with what."""

from __future__ import annotations

from typing import Any

READ, EDIT, TEMPLATES = "ticket:read", "ticket:edit", "checklist:edit"
LISTS = "/tickets/{number}/checklists"
ONE = f"{LISTS}/{{checklist_id}}"
ITEM = f"{ONE}/items/{{item_id}}"
TEMPLATE = "/checklist-templates/{template_id}"

CHECKLIST_CASES: dict[tuple[str, str], dict[str, Any]] = {
    ("get", LISTS): {"hides": True},
    ("post", LISTS): {"body": {"name": "Case", "items": [{"text": "Case"}]}, "permission": EDIT, "hides": True},
    ("patch", ONE): {"body": {"name": "Renamed"}, "permission": EDIT, "hides": True},
    ("delete", ONE): {"permission": EDIT, "hides": True},
    ("post", f"{ONE}/items"): {"body": {"text": "Case"}, "permission": EDIT, "hides": True},
    ("patch", ITEM): {"body": {"done": True}, "permission": EDIT, "hides": True},
    ("delete", ITEM): {"permission": EDIT, "hides": True},
    ("get", "/reminders"): {"queries": ({}, {"done": True}, {"ticket": 1}, {"ticket": 2})},
    ("post", "/tickets/{number}/reminders"): {"body": {"minutes": 60}, "permission": READ, "hides": True},
    ("patch", "/reminders/{reminder_id}"): {"body": {"done": True}, "permission": READ, "hides": True},
    ("delete", "/reminders/{reminder_id}"): {"permission": READ, "hides": True},
    ("get", "/stars"): {},
    ("put", "/tickets/{number}/star"): {"permission": READ, "hides": True},
    ("delete", "/tickets/{number}/star"): {"permission": READ, "hides": True},
    ("get", "/checklist-templates"): {"queries": ({}, {"q": "canary"})},
    ("get", TEMPLATE): {"hides": True},
    ("post", "/checklist-templates"): {"body": {"name": "Case", "items": [{"text": "a"}]}, "permission": TEMPLATES},
    ("patch", TEMPLATE): {"body": {"name": "Case"}, "permission": TEMPLATES, "hides": True},
    ("delete", TEMPLATE): {"permission": TEMPLATES, "hides": True},
}
