"""Secrets that must be read again (a relay's password, a signing key): encrypted where they are kept.

The key is derived from ATUM_SECRET, so a dump of the database alone opens nothing; whoever moves
the database takes the secret along, or the secrets are set anew.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORM = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


class SealBroken(Exception):
    """What was sealed was sealed with another ATUM_SECRET, for another purpose, or was changed."""


def seal(secret: str, purpose: str, text: str) -> bytes:
    """Return text encrypted and authenticated (AES-256-GCM); `purpose` binds it to its use."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(secret, purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return FORM + nonce + sealed


def unseal(secret: str, purpose: str, sealed: bytes) -> str:
    """Return what `seal` was given. Raises SealBroken."""
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if sealed[:1] != FORM or len(nonce) != NONCE_BYTES:
        raise SealBroken
    try:
        return AESGCM(_key(secret, purpose)).decrypt(nonce, rest, purpose.encode()).decode()
    except InvalidTag:
        raise SealBroken from None


def _key(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"seal:{purpose}".encode())
    return kdf.derive(secret.encode())
