"""Mail in by real SMTP becomes tickets and messages."""

from __future__ import annotations

from email.message import EmailMessage

from house import House, letter


async def test_new_mail_opens_a_ticket_with_its_text_sender_and_files(house: House) -> None:
    message = letter(sender="Ann Example <Ann@Example.org>", subject="Broken printer", text="It burns.")
    message.add_attachment(b"%PDF-1.4 fake", maintype="application", subtype="pdf", filename="bill.pdf")
    answer = await house.deliver(message)
    assert answer.startswith("2.0.0 Kept as ")
    (mail,) = await house.settled(1)
    assert mail["state"] == "ticketed"
    (ticket,) = await house.rows("select * from tickets")
    assert (ticket["subject"], ticket["channel"], ticket["category"]) == ("Broken printer", "email", "new")
    (stored,) = await house.rows("select * from messages")
    assert stored["text"] == "It burns."
    assert stored["mail_id"] == mail["id"]
    assert stored["author_name"] == "Ann Example"
    (person,) = await house.rows("select * from addresses where email = 'ann@example.org'")
    assert person["person_id"] == ticket["requester_id"] == stored["author_id"]
    (file,) = await house.rows("select * from attachments")
    assert (file["filename"], file["message_id"]) == ("bill.pdf", stored["id"])
    assert await house.files.get(file["sha256"]) == b"%PDF-1.4 fake"


async def test_images_shown_by_the_html_point_at_their_attachments(house: House) -> None:
    message = letter()
    message.add_alternative('<p>Look <img src="cid:pic1"> <script>x()</script></p>', subtype="html")
    html_part = list(message.iter_parts())[1]
    assert isinstance(html_part, EmailMessage)
    html_part.add_related(b"\x89PNG fake", maintype="image", subtype="png", cid="<pic1>", filename="a.png")
    await house.deliver(message)
    await house.settled(1)
    (file,) = await house.rows("select * from attachments")
    html = await house.value("select html from messages")
    assert file["inline"]
    assert f"/api/v1/attachments/{file['id']}?inline=1" in html
    assert "script" not in html


async def test_the_raw_mail_is_kept_byte_for_byte(house: House) -> None:
    raw = b"From: ann@example.org\r\nSubject: raw\r\n\r\nline\r\n..dot\r\n\x80\xff\x00end\r\n"
    await house.deliver(raw)
    await house.settled(1)
    assert await house.value("select raw from mail_sources") == raw
