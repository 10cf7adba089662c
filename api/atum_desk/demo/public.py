"""What the entry points may use of the demo."""

from atum_desk.demo.commands import FilledDemo, fill_demo
from atum_desk.demo.problems import WorkspaceInUse
from atum_desk.demo.summary import demo_lines

__all__ = ["FilledDemo", "WorkspaceInUse", "demo_lines", "fill_demo"]
