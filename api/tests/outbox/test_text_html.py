"""Plain text keeps its shape in the HTML part."""

from __future__ import annotations

import time

import pytest

from atum_desk.mime import html_to_text, sanitise_html
from atum_desk.outbox.compose.render import render_mail
from atum_desk.outbox.compose.text_html import text_to_html, without_blank_ends

CODE = """\
    if ready:
\treturn  1    # two

steps:
  1. open
    a) the door


  2. close"""


def shown(text: str) -> str:
    """Return the text that a reader sees of the HTML part of `text`, with plain spaces."""
    return html_to_text(sanitise_html(text_to_html(text))).replace("\u00a0", " ").strip("\n")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("    indented first", "    indented first"),
        ("a\n    b\n  c", "a\n    b\n  c"),
        ("name    value", "name    value"),
        ("a\n\tb", "a\n        b"),
        ("ab\tc", "ab      c"),
        ("- one\n  - two\n    - three", "- one\n  - two\n    - three"),
        ("    https://example.com/a  next", "    https://example.com/a  next"),
        ("\n\n  after blank lines\n\n", "  after blank lines"),
        ("شكرا\n    نص", "شكرا\n    نص"),
    ],
)
def test_the_reader_of_the_html_sees_the_spaces_of_the_text(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_several_blank_lines_stay_several() -> None:
    page = text_to_html("a\n\n \n\n  b")
    assert page.split("\n") == [
        '<p dir="auto" style="margin:0 0 12px">a</p>',
        '<p dir="auto" style="margin:0 0 12px"><br><br>\u00a0\u00a0b</p>',
    ]


def test_both_parts_of_a_mail_keep_the_indentation_of_the_first_line() -> None:
    rendering = render_mail(CODE, None, number=1, link=None)
    assert CODE in rendering.text
    assert "\u00a0\u00a0\u00a0\u00a0if ready:<br>" in rendering.html
    assert without_blank_ends("\r\n \n  a \n\n") == "  a"


def test_a_long_text_of_spaces_and_blank_lines_takes_no_more_time_than_its_length() -> None:
    began = time.process_time()
    for hostile in (" \n" * 100_000, "\n" * 200_000, "a" + " " * 400_000 + "b", "\t" * 50_000):
        text_to_html(hostile + "x")
    assert time.process_time() - began < 20
