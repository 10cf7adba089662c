"""What waits for a person: why it waits, and what people do with it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from mail_desk import MAILBOX, MailDesk, letter
from proof import FAILED, RELAY, proven

from atum_desk.files.virus import ScannerAway, scan
from atum_desk.kernel.jobs.handlers import RetryLater
from atum_desk.mail import jobs as mail_jobs
from atum_desk.mail.feature import FileMail
from atum_desk.mail.sender_checks import examine
from atum_desk.mail.sender_checks.spam_headers import spam_verdict
from atum_desk.mime import parse_mail
from atum_desk.outbox.public import reply_address
from desk import Desk
from factories import Given
from scanner import INFECTED, NAME, is_there, running_clamd

FORGED = f"{RELAY}; dmarc=fail (p=reject) header.from=example.org"
needs_clamd = pytest.mark.skipif(not is_there(), reason="clamd is not installed (Debian: clamav-daemon)")


@pytest.fixture
async def office(trusting: MailDesk, given: Given) -> Desk:
    return Desk(trusting.database, trusting.settings, given)


@pytest.mark.parametrize(
    ("fields", "flagged", "score"),
    [
        ({}, False, None),
        ({"X-Spam-Flag": "YES"}, True, None),
        ({"X-Spam-Flag": "NO", "X-Spam-Score": "2.1"}, False, 2.1),
        ({"X-Spam-Status": "Yes, score=7.3 required=5.0 tests=A,B autolearn=no"}, True, 7.3),
        ({"X-Spam-Status": "No, hits=-1.2 required=5.0"}, False, -1.2),
        ({"X-Spamd-Result": "default: False [5.20 / 15.00]; R_SPF_ALLOW(-0.20)[+ip4]"}, False, 5.2),
        ({"X-Spamd-Result": "default: True [15.20 / 15.00];"}, True, 15.2),
        ({"X-Rspamd-Score": "6.66"}, False, 6.66),
        ({"X-Spam": "Yes"}, True, None),
        ({"X-Spam-Level": "*******"}, False, 7.0),
        ({"X-Spam-Score": "no idea", "X-Spam-Status": "perhaps"}, False, None),
        ({"X-Spam-Score": "9" * 4000}, False, 99999.0),
    ],
)
def test_what_spam_filters_write_is_read(fields: dict[str, str], flagged: bool, score: float | None) -> None:
    message = letter()
    for name, value in fields.items():
        message[name] = value
    verdict = spam_verdict(parse_mail(message.as_bytes()))
    assert (verdict.flagged, verdict.score) == (flagged, score)


@pytest.mark.parametrize(
    ("given_fields", "cause", "words"),
    [
        ({"X_Spam_Flag": "YES"}, "spam", "marked it"),
        ({"X_Spam_Score": "6.5"}, "spam", "6.5; the limit is 6"),
        ({"Authentication_Results": FORGED}, "forged", "asks to reject"),
    ],
)
async def test_suspicious_mail_waits_with_its_reason(
    trusting: MailDesk, given_fields: dict[str, str], cause: str, words: str
) -> None:
    await trusting.deliver(letter(**given_fields))
    (mail,) = await trusting.settled(1)
    assert (mail["state"], mail["cause"], mail["ticket_id"]) == ("quarantined", cause, None)
    assert words in mail["reason"]
    assert await trusting.value("select count(*) from people where kind = 'contact'") == 0
    assert mail["evidence"]["proof"]["verdict"] in ("failed", "unknown")


async def test_the_rules_decide_what_is_suspicious(trusting: MailDesk) -> None:
    await trusting.rule("spam_threshold", 8)
    await trusting.deliver(letter(X_Spam_Score="7.9"))
    await trusting.rule("forged", "accept")
    await trusting.deliver(letter(Authentication_Results=FORGED))
    await trusting.settled(2)
    await trusting.rule("spam", "accept")
    await trusting.deliver(letter(X_Spam_Score="99"))
    await trusting.deliver(letter(Authentication_Results=FAILED))
    mails = await trusting.settled(4)
    assert {mail["state"] for mail in mails} == {"ticketed"}


async def test_who_holds_the_signed_address_is_no_suspect(trusting: MailDesk) -> None:
    await trusting.deliver(letter())
    await trusting.settled(1)
    address = reply_address(trusting.settings, MAILBOX, await trusting.value("select id from tickets"))
    await trusting.deliver(letter(X_Spam_Flag="YES", Authentication_Results=FORGED, to=address), to=address)
    assert [mail["state"] for mail in await trusting.settled(2)] == ["ticketed", "appended"]


async def held(mail_desk: MailDesk, count: int = 1, **fields: str) -> list[int]:
    for number in range(count):
        await mail_desk.deliver(letter(X_Spam_Flag="YES", text=f"buy {number}", **fields))
    return [mail["id"] for mail in await mail_desk.settled(count) if mail["state"] == "quarantined"]


async def test_an_agent_sees_why_and_looks_at_it_safely(trusting: MailDesk, office: Desk) -> None:
    message = letter(subject="Win", X_Spam_Flag="YES")
    message.add_alternative(
        '<p onclick="x()">Hi <img src="https://spy.example/x.png"><script>y()</script>', subtype="html"
    )
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="a.exe")
    await trusting.deliver(message)
    await trusting.settled(1)
    agent = await office.staff("Agent")
    (item,) = (await agent.got("/mails", state="quarantined"))["items"]
    assert (item["cause"], item["subject"], item["deleted"]) == ("spam", "Win", False)
    shown = await agent.got(f"/mails/{item['id']}")
    assert "script" not in shown["html"]
    assert "onclick" not in shown["html"]
    assert 'src="https://spy' not in shown["html"].replace("data-remote-src", "kept")
    assert shown["has_remote_images"]
    assert shown["files"] == [{"filename": "a.exe", "mime_type": "application/octet-stream", "size": 2}]
    assert shown["evidence"]["spam"]["flagged"]
    assert shown["peer"] == "127.0.0.1"
    assert ["subject", "Win"] in shown["headers"]
    assert not shown["shortened"]


async def test_a_released_mail_becomes_a_ticket_whatever_the_checks_say(trusting: MailDesk, office: Desk) -> None:
    (mail_id,) = await held(trusting, Authentication_Results=FORGED)
    agent = await office.staff("Agent")
    released = await agent.posted(f"/mails/{mail_id}/release", status=200)
    assert (released["state"], released["cause"]) == ("received", None)
    (mail,) = await trusting.settled(1)
    assert (mail["state"], mail["reason"]) == ("ticketed", None)
    again = await agent.post(f"/mails/{mail_id}/release")
    assert (again.status_code, again.json()["code"]) == (409, "mail_not_quarantined")


async def test_a_deleted_mail_keeps_its_bytes_and_comes_back_by_undo(trusting: MailDesk, office: Desk) -> None:
    (mail_id,) = await held(trusting)
    agent = await office.staff("Agent")
    answer = await agent.post(f"/mails/{mail_id}/delete")
    assert answer.json()["deleted"]
    (mail,) = await trusting.rows("select * from mails")
    assert (mail["state"], mail["reason"]) == ("refused", "Deleted from quarantine")
    assert (await agent.get(f"/mails/{mail_id}/raw")).status_code == 200
    await agent.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    (mail,) = await trusting.rows("select * from mails")
    assert (mail["state"], mail["cause"], mail["deleted_at"]) == ("quarantined", "spam", None)


async def test_blocking_a_sender_refuses_their_next_mail_until_it_is_undone(trusting: MailDesk, office: Desk) -> None:
    (mail_id,) = await held(trusting)
    agent = await office.staff("Agent")
    answer = await agent.post(f"/mails/{mail_id}/block", json={"scope": "address"})
    assert answer.json()["state"] == "refused"
    (block,) = (await agent.got("/mail/blocks"))["items"]
    assert (block["kind"], block["value"]) == ("address", "ann@example.org")
    await trusting.deliver(proven(text="hello?"))
    mails = await trusting.settled(2)
    assert (mails[1]["state"], mails[1]["reason"]) == ("refused", "Its sender is blocked (ann@example.org)")
    await agent.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    assert (await agent.got("/mail/blocks"))["items"] == []
    await trusting.deliver(proven(text="and now?"))
    assert (await trusting.settled(3))[2]["state"] == "ticketed"


async def test_a_blocked_domain_covers_what_is_beneath_it_and_nothing_else(trusting: MailDesk, office: Desk) -> None:
    agent = await office.staff("Agent")
    await agent.posted("/mail/blocks", {"value": "@Example.ORG"})
    again = await agent.post("/mail/blocks", json={"value": "example.org"})
    assert again.json()["code"] == "already_exists"
    for sender in ("ann@example.org", "ann@mail.example.org", "ann@notexample.org"):
        await trusting.deliver(letter(sender=sender))
    states = [mail["state"] for mail in await trusting.settled(3)]
    assert states == ["refused", "refused", "ticketed"]
    (block,) = (await agent.got("/mail/blocks"))["items"]
    assert (await agent.delete(f"/mail/blocks/{block['id']}")).status_code == 204
    await trusting.deliver(letter())
    assert (await trusting.settled(4))[3]["state"] == "ticketed"


@pytest.mark.parametrize("value", ["atum.localhost", MAILBOX, "localhost.localhost, x"])
async def test_our_own_addresses_cannot_be_blocked(trusting: MailDesk, office: Desk, value: str) -> None:
    agent = await office.staff("Agent")
    answer = await agent.post("/mail/blocks", json={"value": value})
    assert answer.status_code == 422


async def test_deleted_mail_is_erased_only_after_the_time_the_workspace_keeps_it(
    trusting: MailDesk, office: Desk
) -> None:
    ids = await held(trusting, 2)
    agent = await office.staff("Agent")
    for mail_id in ids:
        await agent.posted(f"/mails/{mail_id}/delete", status=200)
    async with trusting.database.writing(trusting.system, "test.age") as work:
        await work.execute("update mails set deleted_at = deleted_at - interval '8 days' where id = $1", ids[0])
    await mail_jobs.erase(trusting.worker, b"")
    assert await trusting.value("select count(*) from mail_sources") == 2
    await trusting.rule("keep_deleted_days", 7)
    await mail_jobs.erase(trusting.worker, b"")
    rows = await trusting.rows("select id, erased_at is not null as erased from mails order by id")
    assert [row["erased"] for row in rows] == [True, False]
    assert await trusting.value("select count(*) from mail_sources") == 1
    lead = await office.staff("Team lead")
    assert (await lead.got("/mail/balance"))["holds"]
    answer = await lead.post(f"/mails/{ids[0]}/retry")
    assert (answer.status_code, answer.json()["code"]) == (409, "mail_erased")


async def test_the_rules_are_changed_one_by_one_with_history(trusting: MailDesk, office: Desk) -> None:
    admin = await office.administrator()
    assert (await admin.got("/mail/rules"))["unknown_senders"] == "our_mail"
    answer = await admin.patch("/mail/rules", json={"spam_threshold": 9.5, "staff_replies": "reply"})
    assert (answer.json()["spam_threshold"], answer.json()["staff_replies"]) == (9.5, "reply")
    await admin.patched("/mail/rules", {"note_commands": True})
    await admin.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    rules = await admin.got("/mail/rules")
    assert (rules["spam_threshold"], rules["staff_replies"], rules["note_commands"]) == (6.0, "note", True)
    for wrong in ({"spam_threshold": -1}, {"staff_replies": "shout"}, {"nonsense": 1}):
        assert (await admin.patch("/mail/rules", json=wrong)).status_code in (400, 422)


@needs_clamd
@pytest.mark.parametrize("way", [0, 1], ids=["socket", "port"])
async def test_a_real_scanner_holds_infected_mail(trusting: MailDesk, office: Desk, way: int) -> None:
    with running_clamd() as addresses:
        await with_scanner(trusting, addresses[way])
        infected = letter(text="see the file")
        infected.add_attachment(b"x" * 500 + INFECTED, maintype="application", subtype="zip", filename="a.zip")
        large = letter(text="a large one")
        large.add_attachment(b"x" * 4_000_000, maintype="image", subtype="png", filename="a.png")
        for message in (letter(), infected, large):
            await trusting.deliver(message)
        mails = await trusting.settled(3)
        found = {(mail["state"], mail["cause"]) for mail in mails}
        assert found == {("ticketed", None), ("quarantined", "virus"), ("quarantined", "unscanned")}
        (held_mail,) = [mail for mail in mails if mail["cause"] == "virus"]
        assert NAME in held_mail["reason"]
        # A member of the staff may still decide otherwise.
        agent = await office.staff("Agent")
        await agent.posted(f"/mails/{held_mail['id']}/release", status=200)
        states = {mail["id"]: mail["state"] for mail in await trusting.settled(3)}
        assert states[held_mail["id"]] == "ticketed"


@needs_clamd
async def test_the_scanner_is_asked_about_every_byte() -> None:
    with running_clamd() as (socket, _port):
        assert (await scan(socket, b"clean " * 100_000)).verdict == "clean"
        found = await scan(socket, b"x" * 1_000_000 + INFECTED)
        assert (found.verdict, found.words) == ("infected", f"{NAME}.UNOFFICIAL")


async def test_mail_waits_for_a_scanner_that_is_away_and_then_for_a_person(
    trusting: MailDesk, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ScannerAway):
        await scan(f"unix:{tmp_path}/nobody", b"x")
    await with_scanner(trusting, f"unix:{tmp_path}/nobody")
    await trusting.stop_jobs()
    await trusting.deliver(letter())
    mail_id = await trusting.value("select id from mails")
    with pytest.raises(RetryLater, match="scanner is away"):
        await mail_jobs.parse(trusting.job, FileMail(mail_id))
    monkeypatch.setattr(examine, "SCANNER_PATIENCE", examine.SCANNER_PATIENCE * 0)
    await mail_jobs.parse(trusting.job, FileMail(mail_id))
    (mail,) = await trusting.rows("select * from mails")
    assert (mail["state"], mail["cause"], mail["attempts"]) == ("quarantined", "unscanned", 0)
    assert "did not answer" in mail["reason"]


async def with_scanner(mail_desk: MailDesk, clamd: str) -> None:
    settings = msgspec.structs.replace(mail_desk.settings, clamd=clamd)
    await mail_desk.stop_jobs()
    mail_desk.worker = msgspec.structs.replace(mail_desk.worker, settings=settings)
    mail_desk.start_jobs()
