"""What the entry points may use of the demo."""

from atum_desk.demo.commands import Filled, fill_demo
from atum_desk.demo.problems import WorkspaceInUse

__all__ = ["Filled", "WorkspaceInUse", "fill_demo"]
