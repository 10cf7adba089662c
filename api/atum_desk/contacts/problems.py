"""What can go wrong with contacts and organizations."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ContactNotFound(Problem):
    """There is no such contact."""

    status = 404
    code = "contact_not_found"


class OrganizationNotFound(Problem):
    """There is no such organization."""

    status = 404
    code = "organization_not_found"


class OrganizationUnknown(Problem):
    """There is no such organization to belong to."""

    status = 422
    code = "organization_unknown"
