"""What can go wrong with received mail and mailboxes."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class MailNotFound(Problem):
    """There is no such mail, or you may not see it."""

    status = 404
    code = "mail_not_found"


class MailNotRetryable(Problem):
    """This mail is {state}; only one that was quarantined or refused can be filed again."""

    status = 409
    code = "mail_not_retryable"


class MailboxNotFound(Problem):
    """There is no such mailbox."""

    status = 404
    code = "mailbox_not_found"


class TeamUnknown(Problem):
    """There is no such team, or you may not see it."""

    status = 422
    code = "team_unknown"


class MailboxUnknown(Problem):
    """No mailbox here takes mail for {addresses}."""

    status = 422
    code = "mailbox_unknown"
