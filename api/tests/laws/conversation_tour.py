"""Every request about conversations with others, on one ticket."""

from __future__ import annotations

from desk import Client


async def tour_of_conversations(lead: Client, path: str) -> None:
    """Start, forward, write, close, open again, read and list. `path` is the ticket's."""
    aside = {"subject": "Part", "text": "When?", "to": ["parts@supplier.example"]}
    begun = (await lead.posted(f"{path}/conversations", aside))["conversation"]
    await lead.posted(f"{path}/forward", {"to": ["parts@supplier.example"]})
    one = f"{path}/conversations/{begun['id']}"
    await lead.posted(f"{one}/messages", {"text": "Well?", "cc": ["boss@supplier.example"]})
    for closed in (True, False):
        await lead.patched(one, {"closed": closed})
    assert (await lead.post(f"{one}/read")).status_code == 204
    await lead.got(f"{path}/conversations")
    await lead.got(one)
