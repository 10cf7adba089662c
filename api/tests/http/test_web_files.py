"""The files of the web application: their kinds, their compressed forms, and what is none of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest

from atum_desk.http.content_codings import LEAST_BYTES, accepted_codings
from atum_desk.http.web_files import PAGES, TYPES, WebFiles
from atum_desk.kernel.config.settings import REPOSITORY
from desk import Desk

ROOT = "http://localhost:8000"
SCRIPT = b"console.log('the desk');" * 100
# Once: its head holds the second in which it was made.
GZIPPED = gzip.compress(SCRIPT)


@pytest.fixture
def web(shared_desk: Desk, tmp_path: Path) -> httpx.AsyncClient:
    """A caller of a desk with a small build: `br` stands for what Brotli would make."""
    # The files are of this application alone; its database is asked nothing.
    desk = Desk(shared_desk.database, shared_desk.settings, shared_desk.given)
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>page</title>")
    (tmp_path / "robots.txt").write_text("User-agent: *\n")
    for name in ("favicon.ico", "mark.svg", "font.woff2", "theme.js"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "assets" / "a-1.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "a-1.js.gz").write_bytes(GZIPPED)
    (tmp_path / "assets" / "a-1.js.br").write_bytes(b"brotli")
    desk.app._web = WebFiles(tmp_path, desk.settings)
    return desk.client()


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br;q=0.5", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=1.0", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, gzip; q=0", None),
        ("identity", None),
        ("", None),
        ("zstd", None),
    ],
)
async def test_a_browser_gets_the_smallest_form_it_takes(
    web: httpx.AsyncClient, accepted: str, coding: str | None
) -> None:
    request = web.build_request("GET", f"{ROOT}/assets/a-1.js", headers={"accept-encoding": accepted})
    answer = await web.send(request, stream=True)
    raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == coding
    assert raw == {"br": b"brotli", "gzip": GZIPPED, None: SCRIPT}[coding]
    assert answer.headers["content-length"] == str(len(raw))
    assert answer.headers["vary"] == "accept-encoding"
    assert "immutable" in answer.headers["cache-control"]


async def test_each_form_has_a_tag_of_its_own_and_is_not_sent_twice(web: httpx.AsyncClient) -> None:
    address = f"{ROOT}/assets/a-1.js"
    tags = []
    for accepted in ("gzip", "identity"):
        first = await web.get(address, headers={"accept-encoding": accepted})
        tags.append(first.headers["etag"])
        known = {"accept-encoding": accepted, "if-none-match": f'"other", W/{tags[-1]}'}
        again = await web.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b"")
    assert tags[0] != tags[1]
    crossed = await web.get(address, headers={"accept-encoding": "gzip", "if-none-match": tags[1]})
    assert crossed.status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/favicon.ico", "image/x-icon"),
        ("/mark.svg", "image/svg+xml"),
        ("/font.woff2", "font/woff2"),
        ("/theme.js", "text/javascript; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
    ],
)
async def test_a_file_is_of_its_kind(web: httpx.AsyncClient, path: str, kind: str) -> None:
    answer = await web.get(ROOT + path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap.xml",
        "/ads.txt",
        "/apple-touch-icon-precomposed.png",
        "/.well-known/security.txt",
        "/.well-known/openid-configuration",
        "/.env",
        "/.git/config.txt",
        "/wp-login.php",
        "/browserconfig.xml",
        "/service-worker.js",
        "/assets/gone-1.js",
        "/assets/",
        "/assets/a-1.js.gz",
        "/a/b.css",
    ],
)
async def test_a_file_that_is_not_there_is_no_page(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(ROOT + path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, TYPES[".txt"])


@pytest.mark.parametrize("path", ["/nowhere", "/desktop", "/wp-admin/", "/requestsx"])
async def test_an_address_that_leads_nowhere_says_so_in_the_page(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(ROOT + path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, TYPES[".html"])


@pytest.mark.parametrize("path", ["/desk", "/desk/tickets/7", "/sign-in", "/requests", "/requests/a.b.c"])
async def test_a_page_is_a_page_and_no_search_engine_lists_what_lies_behind_a_link(
    web: httpx.AsyncClient, path: str
) -> None:
    answer = await web.get(ROOT + path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, TYPES[".html"])
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "content-security-policy" in answer.headers


async def test_password_managers_are_shown_the_way(web: httpx.AsyncClient) -> None:
    answer = await web.get(f"{ROOT}/.well-known/change-password")
    assert (answer.status_code, answer.headers["location"]) == (302, "/desk/settings/profile")


async def test_a_head_tells_the_length_and_sends_nothing(web: httpx.AsyncClient) -> None:
    answer = await web.head(f"{ROOT}/robots.txt")
    assert (answer.headers["content-length"], answer.content) == ("14", b"")


def test_the_sources_hold_what_browsers_and_robots_ask_for_by_name() -> None:
    public = REPOSITORY / "web" / "public"
    robots = (public / "robots.txt").read_text()
    assert all(f"Disallow: {page}" in robots for page in (*PAGES, "/api/"))
    assert (public / "favicon.ico").read_bytes()[:4] == b"\0\0\1\0"
    assert (public / "apple-touch-icon.png").read_bytes()[1:4] == b"PNG"


# ---------------------------------------------------------------- the API's answers


async def test_long_answers_are_compressed_for_our_own_pages_and_for_scripts_only(shared_desk: Desk) -> None:
    agent = await shared_desk.given.staff()
    page = shared_desk.client(agent, **{"sec-fetch-site": "same-origin"})
    same = await page.get("/openapi.json")
    assert same.headers["content-encoding"] == "gzip"
    assert int(same.headers["content-length"]) * 4 < len(same.content)
    script = await shared_desk.client().get("/openapi.json")
    assert script.headers["content-encoding"] == "gzip"
    assert script.json() == same.json()
    for site in ("cross-site", "same-site", "none"):
        other = shared_desk.client(agent, **{"sec-fetch-site": site})
        assert "content-encoding" not in (await other.get("/openapi.json")).headers, site
    old_browser = await shared_desk.client(agent).get("/openapi.json")
    assert "content-encoding" not in old_browser.headers


async def test_short_answers_secrets_and_writes_stay_as_they_are(shared_desk: Desk) -> None:
    page = shared_desk.client(await shared_desk.given.staff(), **{"sec-fetch-site": "same-origin"})
    short = await page.get("/portal")
    assert len(short.content) < LEAST_BYTES
    assert "content-encoding" not in short.headers
    long_name = "token " * 30
    made = await page.post("/me/tokens", json={"name": long_name})
    assert made.status_code == 201
    assert "content-encoding" not in made.headers


async def test_a_caller_who_takes_no_gzip_gets_none(shared_desk: Desk) -> None:
    answer = await shared_desk.client().get("/openapi.json", headers={"accept-encoding": "br"})
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


def test_refused_codings_are_not_accepted() -> None:
    assert accepted_codings(b"gzip;q=0.8, br;q=0, *") == {"gzip", "*"}
