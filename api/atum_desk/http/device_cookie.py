"""The device cookie: a browser that somebody signed in with keeps a budget of its own at sign-in (ADR 0020).

It opens nothing. It holds a number, signed with the installation's secret over the salt of the
person's password, so that a changed or reset password makes every device a stranger again.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from litestar.datastructures import Cookie

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.signed_tokens import sign, verify

DEVICE_COOKIE = "atum_device"
LIFETIME = timedelta(days=365)
# Colleagues share a browser; the cookie names as many of them.
MAX_PEOPLE = 4
SEPARATOR = "~"
NUMBER_BITS = 59  # at most 18 digits, which is what a signature carries


def find_device(cookie: str | None, secret: str, salt: str) -> int | None:
    """Return the number of this browser as a device of the person, or None for a stranger's."""
    for token in _tokens(cookie):
        signed = verify(secret, _purpose(salt), token, 2)
        if signed and _is_fresh(signed[1]):
            return signed[0]
    return None


def device_cookie(present: str | None, settings: Settings, salt: str, device: int | None) -> Cookie:
    """Return the cookie that makes this browser a device of the person, beside those it names already."""
    number = secrets.randbits(NUMBER_BITS) if device is None else device
    issued_at = int(clock.now().timestamp())
    own = sign(settings.secret, _purpose(salt), number, issued_at)
    others = [token for token in _tokens(present) if verify(settings.secret, _purpose(salt), token, 2) is None]
    return Cookie(
        key=DEVICE_COOKIE,
        value=SEPARATOR.join([own, *others][:MAX_PEOPLE]),
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=settings.web_url.startswith("https://"),
        path="/api/v1/",
    )


def _tokens(cookie: str | None) -> list[str]:
    return [one for one in (cookie or "")[:600].split(SEPARATOR)[:MAX_PEOPLE] if one]


def _is_fresh(issued_at: int) -> bool:
    return clock.now().timestamp() - issued_at < LIFETIME.total_seconds()


def _purpose(salt: str) -> str:
    return f"device:{hashlib.sha256(salt.encode()).hexdigest()}"
