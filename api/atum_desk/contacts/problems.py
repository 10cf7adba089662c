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


class Merged(Problem):
    """This one became part of another: {into}. Go on there."""

    status = 409
    code = "merged"
    into: int


class MergedTooMuch(Problem):
    """More than {most} tickets would move at once. Ask an administrator to merge them in parts."""

    status = 422
    code = "merge_too_large"
    most: int


class NotMergeable(Problem):
    """Choose another one to merge into."""

    status = 422
    code = "merge_target"


class NoteNotFound(Problem):
    """There is no such note."""

    status = 404
    code = "note_not_found"
