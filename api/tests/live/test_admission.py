"""Admission to the live service: which cookie counts, and which pages are ours."""

from __future__ import annotations

from typing import Any

import pytest
from websockets.datastructures import Headers

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.own_addresses import OwnAddresses
from atum_desk.live.admission import find_cookie_tokens, is_own_page
from scratch_databases import SECRET

BOTH = "theme=dark; atum_contact=c; atum_staff=s"


@pytest.mark.parametrize(
    ("path", "cookie", "tokens"),
    [
        ("/ws/", BOTH, ["s", "c"]),
        ("/ws/?audience=contact", BOTH, ["c", "s"]),
        ("/ws/?audience=nonsense", BOTH, ["s", "c"]),
        ("/ws/", "atum_contact=c", ["c"]),
        ("/ws/?audience=contact", "atum_staff=s", ["s"]),
        ("/ws/", "atum_staff=old; __Host-atum_staff=new; atum_staff=older", ["new", "old", "older"]),
        ("/ws/", "; ".join(f"atum_staff={n}" for n in range(9)), ["0", "1", "2", "3"]),
        ("/ws/", "atum_staff=; xatum_staff=x; atum_staff", []),
        ("/ws/", "theme=dark", []),
        ("/ws/", "", []),
    ],
)
def test_the_cookie_of_the_wanted_audience_goes_first(path: str, cookie: str, tokens: list[str]) -> None:
    assert find_cookie_tokens(path, Headers(Cookie=cookie)) == tokens


DIRECT = {"api_port": 8000, "url": ""}
PUBLIC = {"url": "https://desk.example.org"}
FURTHER = {**PUBLIC, "allowed_hosts": "help.example.org, localhost:5173"}


@pytest.mark.parametrize(
    ("settings", "origin", "host", "ours"),
    [
        (DIRECT, "http://localhost:8000", "localhost:8001", True),
        (DIRECT, "http://[::1]:8000", "[::1]:8001", True),
        (DIRECT, "http://192.168.1.7:8000", "192.168.1.7:8001", True),
        # Another program of this machine, another scheme, another host of the same machine.
        (DIRECT, "http://localhost:3000", "localhost:8001", False),
        (DIRECT, "http://localhost:8001", "localhost:8001", False),
        (DIRECT, "http://localhost", "localhost:8001", False),
        (DIRECT, "https://localhost:8000", "localhost:8001", False),
        (DIRECT, "http://192.168.1.7:8000", "localhost:8001", False),
        # A name that somebody else points here.
        (DIRECT, "http://rebound.example:8000", "rebound.example:8001", False),
        (DIRECT, "http://localhost:8000/x", "localhost:8001", False),
        (DIRECT, "http://u@localhost:8000", "localhost:8001", False),
        (DIRECT, "http://localhost:port", "localhost:8001", False),
        (DIRECT, "http://localhost.evil.example:8000", "localhost:8001", False),
        (DIRECT, "file://localhost", "localhost:8001", False),
        (DIRECT, "null", "localhost:8001", False),
        (DIRECT, "", "localhost:8001", False),
        (PUBLIC, "https://desk.example.org", "desk.example.org", True),
        (PUBLIC, "https://desk.example.org", "10.0.0.5:8001", True),
        (PUBLIC, "https://desk.example.org:443", "desk.example.org", False),
        (PUBLIC, "http://desk.example.org", "desk.example.org", False),
        (PUBLIC, "https://desk.example.org:444", "desk.example.org", False),
        (PUBLIC, "https://desk.example.org.evil.example", "desk.example.org", False),
        (PUBLIC, "http://localhost:8000", "localhost:8001", False),
        (FURTHER, "https://help.example.org", "help.example.org", True),
        (FURTHER, "https://localhost:5173", "localhost:8001", True),
        (FURTHER, "https://localhost:5174", "localhost:8001", False),
    ],
)
def test_a_page_is_ours_by_scheme_host_and_port(settings: dict[str, Any], origin: str, host: str, ours: bool) -> None:
    own = OwnAddresses(Settings(secret=SECRET, **settings))
    assert is_own_page(Headers(Origin=origin, Host=host), own) is ours


def test_two_origins_are_nobodys() -> None:
    headers = Headers(Host="localhost:8001")
    headers["Origin"] = "http://localhost:8000"
    own = OwnAddresses(Settings(secret=SECRET))
    assert is_own_page(headers, own)
    headers["Origin"] = "http://localhost:8000"
    assert not is_own_page(headers, own)
