"""What can go wrong with the outbox."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class OutboxMailNotFound(Problem):
    """There is no such mail in the outbox, or you may not see it."""

    status = 404
    code = "outbox_mail_not_found"


class MailNotRetryable(Problem):
    """This mail is {state}; only one that failed, was cancelled or whose fate is unknown can be sent again."""

    status = 409
    code = "mail_not_retryable"


class MailNotCancellable(Problem):
    """This mail is {state}; only one that waits can be cancelled."""

    status = 409
    code = "mail_not_cancellable"


class MailboxMissing(Problem):
    """There is no mailbox {mailbox_id} to send from. Choose one in the settings."""

    status = 422
    code = "mailbox_missing"
