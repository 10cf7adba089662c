"""Machines are recognised, people who sound like machines are not."""

import pytest

from atum_desk.mime import parse_mail

PERSON = "From: Ann <ann@example.com>\nTo: s@example.com\nSubject: {}\n{}\nHello\n"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (failure)",
        "X-Autoreply: yes",
        "X-Loop: s@example.com",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "Precedence: junk",
        "List-Id: News <news.example.com>",
        "List-Unsubscribe: <mailto:u@example.com>",
        "Return-Path: <>",
        "X-Atum-Desk: main",
    ],
)
def test_headers_of_machines_are_known(header: str) -> None:
    assert parse_mail(PERSON.format("Re: Help", header + "\n").encode()).auto_reply


@pytest.mark.parametrize(
    ("subject", "header"),
    [
        ("Out of office plan for July", ""),
        ("Vacation request", ""),
        ("Automatische Antwort abschalten?", ""),
        ("Re: Automatic reply: Help", "In-Reply-To: <a@b>\n"),
        ("Help", "X-Auto-Response-Suppress: All\n"),
        ("Help", "Auto-Submitted: no\n"),
        ("Help", "Precedence: normal\n"),
        ("Help", "Return-Path: <ann@example.com>\n"),
        ("Help", "Importance: high\n"),
    ],
)
def test_people_are_no_machines(subject: str, header: str) -> None:
    assert not parse_mail(PERSON.format(subject, header).encode()).auto_reply


@pytest.mark.parametrize(
    "subject", ["Automatic reply: Help", "Abwesenheit: Urlaub", "Réponse automatique : Help", "رد تلقائي: مساعدة"]
)
def test_absence_notices_need_a_second_sign(subject: str) -> None:
    assert not parse_mail(PERSON.format(subject, "").encode()).auto_reply
    suppressed = "X-Auto-Response-Suppress: All\n"
    assert parse_mail(PERSON.format(subject, suppressed).encode()).auto_reply
    answered = "In-Reply-To: <a@b>\n"
    assert parse_mail(PERSON.format(subject, answered).encode()).auto_reply


def test_a_report_of_delivery_names_every_recipient_failures_first() -> None:
    raw = (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@x\nSubject: Undelivered\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        b"Final-Recipient: rfc822; late@example.org\nAction: delayed\nStatus: 4.4.1\n\n"
        b"Final-Recipient: rfc822;<gone@example.org>\nAction: failed\nStatus: 5.1.1 (gone)\n"
        b"Remote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 no such user\n here\n\n"
        b"--b\nContent-Type: message/rfc822\n\nMessage-ID: <orig@example.com>\n"
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nx\n--b--\n"
    )
    parsed = parse_mail(raw)
    bounce = parsed.bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.action, bounce.status) == ("gone@example.org", "failed", "5.1.1")
    assert bounce.reason == "unknown_user"
    assert bounce.remote_mta == "mx.example.org"
    assert bounce.diagnostic == "550 no such user here"
    assert bounce.original_message_id == "orig@example.com"
    assert bounce.original_subject == "Grüße"
    assert [entry.action for entry in bounce.recipients] == ["failed", "delayed"]
    assert parsed.auto_reply


def test_a_complaint_is_a_bounce_of_its_own_kind() -> None:
    raw = (
        b"From: fbl@example.net\nSubject: complaint\n"
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        b"--b\n\nx\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        b"Original-Rcpt-To: <angry@example.org>\n\n--b--\n"
    )
    bounce = parse_mail(raw).bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.action) == ("angry@example.org", "complained")
    assert bounce.reason == "complaint"


def test_a_person_who_writes_about_a_bounce_has_not_bounced() -> None:
    raw = (
        b"Return-Path: <ann@example.com>\nFrom: Ann <ann@example.com>\n"
        b"Subject: Undelivered mail returned to sender?\n\n"
        b"I got this: <bob@example.org>: 550 5.1.1 user unknown\n"
    )
    parsed = parse_mail(raw)
    assert parsed.bounce is None
    assert not parsed.auto_reply


def test_a_read_receipt_is_automatic_and_no_bounce() -> None:
    raw = (
        b"From: a@b\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b"
        b"\n\n--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\n"
        b"Final-Recipient: rfc822;a@b\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    )
    parsed = parse_mail(raw)
    assert parsed.auto_reply
    assert parsed.bounce is None
