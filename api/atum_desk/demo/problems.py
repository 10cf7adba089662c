"""Why a workspace cannot be filled."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class WorkspaceInUse(Problem):
    """The workspace has tickets already; the demo company only moves into an empty one."""

    status = 409
    code = "workspace_in_use"
