"""Which targets may be reached: the public internet, the usual ports, and what the operator permits."""

from __future__ import annotations

import pytest

from atum_desk.kernel.config.setting_kinds import SettingError
from atum_desk.kernel.config.settings import load_settings
from atum_desk.kernel.outgoing.addresses import is_own, is_public, parse_address
from atum_desk.kernel.outgoing.rules import (
    PUBLIC_ONLY,
    OutgoingRefused,
    OutgoingRules,
    Purpose,
    parse_allow_list,
    permitting,
)

PURPOSES: tuple[Purpose, ...] = ("smtp", "imap", "https", "http")
PORT_OF: dict[Purpose, int] = {"smtp": 587, "imap": 993, "https": 443, "http": 80}
REFUSED = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "0.1.2.3", "10.0.0.5", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "192.88.99.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:a00:1",
    "::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fe80::1", "fe80::1%lo", "fe80::1%1", "fec0::1", "fc00::1",
    "fd00:ec2::254", "ff02::1", "2001:db8::1", "3fff::1", "100::1",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "192.0.1.1", "223.255.255.1",
    "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:4860:4860::8888",
]  # fmt: skip


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("address", REFUSED)
def test_no_purpose_reaches_a_range_that_is_not_public(address: str, purpose: Purpose) -> None:
    for port in (PORT_OF[purpose], 22, 6379):
        with pytest.raises(OutgoingRefused, match="leads to this machine or a private network"):
            PUBLIC_ONLY.require("mail.example.com", [address], port, purpose)
        # One bad address among good ones refuses the name.
        with pytest.raises(OutgoingRefused, match="private network"):
            PUBLIC_ONLY.require("mail.example.com", ["8.8.8.8", address], port, purpose)


def test_the_answer_is_the_same_for_every_refused_range() -> None:
    told = set()
    for address in REFUSED:
        with pytest.raises(OutgoingRefused) as refusal:
            PUBLIC_ONLY.require("x.example", [address], 993, "imap")
        told.add(str(refusal.value))
    assert len(told) == 1
    assert "ATUM_OUTGOING_ALLOW" in told.pop()


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached_on_the_usual_ports_alone(address: str, purpose: Purpose) -> None:
    assert is_public(parse_address(address))
    PUBLIC_ONLY.require("mail.example.com", [address], PORT_OF[purpose], purpose)
    for port in (22, 80 if purpose != "http" else 443, 5432, 6379, 8080):
        with pytest.raises(OutgoingRefused, match=f"Port {port} may not be used"):
            PUBLIC_ONLY.require("mail.example.com", [address], port, purpose)


def test_an_address_of_this_machine_is_known_as_its_own() -> None:
    assert is_own(parse_address("127.0.0.1"))


@pytest.mark.parametrize(
    ("given", "reached", "refused"),
    [
        ("10.0.0.5", ("10.0.0.5", 993), ("10.0.0.5", 8080)),
        ("10.0.0.5", ("::ffff:10.0.0.5", 993), ("10.0.0.6", 993)),
        ("10.0.0.0/24:2993", ("10.0.0.77", 2993), ("10.0.0.77", 993)),
        ("10.0.0.0/24:*", ("10.0.0.77", 65535), ("10.0.1.1", 993)),
        ("[fd00::/8]:993", ("fd12::1", 993), ("fd12::1", 143)),
        ("fd00::5", ("fd00::5", 143), ("fd00::6", 143)),
        ("mail.corp.example:*", ("192.168.7.7", 1143), ("", 0)),
        ("MAIL.corp.example.", ("192.168.7.7", 993), ("192.168.7.7", 1143)),
        ("mail.corp.example:1993", ("8.8.8.8", 1993), ("8.8.8.8", 1994)),
    ],
)
def test_what_the_operator_permits_is_reached_and_nothing_beside_it(
    given: str, reached: tuple[str, int], refused: tuple[str, int]
) -> None:
    rules = OutgoingRules(parse_allow_list(given))
    rules.require("Mail.Corp.Example.", [reached[0]], reached[1], "imap")
    if refused[0]:
        with pytest.raises(OutgoingRefused):
            rules.require("mail.corp.example", [refused[0]], refused[1], "imap")
    with pytest.raises(OutgoingRefused):
        rules.require("evil.mail.corp.example", ["192.168.1.99"], 993, "imap")


@pytest.mark.parametrize(
    "given",
    ["10.0.0.5:", "10.0.0.5:0", "10.0.0.5:65536", "10.0.0.0/33", "[10.0.0.5", "a b", "http://x", "2130706433",
     "0x7f.1", "mail..example", "10.0.0.5:25:26", "[mail.example]:25", "-x.example"],
)  # fmt: skip
def test_a_target_that_cannot_be_meant_is_refused_at_the_start(given: str) -> None:
    with pytest.raises(SettingError, match="ATUM_OUTGOING_ALLOW"):
        load_settings({"ATUM_OUTGOING_ALLOW": given})


def test_the_setting_becomes_rules_and_nothing_is_permitted_without_it() -> None:
    assert load_settings({}).outgoing_rules == PUBLIC_ONLY
    rules = load_settings({"ATUM_OUTGOING_ALLOW": " 10.0.0.5 , mail.corp.example:26 "}).outgoing_rules
    assert len(rules.allowed) == 2


def test_a_server_of_the_operators_own_setting_is_permitted_with_its_port_only() -> None:
    rules = permitting("10.0.0.5", 2526)
    rules.require("10.0.0.5", ["10.0.0.5"], 2526, "smtp")
    with pytest.raises(OutgoingRefused):
        rules.require("10.0.0.5", ["10.0.0.5"], 25, "smtp")
