"""Texts with variables are strict and bounded, and a value never becomes part of the language."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atum_desk.kernel.problems import Problem
from atum_desk.templates.public import (
    MOST_CHARACTERS,
    FilterUnknown,
    LiquidText,
    TemplateInvalid,
    TemplateTooLong,
    VariableUnknown,
)

MATERIAL = Path(os.environ.get("ATUM_MATERIAL") or Path(__file__).resolve().parents[3] / "../shared/material")  # fmt: skip
NAUGHTY = MATERIAL / "naughty-strings" / "blns.json"
VARIABLES = ("requester.name", "requester.first_name", "ticket.number", "ticket.subject", "organization.name")


def values(**more: Any) -> dict[str, Any]:
    return {
        "requester": {"name": "Mina Berg", "first_name": "Mina"},
        "ticket": {"number": 7, "subject": "Printer"},
        "organization": {"name": ""},
    } | more


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("Dear {{ requester.name }}", "Dear Mina Berg"),
        ("#{{ ticket.number }} {{ ticket.subject | upcase }}", "#7 PRINTER"),
        ("{{ organization.name | default: 'you' }}", "you"),
        ("{% if ticket.number == 7 %}a{% elsif ticket.number == 8 %}b{% else %}c{% endif %}", "a"),
        ("{% unless organization.name == '' %}a{% endunless %}b", "b"),
        ("{% case ticket.subject %}{% when 'Printer' %}p{% else %}q{% endcase %}", "p"),
        ("{% comment %}{{ requester.name }}{% endcomment %}x", "x"),
        ("{{ 'Hello ' | append: requester.first_name }}{{ ticket.subject | truncate: 5 }}", "Hello MinaPr..."),
        ("no variables, {braces} and 100 %", "no variables, {braces} and 100 %"),
    ],
)
def test_what_is_written_is_filled_in(source: str, filled: str) -> None:
    assert LiquidText(source, VARIABLES).filled_in(values()) == filled


@pytest.mark.parametrize(
    ("source", "problem", "told"),
    [
        ("{{ requester.nmae }}", VariableUnknown, "requester.name"),
        ("{{ ticket }}", VariableUnknown, "ticket.number"),
        ("{{ requester[ticket.subject] }}", VariableUnknown, "requester"),
        ("{% if requestor.name %}{% endif %}", VariableUnknown, "requester.name"),
        ("{{ requester.name | date: '%Y' }}", FilterUnknown, "date"),
        ("{{ requester.name | replace: 'a', 'aaaaaaaa' }}", FilterUnknown, "replace"),
        ("{% for x in (1..1000000000) %}x{% endfor %}", TemplateInvalid, "for"),
        ("{% assign x = 1 %}", TemplateInvalid, "assign"),
        ("{% include 'x' %}", TemplateInvalid, "include"),
        ("{% render 'x' %}", TemplateInvalid, "render"),
        ("line\n{{ requester.name", TemplateInvalid, "}}"),
        ("{% if ticket.number %}", TemplateInvalid, "endif"),
        ("{% if ticket.number %}" * 500 + "{% endif %}" * 500, TemplateInvalid, ""),
        ("x" * (MOST_CHARACTERS + 1), TemplateTooLong, str(MOST_CHARACTERS)),
    ],
)
def test_what_is_not_there_or_not_allowed_is_refused_and_named(source: str, problem: type[Problem], told: str) -> None:
    with pytest.raises(problem) as refused:
        LiquidText(source, VARIABLES)
    assert told in refused.value.detail
    assert refused.value.status == 422


def test_what_is_filled_in_is_bounded() -> None:
    text = LiquidText("{{ ticket.subject }}" * 900, VARIABLES)
    with pytest.raises(TemplateTooLong):
        text.filled_in(values(ticket={"number": 1, "subject": "x" * 500}))


@pytest.mark.skipif(
    not NAUGHTY.exists(), reason=f"test material naughty-strings is not at {MATERIAL} (set ATUM_MATERIAL)"
)
def test_naughty_strings_as_values_stand_as_they_are_and_as_texts_end_in_a_text_or_a_problem() -> None:
    strings = msgspec.json.decode(NAUGHTY.read_bytes(), type=list[str])
    assert len(strings) > 400
    text = LiquidText("{{ requester.name }}", VARIABLES)
    for one in strings:
        assert text.filled_in(values(requester={"name": one, "first_name": one})) == re.sub("\r\n?", "\n", one)
        with suppress(Problem):
            LiquidText(one, VARIABLES).filled_in(values())


@given(st.text(alphabet="{}%| .'\"abrequestname:()-\n<>=&", max_size=120))
def test_any_text_ends_in_a_text_or_a_problem(source: str) -> None:
    with suppress(Problem):
        LiquidText(source, VARIABLES).filled_in(values())


@given(st.text(max_size=200))
def test_a_value_is_never_read_as_a_text(value: str) -> None:
    text = LiquidText("{{ ticket.subject }}", VARIABLES)
    subject = value + "{{ requester.name }}"
    # Line ends are plain, as those of every message are.
    assert text.filled_in(values(ticket={"number": 1, "subject": subject})) == re.sub("\r\n?", "\n", subject)


def test_html_escapes_values_and_reads_what_an_editor_escaped() -> None:
    html = "<p>{{ requester.name }}{% if ticket.number &gt; 5 %} {{&nbsp;organization.name | default: &quot;you&quot; }}{% endif %}</p>"
    filled = LiquidText(html, VARIABLES, html=True).filled_in(values(requester={"name": "<b>{{ x }}</b>"}))
    assert filled == "<p>&lt;b&gt;{{ x }}&lt;/b&gt; you</p>"
    with pytest.raises(VariableUnknown):
        LiquidText("<p>{{ x&nbsp;}}</p>", VARIABLES, html=True)
