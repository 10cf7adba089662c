"""Memory that forked processes share: one slot each, written by its owner and read by all."""

from __future__ import annotations

import mmap
import struct

SLOT_BYTES = 4096
# A version that is odd while its owner writes, and the length of what follows.
_HEAD = struct.Struct("=QI")
_TRIES = 100


class SharedSlots:
    """So many slots of at most 4,084 bytes; made before the processes are forked."""

    def __init__(self, count: int) -> None:
        self._memory = mmap.mmap(-1, count * SLOT_BYTES)
        self._count = count

    def write(self, index: int, content: bytes) -> None:
        """Replace what a slot holds. Raises ValueError when it is too long."""
        if len(content) > SLOT_BYTES - _HEAD.size:
            raise ValueError(f"{len(content)} bytes do not fit into a slot")
        start = index * SLOT_BYTES
        version, _ = _HEAD.unpack_from(self._memory, start)
        # What a process that was killed left half written has an odd version: it is made even first.
        version += version % 2
        _HEAD.pack_into(self._memory, start, version + 1, len(content))
        body = start + _HEAD.size
        self._memory[body : body + len(content)] = content
        _HEAD.pack_into(self._memory, start, version + 2, len(content))

    def read(self, index: int) -> bytes:
        """Return what a slot holds; nothing when it was never written, or only in part."""
        start = index * SLOT_BYTES
        for _ in range(_TRIES):
            version, length = _HEAD.unpack_from(self._memory, start)
            content = self._memory[start + _HEAD.size : start + _HEAD.size + length]
            if version % 2 == 0 and _HEAD.unpack_from(self._memory, start)[0] == version:
                return content
        return b""

    def read_others(self, index: int) -> list[bytes]:
        """Return what all slots but one hold, without the empty ones."""
        found = [self.read(one) for one in range(self._count) if one != index]
        return [content for content in found if content]
