"""Fixtures of fetching: a real Dovecot, and a workspace whose mailbox fetches from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from dovecot import USER, Dovecot, missing
from fetching_desk import FetchingDesk

from atum_desk.fetching import connection as imap
from atum_desk.fetching import fetcher, service
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database


@pytest.fixture(scope="session")
def dovecot_program() -> None:
    if reason := missing():
        pytest.skip(reason)


@pytest.fixture
def dovecot(dovecot_program: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    """A server of one's own, whose certificate is trusted."""
    server = Dovecot()
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def fetching_desk(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FetchingDesk]:
    """The first workspace, patient only for moments."""
    monkeypatch.setattr(fetcher, "FIRST_BACK_OFF_SECONDS", 0.05)
    monkeypatch.setattr(fetcher, "LONGEST_BACK_OFF_SECONDS", 0.4)
    monkeypatch.setattr(fetcher, "SIGN_IN_BACK_OFF_SECONDS", 0.4)
    monkeypatch.setattr(imap, "READ_SECONDS", 3.0)
    monkeypatch.setattr(service, "LOOK_SECONDS", 0.1)
    async with database.connection("atum_desk_worker") as connection:
        row = await connection.fetchrow(f"select * from mailbox_of('{USER}')")
    assert row
    mail_desk = FetchingDesk(settings, database, row["workspace_id"], row["mailbox_id"])
    yield mail_desk
    await mail_desk.stop()
