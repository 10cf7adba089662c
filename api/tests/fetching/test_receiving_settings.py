"""The settings of receiving: written, tested live, looked at, and never telling a secret."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from dovecot import PASSWORD, USER, Dovecot, mail
from fetching_desk import FetchingDesk

from atum_desk.fetching import queries
from atum_desk.kernel.notices import Foreign
from desk import Desk
from free_ports import free_port


def settings_of(port: int, **given: Any) -> dict[str, Any]:
    usual = {"host": "127.0.0.1", "port": port, "security": "tls", "username": USER, "password": PASSWORD}
    return usual | given


async def test_a_test_tells_each_step_and_touches_nothing(
    desk: Desk, dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    dovecot.deliver(mail(1), mail(2))
    client = await desk.administrator()
    told = (await client.post("/mailboxes/receiving-tests", json=settings_of(dovecot.tls_port))).json()
    assert (told["ok"], told["mails"]) == (True, 2)
    assert [step["step"] for step in told["steps"]] == ["name", "connection", "encryption", "sign_in", "folder"]
    words = " ".join(step["words"] for step in told["steps"])
    assert "Encrypted (TLSv1.3)" in words
    assert "INBOX holds 2 mails." in words
    assert dovecot.seen() == 0
    assert await desk.value("select count(*) from mails") == 0
    assert await desk.value("select count(*) from mailbox_receiving") == 0


@pytest.mark.parametrize(
    ("other", "step", "words"),
    [
        ({"host": "nowhere.invalid.localhost"}, "name", "cannot be found"),
        ({"port": -1}, "connection", "Nothing listens on 127.0.0.1"),
        ({"port": 0}, "connection", "Encryption with 127.0.0.1"),
        ({"password": "wrong one"}, "sign_in", "does not let support@atum.localhost in"),
        ({"folder": "Nowhere"}, "folder", "The folder Nowhere cannot be opened"),
    ],
)
async def test_a_test_names_the_step_that_fails(
    desk: Desk, dovecot: Dovecot, other: dict[str, Any], step: str, words: str
) -> None:
    if "port" in other:
        other = {"port": free_port() if other["port"] == -1 else dovecot.port}
    client = await desk.administrator()
    told = (await client.post("/mailboxes/receiving-tests", json=settings_of(dovecot.tls_port) | other)).json()
    assert told["ok"] is False
    assert (told["steps"][-1]["step"], told["steps"][-1]["ok"]) == (step, False)
    assert words in told["steps"][-1]["words"]
    assert "wrong one" not in str(told)


async def test_settings_are_kept_tested_and_changed_without_showing_the_password(
    desk: Desk, dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    client = await desk.administrator()
    place = f"/mailboxes/{fetching_desk.mailbox_id}/receiving"
    assert (await client.got(place))["settings"] is None
    answer = await client.put(place, json=settings_of(dovecot.tls_port))
    saved = answer.json()
    assert saved["has_password"] is True
    assert PASSWORD not in answer.text
    known = settings_of(dovecot.tls_port, mailbox_id=fetching_desk.mailbox_id)
    del known["password"]
    assert (await client.post("/mailboxes/receiving-tests", json=known)).json()["ok"] is True
    # Elsewhere the password is not sent: it must be entered again.
    del known["mailbox_id"]
    moved = await client.put(place, json=known | {"host": "localhost"})
    assert moved.status_code == 422
    assert moved.json()["errors"][0]["field"] == "password"
    kept = await client.put(place, json=known | {"folder": "Support", "version": saved["version"]})
    assert (kept.json()["folder"], kept.json()["has_password"]) == ("Support", True)
    stale = await client.put(place, json=known | {"version": saved["version"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    changes = (await client.got("/changes"))["items"]
    assert changes[0]["command"] == "mailbox.receiving"
    rows = str(await desk.rows("select old, new from row_changes"))
    assert PASSWORD not in rows
    assert "password" not in rows.replace("sign_in': 'password", "")
    undone = await client.post(f"/changes/{changes[0]['id']}/undo")
    assert undone.status_code == 200, undone.text
    assert (await client.got(place))["settings"]["folder"] == "INBOX"
    stored = await desk.value("select password from mailbox_receiving")
    assert PASSWORD.encode() not in stored


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"security": "none", "host": "imap.example.com"}, "security"),
        ({"afterwards": "move"}, "move_to"),
        ({"afterwards": "move", "move_to": "INBOX"}, "move_to"),
        ({"sign_in": "oauth2"}, "authorize_url"),
        (
            {
                "sign_in": "oauth2",
                "authorize_url": "http://x.example/a",
                "token_url": "https://x.example/t",
                "client_id": "c",
            },
            "authorize_url",
        ),
        ({"folder": "a\r\nLOGOUT"}, "folder"),
        ({"host": "user@host/path"}, "host"),
    ],
)
async def test_what_cannot_be_meant_is_refused(shared_desk: Desk, other: dict[str, Any], field: str) -> None:
    client = await shared_desk.administrator()
    [mailbox, *_] = (await client.got("/mailboxes"))["items"]
    answer = await client.put(f"/mailboxes/{mailbox['id']}/receiving", json=settings_of(993) | other)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field)


async def test_the_page_tells_how_fetching_does(desk: Desk, dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    client = await desk.administrator()
    place = f"/mailboxes/{fetching_desk.mailbox_id}/receiving"
    assert (await client.post(f"{place}/fetch")).json()["code"] == "fetching_not_set_up"
    await client.put(place, json=settings_of(dovecot.tls_port))
    dovecot.deliver(mail(1))
    fetching_desk.start()
    await fetching_desk.kept(1)
    told = await client.got(place)
    assert (told["state"]["state"], told["state"]["fetched"]) == ("connected", 1)
    dovecot.deliver(mail(2))
    assert (await client.post(f"{place}/fetch")).status_code == 204
    await fetching_desk.kept(2)
    log = await client.got(f"{place}/log", limit=1)
    assert len(log["items"]) == 1
    older = await client.got(f"{place}/log", limit=100, cursor=log["next_cursor"])
    assert any("Connected to" in line["words"] for line in older["items"])
    current = (await client.got(place))["settings"]
    off = settings_of(dovecot.tls_port, active=False, version=current["version"])
    await client.put(place, json=off)
    assert (await client.got(place))["state"]["state"] == "off"
    dovecot.deliver(mail(3))
    await asyncio.sleep(1.5)
    assert len(await fetching_desk.kept(2)) == 2


async def test_the_log_is_bounded(desk: Desk, fetching_desk: FetchingDesk) -> None:
    mailbox_id = fetching_desk.mailbox_id
    async with desk.database.marking(desk.given.system) as transaction:
        for number in range(queries.LINES_KEPT + 20):
            await queries.tell(transaction, mailbox_id, "info", Foreign(f"line {number}"))
        for _ in range(5):
            await queries.tell(transaction, mailbox_id, "warning", Foreign("the same again"))
    lines = await fetching_desk.log()
    assert len(lines) == queries.LINES_KEPT
    assert lines[-2:] == [f"line {queries.LINES_KEPT + 19}", "the same again"]
