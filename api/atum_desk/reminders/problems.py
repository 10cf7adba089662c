"""What can go wrong with reminders."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ReminderNotFound(Problem):
    """There is no such reminder, or it is another person's."""

    status = 404
    code = "reminder_not_found"


class TooManyReminders(Problem):
    """There are {limit} open reminders for this person already, which is the most; do or remove some first."""

    status = 409
    code = "too_many_reminders"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)
