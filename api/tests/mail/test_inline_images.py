"""An image that an agent puts into an answer stands at its place in the mail that leaves."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk
from test_mail_out import ask
from test_sending import answer, in_hours

from desk import Client

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def upload(client: Client, name: str) -> int:
    answer = await client.post("/attachments", files={"file": (name, PNG, "image/png")})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part
    return part.get_content()


@pytest.mark.parametrize(
    "source", ["/api/v1/attachments/{}", "/api/v1/attachments/{}?inline=1", "{web}/api/v1/attachments/{}"]
)
async def test_an_image_of_an_answer_stands_at_its_place(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, source: str
) -> None:
    number = await ask(mail_desk)
    shown, beside = await upload(lead, "step.png"), await upload(lead, "log.png")
    source = source.format(shown, web=mail_desk.settings.web_url)
    html = f'<p>First this:</p><img src="{source}" alt="the step"><p>then that.</p>'
    written = await answer(lead, number, text=None, html=html, attachment_ids=[shown, beside])
    assert f'src="/api/v1/attachments/{shown}?inline=1"' in written["message"]["html"]
    files = {one["id"]: one["inline"] for one in written["message"]["attachments"]}
    assert files == {shown: True, beside: False}
    await mail_desk.outbox_in("sent")
    mail = relay.taken[-1][1]
    domain = MAILBOX.partition("@")[2]
    place = f'<p>First this:</p><img src="cid:a{shown}@{domain}" alt="the step"><p>then that.</p>'
    assert place in html_of(mail)
    (image,) = [part for part in mail.walk() if part["Content-ID"] == f"<a{shown}@{domain}>"]
    assert image.get_content() == PNG
    assert image.get_content_disposition() == "inline"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["log.png"]


async def test_a_remote_image_of_an_answer_leaves_with_its_address(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk)
    html = '<p>Our <a href="https://example.com/map">map</a>: <img src="https://example.com/m.png"></p>'
    written = await answer(lead, number, text=None, html=html)
    assert "data-remote-src" in written["message"]["html"]
    await mail_desk.outbox_in("sent")
    assert html in html_of(relay.taken[-1][1])


async def test_an_image_that_is_not_attached_is_refused_and_not_lost(mail_desk: MailDesk, lead: Client) -> None:
    number = await ask(mail_desk)
    image = await upload(lead, "step.png")
    body: dict[str, Any] = {"kind": "reply", "html": f'<p>See <img src="/api/v1/attachments/{image}"></p>'}
    refused = await lead.post(f"/tickets/{number}/messages", json=body)
    assert refused.status_code == 422
    assert f"shows attachment {image}" in refused.text
    body["attachment_ids"] = [image]
    written = await lead.posted(f"/tickets/{number}/messages", body | {"send_at": in_hours(24)})
    edit = f"/messages/{written['message']['id']}"
    kept = body["html"].replace("See", "Look at")
    edited = await lead.patched(edit, {"html": kept})
    assert "Look at <img" in edited["message"]["html"]
    other = await lead.patch(edit, json={"html": '<img src="/api/v1/attachments/987654">'})
    assert other.status_code == 422
