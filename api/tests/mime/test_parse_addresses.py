"""Address fields that others read as somebody else's address, or as none."""

from __future__ import annotations

import time

import pytest

from atum_desk.mime.addresses import parse_addresses


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        ('"odd one"@kunden.example', "", '"odd one"@kunden.example'),
        ('Kim <"odd one"@kunden.example>', "Kim", '"odd one"@kunden.example'),
        ('"kim"@kunden.example', "", "kim@kunden.example"),
        ('"a\\"b"@c.example', "", '"a\\"b"@c.example'),
        ('"a@b"@c.example', "", '"a@b"@c.example'),
        ('"kim@kunden.example"', "", "kim@kunden.example"),
        ('"odd one@kunden.example"', "odd one@kunden.example", ""),
        ("<mailto:kim@kunden.example>", "", "kim@kunden.example"),
        ("Kim <MAILTO:kim@kunden.example?subject=x>", "Kim", "kim@kunden.example"),
        ("=?utf-8?q?Kim_Muster_=3Ckim@kunden.example=3E?=", "Kim Muster", "kim@kunden.example"),
        ("=?utf-8?b?S2ltIE11c3RlciA8a2ltQGt1bmRlbi5leGFtcGxlPg==?=", "Kim Muster", "kim@kunden.example"),
        ("=?utf-8?q?Kim?= =?utf-8?q?_=3Ckim@kunden.example=3E?=", "Kim", "kim@kunden.example"),
        ("=?utf-8?q?Muster=2C_Kim?= <kim@kunden.example>", "Muster, Kim", "kim@kunden.example"),
        ("<@a.example,@b.example:kim@kunden.example>", "", "kim@kunden.example"),
        ("Kim <@a.example:kim@kunden.example>", "Kim", "kim@kunden.example"),
        ("Kim <kim@kunden.example> garbage", "Kim garbage", "kim@kunden.example"),
        ("Kim <kim@kunden.example>>", "Kim", "kim@kunden.example"),
        ("kim@kunden.example>", "", "kim@kunden.example"),
        ('"Kim <kim@kunden.example>', "Kim", "kim@kunden.example"),
        ("(Kim <kim@kunden.example>", "Kim", "kim@kunden.example"),
        ("kim @ kunden.example", "", "kim@kunden.example"),
        ("kim@kunden . example", "", "kim@kunden.example"),
        ("Kim Muster [kim@kunden.example]", "Kim Muster", "kim@kunden.example"),
        ('"kim@evil.example" <kim@kunden.example>', "kim@evil.example", "kim@kunden.example"),
        ("Kim <kim@kunden.example\x00>", "Kim", "kim@kunden.example"),
        ("Kim <SMTP:kim@kunden.example>", "Kim", "kim@kunden.example"),
        ("Kim [mailto:kim@kunden.example]", "", "kim@kunden.example"),
        ("Kim <kim @ kunden . example>", "Kim", "kim@kunden.example"),
        ("Kim <kim.muster@\r\n kunden.example>", "Kim", "kim.muster@kunden.example"),
        ("Kim Muster <odd kim@kunden.example>", "Kim Muster", ""),
        ("kim@kunden.example.", "", "kim@kunden.example"),
        ("Kim <kim@kunden\u3002example>", "Kim", "kim@kunden.example"),
        ("Kim <kim@xn--mnchen-3ya.example>", "Kim", "kim@münchen.example"),
    ],
)
def test_an_address_is_read_as_its_writer_meant_it(field: str, name: str, address: str) -> None:
    assert [(one.name, one.address) for one in parse_addresses(field)] == [(name, address)]


def test_several_addresses_in_one_encoded_field_are_several() -> None:
    field = "=?utf-8?q?Kim_=3Ckim@kunden.example=3E=2C_Bob_=3Cbob@partner.example=3E?="
    assert [one.address for one in parse_addresses(field)] == ["kim@kunden.example", "bob@partner.example"]


@pytest.mark.parametrize("pump", [" ", '"', "(", "<", "@", ":", '\\"', '" "@', "=?u?q?a?=", "a@b ", "[", "'"])
def test_the_cost_of_a_field_grows_with_its_size_alone(pump: str) -> None:
    _costs_its_size("a@", pump)
    _costs_its_size("Kim <a", pump)


def _costs_its_size(before: str, pump: str) -> None:
    def seconds(size: int) -> float:
        field = before + pump * (size // len(pump))
        spent = []
        for _ in range(3):
            began = time.process_time()
            parse_addresses(field)
            spent.append(time.process_time() - began)
        return min(spent)

    seconds(1_000)
    assert seconds(80_000) < 8 * max(seconds(20_000), 0.005)
