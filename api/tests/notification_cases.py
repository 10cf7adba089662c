"""How the routes of followers and notifications are asked; `route_cases.py` makes its cases of them."""

from __future__ import annotations

from typing import Any

# A browser's address at a push service that nobody runs, and its keys.
BROWSER = {
    "endpoint": "https://push.example/send/case",
    "p256dh": "BHe8GeydY1INaODleH99lQTh1GxzUB3pvyzPzO-b3T7IPMPOPVpH_jllnexK7tl8m7s_pC6Lto8J76vPsxbwpyo",
    "auth": "AAAAAAAAAAAAAAAAAAAAAA",
    "name": "Case browser",
}
NOTIFICATION_CASES: dict[tuple[str, str], dict[str, Any]] = {
    ("get", "/tickets/{number}/followers"): {"hides": True},
    ("put", "/tickets/{number}/followers/me"): {"hides": True},
    ("delete", "/tickets/{number}/followers/me"): {"hides": True},
    ("put", "/tickets/{number}/followers/{person_id}"): {"permission": "ticket:note", "hides": True},
    ("delete", "/tickets/{number}/followers/{person_id}"): {"permission": "ticket:note", "hides": True},
    ("put", "/tickets/{number}/mute"): {"hides": True},
    ("delete", "/tickets/{number}/mute"): {"hides": True},
    ("get", "/notifications/browsers"): {},
    ("put", "/notifications/browsers"): {"body": BROWSER},
    ("delete", "/notifications/browsers/{subscription_id}"): {},
    ("get", "/notifications"): {"queries": ({}, {"unread": True})},
    ("post", "/notifications/read"): {"body": {"all": True}},
    ("post", "/notifications/unread"): {"body": {"tickets": [1]}},
    ("get", "/notifications/settings"): {},
    ("patch", "/notifications/settings"): {"body": {"reasons": {"team": {"desk": True, "mail": False}}}},
}
