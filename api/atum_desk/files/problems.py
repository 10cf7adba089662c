"""What can go wrong with files."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem, TooLarge


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


class FileInfected(Problem):
    """The virus scanner found {finding} in {filename}. The file was not kept."""

    status = 422
    code = "file_infected"


class FileNotScanned(Problem):
    """The file {filename} is larger than the virus scanner takes, so it was not kept. Send a smaller one."""

    status = 413
    code = "file_not_scanned"


class ScannerUnavailable(Problem):
    """The virus scanner does not answer right now, so the file was not kept.
    Try again in {retry_after_seconds} s."""

    status = 503
    code = "scanner_unavailable"

    def __init__(self, retry_after_seconds: int = 30) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds)
        self.headers = {"Retry-After": str(retry_after_seconds)}


class TooManyUploads(Problem):
    """You are uploading {limit} files already. Wait until one of them is up."""

    status = 429
    code = "too_many_uploads"

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit, retry_after_seconds=2)
        self.headers = {"Retry-After": "2"}


class UploadsBusy(Problem):
    """As many files are being uploaded as this server takes at once. Try again in a few seconds."""

    status = 503
    code = "uploads_busy"

    def __init__(self) -> None:
        super().__init__(retry_after_seconds=5)
        self.headers = {"Retry-After": "5"}


class UploadStalled(Problem):
    """Nothing of the file arrived for {seconds} s. Send it again."""

    status = 408
    code = "upload_stalled"


class RangeNotSatisfiable(Problem):
    """The file has {size} bytes; the range that was asked for is not among them."""

    status = 416
    code = "range_not_satisfiable"

    def __init__(self, size: int) -> None:
        super().__init__(size=size)
        self.headers = {"Content-Range": f"bytes */{size}"}


# What an upload can be refused for.
REFUSALS: tuple[type[Problem], ...] = (
    TooLarge,
    FileInfected,
    FileNotScanned,
    ScannerUnavailable,
    TooManyUploads,
    UploadsBusy,
    UploadStalled,
)
