"""A mail provider's OAuth2 on loopback: consent page, tokens, and Dovecot's question whose a token is."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "atum-desk-test", "client secret, kept"


class FakeProvider:
    """Keeps codes and tokens; `refuse` answers with that error, `rotate` replaces refresh tokens."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.codes: dict[str, dict[str, str]] = {}
        self.refresh_tokens: set[str] = set()
        self.access_tokens: set[str] = set()
        self.refuse = ""
        self.rotate = True
        self.refreshed = 0
        # Whoever asks for a token waits while this is not set.
        self.answers = threading.Event()
        self.answers.set()
        self.asked = threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = {name: given[0] for name, given in parse_qs(parts.query).items()}
                if parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.agree(asked))
                    self.end_headers()
                else:
                    known = asked.get("access_token") in provider.access_tokens
                    self._say(*((200, {"email": provider.user}) if known else (401, {"error": "invalid_token"})))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: given[0] for name, given in parse_qs(body).items()}
                told = provider.token(form)
                provider.asked.set()
                provider.answers.wait(60)
                self._say(*told)

            def _say(self, status: int, told: dict[str, Any]) -> None:
                content = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def agree(self, asked: dict[str, str]) -> str:
        """Let the person agree; return where the browser goes then."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer the token endpoint (RFC 6749, section 5)."""
        if self.refuse:
            return 400, {"error": self.refuse, "error_description": "said the provider"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "authorization_code":
            asked = self.codes.pop(form["code"], None)
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
                return 400, {"error": "invalid_grant"}
            return 200, self._fresh(None)
        if form["refresh_token"] not in self.refresh_tokens:
            return 400, {"error": "invalid_grant", "error_description": "Token has been revoked."}
        self.refreshed += 1
        return 200, self._fresh(form["refresh_token"])

    def _fresh(self, used: str | None) -> dict[str, Any]:
        access = secrets.token_urlsafe(24)
        self.access_tokens.add(access)
        told: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": 3600}
        if used is None or self.rotate:
            self.refresh_tokens.discard(used or "")
            told["refresh_token"] = secrets.token_urlsafe(24)
            self.refresh_tokens.add(told["refresh_token"])
        return told
