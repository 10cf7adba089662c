"""Quote stripping against the cases of two other libraries (email_reply_trimmer, talon)."""

import re
from typing import Any

from mail_material import files, folder, read_json

from atum_desk.mime import html_to_text, parse_mail, strip_quote_html, strip_quote_text

MINIMUM_SHARE = 0.85


def trimmer_results() -> dict[str, tuple[bool, str, str]]:
    results = {}
    for path in files("email_reply_trimmer", "test/emails/*.txt"):
        expected = (path.parents[1] / "trimmed" / path.name).read_text(encoding="utf-8").strip("\n")
        reply, _ = strip_quote_text(path.read_text(encoding="utf-8"))
        results[path.name] = (_lines(reply) == _lines(expected), reply, expected)
    return results


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def talon_results() -> dict[str, tuple[bool, str, str]]:
    cases = read_json(folder("talon") / "quotations_cases.json")
    results = {}
    for number, case in enumerate(cases):
        found, expected = _talon_case(case)
        if case["compare"] != "exact":
            found, expected = "".join(found.split()), "".join(expected.split())
        name = case["test"] + (f" {case['input_file']}" if "input_file" in case else "")
        results[f"{number} {name}"] = (found.strip() == expected.strip(), found, expected)
    return results


def _talon_case(case: dict[str, Any]) -> tuple[str, str]:
    source = case.get("input")
    if source is None:
        data = (folder("talon") / case["input_file"]).read_bytes()
        if case["test"] == "standard_replies":
            return parse_mail(data).reply_text, case["expected"]
        source = data.decode("utf-8")
    if case["fn"] == "extract_from_plain":
        return strip_quote_text(source)[0], case["expected"]
    reply = html_to_text(strip_quote_html(source)[0])
    expected = case["expected"]
    return reply, html_to_text(expected) if re.match("<html", expected) else expected


def test_replies_part_from_history_as_two_other_libraries_expect() -> None:
    for results in (trimmer_results(), talon_results()):
        wrong = {name: (found, wanted) for name, (ok, found, wanted) in results.items() if not ok}
        assert len(results) >= 19
        assert 1 - len(wrong) / len(results) >= MINIMUM_SHARE, wrong
        assert wrong == {}
