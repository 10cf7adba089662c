"""What counts as an address when somebody types one."""

from __future__ import annotations

import pytest

from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.mail_domains import ascii_domain, spellings, with_one_spelling
from atum_desk.kernel.problems import ValidationFailed


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ann@Example.ORG", "ann@example.org"), (" ann@example.org ", "ann@example.org"),
        ("o'brien+vpn@example.org", "o'brien+vpn@example.org"), ("a@b.test", "a@b.test"),
        ("admin@atum.localhost", "admin@atum.localhost"), ("root@mailhost", "root@mailhost"),
        ("jürgen@example.org", "jürgen@example.org"), ("a@MÜNCHEN.example", "a@münchen.example"),
        ("a@xn--mnchen-3ya.example", "a@münchen.example"), ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)  # fmt: skip
def test_an_address_is_stored_in_one_spelling(typed: str, stored: str) -> None:
    assert read_address("to", typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "a@b.test>", "<a@b.test>", "a@b.test,", "Ann <a@b.test>", '"odd one"@b.test', '"a"@b.test', "a b@b.test",
        "a@b.test\n", "a@b.test\r\nBcc: x@y.example", "a\x00@b.test", "a\u202e@b.test", "a\u200b@b.test", "a@b.test.",
        ".a@b.test", "a.@b.test", "a..b@b.test", "a@b..test", "a@-b.test", "a@b_c.test", "a@[10.0.0.1]", "a@", "@b.test",
        "nobody", "", "a@b@c.test", "a@b.test;c@d.test", "a" * 65 + "@b.test", "a@" + "b" * 64 + ".test",
        "a" * 60 + "@" + ".".join(["b" * 60] * 4), "ü" * 40 + "@b.test", "mailto:a@b.test", "a@b.test\t", "a@b. test",
    ],
)  # fmt: skip
def test_what_no_mail_could_reach_is_refused_and_named(typed: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read_address("cc", typed)
    (error,) = refused.value.data["errors"]
    assert error["field"] == "cc"
    assert "is not a mail address" in error["message"]
    assert error["message"].isprintable()
    assert len(error["message"]) < 500


def test_a_domain_in_letters_is_spelled_for_the_dns_and_never_becomes_another_one() -> None:
    assert ascii_domain("münchen.example") == "xn--mnchen-3ya.example"
    assert ascii_domain("faß.example") == "xn--fa-hia.example"  # IDNA 2003 would make it fass
    assert ascii_domain("b_c.example") == "b_c.example"
    with pytest.raises(ValueError, match=r"[Ll]abel"):
        ascii_domain("ü..example")


def test_a_person_is_found_by_either_spelling() -> None:
    letters, codes = "a@münchen.example", "a@xn--mnchen-3ya.example"
    assert set(spellings(letters)) == set(spellings(codes)) == {letters, codes}
    assert spellings("a@example.org") == ["a@example.org"]
    assert spellings("a@xn--\x00.example") == ["a@xn--\x00.example"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("kim@kunden.example", "kim@kunden.example"),
        ("Kim@Kunden.Example", "Kim@Kunden.Example"),
        ("kim@kunden.example.", "kim@kunden.example"),
        ("kim@kunden\u3002example", "kim@kunden.example"),
        ("kim@\uff4bunden.example", "kim@kunden.example"),
        ("kim@kun\u00adden.example", "kim@kunden.example"),
        ("kim@xn--mnchen-3ya.example.", "kim@münchen.example"),
        ("kim@MÜNCHEN.example", "kim@münchen.example"),
        # what is no domain is left as it is
        ("kim", "kim"),
        ("kim@", "kim@"),
        ("kim@.", "kim@."),
        ("kim@[192.0.2.1]", "kim@[192.0.2.1]"),
        ("kim@xn--\x00.example", "kim@xn--\x00.example"),
        (f"kim@{'ü' * 300}", f"kim@{'ü' * 300}"),
    ],
)
def test_a_domain_of_received_mail_has_one_spelling(written: str, stored: str) -> None:
    assert with_one_spelling(written) == stored
    assert with_one_spelling(stored) == stored
