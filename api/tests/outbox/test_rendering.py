"""What our mail looks like on the road and to its reader."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from atum_desk.mime import sanitise_html, strip_quote_text
from atum_desk.outbox.compose.mime import build_mail, is_ours, mail_headers, wire_address
from atum_desk.outbox.compose.render import mail_subject, render_mail
from atum_desk.outbox.compose.text_html import text_to_html
from atum_desk.outbox.models import ClaimedMail, MailAddress, MailFile

SECRET = "s" * 40
WEB = "https://desk.example.com"


def claimed(**given: Any) -> ClaimedMail:
    rendering = render_mail("Hello,\n\nit works.", None, number=1042, link=f"{WEB}/requests/abc")
    usual: dict[str, Any] = {
        "id": 7,
        "kind": "reply",
        "message_id": 3,
        "mail_message_id": "t1.m3.abc@example.com",
        "envelope_from": "support+1ztoken@example.com",
        "sender": MailAddress("Mina (Support)", "support@example.com"),
        "recipients": [MailAddress("Ann Example", "ann@example.org")],
        "cc": [],
        "bcc": [],
        "reply_to": "support+1ztoken@example.com",
        "subject": "Re: Printer [#1042]",
        "in_reply_to": "x@example.org",
        "mail_references": ["w@example.org", "x@example.org"],
        "text": rendering.text,
        "html": rendering.html,
        "plain_text": False,
        "attempts": 1,
        "created_at": datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
    }
    return ClaimedMail(**(usual | given))


def built(mail: ClaimedMail, *files: tuple[MailFile, bytes]) -> EmailMessage:
    raw = build_mail(mail, files, secret=SECRET, web_url=WEB)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    parsed = message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_mail_carries_its_thread_its_reply_address_and_both_bodies() -> None:
    mail = built(claimed())
    assert mail["Message-ID"] == "<t1.m3.abc@example.com>"
    assert mail["References"] == "<w@example.org> <x@example.org>"
    assert mail["In-Reply-To"] == "<x@example.org>"
    assert mail["Reply-To"].addresses[0].addr_spec == "support+1ztoken@example.com"
    assert mail["From"].addresses[0].display_name == "Mina (Support)"
    assert mail["Date"].datetime == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert "Auto-Submitted" not in mail
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text
    assert html
    assert "it works." in text.get_content()
    assert f"Request #1042: {WEB}/requests/abc" in text.get_content()
    assert 'href="https://desk.example.com/requests/abc"' in html.get_content()


def test_a_confirmation_says_that_a_program_wrote_it() -> None:
    mail = built(claimed(kind="confirmation"))
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_the_origin_header_proves_our_own_mail_and_no_other() -> None:
    headers = dict(mail_headers(claimed(), SECRET))
    assert is_ours(SECRET, headers["X-Atum-Desk"], "t1.m3.abc@example.com")
    assert not is_ours(SECRET, headers["X-Atum-Desk"], "another@example.com")
    assert not is_ours("t" * 40, headers["X-Atum-Desk"], "t1.m3.abc@example.com")
    assert not is_ours(SECRET, "", "t1.m3.abc@example.com")
    assert not is_ours(SECRET, headers["X-Atum-Desk"], None)


def test_letters_beyond_ascii_survive_in_names_subject_and_text() -> None:
    mail = built(
        claimed(
            sender=MailAddress("Zoë Müller", "support@example.com"),
            subject="Re: فاتورة 🧾 [#7]" + " lang" * 60,
            text="Grüße, شكرا\n",
            recipients=[MailAddress('محمد, "Mo"', "mo@bücher.example")],
        )
    )
    assert mail["From"].addresses[0].display_name == "Zoë Müller"
    assert mail["Subject"].startswith("Re: فاتورة 🧾 [#7] lang lang")
    assert mail["To"].addresses[0].addr_spec == "mo@xn--bcher-kva.example"
    assert mail["To"].addresses[0].display_name == 'محمد, "Mo"'
    body = mail.get_body(("plain",))
    assert body
    assert "Grüße, شكرا" in body.get_content()


def test_long_ids_are_never_encoded_or_cut() -> None:
    ids = [f"{'a' * 120}.{n}@mail.example.org" for n in range(20)]
    mail = built(claimed(mail_references=ids, in_reply_to=ids[-1], mail_message_id=ids[0]))
    assert mail["References"].split() == [f"<{one}>" for one in ids]
    assert mail["Message-ID"] == f"<{ids[0]}>"


def test_an_id_that_is_not_ascii_stands_in_no_header() -> None:
    mail = built(claimed(mail_references=["a@example.org", "grüße@example.org"], in_reply_to="ü@example.org"))
    assert mail["References"] == "<a@example.org>"
    assert "In-Reply-To" not in mail


def test_a_line_break_in_a_name_or_subject_starts_no_header() -> None:
    mail = built(
        claimed(
            sender=MailAddress("Mina\r\nBcc: spy@example.net", "support@example.com"),
            subject=mail_subject("Hi\r\nBcc: spy@example.net", 3, answer=True),
        )
    )
    assert "Bcc" not in mail
    assert mail["Subject"] == "Re: Hi Bcc: spy@example.net [#3]"


@pytest.mark.parametrize("address", ["ann", "@example.org", "ann@", "a b@example.org", "a@b\r\nRCPT", ""])
def test_what_cannot_be_an_address_is_refused_before_the_relay_hears_of_it(address: str) -> None:
    with pytest.raises(ValueError, match=r"is not a mail address|label"):
        wire_address(address)


def test_files_travel_and_shown_images_become_parts_of_the_html() -> None:
    page = '<p><img src="/api/v1/attachments/5?inline=1"> <a href="/api/v1/attachments/6">f</a></p>'
    shown = MailFile(id=5, filename="a.png", mime_type="image/png", sha256="", inline=True)
    bill = MailFile(id=6, filename="Rechnung März.pdf", mime_type="application/pdf", sha256="", inline=False)
    forwarded = MailFile(id=8, filename="m.eml", mime_type="message/rfc822", sha256="", inline=False)
    mail = built(claimed(html=page), (shown, b"png"), (bill, b"pdf"), (forwarded, b"From: x\n\nhi"))
    html = mail.get_body(("html",))
    assert html
    assert 'src="cid:a5@example.com"' in html.get_content()
    assert f'href="{WEB}/api/v1/attachments/6"' in html.get_content()
    images = [part for part in mail.walk() if part["Content-ID"] == "<a5@example.com>"]
    assert [part.get_content() for part in images] == [b"png"]
    files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert files == {"Rechnung März.pdf": b"pdf", "m.eml": b"From: x\n\nhi"}


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part
    return part.get_content().strip()


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ('<p>a <img src="https://cdn.example.net/a.png?x=1&amp;y=2" alt="A"> b</p>',) * 2,
        ('<p>a <img src="http://cdn.example.net/b.png"></p>',) * 2,
        ('<p><a href="https://example.net/?a=1&amp;b=2">link</a></p>',) * 2,
        ('<p><a href="mailto:ann@example.org" title="Ann">Ann</a></p>',) * 2,
        ('<p>See "/api/v1" and src="/api/v1/attachments/5"</p>',) * 2,
        ('<p>a <img src="cid:elsewhere" alt="the &lt;plan&gt;"> b</p>', "<p>a the &lt;plan&gt; b</p>"),
    ],
)
def test_what_the_sanitiser_changes_for_display_leaves_as_it_was_written(written: str, leaves: str) -> None:
    shown = sanitise_html(written)
    assert html_of(built(claimed(html=shown))) == leaves


def test_an_image_is_shown_in_place_whatever_its_upload_was_marked_as() -> None:
    photo = MailFile(id=5, filename="a.png", mime_type="image/png", sha256="", inline=False)
    page = '<p>before <img alt="x" src="/api/v1/attachments/5?inline=1"> after</p>'
    for source in (page, page.replace('"/api', f'"{WEB}/api')):
        mail = built(claimed(html=source), (photo, b"png"))
        assert html_of(mail) == '<p>before <img src="cid:a5@example.com" alt="x"> after</p>'
        related = [part for part in mail.walk() if part.get_content_type() == "multipart/related"]
        assert [part.get_content_type() for part in related[0].iter_parts()] == ["text/html", "image/png"]
        assert mail.get_content_type() == "multipart/alternative"


def test_an_image_that_does_not_travel_along_is_its_alternative_text() -> None:
    page = '<p><img alt="a plan" src="/api/v1/attachments/9?inline=1"></p>'
    assert html_of(built(claimed(html=page))) == "<p>a plan</p>"
    paper = MailFile(id=9, filename="a.pdf", mime_type="application/pdf", sha256="", inline=True)
    mail = built(claimed(html=page), (paper, b"pdf"))
    assert html_of(mail) == "<p>a plan</p>"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.pdf"]


def test_an_answer_to_our_mail_is_cut_at_our_marker() -> None:
    ours = render_mail("Did you restart it?", None, number=1042, link=None, marker=True).text
    reply, quoted = strip_quote_text(f"Yes, twice.\n\n{ours}")
    assert reply == "Yes, twice."
    assert "Did you restart it?" in quoted


def test_text_becomes_html_with_nothing_left_to_run() -> None:
    html = text_to_html('<script>x</script> & see https://example.org/a?b=1&c="2".\nnext\n\npart')
    assert "&lt;script&gt;" in html
    assert '<a href="https://example.org/a?b=1&amp;c=">' in html
    assert html.count("<p ") == 2
    assert "<br>" in html


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Printer", "Re: Printer [#5]"),
        ("RE: Printer", "RE: Printer [#5]"),
        ("Re: Printer [#5]", "Re: Printer [#5]"),
        ("  ", "Re: (no subject) [#5]"),
    ],
)
def test_the_subject_carries_re_and_the_number_once(subject: str, expected: str) -> None:
    assert mail_subject(subject, 5, answer=True) == expected
