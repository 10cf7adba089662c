"""Passwords: argon2id through argon2-cffi, off the event loop."""

from __future__ import annotations

import asyncio
import base64
import secrets
from functools import cache

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import hash_secret

_hasher = PasswordHasher()
# Two at once: one hash takes 64 MiB and a core for some 50 ms, and a flood must not starve the desk.
_turns = asyncio.Semaphore(2)

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


async def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    async with _turns:
        return await asyncio.to_thread(_hasher.hash, password)


async def hash_with_salt(salt: str | None, password: str) -> str:
    """Return the hash of a password as the stored one was made; None takes as long and is nobody's.

    `salt` is a stored hash without its last part (the PHC string format), as `sign_in_salt()` returns it.
    """
    async with _turns:
        return await asyncio.to_thread(_hash_with_salt, salt, password)


def salt_of(stored_hash: str) -> str:
    """Return a stored hash without its last part: nobody else's, and another for each password."""
    return stored_hash.rpartition("$")[0]


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


def _hash_with_salt(salt: str | None, password: str) -> str:
    given = (salt or _decoy().rpartition("$")[0]).encode()
    made = extract_parameters(given.decode() + "$" + "A" * (4 * _hasher.hash_len // 3 + 1))
    encoded = given.rpartition(b"$")[2]
    return hash_secret(
        password.encode(),
        base64.b64decode(encoded + b"=" * (-len(encoded) % 4)),
        made.time_cost,
        made.memory_cost,
        made.parallelism,
        _hasher.hash_len,
        Type.ID,
        made.version,
    ).decode()


def _verify(stored_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
