"""Requests and responses of conversations and forwarded messages."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from atum_desk.conversations.models import Conversation
from atum_desk.tickets.public import MessageItem, RecipientInput

MOST_PEOPLE = 50
MOST_CARRIED = 50
Outsiders = Annotated[list[Annotated[str, Meta(max_length=320)] | RecipientInput], Meta(max_length=MOST_PEOPLE)]
Text = Annotated[str, Meta(max_length=500_000, examples=["Can you deliver the part by Friday?"])]
Html = Annotated[str, Meta(max_length=2_000_000)]
FileIds = Annotated[list[int], Meta(max_length=50)]


class MailInput(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A mail to others: `text` or `html`, and who gets it. More than ten people need `confirm_recipients`.

    `attachment_ids` are own uploads.
    """

    text: Text | None = None
    html: Html | None = None
    to: Outsiders | None = None
    cc: Outsiders | None = None
    bcc: Outsiders | None = None
    attachment_ids: FileIds = []
    confirm_recipients: bool = False


class ForwardInput(MailInput, kw_only=True, forbid_unknown_fields=True):
    """A message to forward, by id, or, without one, the newest fifty of what the requester sees.

    `file_ids` are those of its files that go along; null means all. The text before it may be empty.
    """

    message_id: int | None = None
    file_ids: FileIds | None = None


class NewConversation(MailInput, kw_only=True, forbid_unknown_fields=True):
    """A conversation to start; of the ticket it carries only the messages and files that are named."""

    subject: Annotated[str, Meta(min_length=1, max_length=500)]
    message_ids: Annotated[list[int], Meta(max_length=MOST_CARRIED)] = []
    file_ids: FileIds = []


class ConversationMessage(MailInput, kw_only=True, forbid_unknown_fields=True):
    """A further mail of a conversation; without `to` it goes to all whom it is with."""


class ConversationChange(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a conversation is closed; an answer opens it again."""

    closed: bool


class ConversationPage(msgspec.Struct):
    """A ticket's conversations, the newest first; without a cursor it was the last page."""

    items: list[Conversation]
    next_cursor: str | None


class ConversationThread(msgspec.Struct):
    """A conversation with the newest of its messages, oldest first; `thread_cursor` is the `before` of older ones."""

    conversation: Conversation
    messages: list[MessageItem]
    thread_cursor: str | None


class ConversationSent(msgspec.Struct):
    """A mail of a conversation, and how long it can be taken back."""

    conversation: Conversation
    message: MessageItem
    change_id: int | None
    undo_seconds: int
