"""What can be wrong with a request to the machine."""

from __future__ import annotations

from atum_desk.kernel.problems import NotFound, Problem


class OperationNotFound(NotFound):
    """Nothing was asked for under this number, or it was so long ago that it was cleared away."""

    code = "operation_not_found"


class RequestWaits(Problem):
    """A {verb} was asked for already and is not done yet. Wait for it, then ask again."""

    status = 409
    code = "request_waits"


class RequestsNotWritable(Problem):
    """The request could not be written down on the server: {reason}. The folder {folder} must be writable."""

    status = 503
    code = "requests_not_writable"
