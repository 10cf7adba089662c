"""What is sealed opens with its own secret for its own purpose, whole, and with nothing else."""

from __future__ import annotations

import pytest

from atum_desk.kernel.sealed_secrets import SealBroken, seal, unseal

SECRET = "s" * 40


def test_what_was_sealed_is_read_again_and_never_looks_the_same() -> None:
    sealed = seal(SECRET, "relay password", "pässword")
    assert unseal(SECRET, "relay password", sealed) == "pässword"
    assert sealed != seal(SECRET, "relay password", "pässword")
    assert "pässword".encode() not in sealed


def test_another_secret_purpose_or_byte_opens_nothing() -> None:
    sealed = seal(SECRET, "relay password", "x")
    for secret, purpose in (("t" * 40, "relay password"), (SECRET, "dkim key")):
        with pytest.raises(SealBroken):
            unseal(secret, purpose, sealed)
    for place in range(len(sealed)):
        forged = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            unseal(SECRET, "relay password", forged)
    for short in (b"", b"\x01", sealed[:5]):
        with pytest.raises(SealBroken):
            unseal(SECRET, "relay password", short)
