"""What people call things is one line that shows what it says, in every script."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atum_desk.kernel.one_line_text import MAX_MARKS, clean_line
from atum_desk.kernel.problems import ValidationFailed, require_text

MATERIAL = Path(os.environ.get("ATUM_MATERIAL") or Path(__file__).resolve().parents[3] / "../shared/material")  # fmt: skip
NAUGHTY = MATERIAL / "naughty-strings" / "blns.json"
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("  Mina \t Farouk ", "Mina Farouk"), ("Mina\nFarouk", "Mina Farouk"), ("a\r\nBcc: x@y.example", "a Bcc: x@y.example"),
        ("a\u2028b\u2029c\x85d\x0bd", "a b c d d"), ("\x00a\x1b[31mb\x7f", "a [31mb"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"), ("\u2067a\u2069", "a"), ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
        ("a\ud800b\udfff", "ab"), ("x\ufffe\uffff\ufdd0y", "xy"),
        ("Z" + "\u0335" * 40 + "algo", "Z" + "\u0335" * MAX_MARKS + "algo"),
        ("hidden\U000e0041\U000e0042", "hidden"),
    ],
)  # fmt: skip
def test_what_deceives_is_left_out(given: str, line: str) -> None:
    assert clean_line(given) == line


@pytest.mark.parametrize(
    "name",
    ["Иван Петров", "محمد علی", "می\u200cخواهم", "דָּוִד", "สมชาย ใจดี", "王小明", "Nguyễn Thị Ánh", "क्\u200dष", "O’Brien-Łuczak",
     "👩\u200d💻 Ops", "❤️ Team", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England", "\u200fעברית",
     "e\u0301\u0323", "null", "undefined", "Robert'); DROP TABLE people;--", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "-1", "ﷺ"],
)  # fmt: skip
def test_names_of_every_script_and_harmless_oddities_stay_as_they_are(name: str) -> None:
    assert clean_line(name) == name


@pytest.mark.parametrize("nothing", ["", " ", "\n\t", "\u200b\u200b", "\u3164", "\u2800\u2800", "\u202e", "\x00", "\u200d", "\ufe0f", "\u3000", "\ud800"])  # fmt: skip
def test_what_nobody_sees_is_no_name(nothing: str) -> None:
    assert clean_line(nothing) == ""
    with pytest.raises(ValidationFailed):
        require_text("name", nothing)


@given(st.text(max_size=200))
def test_a_line_is_one_line_encodes_and_stays_when_cleaned_again(text: str) -> None:
    line = clean_line(text)
    assert clean_line(line) == line
    assert len(line.splitlines()) <= 1
    assert not set(line) & set(TURNING)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)
    line.encode()


@pytest.mark.skipif(
    not NAUGHTY.exists(), reason=f"test material naughty-strings is not at {MATERIAL} (set ATUM_MATERIAL)"
)
def test_naughty_strings_that_deceive_nobody_are_kept() -> None:
    strings = msgspec.json.decode(NAUGHTY.read_bytes(), type=list[str])
    kept = sum(clean_line(one) == " ".join(one.split()) for one in strings)
    changed = [one for one in strings if clean_line(one) != " ".join(one.split())]
    assert len(strings) > 400
    # Only what is invisible, turns the direction, controls a terminal or piles up marks is changed.
    for one in changed:
        suspicious = [c for c in one if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Mn", "Me", "Co", "Cn", "Lo", "So")]  # fmt: skip
        assert suspicious, one
    assert kept > len(strings) * 0.95
