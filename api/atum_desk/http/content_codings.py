"""Which content codings a client takes, and whether an answer of the API is compressed for it."""

from __future__ import annotations

import zlib

# Under one packet nothing is won.
LEAST_BYTES = 1_400
# A list of tickets shrinks to an eighth in half a millisecond; higher levels win little and cost twice.
LEVEL = 4
# Above it, compressing would hold up the other requests of the process.
LARGEST_INLINE_BYTES = 200_000
GZIP_WINDOW = zlib.MAX_WBITS + 16


def accepted_codings(header: bytes) -> frozenset[str]:
    """Return the codings of an Accept-Encoding header, without those it refuses (RFC 9110, 12.5.3)."""
    accepted = set()
    for part in header.decode("latin-1").lower().split(","):
        name, _, given = part.partition(";")
        weight = given.strip().removeprefix("q=").strip()
        if name.strip() and weight not in ("0", "0.0", "0.00", "0.000"):
            accepted.add(name.strip())
    return frozenset(accepted)


def may_compress(method: str, headers: dict[bytes, bytes]) -> bool:
    """Whether an answer of the API may be compressed for whoever asks.

    The size of a compressed answer tells an onlooker whether something that an attacker put into the
    request repeats a secret of the answer (the BREACH attack, breachattack.com). That takes a browser
    that asks with its cookies for the attacker's page, so requests from other sites get no compressed
    answer, nor do browsers that do not say where a request comes from.
    """
    if method != "GET" or b"gzip" not in headers.get(b"accept-encoding", b""):
        return False
    if "gzip" not in accepted_codings(headers[b"accept-encoding"]):
        return False
    site = headers.get(b"sec-fetch-site")
    return site == b"same-origin" if site is not None else b"cookie" not in headers


def compressed(body: bytes) -> bytes:
    """Return the body in the gzip format."""
    packer = zlib.compressobj(LEVEL, wbits=GZIP_WINDOW)
    return packer.compress(body) + packer.flush()
