"""Mail domains: how DNS spells them, who registered them, and which belong together."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from atum_desk.kernel.mail_domains import ascii_domain


def domain_of(address: str) -> str | None:
    """Return an address's domain as DNS spells it, None when it cannot be one."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        spelled = ascii_domain(domain)
    except ValueError:
        return None
    return spelled if 0 < len(spelled) <= 253 else None


def organisation_of(domain: str) -> str:
    """Return the domain that somebody registered, of which this one is a part."""
    return _suffixes().privatesuffix(domain) or domain


def aligned(signer: str, domain: str, *, strict: bool = False) -> bool:
    """Tell whether what one domain vouches for counts for the other (RFC 7489, section 3.1)."""
    if strict or not signer:
        return signer == domain
    return organisation_of(signer) == organisation_of(domain)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
