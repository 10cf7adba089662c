"""Requests and responses of signatures."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.signatures.models import SignatureTexts

MOST_TEXT = 4_000
MOST_HTML = 16_000

Language = Annotated[str, Meta(pattern="^$|^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", examples=["de", "pt-BR"])]
Text = Annotated[str, Meta(max_length=MOST_TEXT, examples=["{{ agent.name }}, {{ team.name }}"])]
Html = Annotated[str, Meta(max_length=MOST_HTML)]


class SignatureItem(msgspec.Struct, kw_only=True):
    """A signature: whose replies, from which mailbox, of which team's tickets and in which language it stands below.

    Null, and of the language '', is any. With `html`, `text` is what it reads as without marks.
    """

    id: int
    person_id: int | None
    person_name: str | None
    mailbox_id: int | None
    team_id: int | None
    language: str
    text: str
    html: str | None
    version: int
    can_edit: bool = False


class SignaturePage(msgspec.Struct):
    """Signatures, one's own and the most specific first, and the variables that their texts may name."""

    items: list[SignatureItem]
    next_cursor: str | None
    variables: list[str]


class NewSignature(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A signature to add, as `text` or as `html`; both may name variables.

    Of those that fit a reply the most specific stands below it: a person's before everybody's, then a
    mailbox's, then a team's, then the requester's very language before its first part before any.
    """

    person_id: int | None = None
    mailbox_id: int | None = None
    team_id: int | None = None
    language: Language = ""
    text: Text = ""
    html: Html | None = None


class SignatureChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a signature; a new `text` without `html` takes the HTML away."""

    mailbox_id: int | UnsetType | None = UNSET
    team_id: int | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET
    text: Text | UnsetType = UNSET
    html: Html | UnsetType | None = UNSET
    version: int | None = None


class SignatureDraft(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A signature that is being written."""

    text: Text = ""
    html: Html | None = None


class SignaturePreview(msgspec.Struct):
    """A signature that is being written as it would read below one's own reply to a made-up request."""

    signature: SignatureTexts
