"""The main job: mail in, a ticket appears in a browser, the answer leaves as mail, the reply joins."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from playwright.async_api import BrowserContext, Page, expect

from e2e.desk_processes import DeskProcesses, RecordingRelay
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD
from suite.machine_speed import scaled

pytestmark = pytest.mark.browser

# These machines are shared; how fast live updates are is measured in tests/live.
PATIENCE_MS = scaled(20) * 1000
expect.set_options(timeout=PATIENCE_MS)

REQUESTER = "ines@halvorsen.example"


def mail(subject: str, text: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Inês Carvalho <{REQUESTER}>"
    message["To"] = headers.pop("To", "support@atum.localhost")
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain="halvorsen.example")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def send(processes: DeskProcesses, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", processes.smtp_port) as smtp:
        smtp.send_message(message)


async def sign_in(page: Page, processes: DeskProcesses) -> None:
    await page.goto(f"{processes.address}/desk")
    await page.get_by_role("textbox", name="E-mail").fill(ADMIN_EMAIL)
    await page.get_by_role("textbox", name="Password").fill(ADMIN_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("link", name="All open")).to_be_visible()


async def test_a_mail_becomes_a_ticket_that_an_agent_sees_live_and_its_answer_reaches_the_requester(
    processes: DeskProcesses, relay: RecordingRelay, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    await sign_in(page, processes)

    send(processes, mail("VPN drops every 20 minutes", "Good morning,\n\nthe VPN drops.\n\nInês"))
    row = page.get_by_text("VPN drops every 20 minutes").first
    await expect(row).to_be_visible(timeout=PATIENCE_MS)
    await row.click()
    await expect(page.get_by_text("the VPN drops.").first).to_be_visible()

    await page.keyboard.press("r")
    composer = page.get_by_role("textbox", name="Reply")
    await composer.fill("Hello Inês, please reconnect once more.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_label("Thread").get_by_text("please reconnect once more")).to_be_visible()

    answer = await relay.mail_to(REQUESTER)
    body = answer.get_body(("plain",))
    assert body is not None
    assert "please reconnect once more" in body.get_content()
    assert "+" in str(answer["Reply-To"])

    reply = mail(
        "quite another subject",
        "It still drops.",
        To=str(answer["Reply-To"]),
        In_Reply_To=str(answer["Message-ID"]),
        References=str(answer["Message-ID"]),
    )
    send(processes, reply)
    await expect(page.get_by_text("It still drops.").first).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.get_by_text("quite another subject")).to_have_count(0)
    assert failures == []


async def test_an_agent_takes_a_reply_back_before_its_mail_leaves(
    database_url: str, processes: DeskProcesses, relay: RecordingRelay, browser_context: BrowserContext
) -> None:
    await processes.stop()
    processes._environment["ATUM_UNDO_SEND_SECONDS"] = "4"
    await processes.start()
    page = await browser_context.new_page()
    await sign_in(page, processes)
    send(processes, mail("Printer on fire", "Please hurry."))
    await page.get_by_text("Printer on fire").first.click()
    await page.keyboard.press("r")
    await page.get_by_role("textbox", name="Reply").fill("Too soon, sorry.")
    await page.keyboard.press("Control+Enter")
    sent = page.get_by_label("Thread").get_by_text("Too soon, sorry.")
    await expect(sent).to_be_visible()
    await page.get_by_role("button", name="Undo").first.click()
    await expect(sent).to_have_count(0)
    await page.wait_for_timeout(5000)
    assert relay.mails == []


async def test_a_stranger_asks_in_the_portal_and_follows_the_link_of_the_confirmation(
    processes: DeskProcesses, relay: RecordingRelay, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await page.goto(processes.address)
    await page.get_by_role("textbox", name="Your name").fill("Jun-ho Park")
    await page.get_by_role("textbox", name="Your e-mail").fill("jun@halvorsen.example")
    await page.get_by_role("textbox", name="Subject").fill("Door badge stopped working")
    await page.get_by_role("textbox", name="What happened?").fill("Gate 3 does not open any more.")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("jun@halvorsen.example").first).to_be_visible()

    confirmation = await relay.mail_to("jun@halvorsen.example")
    body = confirmation.get_body(("plain",))
    assert body is not None
    link = next(word for word in body.get_content().split() if "/requests/" in word)
    await page.goto(link)
    await expect(page.get_by_text("Gate 3 does not open any more.").first).to_be_visible()
