"""What can go wrong with checklists and their templates."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ChecklistNotFound(Problem):
    """There is no such checklist on this ticket, or it was removed."""

    status = 404
    code = "checklist_not_found"


class ChecklistItemNotFound(Problem):
    """There is no such item on this checklist, or it was removed."""

    status = 404
    code = "checklist_item_not_found"


class TooManyChecklists(Problem):
    """The ticket has {limit} checklists already, which is the most; remove one first."""

    status = 409
    code = "too_many_checklists"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class TooManyChecklistItems(Problem):
    """The checklist has {limit} items already, which is the most; remove one first."""

    status = 409
    code = "too_many_checklist_items"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class ChecklistTemplateNotFound(Problem):
    """There is no such template, or you do not see it."""

    status = 404
    code = "checklist_template_not_found"


class ChecklistTemplateNotEditable(Problem):
    """This template is another person's: its owner, or an administrator, can change it."""

    status = 403
    code = "checklist_template_not_editable"


class ChecklistTemplateTeamNotYours(Problem):
    """A template for a team is made by one of its members."""

    status = 422
    code = "checklist_template_team_not_yours"


class TooManyChecklistTemplates(Problem):
    """There are {limit} templates of this kind already, which is the most; delete one first."""

    status = 409
    code = "too_many_checklist_templates"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)
