"""Fixtures of the mail tests: a relay outside and a desk that takes and sends mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from mail_desk import FakeRelay, MailDesk
from proof import RELAY

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.sandbox.public import sandbox
from desk import Client, Desk
from factories import Given
from free_ports import free_port


@pytest.fixture
async def relay() -> AsyncIterator[FakeRelay]:
    relay = FakeRelay()
    await relay.start()
    yield relay
    await relay.stop()


@pytest.fixture
async def strict_house(
    settings: Settings, database: Database, relay: FakeRelay, tmp_path: Path
) -> AsyncIterator[MailDesk]:
    async with database.connection("atum_desk_worker") as connection:
        row = await connection.fetchrow("select * from mailbox_of('support@atum.localhost')")
    settings = msgspec.structs.replace(
        settings,
        smtp_port=free_port(),
        lmtp_socket=str(tmp_path / "lmtp.sock"),
        mail_relay=f"smtp://127.0.0.1:{relay.port}",
    )
    # As the worker does: a first mail does not wait for an interpreter.
    sandbox().warm = 1
    await sandbox().start()
    assert row
    mail_desk = MailDesk(settings, database, row["workspace_id"])
    await mail_desk.start()
    yield mail_desk
    await mail_desk.stop()


@pytest.fixture
async def mail_desk(strict_house: MailDesk) -> MailDesk:
    """A desk whose people are believed where nobody says anything for or against them."""
    await strict_house.rule("unknown_senders", "participants")
    return strict_house


@pytest.fixture
async def trusting(strict_house: MailDesk) -> MailDesk:
    """A desk behind a relay that says who is proven; where it says nothing, nobody is."""
    believing = msgspec.structs.replace(strict_house.settings, mail_trusted_authserv=RELAY)
    strict_house.settings = believing
    await strict_house.stop_jobs()
    strict_house.worker = msgspec.structs.replace(strict_house.worker, settings=believing)
    strict_house.start_jobs()
    return strict_house


@pytest.fixture
async def office(mail_desk: MailDesk) -> Desk:
    given = await Given.of_first_workspace(mail_desk.database)
    return Desk(mail_desk.database, mail_desk.settings, given)


@pytest.fixture
async def lead(office: Desk) -> AsyncIterator[Client]:
    async with await office.staff("Team lead", name="Mina Farouk") as client:
        yield client


@pytest.fixture
async def admin(office: Desk) -> AsyncIterator[Client]:
    async with await office.administrator() as client:
        yield client
