"""Mails and expectations of another help desk (Zammad, 2017)."""

import hashlib
import html
import re
from typing import Any

from mail_material import folder, read_json

from atum_desk.mime import ParsedMail, html_to_text, parse_mail
from atum_desk.mime.addresses import parse_addresses

MINIMUM_SHARE = 0.95

# Where another answer is right for us; each is explained in docs/mail-parsing.md.
EXPLAINED = {("mail43.box", "text"), ("mail10.box", "attachment message.html"), ("mail44.box", "from")}


def _letters(text: str) -> str:
    """What remains when mark-up, spaces, link targets and typography of a sanitiser are gone."""
    return re.sub(r"\W+", "", text)


def _address_list(value: str | None) -> list[tuple[str, str]]:
    return [(a.name, a.address) for a in parse_addresses(value or "")]


def compare_box(case: dict[str, Any]) -> dict[str, bool]:
    path = folder("zammad2017") / "boxes" / case["data"].rsplit("/", 1)[-1]
    parsed = parse_mail(path.read_bytes())
    params = case["params"]
    sender = parsed.from_
    fields = {
        "from": sender is not None and sender.address == params["from_email"],
        "name": sender is not None and sender.name == params["from_display_name"],
        "subject": parsed.subject == params["subject"],
    }
    if params.get("to"):
        fields["to"] = [(a.name, a.address) for a in parsed.to] == _address_list(params["to"])
    if "body" in params:
        fields["text"] = _same_text(params, parsed.text, parsed.html)
    for wanted in case.get("attachments", ()):
        fields[f"attachment {wanted['filename']}"] = _is_kept(wanted, parsed)
    return fields


def _is_kept(wanted: dict[str, Any], parsed: ParsedMail) -> bool:
    """The other system stores the HTML as a file, names unnamed parts file-1 and turns CRLF to LF."""
    if wanted["filename"] == "message.html":
        markup = parsed.html_raw or ""
        return wanted["md5"] in (_md5(markup.encode()), _md5(markup.encode("latin-1", "replace")))
    return any(
        wanted["md5"] in (_md5(part.content), _md5(part.content.replace(b"\r\n", b"\n")))
        and (part.filename == wanted["filename"] or re.fullmatch(r"file-\d", wanted["filename"]))
        for part in parsed.attachments
    )


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _same_text(params: dict[str, Any], text: str, markup: str | None) -> bool:
    body = params["body"]
    if body == "no visible content":
        return text == ""
    is_html = params.get("content_type") != "text/plain" and "<" in body
    expected = html_to_text(body) if is_html else html.unescape(body)
    shown = html_to_text(markup or "") if is_html else text
    return _letters(shown) == _letters(expected)


def test_fields_match_the_expectations_of_another_help_desk() -> None:
    results = compare_all()
    right = sum(ok for fields in results.values() for ok in fields.values())
    total = sum(len(fields) for fields in results.values())
    wrong = {(name, field) for name, f in results.items() for field, ok in f.items() if not ok}
    assert right / total >= MINIMUM_SHARE, sorted(wrong)
    assert wrong <= EXPLAINED, sorted(wrong - EXPLAINED)


def compare_all() -> dict[str, dict[str, bool]]:
    cases = read_json(folder("zammad2017") / "expectations.json")
    return {case["data"].rsplit("/", 1)[-1]: compare_box(case) for case in cases}
