"""The automatic replies of a mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MOST_LANGUAGES = 50

Situation = Literal["in_hours", "out_of_hours", "absence"]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", examples=["de"])]
Text = Annotated[str, Meta(max_length=20_000)]
Banner = Annotated[str, Meta(max_length=2_000)]
Moment = Annotated[datetime, Meta(tz=True)]
RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class ReplyTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one language says in each situation, as Liquid; an empty text is that of the hours, or the built-in one."""

    language: Language
    in_hours: Text = ""
    out_of_hours: Text = ""
    absence: Text = ""
    banner: Banner = ""


class ReplyRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a mailbox says what; the texts of the first language are for every language that has none.

    Out of hours is when the calendar is closed. The banner stands above every text while it is shown.
    """

    calendar_id: RowId | None = None
    texts: Annotated[list[ReplyTexts], Meta(max_length=MOST_LANGUAGES)] = []
    absent_from_at: Moment | None = None
    absent_until_at: Moment | None = None
    banner_from_at: Moment | None = None
    banner_until_at: Moment | None = None
    pause_minutes: Annotated[int, Meta(ge=0, le=43_200)] = 0
    active: bool = True


class MailboxReplies(msgspec.Struct, frozen=True, kw_only=True):
    """The automatic replies of a mailbox."""

    mailbox_id: int
    calendar_id: int | None
    texts: list[ReplyTexts]
    absent_from_at: datetime | None
    absent_until_at: datetime | None
    banner_from_at: datetime | None
    banner_until_at: datetime | None
    pause_minutes: int
    active: bool
    version: int

    def rules(self) -> ReplyRules:
        """Return what of it people set."""
        return ReplyRules(**{name: getattr(self, name) for name in ReplyRules.__struct_fields__})


class AutomaticReplyList(msgspec.Struct):
    """The automatic replies of all mailboxes that have some."""

    items: list[MailboxReplies]


class AutomaticReplyChange(ReplyRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The automatic replies that a mailbox shall have; `version` is 0 while it has none."""

    version: int | None = None


class PreviewedReply(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Automatic replies that are not stored, and for whom and when to show what they say."""

    rules: ReplyRules
    language: Language = "en"
    time_zone: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    at: Moment | None = None


class ReplyPreview(msgspec.Struct):
    """What would be said, and in which situation; the text is empty where the built-in confirmation is sent."""

    situation: Situation
    text: str


class ReplyReader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads an automatic reply, of which request, and when."""

    name: str
    language: str
    time_zone: str | None
    number: int
    subject: str
    team: str
    mailbox: str
    mailbox_address: str
    link: str
    at: datetime
