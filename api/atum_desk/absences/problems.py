"""What can go wrong with absences."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class AbsenceNotFound(Problem):
    """There is no such absence."""

    status = 404
    code = "absence_not_found"


class AbsencePersonUnknown(Problem):
    """There is no such member of the staff."""

    status = 422
    code = "absence_person_unknown"


class AbsenceDeputyUnfit(Problem):
    """The deputy is another active member of the staff."""

    status = 422
    code = "absence_deputy_unfit"


class AbsenceDatesWrong(Problem):
    """An absence ends after it starts and in the future, within two years, and its moments name a time zone."""

    status = 422
    code = "absence_dates_wrong"


class AbsenceOverlaps(Problem):
    """There is an absence of the same person in this time already: change that one."""

    status = 409
    code = "absence_overlaps"
