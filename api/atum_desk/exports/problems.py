"""What can go wrong with exports."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class TooManyColumns(Problem):
    """An export has {limit} columns at most."""

    status = 422
    code = "too_many_columns"


class ExportsBusy(Problem):
    """{limit} exports are being made already. Try again when one of them is done."""

    status = 503
    code = "exports_busy"

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)
        self.headers = {"Retry-After": "30"}


class TooManyExports(Problem):
    """You are exporting {limit} times already. Wait until one of them is done, or cancel it."""

    status = 429
    code = "too_many_exports"

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)
        self.headers = {"Retry-After": "30"}


class ExportTooLong(Problem):
    """The export took longer than {minutes} minutes and was ended."""

    status = 503
    code = "export_too_long"


class AttachmentsNotFound(Problem):
    """There are no files here."""

    status = 404
    code = "attachments_not_found"
