"""What can go wrong with signatures."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class SignatureNotFound(Problem):
    """There is no such signature, or you do not see it."""

    status = 404
    code = "signature_not_found"


class SignatureEmpty(Problem):
    """Write what the signature says."""

    status = 422
    code = "signature_empty"


class SignatureUnfit(Problem):
    """The signature's HTML is too long or too complex, or holds an image itself: link to one by its https address."""

    status = 422
    code = "signature_unfit"


class SignatureOfNobody(Problem):
    """There is no such person, mailbox or team, or you do not see it."""

    status = 422
    code = "signature_of_nobody"
