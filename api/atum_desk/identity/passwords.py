"""Passwords: argon2id through argon2-cffi, off the event loop."""

from __future__ import annotations

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# Two at once: one hash takes 64 MiB and a core for some 50 ms, and a flood must not starve the desk.
_turns = asyncio.Semaphore(2)

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


async def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    async with _turns:
        return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(stored_hash: str | None, password: str) -> bool:
    """Tell whether a password is the stored one; None takes as long and is never right."""
    async with _turns:
        right = await asyncio.to_thread(_verify, stored_hash, password)
    return right and stored_hash is not None


def make_password() -> str:
    """Return a fresh password of 4 groups of 5 (about 98 bits) that can be read out loud."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


@cache
def _decoy() -> str:
    """Verified when the address is unknown, so that the answer takes as long as for a known one."""
    return _hasher.hash(secrets.token_urlsafe(16))


def _verify(stored_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
