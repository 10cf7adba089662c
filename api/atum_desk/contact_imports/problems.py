"""What can go wrong with files of contacts."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ImportNotFound(Problem):
    """There is no such import."""

    status = 404
    code = "import_not_found"


class FileUnreadable(Problem):
    """This file cannot be read: {reason}."""

    status = 422
    code = "import_unreadable"


class ImportStarted(Problem):
    """This import has started; its columns and rows stay as they are."""

    status = 409
    code = "import_started"


class NothingToFind(Problem):
    """Say which column holds the address or external id, of organizations the name or domain."""

    status = 422
    code = "import_without_key"
