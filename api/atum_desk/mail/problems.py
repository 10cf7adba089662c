"""What can go wrong with received mail and mailboxes."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class MailNotFound(Problem):
    """There is no such mail, or you may not see it."""

    status = 404
    code = "mail_not_found"


class MailNotRefilable(Problem):
    """This mail is {state}; only one that was quarantined or refused can be filed again."""

    status = 409
    code = "mail_not_refilable"


class MailboxNotFound(Problem):
    """There is no such mailbox."""

    status = 404
    code = "mailbox_not_found"


class AutomaticReplyNotFound(Problem):
    """This mailbox has no automatic replies of its own."""

    status = 404
    code = "automatic_reply_not_found"


class MailboxTeamUnknown(Problem):
    """There is no such team, or you may not see it."""

    status = 422
    code = "team_unknown"


class RecipientUnknown(Problem):
    """No mailbox here takes mail for {addresses}."""

    status = 422
    code = "recipient_unknown"


class MailNotQuarantined(Problem):
    """This mail is {state}; only one that waits in quarantine can be dealt with there."""

    status = 409
    code = "mail_not_quarantined"


class MailErased(Problem):
    """The bytes of this mail were erased after the time that deleted mail is kept."""

    status = 409
    code = "mail_erased"


class NoSenderToBlock(Problem):
    """This mail names no sender that could be blocked."""

    status = 422
    code = "no_sender_to_block"


class BlockTooWide(Problem):
    """{value} cannot be blocked: your own staff or mailboxes use it."""

    status = 422
    code = "block_too_wide"


class BlockNotFound(Problem):
    """That is not blocked any more."""

    status = 404
    code = "block_not_found"


class MailUnreadable(Problem):
    """This mail cannot be read again. {reason}"""

    status = 422
    code = "mail_unreadable"


class MailNotFiled(Problem):
    """This mail is {state}; only one that became a message can be read again."""

    status = 409
    code = "mail_not_filed"
