"""What can go wrong with statuses."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class StatusNotFound(Problem):
    """There is no such status."""

    status = 404
    code = "status_not_found"


class StatusNeeded(Problem):
    """{name} is the last status in use of its category ({category}), which tickets need. Add another one first."""

    status = 409
    code = "status_needed"


class TooManyStatuses(Problem):
    """A workspace has {limit} statuses at most."""

    status = 409
    code = "too_many_statuses"


class RoleUnknown(Problem):
    """There is no role with the number {role_id}."""

    status = 422
    code = "role_unknown"


class OrderIncomplete(Problem):
    """The order must name each status once; {what}."""

    status = 422
    code = "order_incomplete"


class ResolutionNotFound(Problem):
    """There is no such reason for resolving."""

    status = 404
    code = "resolution_not_found"


class TooManyResolutions(Problem):
    """A workspace has {limit} reasons for resolving at most."""

    status = 409
    code = "too_many_resolutions"


class RulesTeamUnknown(Problem):
    """There is no team with the number {team_id}, or you may not see it."""

    status = 404
    code = "rules_team_unknown"
