"""How the domain of a mail address is spelled: one domain of the DNS has many spellings."""

from __future__ import annotations

import idna

MOST_CHARACTERS = 253


def ascii_domain(domain: str) -> str:
    """Return a mail domain as DNS spells it (IDNA 2008). Raises ValueError for what cannot be one."""
    if domain.isascii():
        return domain
    return idna.encode(domain, uts46=True, transitional=False).decode()


def with_one_spelling(address: str) -> str:
    """Return an address of received mail with its domain as `read_address` stores it.

    DNS knows one domain by many spellings: with its final dot (RFC 1034, section 3.1), in xn-- codes,
    with letters and dots of other widths (UTS 46). What cannot be a domain stays as it is.
    """
    local, at, domain = address.rpartition("@")
    domain = domain.removesuffix(".")
    if not at or not domain or len(domain) > MOST_CHARACTERS:
        return address
    if not domain.isascii() or "xn--" in domain.lower():
        try:
            domain = idna.decode(idna.encode(domain, uts46=True, transitional=False))
        except ValueError:
            return address
    return f"{local}@{domain}"


def spellings(address: str) -> list[str]:
    """Return an address with its domain as given, in xn-- codes and in letters, each once."""
    local, _, domain = address.rpartition("@")
    found = {domain: None}
    try:
        found[ascii_domain(domain)] = None
        if "xn--" in domain:
            found[idna.decode(domain)] = None
    except ValueError:
        pass
    return [f"{local}@{one}" for one in found]
