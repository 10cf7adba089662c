"""An upgrade names the mailboxes whose servers are not connected to any more."""

from __future__ import annotations

import msgspec
import pytest
from traps import names

from atum_desk.fetching.refused_servers import list_refused_servers
from atum_desk.kernel.config.setting_kinds import AllowList
from desk import Desk


async def test_private_servers_are_named_until_the_setting_permits_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = msgspec.structs.replace(desk.settings, outgoing_allow=AllowList())
    assert await list_refused_servers(desk.database, strict) == []
    async with desk.database.writing(desk.given.system, "mailbox.edit") as work:
        await work.execute(
            """insert into mailbox_receiving (workspace_id, mailbox_id, host, port, security, username, sign_in, active, folder, afterwards, existing)
               select workspace_id, id, 'mail.corp.example', 993, 'tls', 'u', 'password', true, 'INBOX', 'leave', 'fetch' from mailboxes"""
        )
        await work.execute(
            """insert into mailbox_sending (workspace_id, mailbox_id, host, port, security)
               select workspace_id, id, '10.0.0.5', 25, 'starttls' from mailboxes"""
        )
    with names(monkeypatch, {"mail.corp.example": [["10.0.0.6"]]}):
        refused = await list_refused_servers(desk.database, strict)
        assert [(one.host, one.port) for one in refused] == [("mail.corp.example", 993), ("10.0.0.5", 25)]
        assert all("ATUM_OUTGOING_ALLOW" in one.words for one in refused)
        permitted = msgspec.structs.replace(strict, outgoing_allow=AllowList("10.0.0.0/24"))
        assert await list_refused_servers(desk.database, permitted) == []
