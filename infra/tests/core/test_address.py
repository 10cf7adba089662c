"""What people give as host, address and mail address is checked before it goes anywhere."""

from __future__ import annotations

import pytest

from atumctl.core.address import bracketed, check_mail_address, check_url, is_domain, read_host
from atumctl.core.output import CommandRefused

BAD_HOSTS = [
    *("bad;host", "two words", "a..b", "-a.example", "a-.example", "", ".", "desk.example.", "a_b"),
    *("desk.example/path", "desk.example:443", "10.0.0.300", "$(id)", 'a"b', "a\nb", "x" * 64),
    ".".join(["x" * 60] * 5),
]


@pytest.mark.parametrize("given", BAD_HOSTS)
def test_what_is_no_host_is_refused(given: str) -> None:
    with pytest.raises(CommandRefused, match="neither a host name nor an IP address"):
        read_host(given)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Desk.Example", "desk.example"),
        ("localhost", "localhost"),
        ("büro.example", "xn--bro-hoa.example"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("3com.example", "3com.example"),
    ],
)
def test_a_host_is_read(given: str, read: str) -> None:
    assert read_host(given) == read


def test_only_an_ipv6_address_gets_brackets() -> None:
    assert [bracketed(h) for h in ("desk.example", "192.0.2.7", "2001:db8::1")] == [
        "desk.example",
        "192.0.2.7",
        "[2001:db8::1]",
    ]


@pytest.mark.parametrize(
    "given",
    [
        *("desk.example", "ftp://desk.example", "https://", "https://bad;host", "https://a b"),
        *("https://desk.example:port", "https://me@desk.example", "https://desk.example/?q=1"),
        *('https://desk.example/"', "https://desk.example/$(id)", "https://desk.example/a#b"),
        *("https://[::1", "https://desk.example:99999"),
    ],
)
def test_what_is_no_address_of_a_desk_is_refused(given: str) -> None:
    with pytest.raises(CommandRefused):
        check_url(given)


@pytest.mark.parametrize(
    "given",
    [*("https://desk.example", "http://Desk.Example:8080/", "https://desk.example/help"), "https://[2001:db8::1]:8443"],
)
def test_addresses_of_desks_pass(given: str) -> None:
    check_url(given)


@pytest.mark.parametrize(
    "given", ["ada", "ada@localhost", "a b@desk.example", '"a"@desk.example', "a$b@desk.example", "a@1.2.3.4"]
)
def test_what_is_no_mail_address_is_refused_with_its_flag(given: str) -> None:
    with pytest.raises(CommandRefused, match="--admin-email"):
        check_mail_address(given, "--admin-email")


def test_mail_goes_to_names_with_a_dot() -> None:
    check_mail_address("ada.l+desk@desk.example", "--admin-email")
    assert is_domain("desk.example")
    assert not any(map(is_domain, ("localhost", "192.0.2.7", "2001:db8::1", "bad;host.example")))
