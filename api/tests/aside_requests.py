"""What is asked of a ticket's conversations with others: each operation that writes mail or closes one, with a body."""

from __future__ import annotations

from typing import Any

CONVERSATIONS = "/tickets/{number}/conversations"
PARTS = ["parts@supplier.example"]
ASIDE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("post", CONVERSATIONS, {"subject": "Part", "text": "x", "to": PARTS}),
    ("post", "/tickets/{number}/forward", {"to": PARTS}),
    ("patch", f"{CONVERSATIONS}/{{conversation_id}}", {"closed": True}),
    ("post", f"{CONVERSATIONS}/{{conversation_id}}/messages", {"text": "x"}),
)
READ_ASIDE = (
    ("get", CONVERSATIONS),
    ("get", f"{CONVERSATIONS}/{{conversation_id}}"),
    ("post", f"{CONVERSATIONS}/{{conversation_id}}/read"),
)
REMOVED_PEOPLE = (
    ("delete", "/tickets/{number}/participants"),
    ("delete", "/tickets/{number}/participants/{person_id}"),
)
