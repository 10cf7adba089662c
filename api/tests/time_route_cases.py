"""The operations of time, as `route_cases` says of others who may call them, with what."""

from __future__ import annotations

from typing import Any

YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
GROUPS = ("agent", "ticket", "organization", "day", "activity")
SECONDS = {"seconds": 60}

TIME_CASES: dict[tuple[str, str], dict[str, Any]] = {
    ("get", "/tickets/{number}/time-entries"): {"hides": True},
    ("post", "/tickets/{number}/time-entries"): {"body": SECONDS, "permission": "time:log", "hides": True},
    ("patch", "/time-entries/{entry_id}"): {"body": {"note": "x"}, "hides": True},
    ("delete", "/time-entries/{entry_id}"): {"hides": True},
    ("get", "/time-entries/{entry_id}/history"): {"hides": True},
    ("get", "/time-entries/totals"): {"queries": tuple({"by": by, **YEAR} for by in GROUPS)},
    ("get", "/time-entries.csv"): {"queries": (YEAR,), "permission": "ticket:export"},
    ("get", "/time-entries.xlsx"): {"queries": (YEAR,), "permission": "ticket:export"},
    ("get", "/timers"): {},
    ("put", "/tickets/{number}/timer"): {"body": {"running": True}, "permission": "time:log", "hides": True},
    ("delete", "/tickets/{number}/timer"): {"permission": "time:log", "hides": True},
    ("get", "/messages/{message_id}/versions"): {"hides": True},
    ("patch", "/messages/{message_id}/note"): {"body": {"text": "x"}, "permission": "ticket:note", "hides": True},
    ("post", "/tickets/{number}/messages/{message_id}/redact"): {
        "body": {"parts": ["body"], "reason": "Case"},
        "permission": "ticket:redact",
        "hides": True,
    },
    ("post", "/tickets/{number}/messages/{message_id}/redact/preview"): {
        "body": {"parts": ["body"]},
        "permission": "ticket:redact",
        "hides": True,
    },
    ("post", "/redactions"): {"body": {"kind": "time_entry", "id": 1, "reason": "Case"}, "permission": "ticket:redact"},
    ("get", "/tickets/{number}/attachments.zip"): {"hides": True},
    ("get", "/messages/{message_id}/attachments.zip"): {"hides": True},
    ("get", "/time-activities"): {},
    ("post", "/time-activities"): {"body": {"name": "Case activity"}, "permission": "settings:time:edit"},
    ("patch", "/time-activities/{activity_id}"): {"body": {"billable": False}, "permission": "settings:time:edit"},
}
