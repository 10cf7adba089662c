"""Automatic replies over real SMTP: by language and hours, absence, a banner, and to nobody twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mail_desk import MAILBOX, FakeRelay, MailDesk, eventually, letter

from atum_desk.kernel import clock
from desk import Client, Desk

WORKDAYS = {day: [{"opens": "09:00", "closes": "17:00"}] for day in ("mon", "tue", "wed", "thu", "fri")}
ENGLISH = {
    "language": "en",
    "in_hours": "Hello {{ requester.name }}, we look at #{{ ticket.number }} now.",
    "out_of_hours": "We are back on {{ opening.day }} at {{ opening.time }}.",
    "absence": "Closed until {{ absence.until_day }}.",
    "banner": "VPN is down, we know.",
}
GERMAN = {"language": "de", "out_of_hours": "Wir sind am {{ opening.day }} um {{ opening.time }} Uhr wieder da."}
# A Saturday.
CLOSED = "2026-03-07T12:00:00Z"


async def calendar_of(client: Client) -> int:
    body = {"name": "Hours", "time_zone": "Europe/Berlin", "hours": WORKDAYS}
    return (await client.posted("/calendars", body))["id"]


async def put(client: Client, mailbox_id: int, status: int = 200, **body: Any) -> Any:
    answer = await client.put(f"/mailboxes/{mailbox_id}/automatic-reply", json=body)
    assert answer.status_code == status, answer.text
    return answer


async def mailbox_of(client: Client) -> int:
    return (await client.got("/mailboxes"))["items"][0]["id"]


async def said(client: Client, rules: dict[str, Any], **reader: Any) -> dict[str, Any]:
    return await client.posted("/automatic-replies/preview", {"rules": rules, **reader}, status=200)


async def test_the_text_follows_the_hours_in_the_readers_language_and_zone(desk: Desk) -> None:
    admin = await desk.administrator()
    rules = {"calendar_id": await calendar_of(admin), "texts": [ENGLISH, GERMAN]}
    shown = await said(admin, rules, at=CLOSED)
    assert shown["situation"] == "out_of_hours"
    assert shown["text"].startswith("We are back on Monday at 9:00\u202fAM.")
    german = await said(admin, rules, language="de", at=CLOSED)
    assert german["text"].startswith("Wir sind am Montag um 09:00 Uhr wieder da.")
    # In Auckland the office of Berlin opens on Monday evening.
    far = await said(admin, rules, language="de-AT", time_zone="Pacific/Auckland", at=CLOSED)
    assert far["text"].startswith("Wir sind am Montag um 21:00 Uhr wieder da.")
    opened = await said(admin, rules, at="2026-03-06T12:00:00Z")
    assert (opened["situation"], opened["text"].split("\n")[0]) == (
        "in_hours",
        "Hello Ada Example, we look at #1042 now.",
    )
    # A language without texts has those of the first; one without this text has the built-in confirmation.
    assert (await said(admin, rules, language="fr", at=CLOSED))["text"] == shown["text"]
    assert (await said(admin, rules, language="de", at="2026-03-06T12:00:00Z"))["text"] == ""


async def test_absence_goes_before_hours_and_the_banner_stands_above_while_it_is_shown(desk: Desk) -> None:
    admin = await desk.administrator()
    rules = {
        "texts": [ENGLISH],
        "absent_from_at": "2026-03-01T00:00:00Z",
        "absent_until_at": "2026-03-20T00:00:00Z",
        "banner_from_at": "2026-03-07T00:00:00Z",
        "banner_until_at": "2026-03-08T00:00:00Z",
    }
    shown = await said(admin, rules, at=CLOSED)
    assert shown["situation"] == "absence"
    assert shown["text"].startswith("VPN is down, we know.\n\nClosed until Friday, March 20, 2026.")
    later = await said(admin, rules, at="2026-03-08T00:00:00Z")
    assert "VPN" not in later["text"]
    assert (await said(admin, rules, at="2026-03-20T00:00:00Z"))["situation"] == "in_hours"


async def test_what_cannot_be_said_is_refused(desk: Desk) -> None:
    admin = await desk.administrator()
    mailbox = await mailbox_of(admin)
    wrong = await put(admin, mailbox, 422, texts=[{"language": "en", "in_hours": "{{ requester.nam }}"}])
    assert (wrong.json()["code"], wrong.json()["parameters"]["suggestion"]) == ("variable_unknown", "requester.name")
    assert (await put(admin, mailbox, 422, texts=[ENGLISH, ENGLISH])).json()["code"] == "validation_failed"
    ends = {"absent_from_at": "2026-03-02T00:00:00Z", "absent_until_at": "2026-03-01T00:00:00Z"}
    assert (await put(admin, mailbox, 422, **ends)).json()["errors"][0]["field"] == "absent_until_at"
    assert (await put(admin, mailbox, 404, calendar_id=999)).json()["code"] == "calendar_not_found"
    assert (await put(admin, 999, 404)).json()["code"] == "mailbox_not_found"


async def test_a_change_is_undone_and_a_calendar_in_use_stays(desk: Desk) -> None:
    admin = await desk.administrator()
    mailbox, calendar = await mailbox_of(admin), await calendar_of(admin)
    first = await put(admin, mailbox, texts=[ENGLISH], calendar_id=calendar)
    assert (await admin.delete(f"/calendars/{calendar}")).json()["code"] == "calendar_in_use"
    assert (await put(admin, mailbox, 412, pause_minutes=5, version=0)).json()["code"] == "version_conflict"
    second = await put(admin, mailbox, pause_minutes=5, version=first.json()["version"])
    await admin.posted(f"/changes/{second.headers['X-Change-Id']}/undo", {}, status=200)
    [found] = (await admin.got("/automatic-replies"))["items"]
    assert found["texts"][0]["absence"] == ENGLISH["absence"]
    gone = await admin.delete(f"/mailboxes/{mailbox}/automatic-reply")
    assert (await admin.got("/automatic-replies"))["items"] == []
    await admin.posted(f"/changes/{gone.headers['X-Change-Id']}/undo", {}, status=200)
    assert len((await admin.got("/automatic-replies"))["items"]) == 1


async def quiet(mail_desk: MailDesk) -> None:
    """Wait until nothing is on its way, and nothing is left that could send a mail."""

    async def nothing() -> bool:
        return not await mail_desk.value(
            """select (select count(*) from mails where state = 'received')
                    + (select count(*) from outbox where state in ('queued', 'sending'))
                    + (select count(*) from jobs.pgqueuer where entrypoint = 'mail.confirm')"""
        )

    await eventually(nothing, 30)


async def _rules(mail_desk: MailDesk, **columns: Any) -> None:
    await mail_desk.rule("confirm_email_tickets", True)
    texts = [{**ENGLISH, "in_hours": "Hello {{ requester.name }}, {{ ticket.subject }}"}]
    async with mail_desk.database.writing(mail_desk.system, "automatic_reply.edit") as work:
        await work.execute(
            """insert into automatic_replies (workspace_id, mailbox_id, texts, banner_until_at, pause_minutes)
               select ctx_workspace(), id, $1, $2, $3 from mailboxes where address = $4""",
            texts,
            columns.get("banner_until_at"),
            columns.get("pause_minutes", 0),
            MAILBOX,
        )


async def test_a_request_by_mail_gets_the_mailboxs_own_text_with_the_banner(
    mail_desk: MailDesk, relay: FakeRelay
) -> None:
    await _rules(mail_desk, banner_until_at=clock.now() + timedelta(hours=1))
    await mail_desk.deliver(letter(sender="Ines <ines@x.example>", subject="VPN drops"), sender="ines@x.example")
    await quiet(mail_desk)
    [(_, answer)] = relay.taken
    body = answer.get_body(("plain",))
    assert body
    text = body.get_content()
    assert text.index("VPN is down, we know.") < text.index("Hello Ines, VPN drops")
    assert f"{mail_desk.settings.web_url}/requests/" in text
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["To"].addresses[0].addr_spec == "ines@x.example"


async def test_nobody_gets_two_within_the_pause_and_no_program_gets_any(mail_desk: MailDesk, relay: FakeRelay) -> None:
    await _rules(mail_desk, pause_minutes=600)
    for subject in ("Printer", "Mouse", "Monitor"):
        await mail_desk.deliver(letter(sender="Ines <ines@x.example>", subject=subject), sender="ines@x.example")
        await quiet(mail_desk)
    assert len(relay.taken) == 1
    await mail_desk.deliver(
        letter(sender="News <news@list.example>", subject="Issue 7", List_Id="<news.list.example>", Precedence="list"),
        sender="news@list.example",
    )
    await mail_desk.deliver(letter(sender="Null <null@x.example>", subject="Report"), sender="")
    await mail_desk.deliver(letter(sender="no-reply@x.example", subject="Receipt"), sender="no-reply@x.example")
    await quiet(mail_desk)
    assert len(relay.taken) == 1
    assert await mail_desk.value("select count(*) from outbox where kind = 'confirmation'") == 1
