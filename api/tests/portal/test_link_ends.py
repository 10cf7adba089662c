"""A link to a request ends: by time, when it is revoked, when its person has no part any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from atum_desk.http.rate_limits import LIMITS
from atum_desk.identity.public import start_link_session
from atum_desk.kernel import clock
from atum_desk.kernel.signed_tokens import sign
from atum_desk.portal import commands
from atum_desk.tickets.links import PURPOSE, open_link, request_link
from desk import Client, Desk

DAYS = 90


@contextmanager
def later(**span: float) -> Iterator[None]:
    clock.move(timedelta(**span))
    try:
        yield
    finally:
        clock.move(timedelta(0))


async def asked(desk: Desk, email: str = "ann@asking.example") -> dict[str, Any]:
    ask = {"name": "Ann", "email": email, "subject": "VPN", "text": "It drops."}
    await desk.client().posted("/portal/tickets", ask, status=202)
    return (await desk.rows("select * from tickets order by id desc limit 1"))[0]


def token_of(desk: Desk, ticket: dict[str, Any], generation: int = 0) -> str:
    link = request_link(desk.settings, ticket["id"], ticket["requester_id"], generation)
    return link.rpartition("/")[2]


def old_token(desk: Desk, ticket: dict[str, Any]) -> str:
    """A link as releases before this one made it."""
    return sign(desk.settings.secret, PURPOSE, ticket["id"], ticket["requester_id"])


async def code_of(desk: Desk, token: str, client: Client | None = None) -> str:
    answer = await (client or desk.client()).post("/portal/session", json={"token": token})
    return "open" if answer.status_code == 200 else str(answer.json()["code"])


async def links_mailed(desk: Desk) -> list[dict[str, Any]]:
    return await desk.rows("select recipients, text from outbox where kind = 'confirmation' order by id")


def token_made(desk: Desk, ticket: dict[str, Any], days_ago: float) -> str:
    with later(days=-days_ago):
        return token_of(desk, ticket)


async def quiet_for(desk: Desk, ticket: dict[str, Any], days: float) -> None:
    """Let the last word in a request have been said so long ago."""
    async with desk.database.writing(desk.given.system, "ticket.edit") as work:
        await work.execute(
            "update tickets set last_message_at = moment() - make_interval(days => $2) where id = $1",
            ticket["id"],
            int(days),
        )


async def test_a_link_ends_ninety_days_after_it_was_made_and_the_request_was_active(desk: Desk) -> None:
    ticket = await asked(desk)
    await quiet_for(desk, ticket, DAYS + 1)
    assert await code_of(desk, token_made(desk, ticket, DAYS + 1)) == "link_expired"
    assert await code_of(desk, token_made(desk, ticket, DAYS - 1)) == "open"
    await quiet_for(desk, ticket, DAYS - 1)
    assert await code_of(desk, token_made(desk, ticket, DAYS + 1)) == "open"


async def test_an_old_link_works_while_its_request_is_active_but_not_for_ever(desk: Desk) -> None:
    ticket = await asked(desk)
    assert await code_of(desk, token_made(desk, ticket, 364)) == "open"
    assert await code_of(desk, token_made(desk, ticket, 366)) == "link_expired"


async def test_the_session_of_a_link_ends_no_later_than_the_link(desk: Desk) -> None:
    ticket = await asked(desk)
    await quiet_for(desk, ticket, DAYS)
    browser = desk.client()
    assert await code_of(desk, token_made(desk, ticket, DAYS - 2), browser) == "open"
    assert (await browser.get("/portal/tickets")).status_code == 200
    with later(days=3):
        assert (await browser.get("/portal/tickets")).status_code == 401


async def test_a_link_of_an_earlier_release_works_and_ends_as_if_made_at_the_upgrade(desk: Desk) -> None:
    ticket = await asked(desk)
    token = old_token(desk, ticket)
    opened = open_link(desk.settings, token)
    assert opened is not None
    assert (opened.generation, opened.made_at) == (0, None)
    assert await code_of(desk, token) == "open"
    with later(days=DAYS + 1):
        assert await code_of(desk, token) == "link_expired"
    agent = await desk.administrator()
    await agent.posted(f"/tickets/{ticket['number']}/portal-links/revoke", {}, status=200)
    assert await code_of(desk, token) == "link_expired"


async def test_an_agent_revokes_links_and_the_sessions_behind_them_end_at_once(desk: Desk) -> None:
    ticket, other = await asked(desk), await asked(desk)
    browsers = [desk.client() for _ in range(3)]
    for browser, one in zip(browsers, (ticket, ticket, other), strict=True):
        assert await code_of(desk, token_of(desk, one), browser) == "open"
    place = f"/tickets/{ticket['number']}/portal-links/revoke"
    agent = await desk.staff()
    assert await agent.posted(place, {}, status=200) == {"ended_sessions": 2}
    for browser in browsers[:2]:
        assert (await browser.get(f"/portal/tickets/{ticket['number']}")).status_code == 401
        told = await browser.post(f"/portal/tickets/{ticket['number']}/messages", json={"text": "x"})
        assert told.status_code == 401
    # The other request of the same person is not touched.
    assert (await browsers[2].get(f"/portal/tickets/{other['number']}")).status_code == 200
    assert await code_of(desk, token_of(desk, other)) == "open"
    assert await code_of(desk, token_of(desk, ticket)) == "link_expired"
    # What is mailed from now on works, until it is revoked in its turn.
    assert await code_of(desk, token_of(desk, ticket, 1)) == "open"
    await agent.posted(place, {"person_id": ticket["requester_id"]}, status=200)
    assert await code_of(desk, token_of(desk, ticket, 1)) == "link_expired"
    stranger = await desk.given.contact()
    told = await agent.post(place, json={"person_id": stranger})
    assert told.json()["code"] == "requester_unknown"


async def test_revoking_cannot_be_undone_and_is_in_the_ledger(desk: Desk) -> None:
    ticket = await asked(desk)
    admin = await desk.administrator()
    await admin.posted(f"/tickets/{ticket['number']}/portal-links/revoke", {}, status=200)
    [change] = await desk.rows("select * from changes where command = 'ticket.revoke_links'")
    assert change["summary"]["person_id"] == ticket["requester_id"]
    told = await admin.post(f"/changes/{change['id']}/undo")
    assert (told.status_code, told.json()["code"]) == (409, "not_undoable")
    assert await code_of(desk, token_of(desk, ticket)) == "link_expired"


async def test_a_ticket_whose_links_were_revoked_can_be_undone_and_done_again(desk: Desk) -> None:
    ticket = await asked(desk)
    admin = await desk.administrator()
    await admin.posted(f"/tickets/{ticket['number']}/portal-links/revoke", {}, status=200)
    change_id = await desk.value("select id from changes where command = 'ticket.open'")
    undone = await admin.posted(f"/changes/{change_id}/undo", status=200)
    assert await code_of(desk, token_of(desk, ticket, 1)) == "link_invalid"
    await admin.posted(f"/changes/{undone['change_id']}/undo", status=200)
    assert await code_of(desk, token_of(desk, ticket)) == "link_expired"


async def test_links_end_when_the_requester_changes_and_do_not_come_back(desk: Desk) -> None:
    ticket = await asked(desk)
    browser = desk.client()
    assert await code_of(desk, token_of(desk, ticket), browser) == "open"
    admin = await desk.administrator()
    await admin.patched(f"/tickets/{ticket['number']}", {"requester_id": await desk.given.contact()})
    assert (await browser.get("/portal/tickets")).status_code == 401
    await admin.patched(f"/tickets/{ticket['number']}", {"requester_id": ticket["requester_id"]})
    assert (await browser.get("/portal/tickets")).status_code == 401
    assert await code_of(desk, token_of(desk, ticket)) == "link_expired"


@pytest.mark.parametrize(
    "change",
    [
        "delete from addresses where person_id = $1",
        "update addresses set email = 'new@asking.example' where person_id = $1",
    ],
)
async def test_links_end_when_their_address_goes(desk: Desk, change: str) -> None:
    ticket, browser = await asked(desk), desk.client()
    assert await code_of(desk, token_of(desk, ticket), browser) == "open"
    async with desk.database.writing(desk.given.system, "contact.edit") as work:
        await work.execute(change, ticket["requester_id"])
    assert (await browser.get("/portal/tickets")).status_code == 401
    assert await code_of(desk, token_of(desk, ticket)) == "link_expired"


async def test_a_link_that_is_revoked_while_it_is_opened_leaves_no_session(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await asked(desk)
    admin = await desk.administrator()
    start = start_link_session

    async def revoked_meanwhile(*arguments: Any, **named: Any) -> Any:
        await admin.posted(f"/tickets/{ticket['number']}/portal-links/revoke", {}, status=200)
        return await start(*arguments, **named)

    monkeypatch.setattr(commands, "start_link_session", revoked_meanwhile)
    assert await code_of(desk, token_of(desk, ticket)) == "link_expired"
    assert await desk.value("select count(*) from sessions where kind = 'link'") == 0


async def test_a_new_link_goes_to_the_requesters_own_address_and_works(desk: Desk) -> None:
    ticket = await asked(desk)
    with later(days=DAYS + 1):
        told = await desk.client().posted("/portal/links", {"token": token_of(desk, ticket)}, status=202)
    [mail] = await links_mailed(desk)
    assert "ann@asking.example" in msgspec.json.encode(mail["recipients"]).decode()
    sent = open_link(desk.settings, mail["text"].partition("/requests/")[2].split()[0])
    assert sent is not None
    assert (sent.ticket_id, sent.person_id) == (ticket["id"], ticket["requester_id"])
    # Every other token gets the same answer, and no mail.
    stranger = dict(ticket, requester_id=await desk.given.contact())
    for token in ("z" * 20, token_of(desk, stranger), sign("x" * 32, PURPOSE, 1, 1)):
        assert await desk.client().posted("/portal/links", {"token": token}, status=202) == told
    assert len(await links_mailed(desk)) == 1


async def test_a_revoked_link_of_a_former_requester_brings_nobody_a_new_one(desk: Desk) -> None:
    ticket = await asked(desk)
    admin = await desk.administrator()
    await admin.patched(f"/tickets/{ticket['number']}", {"requester_id": await desk.given.contact()})
    await desk.client().posted("/portal/links", {"token": token_of(desk, ticket)}, status=202)
    assert await links_mailed(desk) == []


async def test_new_links_are_few(desk: Desk) -> None:
    ticket = await asked(desk)
    for _ in range(LIMITS["portal_new_link"].amount + 3):
        await desk.client().posted("/portal/links", {"token": token_of(desk, ticket)}, status=202)
    assert len(await links_mailed(desk)) == LIMITS["portal_new_link"].amount
    one = desk.client()
    for _ in range(LIMITS["portal_new_link_ip"].amount):
        await one.posted("/portal/links", {"token": "z" * 20}, status=202)
    assert (await one.post("/portal/links", json={"token": "z" * 20})).status_code == 429


async def test_a_mail_after_links_were_revoked_carries_a_link_that_works(desk: Desk) -> None:
    ticket = await asked(desk)
    admin = await desk.administrator()
    await admin.posted(f"/tickets/{ticket['number']}/portal-links/revoke", {}, status=200)
    await admin.posted(f"/tickets/{ticket['number']}/messages", {"kind": "reply", "text": "Try now."})
    text = await desk.value("select text from outbox where kind = 'reply'")
    assert await code_of(desk, text.partition("/requests/")[2].split()[0]) == "open"
