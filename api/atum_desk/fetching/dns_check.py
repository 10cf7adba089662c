"""What DNS says of a domain that mail is sent for, each with a verdict and the exact record to add."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from ipaddress import ip_address
from typing import Literal

import msgspec

from atum_desk.fetching import dns_notices as notices
from atum_desk.fetching.lookups import Lookups
from atum_desk.fetching.models import LOOPBACK
from atum_desk.fetching.providers import provider_of_relay
from atum_desk.fetching.spf import Spf, SpfBroken, SpfUnclear
from atum_desk.kernel.config.name_servers import DnsAway
from atum_desk.kernel.notices import Notice, NoticeRef, Sayable, notice_of

Subject = Literal["spf", "dkim", "dmarc", "ptr", "mx"]
Verdict = Literal["good", "weak", "missing", "wrong", "unknown"]


class DnsAdvice(msgspec.Struct, frozen=True):
    """A record as it is entered at whoever keeps the domain's DNS."""

    name: str
    type: str
    value: str


class DnsItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was checked: what was found, what to think of it, and the record to add or change."""

    subject: Subject
    verdict: Verdict
    words: str
    found: list[str] = []
    add: DnsAdvice | None = None
    notice: NoticeRef | None = None


class DnsCheck(msgspec.Struct):
    """The checks of a domain."""

    domain: str
    items: list[DnsItem]


class SignedWith(msgspec.Struct, frozen=True):
    """The DKIM key that mail is signed with: its selector and public key in base64."""

    selector: str
    public_key: str


async def check_domain(lookups: Lookups, address: str, relay_host: str | None, key: SignedWith | None) -> DnsCheck:
    """Check the domain of an address whose mail leaves through a relay (None: none is set)."""
    domain = address.rpartition("@")[2].lower()
    checks: list[tuple[Subject, Awaitable[DnsItem]]] = [
        ("spf", _spf(lookups, domain, relay_host)),
        ("dkim", _dkim(lookups, domain, key)),
        ("dmarc", _dmarc(lookups, domain, address)),
        ("ptr", _ptr(lookups, relay_host)),
        ("mx", _mx(lookups, domain)),
    ]
    items = await asyncio.gather(*(_told(subject, one) for subject, one in checks))
    return DnsCheck(domain, items)


def _item(
    *, subject: Subject, verdict: Verdict, notice: Sayable, found: list[str] | None = None, add: DnsAdvice | None = None
) -> DnsItem:
    return DnsItem(subject=subject, verdict=verdict, words=notice.text, notice=notice.ref, found=found or [], add=add)


async def _told(subject: Subject, checking: Awaitable[DnsItem]) -> DnsItem:
    try:
        return await checking
    except DnsAway as error:
        return _item(subject=subject, verdict="unknown", notice=notices.NotFoundOut(notice_of(error)))


async def _spf(lookups: Lookups, domain: str, relay_host: str | None) -> DnsItem:
    spf = Spf(lookups)
    found = await spf.records(domain)
    part = _spf_part(relay_host)
    if not found:
        value = f"v=spf1 {part}" if part.startswith("redirect") else f"v=spf1 mx {part} ~all"
        return _item(
            subject="spf",
            verdict="missing",
            add=DnsAdvice(domain, "TXT", " ".join(value.split())),
            notice=notices.NoSpf(),
        )
    if len(found) > 1:
        return _item(subject="spf", verdict="wrong", notice=notices.SeveralSpf(), found=found)
    addresses = await _addresses(lookups, relay_host)
    if not addresses:
        return _item(subject="spf", verdict="unknown", notice=notices.SpfNotCompared(), found=found)
    try:
        refused = [one for one in addresses if not await Spf(lookups).allows(domain, one)]
    except SpfBroken as error:
        return _item(subject="spf", verdict="wrong", notice=error.notice, found=found)
    except SpfUnclear:
        return _item(subject="spf", verdict="unknown", notice=notices.SpfMacros(), found=found)
    if refused:
        notice: Notice = notices.SpfLacks(refused, relay_host or "")
        record = DnsAdvice(domain, "TXT", _with(found[0], part))
        return _item(subject="spf", verdict="wrong", notice=notice, found=found, add=record)
    if found[0].lower().split()[-1] in ("+all", "all"):
        notice = notices.SpfOpen()
        fixed = " ".join([*found[0].split()[:-1], "~all"])
        record = DnsAdvice(domain, "TXT", fixed)
        return _item(subject="spf", verdict="wrong", notice=notice, found=found, add=record)
    return _item(subject="spf", verdict="good", notice=notices.SpfGood(relay_host or ""), found=found)


def _spf_part(relay_host: str | None) -> str:
    if relay_host is None or relay_host in LOOPBACK:
        return ""
    if (provider := provider_of_relay(relay_host)) and provider.spf:
        return provider.spf
    try:
        ip = ip_address(relay_host)
    except ValueError:
        return f"a:{relay_host}"
    return f"ip{ip.version}:{ip}"


def _with(record: str, part: str) -> str:
    """Return an SPF record with one more part before the one that decides about all others."""
    terms = record.split()
    last = next((n for n, t in enumerate(terms) if t.lstrip("+-~?").lower() == "all" or (n and "=" in t)), len(terms))
    return " ".join([*terms[:last], part, *terms[last:]])


async def _dkim(lookups: Lookups, domain: str, key: SignedWith | None) -> DnsItem:
    if key is None:
        return _item(subject="dkim", verdict="unknown", notice=notices.NotSigned())
    name = f"{key.selector}._domainkey.{domain}"
    kind = "k=ed25519; " if len(key.public_key) < 60 else "k=rsa; "
    record = DnsAdvice(name, "TXT", f"v=DKIM1; {kind}p={key.public_key}")
    found = await lookups.texts(name)
    if not found:
        notice: Notice = notices.KeyMissing()
        return _item(subject="dkim", verdict="missing", notice=notice, add=record)
    published = [tags(one).get("p", "") for one in found]
    if len(found) > 1:
        notice = notices.SeveralKeys()
        return _item(subject="dkim", verdict="wrong", notice=notice, found=found, add=record)
    if "".join(published[0].split()) != key.public_key:
        notice = notices.OtherKey() if published[0] else notices.KeyWithdrawn()
        return _item(subject="dkim", verdict="wrong", notice=notice, found=found, add=record)
    return _item(subject="dkim", verdict="good", notice=notices.KeyThere(), found=found)


async def _dmarc(lookups: Lookups, domain: str, address: str) -> DnsItem:
    found: list[str] = []
    labels = domain.split(".")
    # A domain without its own is covered by the one above it (RFC 7489, 6.6.3).
    for start in range(max(1, len(labels) - 1)):
        place = ".".join(labels[start:])
        found = [t for t in await lookups.texts(f"_dmarc.{place}") if t.lower().startswith("v=dmarc1")]
        if found:
            break
    policy = tags(found[0]).get("p", "").lower() if found else ""
    if not found:
        return _item(
            subject="dmarc",
            verdict="missing",
            notice=notices.NoDmarc(),
            add=DnsAdvice(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:{address}"),
        )
    if len(found) > 1 or policy not in ("none", "quarantine", "reject"):
        return _item(
            subject="dmarc",
            verdict="wrong",
            notice=notices.SeveralDmarc() if len(found) > 1 else notices.NoDmarcPolicy(),
            found=found,
            add=DnsAdvice(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:{address}"),
        )
    if policy == "none":
        stricter = DnsAdvice(f"_dmarc.{domain}", "TXT", found[0].replace("p=none", "p=quarantine", 1))
        return _item(subject="dmarc", verdict="weak", notice=notices.DmarcWatches(), found=found, add=stricter)
    return _item(subject="dmarc", verdict="good", notice=notices.DmarcGood(policy), found=found)


async def _ptr(lookups: Lookups, relay_host: str | None) -> DnsItem:
    if relay_host and (provider := provider_of_relay(relay_host)):
        return _item(subject="ptr", verdict="good", notice=notices.PtrOfProvider(relay_host, provider.name))
    addresses = await _addresses(lookups, relay_host)
    if not addresses:
        return _item(subject="ptr", verdict="unknown", notice=notices.PtrNoRelay())
    found, bad = [], []
    for address in addresses:
        names = await lookups.names(address)
        found += [f"{address} is {name}" for name in names]
        confirmed = [name for name in names if address in await lookups.addresses(name)]
        if not confirmed:
            bad.append(address)
    if not bad:
        return _item(subject="ptr", verdict="good", notice=notices.PtrGood(), found=found)
    named = any(one.startswith(f"{bad[0]} is") for one in found)
    reverse = _reverse(bad[0])
    return _item(
        subject="ptr",
        verdict="wrong" if named else "missing",
        found=found,
        notice=notices.PtrBad(bad[0]),
        add=DnsAdvice(reverse, "PTR", f"{relay_host}."),
    )


async def _mx(lookups: Lookups, domain: str) -> DnsItem:
    found = await lookups.exchanges(domain)
    if not found:
        return _item(
            subject="mx", verdict="missing", add=DnsAdvice(domain, "MX", f"10 mail.{domain}."), notice=notices.NoMx()
        )
    lost = [one for one in found if not await lookups.addresses(one)]
    if lost:
        return _item(subject="mx", verdict="wrong", notice=notices.MxLost(lost), found=found)
    return _item(subject="mx", verdict="good", notice=notices.MxGood(found[0]), found=found)


async def _addresses(lookups: Lookups, relay_host: str | None) -> list[str]:
    """Return the public addresses of a relay; one on this machine has none that is known."""
    if relay_host is None or relay_host in LOOPBACK:
        return []
    return (await lookups.addresses(relay_host))[:5]


def _reverse(address: str) -> str:
    return ip_address(address).reverse_pointer


def tags(record: str) -> dict[str, str]:
    """Return the tags of a DKIM or DMARC record."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}
