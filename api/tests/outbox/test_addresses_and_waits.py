"""The signed reply address, and how long a mail waits for its next attempt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atum_desk.kernel.config.settings import Settings
from atum_desk.outbox.compose.mime import show_address
from atum_desk.outbox.compose.render import mail_subject
from atum_desk.outbox.compose.reply_address import mailbox_part, reply_address, ticket_of_reply_address
from atum_desk.outbox.models import MailAddress
from atum_desk.outbox.relays.retry import retry_delay_seconds
from atum_desk.outbox.relays.smtp import parse_relay

SETTINGS = Settings(secret="s" * 40)
BOX = "support@example.com"


@given(st.integers(1, 10**18 - 1))
def test_a_signed_address_names_its_ticket_in_any_case(ticket_id: int) -> None:
    address = reply_address(SETTINGS, BOX, ticket_id)
    assert ticket_of_reply_address(SETTINGS, address) == ticket_id
    assert ticket_of_reply_address(SETTINGS, address.upper()) == ticket_id
    assert mailbox_part(address.upper()) == BOX


@given(st.integers(1, 10**18 - 1), st.integers(0, 15), st.characters(codec="ascii"))
def test_a_token_with_one_letter_changed_opens_nothing(ticket_id: int, place: int, letter: str) -> None:
    address = reply_address(SETTINGS, BOX, ticket_id)
    at = address.index("z") + 1 + place
    forged = address[:at] + letter + address[at + 1 :]
    if forged.lower() != address.lower() and "@" not in letter:
        assert ticket_of_reply_address(SETTINGS, forged) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "support@example.com",
        "support+@example.com",
        "support+12@example.com",
        "support+12z@example.com",
        "support+1x2zaaaaaaaaaaaaaaaa@example.com",
        "a+" + "1" * 500 + "z@b",
    ],
)
def test_an_address_without_our_signature_names_no_ticket(address: str) -> None:
    assert ticket_of_reply_address(SETTINGS, address) is None


def test_another_installations_token_opens_nothing() -> None:
    foreign = reply_address(Settings(secret="t" * 40), BOX, 7)
    assert ticket_of_reply_address(SETTINGS, foreign) is None


def test_waits_double_from_a_minute_to_four_hours_and_end_after_three_days() -> None:
    for attempts, base in ((1, 60), (2, 120), (5, 960), (9, 14400), (500, 14400)):
        for _ in range(20):
            delay = retry_delay_seconds(attempts, timedelta(hours=1))
            assert delay is not None
            assert 0.8 * base <= delay <= 1.2 * base
    assert retry_delay_seconds(30, timedelta(days=3)) is None


def test_a_relay_is_read_from_its_address_and_hides_its_password() -> None:
    relay = parse_relay("smtps://us%40er:p%2Fw@mail.example.com")  # pragma: allowlist secret
    assert relay
    assert (relay.host, relay.port, relay.security, relay.user, relay.password) == (
        "mail.example.com",
        465,
        "tls",
        "us@er",
        "p/w",
    )
    assert "p/w" not in repr(relay)
    assert parse_relay("") is None
    plain = parse_relay("smtp://127.0.0.1:2526")
    assert plain
    assert (plain.port, plain.security, plain.user) == (2526, "offered", None)


def test_a_name_in_a_header_is_one_line_that_shows_what_it_says() -> None:
    evil = "Pay\u202egnp\r\nBcc: all@example.org\x00"
    shown = show_address(MailAddress(evil, "a@example.org"))
    assert shown == '"Paygnp Bcc: all@example.org" <a@example.org>'
    assert mail_subject(f"{evil} now", 7, answer=True) == "Re: Paygnp Bcc: all@example.org now [#7]"
