"""The same message is recognised by whatever way it came, and no other is taken for it."""

from __future__ import annotations

import pytest

from atum_desk.mail.receiving.source import dedupe_key, read_message_id

MAIL = b"Message-ID: <a@example.org>\r\nFrom: ann@example.org\r\nDate: Sun\r\nSubject: Hi\r\n\r\nHello\r\n"


def test_trace_headers_and_line_ends_make_no_other_message() -> None:
    other_way = b"Received: from mx (1.2.3.4)\n\tby here\nDelivered-To: x\n" + MAIL.replace(b"\r\n", b"\n")
    assert dedupe_key(other_way) == dedupe_key(MAIL)
    assert dedupe_key(MAIL.rstrip()) == dedupe_key(MAIL)
    folded = MAIL.replace(b"Subject: Hi", b"Subject:\r\n Hi")
    assert dedupe_key(folded) == dedupe_key(MAIL)


def test_large_bodies_are_compared_to_their_last_byte() -> None:
    lines = b"0123456789\r\n" * 300_000
    large = MAIL + lines
    assert dedupe_key(large.replace(b"\r\n", b"\n")) == dedupe_key(large) == dedupe_key(large + b"\r\n")
    assert dedupe_key(large + b"!") != dedupe_key(large)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"<a@", b"<b@"), (b"ann@", b"bob@"), (b"Sun", b"Mon"), (b"Subject: Hi", b"Subject: Ho"), (b"Hello", b"Hello!")],
)
def test_another_author_moment_subject_or_text_is_another_message(old: bytes, new: bytes) -> None:
    assert dedupe_key(MAIL.replace(old, new)) != dedupe_key(MAIL)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (b"", b"x"),
        (b"no header at all", b"another one"),
        (b"Subject: a\n\nsame", b"Subject: b\n\nsame"),
        (b"X: 1\n\nsame", b"X: 2\n\nsame"),
        (b"Message-ID: <a@b>\nX: 1", b"Message-ID: <a@b>\nX: 2"),
        (b"\x89PNG\r\n\r\n1", b"\x89PNG\r\n\r\n2"),
    ],
)
def test_what_does_not_say_who_wrote_it_when_is_the_same_only_byte_for_byte(one: bytes, two: bytes) -> None:
    assert dedupe_key(one) != dedupe_key(two)
    assert dedupe_key(one) == dedupe_key(bytes(one))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (MAIL, "a@example.org"),
        (b"MESSAGE-ID:\r\n <long@example.org>\r\n\r\nx", "long@example.org"),
        (b"message-id: bare@example.org\n\nx", "bare@example.org"),
        (b"From: a\r\n\r\nMessage-ID: <in-the-body@example.org>\r\n", None),
        (b"Message-ID: <\xff\xfe@example.org>\n\n", "\ufffd\ufffd@example.org"),
        (b"Message-ID: <" + b"a" * 2000 + b">\n\nx", "a" * 998),
        (b"", None),
    ],
)
def test_the_message_id_is_read_from_the_header(raw: bytes, expected: str | None) -> None:
    assert read_message_id(raw) == expected
