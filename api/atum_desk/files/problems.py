"""What can go wrong with files."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class AttachmentNotFound(Problem):
    """There is no such attachment, or you may not see it."""

    status = 404
    code = "attachment_not_found"


class AttachmentTaken(Problem):
    """An attachment was not found among your uploads, or belongs to another message already. Upload it again."""

    status = 422
    code = "attachment_taken"


class FileMissing(Problem):
    """The file {sha256} is missing from the store. Tell the administrator: a backup holds it."""

    status = 500
    code = "file_missing"
