"""A push service on loopback, and the browser whose keys open what it was given (RFC 8030, 8188, 8291, 8292)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SubscribedBrowser:
    """The keys of a subscription, as a browser holds them."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key, self._auth = generate_private_key(SECP256R1()), os.urandom(16)
        self._point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> dict[str, Any]:
        """What its page sends to the desk."""
        return {"endpoint": self.endpoint, "p256dh": encoded(self._point), "auth": encoded(self._auth)}

    def opened(self, body: bytes) -> Any:
        """Return the message in an encrypted body, by the steps of RFC 8291, section 4, and RFC 8188, section 2."""
        salt, record_bytes, id_bytes = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + id_bytes], body[21 + id_bytes :]
        assert len(record) <= record_bytes
        shared = self._key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), sender))
        info = b"WebPush: info\x00" + self._point + sender
        secret = HKDF(SHA256(), 32, salt=self._auth, info=info).derive(shared)
        key = HKDF(SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\x00").derive(secret)
        nonce = HKDF(SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\x00").derive(secret)
        padded = AESGCM(key).decrypt(nonce, record, None)
        assert padded.endswith(b"\x02"), "one record, the last"
        return json.loads(padded[:-1])


class PushService:
    """Keeps what it is given; `answers` are the statuses of the next requests, then 201."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.answers: list[int] = []
        self.seen: list[tuple[dict[str, str], bytes]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(service.answers.pop(0) if service.answers else 201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.origin = f"https://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def browser(self, name: str = "one") -> SubscribedBrowser:
        return SubscribedBrowser(f"{self.origin}/send/{name}")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def trusted_context(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return a certificate for localhost that is trusted from now on."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    key, certificate = folder / "key", folder / "certificate"
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    named = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *asked, *named], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return context


def claims_of(authorization: str, public_key: str) -> dict[str, Any]:
    """Return what a VAPID token says, which the key must have signed (RFC 8292, 2 and 3)."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", public_key)
    header, claims, signature = parts["t"].split(".")
    assert json.loads(decoded(header)) == {"typ": "JWT", "alg": "ES256"}
    raw = decoded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decoded(public_key))
    key.verify(der, f"{header}.{claims}".encode(), ECDSA(SHA256()))
    said: dict[str, Any] = json.loads(decoded(claims))
    return said
