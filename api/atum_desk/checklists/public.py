"""What other slices may use of checklists."""

from atum_desk.checklists.commands import add_of_template
from atum_desk.checklists.problems import ChecklistTemplateNotFound, TooManyChecklists

__all__ = ["ChecklistTemplateNotFound", "TooManyChecklists", "add_of_template"]
