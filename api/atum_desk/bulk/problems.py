"""What can go wrong with a bulk run."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class RunNotFound(Problem):
    """There is no such bulk change, or it is somebody else's."""

    status = 404
    code = "bulk_not_found"


class NothingToDo(Problem):
    """Say what shall be done: set a property, add or remove a tag, or write a message."""

    status = 422
    code = "bulk_nothing_to_do"


class NoSelection(Problem):
    """Name the tickets, by `numbers` or by a `search`, and not by both."""

    status = 422
    code = "bulk_no_selection"


class TooManyTickets(Problem):
    """These are more than {most} tickets, which is the most that one bulk change takes. Narrow the list."""

    status = 422
    code = "bulk_too_many"

    def __init__(self, *, most: int) -> None:
        super().__init__(most=most)


class RunUnfinished(Problem):
    """This bulk change is still running. Wait for its end, or cancel it first."""

    status = 409
    code = "bulk_unfinished"


class RunUndone(Problem):
    """This bulk change was undone already, by number {run_id}."""

    status = 409
    code = "bulk_undone"

    def __init__(self, *, run_id: int) -> None:
        super().__init__(run_id=run_id)


class NothingChanged(Problem):
    """This bulk change changed nothing that could be undone."""

    status = 409
    code = "bulk_nothing_changed"


class TakenBackForGood(Problem):
    """These tickets were taken back, and their mail with them. Begin anew to open them again."""

    status = 409
    code = "bulk_taken_back_for_good"


class NobodyToWriteTo(Problem):
    """Nobody of these can be written to. The preview tells why."""

    status = 422
    code = "bulk_nobody_to_write_to"


class AddresseeTwice(Problem):
    """{address} stands in the list before this, and gets one ticket."""

    status = 422
    code = "bulk_named_twice"

    def __init__(self, *, address: str) -> None:
        super().__init__(address=address)


class TooManyRuns(Problem):
    """You have {most} bulk changes that are not finished. Wait for one of them, or cancel it."""

    status = 409
    code = "bulk_too_many_runs"

    def __init__(self, *, most: int) -> None:
        super().__init__(most=most)


class AccessEnded(Problem):
    """Whoever asked for this may not sign in any more, or the token that asked was ended."""

    status = 403
    code = "bulk_access_ended"
