"""Notifications by mail: after a while, one for each ticket, outside of quiet hours, and what an answer becomes."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

from test_notifications import answered, my_id, noted, opened, told

from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.notifications.mails import send_due
from atum_desk.outbox.compose.mime import build_mail
from atum_desk.outbox.queries import get_content
from desk import Client, Desk
from scratch_databases import SECRET


async def mailed(desk: Desk, settings: Settings, after_seconds: float = 0) -> list[dict[str, Any]]:
    """Send what is due, and return the mails that tell somebody, the oldest first."""
    worker = WorkerContext(database=desk.database, settings=settings, files=FileStore(settings.uploads))
    await send_due(worker, desk.given.system, after_seconds)
    rows = await desk.rows(
        """select id, subject, text, staff_only, recipients, reply_to from outbox
            where notified_id is not null order by id"""
    )
    return [dict(row) for row in rows]


async def test_what_came_within_minutes_leaves_as_one_mail_for_each_ticket(desk: Desk, settings: Settings) -> None:
    actor, ines = await desk.staff("Agent", name="Actor"), await desk.staff("Agent", name="Ines")
    me = await my_id(ines)
    async with told(desk):
        number = await opened(actor, assignee_id=me)
        await noted(actor, number, "Look at gateway B", mentions={"staff_ids": [me]})
        other = await opened(actor, assignee_id=me)
    assert await mailed(desk, settings, after_seconds=3600) == []
    first, second = await mailed(desk, settings)
    assert [f"#{number}" in first["subject"], f"#{other}" in second["subject"]] == [True, True]
    assert "Actor assigned the ticket to you:\n\nIt is on fire" in first["text"]
    assert "Actor mentioned you, in a note, which only the staff see:\n\nLook at gateway B" in first["text"]
    assert f"/desk/tickets/{number}" in first["text"]
    assert "/desk/settings/notifications" in first["text"]
    assert [first["staff_only"], second["staff_only"]] == [True, False]
    # Each is mailed once.
    assert len(await mailed(desk, settings)) == 2


async def test_what_was_read_or_undone_is_not_mailed(desk: Desk, settings: Settings) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    me = await my_id(ines)
    async with told(desk):
        read = await opened(actor, assignee_id=me)
        undone = await opened(actor)
        await actor.patched(f"/tickets/{undone}", {"assignee_id": me})
    await ines.post(f"/tickets/{read}/read")
    async with told(desk):
        change_id = await desk.value("select max(id) from changes where command = 'ticket.assign'")
        await actor.posted(f"/changes/{change_id}/undo", None, 200)
    assert await mailed(desk, settings) == []


async def test_mail_waits_for_the_end_of_quiet_hours(desk: Desk, settings: Settings) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    hour = clock.now().hour
    now, later = f"{(hour - 1) % 24:02}:00:00", f"{(hour + 2) % 24:02}:00:00"
    await ines.patched("/notifications/settings", {"quiet": {"begin": now, "end": later, "zone": "UTC"}})
    async with told(desk):
        await opened(actor, assignee_id=await my_id(ines))
    assert await mailed(desk, settings) == []
    # The rest of the day is quiet instead: from then until now.
    await ines.patched("/notifications/settings", {"quiet": {"begin": later, "end": now, "zone": "UTC"}})
    assert len(await mailed(desk, settings)) == 1


async def test_the_mail_says_that_no_person_wrote_it_and_the_requester_gets_none(
    desk: Desk, settings: Settings
) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent", name="Ines")
    async with told(desk):
        number = await opened(actor, assignee_id=await my_id(ines))
        await answered(desk, number)
    [mail] = await mailed(desk, settings)
    assert [one["name"] for one in mail["recipients"]] == ["Ines"]
    async with desk.database.reading(desk.given.system) as transaction:
        content = await get_content(transaction, mail["id"])
    headers = message_from_bytes(
        build_mail(content, [], secret=SECRET, web_url="http://desk.example"), policy=policy.default
    )
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Id"] == "<notifications.atum.localhost>"
    assert "+" in headers["Reply-To"]
    # A reply to the requester does not name the mail that told a colleague.
    await reply(ines, number)
    named = await desk.value(
        """select array_to_string(mail_references, ' ') || coalesce(in_reply_to, '') from outbox
            where notified_id is null order by id desc limit 1"""
    )
    assert content.mail_message_id not in named


async def reply(client: Client, number: int) -> None:
    await client.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "We look at it"})
