"""The keys that must open nothing: real, refused, and unseen by people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atum_desk.kernel import clock
from atum_desk.operations.public import make_canary
from desk import Desk


async def test_no_key_opens_the_ticket_it_is_made_for(desk: Desk, database_url: str) -> None:
    ticket = await desk.given.ticket()
    await desk.given.contact()
    made = await make_canary(desk.settings, database_url)
    assert made.ticket_number == ticket.number
    assert made.expired_staff_token
    assert made.foreign_contact_token
    staff, portal = f"/tickets/{ticket.number}", f"/portal/tickets/{ticket.number}"
    assert (await desk.client().get(staff)).status_code == 401
    assert (await desk.bearer(made.expired_staff_token).get(staff)).status_code == 401
    foreigner = desk.bearer(made.foreign_contact_token)
    assert (await foreigner.get(staff)).status_code == 403
    assert (await foreigner.get(portal)).status_code == 404
    # It is refused for what it may see, not because it is no session at all.
    assert (await foreigner.got("/portal/tickets"))["items"] == []


async def test_the_foreign_key_dies_within_minutes(desk: Desk, database_url: str) -> None:
    await desk.given.ticket()
    await desk.given.contact()
    made = await make_canary(desk.settings, database_url)
    assert made.foreign_contact_token
    assert made.foreign_contact_expires_at
    assert made.foreign_contact_expires_at <= clock.now() + timedelta(minutes=2)
    clock.move(timedelta(minutes=3))
    try:
        answer = await desk.bearer(made.foreign_contact_token).get("/portal/tickets")
    finally:
        clock.move(timedelta(0))
    assert answer.status_code == 401


async def test_nothing_that_people_see_changes(desk: Desk, database_url: str) -> None:
    administrator = await desk.administrator()
    await desk.given.ticket()
    await desk.given.contact()
    pages = ("/changes", "/me/sessions", "/people", "/contacts", "/tickets")
    before = [await administrator.got(page) for page in pages]
    for _ in range(3):
        await make_canary(desk.settings, database_url)
    after = [await administrator.got(page) for page in pages]
    # The contact has a session by then, as after any sign-in: adding them is not undone any more.
    for page in (before[0], after[0]):
        for change in page["items"]:
            del change["can_undo"], change["undo_refusal"]
    assert after == before
    left = await desk.value("select count(*) from sessions where user_agent = 'atum-desk canary'")
    assert left == 2


@pytest.mark.parametrize("tickets", [0, 1])
async def test_what_cannot_be_tried_is_none(desk: Desk, database_url: str, tickets: int) -> None:
    for _ in range(tickets):
        await desk.given.ticket()
    made = await make_canary(desk.settings, database_url)
    assert (made.ticket_number is None) == (tickets == 0)
    assert made.foreign_contact_token is None
    assert made.expired_staff_token
