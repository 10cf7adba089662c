"""Bounces and automatic replies of many servers (sisimai's set of emails)."""

import re
from pathlib import Path

import pytest
from mail_material import files

from atum_desk.mime import parse_mail

MINIMUM_SHARE = 0.95
# Sent by people or carrying no report; all others of the set are reports.
FORWARDED_BY_A_PERSON = {"lhost-sendmail-14.eml"}
AUTOMATIC_REPLIES = {"rfc3834-03.eml"}
# Reports whose recipient no text names in a form of its own.
WITHOUT_RECIPIENT: set[str] = set()

_RECIPIENT = re.compile(rb"^Final-Recipient:[ \t]*[^;\n]*;[ \t]*<?([^\s>]+)", re.I | re.M)
_STATUS = re.compile(rb"^Status:[ \t]*([245]\.\d+\.\d+)", re.I | re.M)
_STATUS_PART = re.compile(rb"^content-type:\s*message/delivery-status", re.I | re.M)


def _expected(raw: bytes) -> tuple[set[str], set[str]] | None:
    """Read recipients and statuses of the delivery-status part by plain search, or None."""
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    part = _STATUS_PART.search(raw)
    if not part:
        return None
    report = raw[part.start() :].split(b"\n--", 1)[0]
    recipients = {match.decode() for match in _RECIPIENT.findall(report)}
    return recipients, {match.decode() for match in _STATUS.findall(report)}


def _mails() -> list[Path]:
    return files("sisimai", "maildir/*/*.eml")


def compare_reports() -> dict[str, bool]:
    results = {}
    for path in _mails():
        raw = path.read_bytes()
        expected = _expected(raw)
        if not expected or not expected[0]:
            continue
        bounce = parse_mail(raw).bounce
        results[f"{path.parent.name}/{path.name}"] = (
            bounce is not None
            and {entry.recipient for entry in bounce.recipients} == expected[0]
            and expected[1] <= {entry.status for entry in bounce.recipients}
            and bounce.recipient in expected[0]
        )
    return results


def test_delivery_status_parts_give_recipient_and_status() -> None:
    results = compare_reports()
    assert len(results) >= 30
    wrong = [name for name, ok in results.items() if not ok]
    assert 1 - len(wrong) / len(results) >= MINIMUM_SHARE, wrong
    assert wrong == []


def test_every_report_is_recognised_with_and_without_a_status_part() -> None:
    missed, nameless = [], set()
    for path in _mails():
        if path.name in FORWARDED_BY_A_PERSON | AUTOMATIC_REPLIES:
            continue
        bounce = parse_mail(path.read_bytes()).bounce
        if bounce is None:
            missed.append(path.name)
        elif not bounce.recipient:
            nameless.add(path.name)
    assert missed == []
    assert nameless <= WITHOUT_RECIPIENT


def test_every_mail_of_a_machine_is_automatic_and_that_of_a_person_is_not() -> None:
    for path in _mails():
        parsed = parse_mail(path.read_bytes())
        assert parsed.auto_reply == (path.name not in FORWARDED_BY_A_PERSON), path.name
        if path.name in FORWARDED_BY_A_PERSON | AUTOMATIC_REPLIES:
            assert parsed.bounce is None, path.name


def test_each_recipient_of_a_report_in_prose_has_the_status_that_stands_below_it() -> None:
    raw = b"""Return-Path: <>
From: MAILER-DAEMON@mx.kunden.example
To: support@desk.example
Subject: failure notice

<kim@kunden.example>:
Sorry, no mailbox here by that name. 550 5.1.1
<bob@partner.example>:
Remote host said: 452 4.2.2 mailbox full
"""
    bounce = parse_mail(raw).bounce
    assert bounce is not None
    assert [(one.recipient, one.status, one.diagnostic) for one in bounce.recipients] == [
        ("kim@kunden.example", "5.1.1", "Sorry, no mailbox here by that name. 550 5.1.1"),
        ("bob@partner.example", "4.2.2", "Remote host said: 452 4.2.2 mailbox full"),
    ]


def test_a_report_without_any_field_of_a_machine_is_automatic_and_tells_its_subject() -> None:
    raw = b"""From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@kunden.example>
To: support@desk.example
Subject: Unzustellbar: Re: Rechnung [#2001]

Fehler bei der Nachrichtenzustellung:

kim@kunden.example
"""
    parsed = parse_mail(raw)
    assert parsed.auto_reply
    assert parsed.bounce is not None
    assert parsed.bounce.original_subject == "Re: Rechnung [#2001]"


@pytest.mark.parametrize("subject", ["Backup delayed", "Returned mail of the day", "Delivery report"])
def test_a_monitor_with_an_empty_envelope_sender_reports_no_mail(subject: str) -> None:
    raw = (
        f"Return-Path: <>\nFrom: Backup <backup@firma.example>\nSubject: {subject}\n\n"
        "The copy to nas@firma.example failed after 550 minutes.\n"
    )
    assert parse_mail(raw.encode()).bounce is None
    told = raw.replace("550 minutes.", "30 minutes: 550 5.1.1 no such user")
    assert parse_mail(told.encode()).bounce is not None


def test_a_report_of_authentication_is_automatic_and_no_complaint() -> None:
    raw = (
        b"From: dmarc@freemail.example\nSubject: failure\n"
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n"
        b"Content-Type: message/feedback-report\n\nFeedback-Type: auth-failure\n"
        b"Original-Rcpt-To: kim@freemail.example\n\n--b--\n"
    )
    parsed = parse_mail(raw)
    assert parsed.auto_reply
    assert parsed.bounce is None
