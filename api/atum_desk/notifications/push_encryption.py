"""What a push service carries and cannot read: messages encrypted for one browser, and who sends them.

RFC 8291 (message encryption), RFC 8188 (aes128gcm), RFC 8292 (VAPID).
"""

from __future__ import annotations

import base64
import os

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

# Push services take 4096 bytes; the header, the padding's delimiter and the tag take 103 of them.
MAX_CONTENT_BYTES = 3_900
RECORD_BYTES = 4096
POINT_BYTES, AUTH_BYTES = 65, 16


def encrypt(content: bytes, p256dh: bytes, auth: bytes) -> bytes:
    """Return a content, at most MAX_CONTENT_BYTES, that only the browser with these keys can read.

    `p256dh` is its public key as an uncompressed point, `auth` its secret. Raises ValueError for what is no key.
    """
    if len(content) > MAX_CONTENT_BYTES:
        raise ValueError(len(content))
    browser = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), p256dh)
    ours, salt = generate_private_key(SECP256R1()), os.urandom(16)
    public = _point(ours)
    key_info = b"WebPush: info\0" + p256dh + public
    key = HKDF(SHA256(), 32, auth, key_info).derive(ours.exchange(ECDH(), browser))
    encryption_key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(key)
    nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(key)
    header = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(public)]) + public
    # One record, the last: 2 ends its text.
    return header + AESGCM(encryption_key).encrypt(nonce, content + b"\x02", None)


def authorization(private_key: str, *, audience: str, subject: str, expires_at: int) -> str:
    """Return the header that says who sends (RFC 8292, 3): a token for the push service at `audience`.

    `private_key` is PEM, `expires_at` in seconds since 1970 and at most a day ahead.
    """
    key = load_pem_private_key(private_key.encode(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise UnsupportedAlgorithm("P-256")
    claims = {"aud": audience, "exp": expires_at, "sub": subject}
    parts = [to_base64url(msgspec.json.encode(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims)]
    r, s = decode_dss_signature(key.sign(".".join(parts).encode(), ECDSA(SHA256())))
    token = ".".join([*parts, to_base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))])
    return f"vapid t={token}, k={to_base64url(_point(key))}"


def make_key() -> tuple[str, str]:
    """Return a fresh private key in PEM, and the public one as browsers subscribe with it."""
    key = generate_private_key(SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, to_base64url(_point(key))


def is_point(p256dh: bytes) -> bool:
    """Tell whether a browser's public key is one."""
    if len(p256dh) != POINT_BYTES:
        return False
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), p256dh)
    except ValueError:
        return False
    return True


def to_base64url(raw: bytes) -> str:
    """Return bytes in base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url, with or without padding. Raises ValueError."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _point(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
