"""The door of the live service: which cookie counts, and which pages are ours."""

from __future__ import annotations

import pytest
from websockets.datastructures import Headers

from atum_desk.live.door import find_cookie_token, is_own_page

BOTH = "theme=dark; atum_contact=c; atum_staff=s"


@pytest.mark.parametrize(
    ("path", "cookie", "token"),
    [
        ("/ws/", BOTH, "s"),
        ("/ws/?audience=contact", BOTH, "c"),
        ("/ws/?audience=nonsense", BOTH, "s"),
        ("/ws/", "atum_contact=c", "c"),
        ("/ws/?audience=contact", "atum_staff=s", "s"),
        ("/ws/", "theme=dark", None),
        ("/ws/", "", None),
    ],
)
def test_the_cookie_of_the_wanted_audience_goes_first(
    path: str, cookie: str, token: str | None
) -> None:
    assert find_cookie_token(path, Headers(Cookie=cookie)) == token


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://localhost:8000", "localhost:8001", True),
        ("http://[::1]:8000", "[::1]:8001", True),
        ("http://192.168.1.7:8000", "192.168.1.7:8001", True),
        ("https://desk.example.org", "10.0.0.5:8001", True),
        ("https://desk.example.org.evil.example", "desk.example.org", False),
        ("https://desk.example.org:444", "10.0.0.5:8001", False),
        ("http://localhost.evil.example", "localhost:8001", False),
        ("file://localhost", "localhost:8001", False),
        ("null", "localhost:8001", False),
        ("", "localhost:8001", False),
    ],
)
def test_a_page_is_ours_by_its_host_or_by_the_public_address(
    origin: str, host: str, ours: bool
) -> None:
    headers = Headers(Origin=origin, Host=host)
    assert is_own_page(headers, "https://desk.example.org") is ours


def test_two_origins_are_nobodys() -> None:
    headers = Headers(Host="localhost")
    headers["Origin"] = "http://localhost"
    headers["Origin"] = "http://localhost"
    assert not is_own_page(headers, "http://localhost")
