"""What slices may use of actions."""

from atum_desk.actions.changes import change_of, list_of_changes, read_template, require_sound, templates_of, texts_of
from atum_desk.actions.models import (
    MOST_ACTIONS,
    Action,
    Actions,
    AddChecklist,
    AddTags,
    Assign,
    RemoveTags,
    SetField,
    SetStatus,
    SnoozeTicket,
    WriteNote,
    WriteReply,
)
from atum_desk.actions.problems import AssignNobodyNamed, FieldNotSettable, ValueUnfit

__all__ = [
    "MOST_ACTIONS",
    "Action",
    "Actions",
    "AddChecklist",
    "AddTags",
    "Assign",
    "AssignNobodyNamed",
    "FieldNotSettable",
    "RemoveTags",
    "SetField",
    "SetStatus",
    "SnoozeTicket",
    "ValueUnfit",
    "WriteNote",
    "WriteReply",
    "change_of",
    "list_of_changes",
    "read_template",
    "require_sound",
    "templates_of",
    "texts_of",
]
