"""Signed tokens for reply addresses and portal links."""

from __future__ import annotations

import base64
import hmac

MAC_BYTES = 10


def sign(secret: str, purpose: str, *parts: int) -> str:
    """Return numbers and their signature as lower-case base-32 text, safe in an address or a link.

    `purpose` keeps a signature made for one use from being taken for another. The signature is
    the first 80 bits of HMAC-SHA-256.
    """
    body = ".".join(str(part) for part in parts)
    mac = hmac.digest(secret.encode(), f"{purpose}:{body}".encode(), "sha256")
    return f"{'x'.join(str(part) for part in parts)}z{_text(mac[:MAC_BYTES])}"


def verify(secret: str, purpose: str, token: str, count: int) -> tuple[int, ...] | None:
    """Return the `count` signed numbers of a token, or None when it is not ours. Constant time."""
    body, separator, _ = token.lower().partition("z")
    numbers = body.split("x")
    if not separator or len(token) > 120 or len(numbers) != count:
        return None
    if not all(number.isascii() and number.isdigit() and len(number) < 19 for number in numbers):
        return None
    parts = tuple(int(number) for number in numbers)
    # as bytes: compare_digest refuses text beyond ASCII
    if hmac.compare_digest(sign(secret, purpose, *parts).encode(), token.lower().encode()):
        return parts
    return None


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower().replace("z", "0")
