"""How the routes of followers and notifications are asked; `route_cases.py` makes its cases of them."""

from __future__ import annotations

from typing import Any

NOTIFICATION_CASES: dict[tuple[str, str], dict[str, Any]] = {
    ("get", "/tickets/{number}/followers"): {"hides": True},
    ("put", "/tickets/{number}/followers/me"): {"hides": True},
    ("delete", "/tickets/{number}/followers/me"): {"hides": True},
    ("get", "/notifications"): {"queries": ({}, {"unread": True})},
    ("post", "/notifications/read"): {"body": {"all": True}},
    ("post", "/notifications/unread"): {"body": {"tickets": [1]}},
    ("get", "/notifications/settings"): {},
    ("patch", "/notifications/settings"): {"body": {"reasons": {"team": {"desk": True, "mail": False}}}},
}
