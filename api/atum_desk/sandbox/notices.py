"""Sentences about tasks that a child process could not do."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class TookTooLong(Notice, frozen=True):
    """Reading it took longer than {seconds:.0f} s."""

    code = "task.took_too_long"

    seconds: float


class NeededTooMuchTime(Notice, frozen=True):
    """Reading it needed more than {seconds:.0f} s of processor time."""

    code = "task.needed_too_much_time"

    seconds: float


class NeededTooMuchMemory(Notice, frozen=True):
    """Reading it needed more than {megabytes} MB of memory."""

    code = "task.needed_too_much_memory"

    megabytes: int


class EndedItsProcess(Notice, frozen=True):
    """Reading it ended its process (status {status})."""

    code = "task.ended_its_process"

    status: int
