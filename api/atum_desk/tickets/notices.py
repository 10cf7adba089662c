"""Sentences about requests for a ticket that stand in problems."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class NoAssigneeFilter(Notice, frozen=True):
    """is not an id, `me` or `none`"""

    code = "field.no_assignee_filter"


class NotAttached(Notice, frozen=True):
    """shows attachment {attachment_id}, which the message does not have"""

    code = "field.not_attached"

    attachment_id: int


class TooManyTags(Notice, frozen=True):
    """are more than the {most} that a ticket can have"""

    code = "field.too_many_tags"

    most: int


class ForReplies(Notice, frozen=True):
    """is for replies; a note is never sent"""

    code = "field.for_replies"


class ForNotes(Notice, frozen=True):
    """is for notes; a reply is read by the requester, who must not learn whom the staff call"""

    code = "field.for_notes"


class ForSentMessages(Notice, frozen=True):
    """is for a first message that is sent; set `send`"""

    code = "field.for_sent_messages"


class NoAddressToSendTo(Notice, frozen=True):
    """has no mail address to send to; write a note, or add an address first"""

    code = "field.no_address_to_send_to"


class NeedsMailbox(Notice, frozen=True):
    """is needed, because no mailbox is active"""

    code = "field.needs_mailbox"


class NamesNobody(Notice, frozen=True):
    """names nobody"""

    code = "field.names_nobody"


class IsRequester(Notice, frozen=True):
    """is {address}, who asked; write a reply to them"""

    code = "field.is_requester"

    address: str


class NeedsRecipient(Notice, frozen=True):
    """is needed, because the requester has no address to write to"""

    code = "field.needs_recipient"


class OneRequester(Notice, frozen=True):
    """give either requester_id or requester"""

    code = "field.one_requester"


class OneBody(Notice, frozen=True):
    """give either text or html"""

    code = "field.one_body"


class TooComplex(Notice, frozen=True):
    """is too large or too complex to be read"""

    code = "field.too_complex"


class HoldsImages(Notice, frozen=True):
    """holds images within itself; upload them as attachments and point at those"""

    code = "field.holds_images"


class TooMuch(Notice, frozen=True):
    """has too many elements or characters"""

    code = "field.too_much"


class TooManyWords(Notice, frozen=True):
    """holds more than {most} words"""

    code = "field.too_many_words"

    most: int


class SomebodyElse(Notice, frozen=True):
    """Somebody else"""

    code = "ticket.somebody_else"


class NoStatus(Notice, frozen=True):
    """nothing"""

    code = "ticket.no_status"


class WrittenDownBy(Notice, frozen=True):
    """{agent} wrote it down."""

    code = "author.written_down"

    agent: str


class AssigneeAbsent(Notice, frozen=True):
    """{name} is away until {until}."""

    code = "tickets.assignee_absent"

    name: str
    until: str


class AssigneeAbsentWithDeputy(Notice, frozen=True):
    """{name} is away until {until}; {deputy} stands in."""

    code = "tickets.assignee_absent_with_deputy"

    name: str
    until: str
    deputy: str
