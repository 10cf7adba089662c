"""The child process: takes a task, does it within its limits, answers, and waits for the next.

Started as `python -m atum_desk.sandbox.child PARENT_PID`; it ends when its input ends.
"""

from __future__ import annotations

import gc
import os
import re
import resource
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from atum_desk.sandbox.frames import Answer, TaskRequest, read_frame, write_frame
from atum_desk.sandbox.limits import apply_limits, bind_to_parent

_NOTHING = msgspec.Raw(b"\xc0")
WORDS = 500


def main() -> None:
    """Answer tasks until the input ends."""
    bind_to_parent(int(sys.argv[1]))
    # What a library prints must not become an answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    gc.freeze()
    _serve(sys.stdin.buffer, answers)


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    decoder, encoder = msgspec.msgpack.Decoder(TaskRequest), msgspec.msgpack.Encoder()
    while (body := read_frame(requests)) is not None:
        answer = _answer(decoder, encoder, body)
        del body
        write_frame(answers, encoder.encode(answer))
        if answer.outcome == "memory":
            return


def _answer(decoder: msgspec.msgpack.Decoder[TaskRequest], encoder: msgspec.msgpack.Encoder, body: bytes) -> Answer:
    try:
        request = decoder.decode(body)
        apply_limits(request.limits)
        result = msgspec.Raw(encoder.encode(request.task.run()))
    except MemoryError:
        # The error holds what the task held; once it is left behind, there is memory to answer with.
        pass
    except Exception as error:
        words = f"{type(error).__name__}: {error}"[:WORDS]
        return Answer("failed", _NOTHING, words, _peak_bytes())
    else:
        return Answer("done", result, "", _peak_bytes())
    return Answer("memory", _NOTHING, "", _peak_bytes())


def _peak_bytes() -> int:
    """Return the most memory that this program held: getrusage() counts what its parent held, too."""
    try:
        status = Path("/proc/self/status").read_text()
    except (OSError, MemoryError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    main()
