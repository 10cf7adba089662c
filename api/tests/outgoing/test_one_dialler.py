"""Nothing connects out past the dialler; what is exempt is listed with its reason."""

from __future__ import annotations

import ast
from pathlib import Path

import atum_desk

SOURCES = Path(atum_desk.__file__).parent
LIBRARIES = {
    "aiosmtplib",
    "httpx",
    "httpcore",
    "imapclient",
    "imaplib",
    "smtplib",
    "poplib",
    "ftplib",
    "telnetlib",
    "requests",
    "aiohttp",
    "urllib3",
    "urllib.request",
    "http.client",
    "anyio",
    "obstore.http",
}
CALLS = {
    "open_connection",
    "create_connection",
    "sock_connect",
    "connect_tcp",
    "connect_ex",
    "open_unix_connection",
    "create_unix_connection",
    "S3Store",
    "GCSStore",
    "AzureStore",
    "HTTPStore",
}
# Who may import a library that can connect, or connects by itself, and why.
EXEMPT = {
    "kernel/outgoing/dialler.py": "the dialler",
    "kernel/outgoing/web.py": "gives the library a connection of the dialler",
    "outbox/relays/smtp.py": "gives the library a connection of the dialler",
    "outbox/relays/connections.py": "errors of the library only",
    "outbox/relays/mailbox_relay.py": "errors of the library only",
    "fetching/connection.py": "gives the library a connection of the dialler",
    "fetching/error_texts.py": "errors of the library only",
    "files/virus.py": "clamd, named by the operator (ATUM_CLAMD)",
    "mail/routes.py": "asks the product's own SMTP port",
    "launch/gateway.py": "hands requests to the product's own services",
    "launch/readiness.py": "asks the product's own services whether they are up",
    "operations/services.py": "asks the product's own live port",
}


def _connects(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {
                alias.name for alias in node.names if alias.name.split(".")[0] in LIBRARIES or alias.name in LIBRARIES
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
            found |= {one for one in whole if one in LIBRARIES or one.split(".")[0] in LIBRARIES}
        elif isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            found |= {name} & CALLS
    return found


def test_only_the_dialler_connects_to_chosen_targets() -> None:
    connecting = {str(path.relative_to(SOURCES)): found for path in SOURCES.rglob("*.py") if (found := _connects(path))}
    assert {place: found for place, found in connecting.items() if place not in EXEMPT} == {}
    assert set(EXEMPT) - set(connecting) == set()


def test_the_test_sees_a_connection(tmp_path: Path) -> None:
    module = tmp_path / "m.py"
    for code in (
        "import httpx",
        "from urllib import request\nimport urllib.request",
        "asyncio.open_connection(h, 1)",
        "from obstore.store import S3Store\nS3Store('x')",
        "loop.create_connection(p, h, 1)",
    ):
        module.write_text(code)
        assert _connects(module), code
