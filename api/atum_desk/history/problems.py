"""What can go wrong with history and undo."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ChangeNotFound(Problem):
    """There is no such change, or you may not see what it changed."""

    status = 404
    code = "change_not_found"


class NotUndoable(Problem):
    """This cannot be undone: {reason}"""

    status = 409
    code = "not_undoable"


class UndoConflict(Problem):
    """This cannot be undone any more, because it was changed again since: {in_the_way}. Undo that first."""

    status = 409
    code = "undo_conflict"
