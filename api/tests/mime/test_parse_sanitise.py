"""Sanitised HTML keeps what is read and nothing that runs, loads or covers."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mail_material import folder, read_json
from playwright.sync_api import Browser, Page, Route, sync_playwright

from atum_desk.mime import count_remote_images, html_to_text, sanitise_html

_CHROMIUM = Path(os.environ.get("ATUM_CHROMIUM", "/usr/bin/chromium"))
_FORBIDDEN = re.compile(
    r"<(?:script|iframe|object|embed|form|input|button|textarea|select|svg|math|style|link|meta"
    r"|base|video|audio|template|frameset|noscript)\b|\son\w+\s*=|javascript:|srcdoc|formaction"
    r"|position\s*:|behavior\s*:|expression\s*\(|url\s*\(",
    re.IGNORECASE,
)
_HOOKS = """() => {
window.hits = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
  window[name] = (...values) => { window.hits.push(name); };
} }"""
_EXECUTABLE = """
() => [...document.querySelectorAll('body *')].filter((element) =>
  ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'FORM', 'STYLE', 'LINK', 'META', 'BASE', 'SVG'].includes(
    element.tagName.toUpperCase()) ||
  [...element.attributes].some((attribute) => attribute.name.startsWith('on') ||
    attribute.name === 'srcdoc' || /^\\s*(javascript|vbscript)/i.test(attribute.value))
).map((element) => element.outerHTML)
"""


def _payloads() -> list[str]:
    cases = read_json(folder("dompurify") / "expect.json")
    assert len(cases) > 50
    return [case["payload"] for case in cases]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not _CHROMIUM.exists():
        pytest.skip(f"no Chromium at {_CHROMIUM} (set ATUM_CHROMIUM)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


def _provoke(page: Page, markup: str) -> tuple[list[str], list[str], list[str]]:
    """Show `markup`, poke every element; return calls made, requests sent, dangerous elements."""
    requests: list[str] = []

    def refuse(route: Route) -> None:
        requests.append(route.request.url)
        route.abort()

    page.route("**/*", refuse)
    page.evaluate(_HOOKS)
    page.set_content(f"<!doctype html><html><body>{markup}</body></html>", wait_until="commit")
    page.evaluate(
        """() => { for (const element of document.querySelectorAll('body *')) {
          for (const name of ['click', 'mouseover', 'mousedown', 'focus', 'error', 'load']) {
            if (name !== 'click' || element.tagName !== 'A') element.dispatchEvent(new Event(name));
          } } }"""
    )
    page.wait_for_timeout(20)
    hits = page.evaluate("() => window.hits")
    dangerous = page.evaluate(_EXECUTABLE)
    page.unroute("**/*")
    return hits, requests, dangerous


@pytest.mark.browser
def test_known_attacks_run_nothing_and_load_nothing_in_a_browser(browser: Browser) -> None:
    page = browser.new_page()
    for payload in _payloads():
        hits, requests, dangerous = _provoke(page, sanitise_html(payload))
        assert (hits, requests, dangerous) == ([], [], []), payload
    page.close()


@pytest.mark.browser
def test_the_browser_check_notices_an_attack_that_was_not_sanitised(browser: Browser) -> None:
    page = browser.new_page()
    hits, requests, dangerous = _provoke(page, "<img src=http://x.invalid/a onerror=alert(1)>")
    assert hits
    assert requests
    assert dangerous
    page.close()


def test_known_attacks_leave_no_forbidden_markup() -> None:
    for payload in _payloads():
        markup = re.sub(r">[^<]*", ">", sanitise_html(payload))
        markup = re.sub(r'\s(?:alt|title)="[^"]*"', "", markup)
        assert not _FORBIDDEN.search(markup), payload


def test_links_open_elsewhere_and_tell_nothing() -> None:
    markup = sanitise_html('<a href="https://example.com/x" onclick="x()" id="top">go</a>')
    assert 'href="https://example.com/x"' in markup
    assert 'rel="noopener noreferrer nofollow"' in markup
    assert 'target="_blank"' in markup
    assert "onclick" not in markup
    assert "id=" not in markup


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "/desk", "#a"]
)
def test_links_that_run_or_point_into_the_desk_lose_their_address(address: str) -> None:
    assert "href" not in sanitise_html(f'<a href="{address}">go</a>')


def test_a_link_folded_over_two_lines_still_works() -> None:
    markup = sanitise_html('<a href="https://example.com/a\n   b?c=1">go</a>')
    assert 'href="https://example.com/ab?c=1"' in markup
    assert html_to_text(markup) == "go (https://example.com/ab?c=1)"


def test_remote_images_wait_and_inline_images_are_mapped() -> None:
    markup = sanitise_html(
        '<img src="https://t.example/p.gif" srcset="https://t.example/q.gif 2x" alt="A &quot;b&quot;">'
        '<img src="//t.example/r.gif"><img src="cid:logo@x"><img src="cid:missing">'
        '<table background="https://t.example/s.gif"><tr><td>x</td></tr></table>'
        '<img src="data:image/png;base64,AAAA"><img src="data:image/svg+xml;base64,AAAA">',
        cid={"logo@x": "/files/7"},
    )
    assert count_remote_images(markup) == 2
    assert 'data-remote-src="https://t.example/p.gif"' in markup
    assert 'data-remote-src="https://t.example/r.gif"' in markup
    assert ' src="/files/7"' in markup
    assert 'data-cid="missing"' in markup
    assert "srcset" not in markup
    assert "s.gif" not in markup
    assert markup.count(' src="') == 2
    assert 'alt="A &quot;b&quot;"' in markup


def test_sanitising_again_fills_in_images_and_changes_nothing_else() -> None:
    html = '<p style="color: red">a &amp; b</p><img src="cid:a@x"><img src="http://t.example/p.gif">'
    once = sanitise_html(html)
    assert sanitise_html(once) == once
    again = sanitise_html(once, cid={"a@x": "/files/7"})
    assert again == once.replace('data-cid="a@x"', 'src="/files/7"')


def test_an_image_cannot_bring_a_remote_source_that_is_none() -> None:
    assert "javascript" not in sanitise_html('<img data-remote-src="javascript:alert(1)">')


def test_styles_keep_looks_and_lose_overlays_and_loading() -> None:
    markup = sanitise_html(
        '<p style="color: red; position: fixed; z-index: 9; margin: -200px; '
        'background-color: url(https://x.example); FONT-SIZE: 12px; width: expression(1)">x</p>'
    )
    assert markup == '<p style="color: red; font-size: 12px">x</p>'


def test_deep_nesting_keeps_all_text() -> None:
    markup = sanitise_html("<div><b>" * 5_000 + "kept" + "</b></div>" * 5_000 + "<p>after</p>")
    assert "kept" in markup
    assert "<p>after</p>" in markup


def test_unclosed_cells_and_items_do_not_nest() -> None:
    markup = sanitise_html("<table><tr><td>1<td>2<tr><td>3</table><ul><li>a<li>b</ul>")
    assert markup.count("<tr>") == 2
    assert markup.count("<td>") == 3
    assert "<li>a</li><li>b</li>" in markup
