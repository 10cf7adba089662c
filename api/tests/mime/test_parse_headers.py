"""Headers whose lines are broken: what belongs to a field, to the next one or to the body."""

from __future__ import annotations

import pytest

from atum_desk.mime import Address, parse_mail


@pytest.mark.parametrize("stray", [b"stray words", b": value alone", b"another"])
def test_a_stray_line_is_no_part_of_an_address(stray: bytes) -> None:
    parsed = parse_mail(b"From: Kim <kim@kunden.example>\n" + stray + b"\nSubject: hello\n\nx")
    assert parsed.from_ == Address("Kim", "kim@kunden.example")
    assert parsed.subject == "hello"
    assert [problem.text for problem in parsed.problems] == ["a header line without a name"]


def test_a_body_whose_empty_line_was_lost_keeps_a_header_that_it_quotes() -> None:
    raw = b"Subject: hello\nFrom: kim@kunden.example\nI wrote this.\n> see\nSubject: older\nFrom: x@y.z\n"
    parsed = parse_mail(raw)
    assert parsed.subject == "hello"
    assert "I wrote this." in parsed.text
    assert "Subject: older" in parsed.text


def test_a_header_folded_without_its_spaces_is_read_to_its_end() -> None:
    raw = (
        b"Return-Path: <kim@kunden.example>\nX-Tracker: H4sIAAAAAAAAA+NgFlrIKsWRWl\n"
        b"Ig5drOCwmrVzP5sDoseXbDeYAxijWzLyk\nF4eQwDZG\nFrom: Kim <kim@kunden.example>\n"
        b"Subject: hello\nContent-Type: text/plain; charset=utf-8\n\nthe words"
    )
    parsed = parse_mail(raw)
    assert parsed.from_ == Address("Kim", "kim@kunden.example")
    assert (parsed.subject, parsed.text) == ("hello", "the words")
    assert [problem.text for problem in parsed.problems] == ["a folded header line without its space"]


def test_a_field_named_from_with_a_space_is_no_envelope_line() -> None:
    parsed = parse_mail(b"From kim@x Thu Oct  1 14:40:57 2015\nFrom : Kim <kim@kunden.example>\n\nx")
    assert parsed.from_ == Address("Kim", "kim@kunden.example")


def test_a_long_folded_value_is_kept_whole() -> None:
    lines = b"".join(b"\n <%d@x.example>" % number for number in range(150))
    parsed = parse_mail(b"References:" + lines + b"\nSubject: hello\n\nx")
    assert parsed.references == tuple(f"{number}@x.example" for number in range(150))
    assert parsed.subject == "hello"


def test_the_parts_of_a_digest_are_messages_of_their_own() -> None:
    raw = (
        b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nfirst\n"
        b"--b\nContent-Type: text/plain\n\nbetween\n--b--\n"
    )
    parsed = parse_mail(raw)
    assert [(part.filename, part.mime_type) for part in parsed.attachments] == [("one.eml", "message/rfc822")]
    assert parse_mail(parsed.attachments[0].content).text == "first"
    assert parsed.text == "between"
