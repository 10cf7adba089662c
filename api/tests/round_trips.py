"""The statements that a process sends to PostgreSQL, each a round trip."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

# The bell and the look at what waits, which go on beside and are shared by many.
BESIDE = ("pg_notify", "from jobs.pgqueuer")


def counted_round_trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each statement which a connection of this process sends from now on."""
    seen: list[str] = []
    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        monkeypatch.setattr(asyncpg.Connection, name, _counted(name, seen))
    return seen


def _counted(name: str, seen: list[str]) -> Callable[..., Awaitable[Any]]:
    send = getattr(asyncpg.Connection, name)

    async def counted(self: asyncpg.Connection, query: str, *given: Any, **named: Any) -> Any:
        if not any(words in query for words in BESIDE):
            seen.append(query)
        return await send(self, query, *given, **named)

    return counted
