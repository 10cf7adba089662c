"""How parent and child speak: frames of eight bytes of length and a MessagePack body."""

from __future__ import annotations

import struct
from typing import BinaryIO, Literal

import msgspec

from atum_desk.sandbox.limits import TaskLimits
from atum_desk.sandbox.tasks import Task

LENGTH = struct.Struct(">Q")


class TaskRequest(msgspec.Struct, frozen=True, array_like=True):
    """A task and what it may use."""

    limits: TaskLimits
    task: Task


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """How a task ended; `result` is its encoded result, `peak_bytes` what the process ever took."""

    outcome: Literal["done", "failed", "memory"]
    result: msgspec.Raw
    words: str
    peak_bytes: int


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Write one frame and flush."""
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame's body, None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(LENGTH.unpack(head)[0])
