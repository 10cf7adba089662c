"""What DNS says of a domain that mail is sent for, each with a verdict and the exact record to add."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from ipaddress import ip_address
from typing import Literal

import msgspec

from atum_desk.fetching.lookups import Lookups
from atum_desk.fetching.models import LOOPBACK
from atum_desk.fetching.providers import provider_of_relay
from atum_desk.fetching.spf import Spf, SpfBroken, SpfUnclear
from atum_desk.kernel.config.name_servers import DnsAway

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


async def _told(subject: Subject, checking: Awaitable[DnsItem]) -> DnsItem:
    try:
        return await checking
    except DnsAway as error:
        return DnsItem(subject=subject, verdict="unknown", words=f"It could not be found out: {error}")


async def _spf(lookups: Lookups, domain: str, relay_host: str | None) -> DnsItem:
    spf = Spf(lookups)
    found = await spf.records(domain)
    part = _spf_part(relay_host)
    if not found:
        value = f"v=spf1 {part}" if part.startswith("redirect") else f"v=spf1 mx {part} ~all"
        return DnsItem(
            subject="spf",
            verdict="missing",
            add=DnsAdvice(domain, "TXT", " ".join(value.split())),
            words="Nothing says who may send for the domain, so receivers distrust its mail.",
        )
    if len(found) > 1:
        words = "There are several SPF records, so receivers heed none. Put them into one."
        return DnsItem(subject="spf", verdict="wrong", words=words, found=found)
    addresses = await _addresses(lookups, relay_host)
    if not addresses:
        words = "There is a record. No relay with a public address is set that it could be held against."
        return DnsItem(subject="spf", verdict="unknown", words=words, found=found)
    try:
        refused = [one for one in addresses if not await Spf(lookups).allows(domain, one)]
    except SpfBroken as error:
        return DnsItem(subject="spf", verdict="wrong", words=str(error), found=found)
    except SpfUnclear:
        words = "It uses macros, which only a real mail decides. Look at the headers of one that arrived."
        return DnsItem(subject="spf", verdict="unknown", words=words, found=found)
    if refused:
        words = f"It does not name {', '.join(refused)}, where your relay {relay_host} sends from."
        record = DnsAdvice(domain, "TXT", _with(found[0], part))
        return DnsItem(subject="spf", verdict="wrong", words=words, found=found, add=record)
    if found[0].lower().split()[-1] in ("+all", "all"):
        words = "It lets everybody send for the domain. End it with ~all or -all."
        fixed = " ".join([*found[0].split()[:-1], "~all"])
        record = DnsAdvice(domain, "TXT", fixed)
        return DnsItem(subject="spf", verdict="wrong", words=words, found=found, add=record)
    return DnsItem(subject="spf", verdict="good", words=f"It names {relay_host}, your relay.", found=found)


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
        return DnsItem(
            subject="dkim",
            verdict="unknown",
            words="This desk signs no mail of the domain. Your relay may; without a signature mail is distrusted.",
        )
    name = f"{key.selector}._domainkey.{domain}"
    kind = "k=ed25519; " if len(key.public_key) < 60 else "k=rsa; "
    record = DnsAdvice(name, "TXT", f"v=DKIM1; {kind}p={key.public_key}")
    found = await lookups.texts(name)
    if not found:
        words = "The public key is missing, so nobody can check the signatures."
        return DnsItem(subject="dkim", verdict="missing", words=words, add=record)
    published = [tags(one).get("p", "") for one in found]
    if len(found) > 1:
        words = "There are several records, so receivers may take the wrong one. Keep this one only."
        return DnsItem(subject="dkim", verdict="wrong", words=words, found=found, add=record)
    if "".join(published[0].split()) != key.public_key:
        what = "was withdrawn" if not published[0] else "is another one"
        words = f"The key in DNS {what}: signatures made here fail."
        return DnsItem(subject="dkim", verdict="wrong", words=words, found=found, add=record)
    return DnsItem(subject="dkim", verdict="good", words="The public key is there.", found=found)


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
        return DnsItem(
            subject="dmarc",
            verdict="missing",
            words="Nothing says what to do with forged mail of the domain; large providers ask for it.",
            add=DnsAdvice(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:{address}"),
        )
    if len(found) > 1 or policy not in ("none", "quarantine", "reject"):
        words = "There are several records." if len(found) > 1 else "It names no policy (p=) that exists."
        return DnsItem(
            subject="dmarc",
            verdict="wrong",
            words=f"{words} Receivers heed none of it.",
            found=found,
            add=DnsAdvice(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:{address}"),
        )
    if policy == "none":
        words = "It only watches (p=none). Once SPF and DKIM are good, quarantine keeps forgeries out."
        stricter = DnsAdvice(f"_dmarc.{domain}", "TXT", found[0].replace("p=none", "p=quarantine", 1))
        return DnsItem(subject="dmarc", verdict="weak", words=words, found=found, add=stricter)
    return DnsItem(subject="dmarc", verdict="good", words=f"Forged mail meets p={policy}.", found=found)


async def _ptr(lookups: Lookups, relay_host: str | None) -> DnsItem:
    if relay_host and (provider := provider_of_relay(relay_host)):
        words = f"{relay_host} belongs to {provider.name}, who sees to this."
        return DnsItem(subject="ptr", verdict="good", words=words)
    addresses = await _addresses(lookups, relay_host)
    if not addresses:
        words = "No relay with a public address is set, so it is not known which address mail comes from."
        return DnsItem(subject="ptr", verdict="unknown", words=words)
    found, bad = [], []
    for address in addresses:
        names = await lookups.names(address)
        found += [f"{address} is {name}" for name in names]
        confirmed = [name for name in names if address in await lookups.addresses(name)]
        if not confirmed:
            bad.append(address)
    if not bad:
        words = "Each address has a name that leads back to it."
        return DnsItem(subject="ptr", verdict="good", words=words, found=found)
    named = any(one.startswith(f"{bad[0]} is") for one in found)
    reverse = _reverse(bad[0])
    return DnsItem(
        subject="ptr",
        verdict="wrong" if named else "missing",
        found=found,
        words=f"{bad[0]} has no name that leads back to it, and many receivers refuse its mail. "
        "Whoever gave you the address sets the name.",
        add=DnsAdvice(reverse, "PTR", f"{relay_host}."),
    )


async def _mx(lookups: Lookups, domain: str) -> DnsItem:
    found = await lookups.exchanges(domain)
    if not found:
        return DnsItem(
            subject="mx",
            verdict="missing",
            add=DnsAdvice(domain, "MX", f"10 mail.{domain}."),
            words="No server takes mail for the domain, so nobody can answer you. Put your own mail server's name in.",
        )
    lost = [one for one in found if not await lookups.addresses(one)]
    if lost:
        words = f"{', '.join(lost)} has no address, so mail to the domain may not arrive."
        return DnsItem(subject="mx", verdict="wrong", words=words, found=found)
    words = f"Mail to the domain goes to {found[0]}."
    return DnsItem(subject="mx", verdict="good", words=words, found=found)


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
