"""A connection as whoever knows the password of a login role would open it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from atum_desk.kernel.database.roles import LoginRole, role_url
from atum_desk.kernel.database.units_of_work import SERVER_SETTINGS
from scratch_databases import SECRET

Connect = Callable[..., Any]


@pytest.fixture
def connected(database_url: str) -> Connect:
    """Opens a connection as a login role, as whoever knows its password would."""

    @asynccontextmanager
    async def connect(role: LoginRole, **settings: str) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(
            role_url(database_url, role, SECRET), server_settings={**SERVER_SETTINGS, **settings}
        )
        try:
            yield connection
        finally:
            await connection.close()

    return connect
