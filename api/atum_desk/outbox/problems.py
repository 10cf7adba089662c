"""What can go wrong with the outbox."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class OutboxMailNotFound(Problem):
    """There is no such mail in the outbox, or you may not see it."""

    status = 404
    code = "outbox_mail_not_found"


class MailNotRetryable(Problem):
    """This mail is {state}; only one that failed, came back, was cancelled or is unknown can be sent again."""

    status = 409
    code = "mail_not_retryable"


class MailNotCancellable(Problem):
    """This mail is {state}; only one that waits can be cancelled."""

    status = 409
    code = "mail_not_cancellable"


class MailNotWaiting(Problem):
    """This mail is {state}; only one that waits and was never tried can be changed."""

    status = 409
    code = "mail_not_waiting"


class MailNotUnknown(Problem):
    """This mail is {state}; only one whose fate is unknown can be said to have arrived."""

    status = 409
    code = "mail_not_unknown"


class MailboxMissing(Problem):
    """There is no mailbox {mailbox_id} to send from. Choose one in the settings."""

    status = 422
    code = "mailbox_missing"


class MailTooLarge(Problem):
    """This mail would have {megabytes} MB, and its relay takes {most_megabytes} MB. Leave a file out."""

    status = 422
    code = "mail_too_large"

    def __init__(self, size_bytes: int, max_bytes: int) -> None:
        super().__init__(
            megabytes=round(size_bytes / 1_000_000, 1),
            most_megabytes=round(max_bytes / 1_000_000, 1),
            size_bytes=size_bytes,
            max_bytes=max_bytes,
        )


class AddressStopped(Problem):
    """Mail to {addresses} came back and would come back again: {words} Lift the stop to send all the same."""

    status = 409
    code = "address_stopped"


class StandingNotFound(Problem):
    """Mail to this address is not stopped."""

    status = 404
    code = "standing_not_found"


class LayoutNotFound(Problem):
    """There is no such layout."""

    status = 404
    code = "layout_not_found"


class SigningKeyNotFound(Problem):
    """There is no such signing key."""

    status = 404
    code = "signing_key_not_found"


class SendingMailboxNotFound(Problem):
    """There is no such mailbox."""

    status = 404
    code = "mailbox_not_found"
