"""Outbox errors are stored as code and parameters beside their English text."""

from __future__ import annotations

from typing import Any

from atum_desk.kernel.notices import Foreign
from atum_desk.outbox.models import QueuedMail
from atum_desk.outbox.notices import GivenUp
from atum_desk.outbox.queries import get_item, settle
from desk import Desk
from factories import MadeTicket

GIVEN_UP = GivenUp(Foreign("451 4.7.1 later"))


async def _failed_mail(desk: Desk, ticket: MadeTicket) -> int:
    lead = await desk.staff("Team lead")
    added = await lead.posted(f"/tickets/{ticket.number}/messages", {"kind": "reply", "text": "Try again."})
    outbox_id: int = added["message"]["mail"]["outbox_id"]
    async with desk.database.writing(desk.given.system, "outbox.fail") as work:
        await work.execute("update outbox set state = 'sending', attempts = 1 where id = $1", outbox_id)
        lost = QueuedMail(desk.given.workspace_id, outbox_id, 1)
        assert await settle(work, lost, "failed", notice=GIVEN_UP, status="4.7.1")
    return outbox_id


async def test_an_outbox_error_is_told_by_code_and_parameters_on_lists_and_in_the_thread(desk: Desk) -> None:
    ticket = await desk.given.ticket()
    await _failed_mail(desk, ticket)
    lead = await desk.staff("Team lead")
    [item] = (await lead.got("/outbox"))["items"]
    told: dict[str, Any] = item["last_error_notice"]
    assert item["last_error"] == "Given up after three days. Last answer: 451 4.7.1 later"
    assert told["code"] == "outbox.given_up"
    assert told["parameters"]["answer"]["parameters"] == {"said": "451 4.7.1 later"}
    assert item["meaning_notice"]["code"] == "delivery_status_may_pass"
    thread = (await lead.got(f"/tickets/{ticket.number}"))["thread"]
    [mail] = [one["mail"] for one in thread if one["type"] == "message" and one["mail"]]
    assert mail["last_error_notice"] == told
    assert mail["meaning_notice"] == item["meaning_notice"]


async def test_what_an_earlier_release_wrote_is_told_by_its_text_alone(desk: Desk) -> None:
    ticket = await desk.given.ticket()
    outbox_id = await _failed_mail(desk, ticket)
    # It knows the text's column only, so the notice beside it is one of before.
    async with desk.database.writing(desk.given.system, "outbox.fail") as work:
        await work.execute("update outbox set last_error = 'Refused.' where id = $1", outbox_id)
    async with desk.database.reading(desk.given.system) as transaction:
        item = await get_item(transaction, outbox_id)
    assert (item.last_error, item.last_error_notice) == ("Refused.", None)
