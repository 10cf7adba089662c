"""What can go wrong with fetching and with setting it up."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem
from atum_desk.mail.public import MailboxNotFound

__all__ = ["ConsentOver", "MailboxNotFound", "NotSetUp", "ProviderRefused", "SelfTestNotFound"]


class NotSetUp(Problem):
    """This mailbox fetches from nowhere yet; set its server up first."""

    status = 409
    code = "fetching_not_set_up"


class ConsentOver(Problem):
    """This way back from the provider was used or is older than ten minutes. Begin again."""

    status = 409
    code = "consent_over"


class ProviderRefused(Problem):
    """The provider gave no access: {reason}"""

    status = 422
    code = "provider_refused"


class SelfTestNotFound(Problem):
    """This mailbox has had no self-test lately; start one."""

    status = 404
    code = "self_test_not_found"
