"""Is a mail from whom its From says? Said by a relay we trust, else found out from DNS.

Own alignment instead of `authheaders`: it cuts domains at a hyphen and verifies one signature only
(docs/adr/0013). Signatures are dkimpy's, SPF is pyspf's, public suffixes are publicsuffixlist's.
"""

from __future__ import annotations

import warnings
from ipaddress import ip_address

import dkim
import msgspec

from atum_desk.kernel.config.name_servers import DnsAway
from atum_desk.kernel.config.settings import Settings
from atum_desk.mail.filing.classify import headers_named
from atum_desk.mail.models import MailSource, Policy, Proof
from atum_desk.mail.sender_checks import notices
from atum_desk.mail.sender_checks.authentication_results import proof_of_relay
from atum_desk.mail.sender_checks.domains import aligned, domain_of, organisation_of
from atum_desk.mail.sender_checks.resolver import Resolver
from atum_desk.mime import ParsedMail

with warnings.catch_warnings():
    # Its docstrings hold escapes that Python warns of.
    warnings.simplefilter("ignore")
    import spf

MAX_SIGNATURES = 5
# The parser keeps so many; a second From might stand below.
MAX_FIELDS = 200
# Signatures are checked over all of a mail, in several copies of it.
LARGEST_SIGNED_BYTES = 12_000_000
SMALLEST_KEY_BITS = 1024
SPF_SECONDS = 6


class SpfQuery(spf.query):  # type: ignore[misc]
    """SPF (RFC 7208) that asks our resolver."""

    resolver: Resolver

    def dns(  # noqa: D102
        self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False
    ) -> list[object]:
        try:
            found = self.resolver.records(str(name), qtype)
        except DnsAway as error:
            raise spf.TempError(str(error)) from error
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(f"Void lookup limit of {spf.MAX_VOID_LOOKUPS} exceeded")
        return [_as_spf_reads(one, qtype) for one in found]


def proof_at_hand(settings: Settings, source: MailSource, mail: ParsedMail) -> Proof | None:
    """Return what can be said of a mail's From without asking anybody, None when DNS must be asked."""
    domain = domain_of(mail.from_.address) if mail.from_ else None
    if domain is None:
        return Proof.of("unknown", notices.NoSender())
    if len(headers_named(mail, "from")) > 1:
        return Proof.of("failed", notices.SeveralFrom())
    if len(mail.headers) >= MAX_FIELDS:
        return Proof.of("unknown", notices.TooManyFields())
    if is_trusted_peer(settings, source.peer) and (said := proof_of_relay(settings, mail, domain)):
        return said
    if settings.mail_dns == "off":
        return Proof.of("unknown", notices.NobodyAsked(domain))
    return None


def prove_sender(settings: Settings, resolver: Resolver, source: MailSource, mail: ParsedMail) -> Proof:
    """Return what can be said of a mail's From. May ask DNS, so call it in a thread."""
    if known := proof_at_hand(settings, source, mail):
        return known
    assert mail.from_ is not None, "known otherwise"
    domain = domain_of(mail.from_.address) or ""
    # SPF is about the server that an SMTP session comes from, and the API's callers say no HELO.
    can_tell_spf = source.helo is not None and not is_trusted_peer(settings, source.peer)
    try:
        return _proof_of_dns(resolver, source, domain, can_tell_spf=can_tell_spf)
    except DnsAway:
        return Proof.of("unknown", notices.NoAnswerAbout(domain))


def is_trusted_peer(settings: Settings, peer: str | None) -> bool:
    """Tell whether a mail came by our own relay: a trusted address, a socket or a pipe."""
    if peer is None:
        return True
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    return any(address in network for network in settings.trusted_relays)


class _Record(msgspec.Struct, frozen=True):
    policy: Policy
    strict_dkim: bool
    strict_spf: bool


def _proof_of_dns(resolver: Resolver, source: MailSource, domain: str, *, can_tell_spf: bool) -> Proof:
    record = _dmarc_record(resolver, domain)
    for signer in _verified_signers(resolver, source.raw):
        if aligned(signer, domain, strict=record is not None and record.strict_dkim):
            return Proof.of("proven", notices.SignedBy(signer))
    result, spf_domain = _spf(resolver, source) if can_tell_spf else ("none", "")
    if aligned(spf_domain, domain, strict=record is not None and record.strict_spf):
        if result == "pass":
            return Proof.of("proven", notices.SentByServerOf(spf_domain))
        if result in ("fail", "softfail") and record is None:
            return Proof.of("failed", notices.NotItsServer(spf_domain))
    if record is None:
        return Proof.of("unknown", notices.SaysNothing(domain))
    if not can_tell_spf:
        return Proof.of("unknown", notices.ResultNotTold(domain))
    return Proof.of("failed", notices.PassesNeither(domain, record.policy), record.policy)


def _dmarc_record(resolver: Resolver, domain: str) -> _Record | None:
    """Return a domain's DMARC record or that of its organisation (RFC 7489, section 6.6.3)."""
    organisation = organisation_of(domain)
    for asked in dict.fromkeys((domain, organisation)):
        texts = resolver.texts(f"_dmarc.{asked}")
        records = [text for text in texts if text.strip().lower().startswith(b"v=dmarc1")]
        if len(records) == 1:
            return _read_record(records[0], of_parent=asked != domain)
    return None


def _read_record(text: bytes, *, of_parent: bool) -> _Record | None:
    pairs = (part.partition("=") for part in text.decode("ascii", "replace").lower().split(";"))
    tags = {name.strip(): value.strip() for name, _, value in pairs}
    wanted = tags.get("sp") or tags.get("p") if of_parent else tags.get("p")
    policies: dict[str | None, Policy] = {"reject": "reject", "quarantine": "quarantine"}
    return _Record(policies.get(wanted, "none"), tags.get("adkim") == "s", tags.get("aspf") == "s")


def _verified_signers(resolver: Resolver, raw: bytes) -> list[str]:
    """Return the domains whose signatures stand. One over a part of the body proves nothing."""
    if len(raw) > LARGEST_SIGNED_BYTES or b"dkim-signature" not in raw[:200_000].lower():
        return []

    def ask(name: bytes, timeout: int = 5) -> bytes | None:
        texts = resolver.texts(name.decode("ascii", "replace").rstrip("."))
        return texts[0] if texts else None

    signers = []
    try:
        checked = dkim.DKIM(raw, minkey=SMALLEST_KEY_BITS)
        count = sum(name.lower() == b"dkim-signature" for name, _ in checked.headers)
    except dkim.DKIMException:
        return []
    for number in range(min(count, MAX_SIGNATURES)):
        try:
            stands = checked.verify(idx=number, dnsfunc=ask)
        except DnsAway:
            raise
        except Exception:
            # The library trips over what it does not expect; that is a signature that does not stand.
            continue
        if stands and b"l" not in checked.signature_fields:
            signers.append(checked.domain.decode("ascii", "replace").lower())
    return signers


def _spf(resolver: Resolver, source: MailSource) -> tuple[str, str]:
    """Return the SPF result and the domain it is about."""
    helo = source.helo or "unknown"
    sender = source.envelope_from or f"postmaster@{helo}"
    domain = domain_of(sender) or ""
    query = SpfQuery(i=source.peer, s=sender, h=helo, querytime=SPF_SECONDS)
    query.resolver = resolver
    try:
        result, _code, _words = query.check()
    except Exception:
        # As above: a record that trips the library is no proof.
        return "none", domain
    return str(result), domain


def _as_spf_reads(record: object, kind: str) -> object:
    """Return a record in the shape that pyspf keeps."""
    match kind:
        case "TXT" | "SPF":
            return record.strings  # type: ignore[attr-defined]
        case "MX":
            return record.preference, str(record.exchange).rstrip(".")  # type: ignore[attr-defined]
        case "A" | "AAAA":
            return record.address  # type: ignore[attr-defined]
    return str(record).rstrip(".")
