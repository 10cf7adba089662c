"""How a task in a child process may fail."""

from __future__ import annotations

from atum_desk.kernel.notices import NoticeError


class TaskFailed(NoticeError):
    """The child could not do its task; the notice says why."""


class TimeExceeded(TaskFailed):
    """The task used up its time and was ended."""


class MemoryExceeded(TaskFailed):
    """The task needed more memory than it may have."""


class ChildCrashed(TaskFailed):
    """The child process ended in the middle of its task."""
