"""The HTML of our mails is what Outlook, Gmail and Apple Mail show (material/caniemail).

What the composer's editor can produce stands in web/tests/editorMails.json, which web/tests/editor.test.tsx writes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from mail_desk import FakeRelay, MailDesk
from test_inline_images import upload
from test_mail_look import parts_of
from test_mail_out import ask
from test_sending import answer

from atum_desk.mime import read_attributes, tokenise
from desk import Client

REPOSITORY = Path(__file__).parents[3]
ROOT = Path(os.environ.get("ATUM_MATERIAL") or REPOSITORY.parent / "shared" / "material")
FEATURES = ROOT / "caniemail" / "features.json"
MAILS: dict[str, str] = json.loads((REPOSITORY / "web" / "tests" / "editorMails.json").read_text())

pytestmark = pytest.mark.skipif(
    not FEATURES.exists(), reason=f"test material caniemail is not at {FEATURES} (set ATUM_MATERIAL)"
)

PROGRAMS = ("outlook", "gmail", "apple-mail")
# Older than what the list asks about: every program that shows HTML knows these.
UNLISTED_TAGS = {"html", "head", "body", "a", "br", "em", "tr", "tbody", "td", "th"}
TAGS = {
    **dict.fromkeys(("ul", "ol", "li"), "html-lists"),
    **dict.fromkeys(("h1", "h2", "h3"), "html-h1-h6"),
    "b": "html-strong",
}
# `href`, `src` and `alt` belong to their elements; `type="cite"` is a mark for programs that fold quotes.
UNLISTED_ATTRIBUTES = {"style", "href", "src", "alt", "type", "start", "colspan", "rowspan"}
STYLES = {
    **{f"border-{side}": "css-border" for side in ("top", "left")},
    **{f"padding-{side}": "css-padding" for side in ("left", "top")},
    "padding-inline-start": "css-padding-inline-start-end",
}
UNLISTED_STYLES = {"color", "font-family"}


@cache
def features() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FEATURES.read_text())
    return found


def support(feature: str) -> dict[str, str]:
    """Return what each program's newest version of each platform says of a feature: y, a (partly), n, u."""
    stats = features()[feature]["stats"]
    return {
        f"{program} {platform}": list(versions.values())[-1].split()[0]
        for program in PROGRAMS
        for platform, versions in stats.get(program, {}).items()
    }


def features_of(html: str) -> Iterator[tuple[str, str]]:
    """Yield what a page's body uses, with the feature of the list that stands for it."""
    for token in tokenise(html.partition("<body")[2].partition(">")[2]):
        if token.kind != "start":
            continue
        if token.name not in UNLISTED_TAGS:
            yield f"<{token.name}>", TAGS.get(token.name, f"html-{token.name}")
        attributes = read_attributes(token.attributes)
        for name in attributes.keys() - UNLISTED_ATTRIBUTES:
            yield f"{name}=", f"html-{name}"
        for rule in re.split(r";\s*", attributes.get("style", "")):
            name = rule.partition(":")[0].strip()
            if name and name not in UNLISTED_STYLES:
                yield rule, STYLES.get(name, f"css-{name}")


def unsupported(html: str) -> set[str]:
    found = set()
    for used, feature in features_of(html):
        if feature not in features():
            found.add(f"{used} is in no list")
            continue
        found |= {f"{used}: {program} {how}" for program, how in support(feature).items() if how in "nu"}
    return found


def test_what_a_program_does_not_show_is_found() -> None:
    assert unsupported('<body><div style="display:flex">x</div>') == set()
    assert any("outlook" in one for one in unsupported('<body><p style="padding-inline-start:4px">x</p>'))
    assert unsupported("<body><blink>x</blink>") == {"<blink> is in no list"}


@pytest.mark.parametrize("name", MAILS)
async def test_what_the_editor_produces_is_shown_by_outlook_gmail_and_apple_mail(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, name: str
) -> None:
    number = await ask(mail_desk)
    html, files = MAILS[name], []
    if "attachments/1?" in html:
        files = [await upload(lead, "chart.png")]
        html = html.replace("attachments/1?", f"attachments/{files[0]}?")
    await answer(lead, number, text=None, html=html, attachment_ids=files)
    await mail_desk.outbox_in("sent")
    answered = parts_of(relay.taken[-1][1])[1]
    assert unsupported(answered) == set()
    await answer(lead, number, text="And now?", quote="all")
    await mail_desk.outbox_in("sent")
    quoting = parts_of(relay.taken[-1][1])[1]
    assert "<blockquote" in quoting
    assert unsupported(quoting) == set()
