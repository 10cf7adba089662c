"""What a parsed mail is: immutable values, free of NUL and of lone surrogates."""

from datetime import datetime
from typing import Literal

import msgspec

from atum_desk.kernel.notices import NoticeRef

# Counts up whenever the same bytes may parse to something else; kept with each mail that was filed.
PARSER_VERSION = 5

# What a message does not show although the mail holds it: the end of the text or of the HTML, images
# that stood in the HTML itself, encoded data; "unreadable" says that nothing is left to read.
Omission = Literal["text", "html", "images", "encoded", "unreadable"]


class Address(msgspec.Struct, frozen=True):
    """One mail address: `name` is the decoded display name or "", `address` as written."""

    name: str
    address: str


class ParsedAttachment(msgspec.Struct, frozen=True):
    """One part that is no body text; `content` holds the decoded bytes, `size` counts them.

    `filename` is never empty and has no folders in it; `inline` says that the HTML may show the
    part in place (it has a Content-ID or is marked inline).
    """

    filename: str
    mime_type: str
    content_id: str | None
    size: int
    sha256: str
    inline: bool
    content: bytes


class BouncedRecipient(msgspec.Struct, frozen=True):
    """What a delivery report says of one recipient (RFC 3464, section 2.3)."""

    recipient: str
    action: str
    status: str | None
    diagnostic: str | None = None
    remote_mta: str | None = None


class Bounce(msgspec.Struct, frozen=True):
    """A delivery report. The first fields are those of the worst recipient, failures first.

    `action` is failed, delayed, delivered, relayed, expanded or complained (a feedback report);
    `status` an enhanced status code (RFC 3463) such as "5.1.1"; `reason` one word for people
    and rules: unknown_user, mailbox_full, rejected, spam, expired, unreachable, too_big, ...;
    `original_message_id` (without brackets) and `original_subject` are those of the mail that
    came back, where the report holds it.
    """

    recipient: str | None
    action: str
    status: str | None
    diagnostic: str | None
    reason: str
    remote_mta: str | None
    original_message_id: str | None
    original_subject: str | None
    recipients: tuple[BouncedRecipient, ...]


class Invitation(msgspec.Struct, frozen=True):
    """One event of a calendar part (RFC 5545, RFC 5546), in words that a thread can show.

    `method` is what the mail wants (REQUEST, REPLY, CANCEL, ...; "" when it does not say). `starts`
    and `ends` are ISO 8601 as written, a date alone for whole days, `zone` the zone they are in.
    """

    method: str
    summary: str
    starts: str | None = None
    ends: str | None = None
    zone: str | None = None
    where: str = ""
    organizer: Address | None = None
    attendees: int = 0
    status: str = ""
    repeats: str = ""


class MailSignature(msgspec.Struct, frozen=True):
    """That a mail is signed or encrypted, and how far that was checked.

    `invalid`: what was signed is not what came; `unknown_signer`: it is, but nobody we know vouches
    for who signed; `unchecked`: nobody looked (PGP, or a form we do not read).
    """

    kind: Literal["smime", "pgp"]
    state: Literal["valid", "invalid", "unknown_signer", "unchecked", "encrypted"]
    signer: str | None = None
    words: str = ""
    # the same; None of what an earlier release wrote
    notice: NoticeRef | None = None


class ParsedMail(msgspec.Struct, frozen=True):
    """Everything the parser saw in one raw message. Ids stand without angle brackets.

    `html` is sanitised and safe to show, `html_raw` is not and never leaves the server as it is; it
    has lost its styles, scripts, comments and images (see `lighten_markup`), and `omitted` says what
    else of the mail these fields do not hold.
    `reply_text` is `text` without quoted history and trailing signature. `problems` says
    what was odd, for people. `signature` is as the structure shows it, unchecked; see
    `check_signature`. `thread_key` names Outlook's conversation: a hint, no proof.
    """

    from_: Address | None = msgspec.field(name="from")
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str | None
    html_raw: str | None
    reply_text: str
    attachments: tuple[ParsedAttachment, ...]
    auto_reply: bool
    bounce: Bounce | None
    list_id: str | None
    precedence: str | None
    headers: tuple[tuple[str, str], ...]
    problems: tuple[NoticeRef, ...]
    invitations: tuple[Invitation, ...] = ()
    signature: MailSignature | None = None
    thread_key: str | None = None
    omitted: tuple[Omission, ...] = ()
