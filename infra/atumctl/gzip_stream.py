"""Writes gzip and wastes no effort on what is compressed already: it is stored as it is.

Attachments mostly are (pictures, PDF, archives), and compressing them again takes 43 s per GB and
saves nothing. Each piece is a run of raw deflate blocks of its own, flushed to a byte's end; such
runs make one stream when laid end to end (RFC 1951), in one gzip member (RFC 1952).
"""

from __future__ import annotations

import struct
import zlib
from typing import IO

HEADER = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x04\xff"  # no name, no time, fastest, unknown system
RAW = -zlib.MAX_WBITS
EFFORT = 1
PIECE = 1 << 20
SAMPLE = 16 << 10
WORTH_IT = 0.9


class GzipStream:
    """A file to write to; `close` writes the end, without which no reader takes it as whole."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._waiting = bytearray()
        self._checksum = 0
        self._size = 0
        target.write(HEADER)

    def write(self, content: bytes) -> int:
        """Take a piece of any size."""
        self._waiting += content
        while len(self._waiting) >= PIECE:
            self._put(bytes(self._waiting[:PIECE]))
            del self._waiting[:PIECE]
        return len(content)

    def close(self) -> None:
        """Write what waits, the final block, the checksum and the size."""
        self._put(bytes(self._waiting))
        self._target.write(zlib.compressobj(EFFORT, wbits=RAW).flush(zlib.Z_FINISH))
        self._target.write(struct.pack("<LL", self._checksum, self._size & 0xFFFFFFFF))

    def _put(self, piece: bytes) -> None:
        self._checksum = zlib.crc32(piece, self._checksum)
        self._size += len(piece)
        packer = zlib.compressobj(EFFORT if _shrinks(piece) else 0, wbits=RAW)
        self._target.write(packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH))


def _shrinks(piece: bytes) -> bool:
    """Say whether compressing pays, by a look at the middle."""
    begin = max(0, (len(piece) - SAMPLE) // 2)
    sample = piece[begin : begin + SAMPLE]
    return len(zlib.compress(sample, EFFORT)) < WORTH_IT * len(sample)
