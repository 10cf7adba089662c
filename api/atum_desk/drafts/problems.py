"""What can go wrong with drafts."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class DraftNotFound(Problem):
    """There is no such draft of yours, or it was removed for good."""

    status = 404
    code = "draft_not_found"


class TooManyDrafts(Problem):
    """You have {limit} drafts already. Send or discard some of them first."""

    status = 409
    code = "too_many_drafts"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)
