"""What can go wrong in the portal."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class LinkInvalid(Problem):
    """This link is not valid any more. Use the newest mail about your request, or send a new request."""

    status = 404
    code = "link_invalid"


class LinkExpired(Problem):
    """This link has expired. Get a new one by mail."""

    status = 410
    code = "link_expired"


class RequestNotFound(Problem):
    """There is no such request, or it is not yours."""

    status = 404
    code = "request_not_found"


class UploadUnknown(Problem):
    """One of the files was not found; add it again."""

    status = 422
    code = "upload_unknown"


class StaffAddress(Problem):
    """This address belongs to a member of the support team. Sign in to the desk instead."""

    status = 422
    code = "staff_address"


class NoMailbox(Problem):
    """Requests cannot be taken right now: no mailbox is set up. Tell the support team."""

    status = 503
    code = "no_mailbox"
