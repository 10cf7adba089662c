"""The text of a signature: made safe when it is saved, filled in when a reply is written."""

from __future__ import annotations

from typing import Any

from atum_desk.sandbox.public import CleanHtml, TaskFailed, run_in_child
from atum_desk.signatures.models import SIGNATURE_VARIABLES, FoundSignature, SignatureTexts, SignatureValues
from atum_desk.signatures.problems import SignatureEmpty, SignatureUnfit
from atum_desk.templates.public import LiquidText

# Cleaning so little costs less at once than in a child process.
INLINE_CHARACTERS = 10_000
NOBODY = SignatureValues(agent="", agent_email="", team="", mailbox="", mailbox_address="", workspace="")


async def read_texts(text: str, html: str | None) -> SignatureTexts:
    """Return safe texts with their variables as written; call it before a transaction.

    Raises SignatureEmpty, SignatureUnfit, and the problems of templates.
    """
    if html is not None:
        text, html = await _cleaned(html)
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        raise SignatureEmpty
    signature = SignatureTexts(text, html)
    # Filled in once here, so that no reply is refused for its signature.
    filled_in(signature, NOBODY)
    return signature


def filled_in(signature: FoundSignature | SignatureTexts, values: SignatureValues) -> SignatureTexts:
    """Return a signature with its variables filled in. Raises the problems of templates."""
    named = _nested(values)
    text = LiquidText(signature.text, SIGNATURE_VARIABLES).filled_in(named)
    html = signature.html
    if html is not None:
        html = LiquidText(html, SIGNATURE_VARIABLES, html=True).filled_in(named)
    return SignatureTexts(text, html)


async def _cleaned(html: str) -> tuple[str, str]:
    task = CleanHtml(html)
    try:
        cleaned = task.run() if len(html) <= INLINE_CHARACTERS else await run_in_child(task)
    except TaskFailed:
        raise SignatureUnfit from None
    if cleaned.holds_images or cleaned.is_too_much:
        raise SignatureUnfit
    # An image alone, such as a logo by its address, says nothing in the text part.
    return cleaned.text, cleaned.html


def _nested(values: SignatureValues) -> dict[str, dict[str, Any]]:
    words = values.agent.split()
    return {
        "agent": {"name": values.agent, "first_name": words[0] if words else "", "email": values.agent_email},
        "team": {"name": values.team},
        "mailbox": {"name": values.mailbox, "address": values.mailbox_address},
        "workspace": {"name": values.workspace},
    }
