"""Errors that people see: RFC 9457 problems with a status, a code and one sentence.

The docstring of a problem is its sentence in English; `{name}` in it is filled from the problem's
data. What has words of its own there is a notice, never an English string (ADR 0040).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from atum_desk.kernel.field_notices import Empty, FieldError
from atum_desk.kernel.notices import Notice, NoticeRef, as_parameter, as_plain, fill, names_in, template_of
from atum_desk.kernel.one_line_text import clean_line


class Problem(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"

    def __init__(self, **data: Any) -> None:
        self.data = data
        self.headers: dict[str, str] = {}
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        """The sentence for people, in English."""
        return fill(template_of(type(self)), self.data)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the sentence names, for catalogues of other languages; the shape is that of a NoticeRef."""
        return {name: as_parameter(self.data[name]) for name in sorted(names_in(template_of(type(self))))}

    @property
    def notice(self) -> NoticeRef:
        """The sentence as it is stored where an error is kept for people."""
        return NoticeRef(self.code, self.parameters, self.detail)

    def body(self) -> dict[str, Any]:
        """Return the problem document: type, title, status, detail, code, parameters and the problem's data."""
        return {
            **{name: as_plain(value) for name, value in self.data.items()},
            "parameters": self.parameters,
            "type": f"urn:atum-desk:problem:{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }


class InternalError(Problem):
    """Something went wrong on our side; nothing was changed.
    Try again, and tell the administrator this number: {request_id}."""

    status = 500
    code = "internal_error"


class NotSignedIn(Problem):
    """Sign in first: this session has ended or never began."""

    status = 401
    code = "not_signed_in"


class PermissionMissing(Problem):
    """You need the permission {permission} for this. An administrator can grant it through your role."""

    status = 403
    code = "permission_missing"


class CrossSiteRequest(Problem):
    """This request came from another site and was refused. Open the page again and repeat it."""

    status = 403
    code = "cross_site_request"


class NotFound(Problem):
    """There is nothing here, or you may not see it."""

    status = 404
    code = "not_found"


class ChainTooLong(Problem):
    """Rules and their like have answered each other eight times in a row; this chain of changes ends here."""

    status = 409
    code = "chain_too_long"


class OutOfSight(Problem):
    """This would belong to a team or a ticket that does not exist, or that you may not see."""

    status = 422
    code = "out_of_sight"


class MethodNotAllowed(Problem):
    """This address does not answer to {method}."""

    status = 405
    code = "method_not_allowed"


class ValidationFailed(Problem):
    """Some of what was sent cannot be accepted: {summary}."""

    status = 422
    code = "validation_failed"

    def __init__(self, faults: Sequence[tuple[str, Notice]]) -> None:
        """Take fields and what is wrong with each, in the order they were found."""
        errors = [
            {"field": field, "message": fault.text, "code": fault.key, "parameters": fault.ref.parameters}
            for field, fault in faults
        ]
        super().__init__(summary=[FieldError(field, fault) for field, fault in faults[:5]], errors=errors)

    @classmethod
    def of(cls, field: str, fault: Notice) -> ValidationFailed:
        """Return the problem of one field."""
        return cls([(field, fault)])


def require_text(field: str, text: str) -> str:
    """Return a name or a title as one clean line. Raises ValidationFailed when nothing is left."""
    line = clean_line(text)
    if not line:
        raise ValidationFailed.of(field, Empty())
    return line


class VersionConflict(Problem):
    """Somebody changed this in the meantime (version {current_version}, yours was {your_version}).
    Look at it again, then repeat your change."""

    status = 412
    code = "version_conflict"


def require_version(wanted: int | None, current: int) -> None:
    """Raise VersionConflict when the caller saw another version than the current one; None skips."""
    if wanted is not None and wanted != current:
        raise VersionConflict(current_version=current, your_version=wanted)


class AlreadyExists(Problem):
    """{what} exists already."""

    status = 409
    code = "already_exists"


class AlreadyDone(Problem):
    """This request was carried out before, as change {change_id}; it was not repeated."""

    status = 409
    code = "already_done"


class KeyReused(Problem):
    """This Idempotency-Key was used for a different request. Use a new key for a new request."""

    status = 422
    code = "idempotency_key_reused"


class TooLarge(Problem):
    """That is larger than the {limit_bytes} bytes allowed."""

    status = 413
    code = "too_large"


class RateLimited(Problem):
    """Too many attempts. Wait {retry_after_seconds} s and try again."""

    status = 429
    code = "rate_limited"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds)
        self.headers = {"Retry-After": str(retry_after_seconds)}


class Unavailable(Problem):
    """The database does not answer right now; nothing was changed. Try again in a few seconds."""

    status = 503
    code = "unavailable"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"Retry-After": "2"}


class ReadOnly(Problem):
    """This server answers from a copy of the database and stores nothing; send changes to the main server."""

    status = 503
    code = "read_only"
