"""A file that leaves while it is made; what can be refused is refused before its first byte."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import msgspec


class Pieces:
    """The pieces of a file, the first of which is there already."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None]) -> None:
        self._first: bytes | None = first
        self._rest = rest

    def __aiter__(self) -> Pieces:
        return self

    async def __anext__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return await anext(self._rest)

    async def close(self) -> None:
        """End what makes the file: whoever asked for it has it, or has left."""
        await self._rest.aclose()


class StreamedFile(msgspec.Struct, frozen=True):
    """A file to download: its pieces, what it is and what it is called."""

    pieces: Pieces
    media_type: str
    filename: str


async def prefetched(pieces: AsyncGenerator[bytes, None]) -> Pieces:
    """Return the pieces of a file once its first is made; what is wrong with the request is raised here."""
    return Pieces(await anext(pieces), pieces)
