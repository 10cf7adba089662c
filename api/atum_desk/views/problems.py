"""What can go wrong with views."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ViewNotEditable(Problem):
    """This view is another person's: its owner, or an administrator, can change it or let others change it."""

    status = 403
    code = "view_not_editable"


class TooManyViews(Problem):
    """There are {limit} views of this kind already, which is the most; delete one first."""

    status = 409
    code = "too_many_views"


class NotInTeam(Problem):
    """A view for a team is made by one of its members."""

    status = 422
    code = "not_in_team"


class ViewConditionBroken(Problem):
    """A part of this condition names something that does not exist: {part}."""

    status = 422
    code = "view_condition_broken"
