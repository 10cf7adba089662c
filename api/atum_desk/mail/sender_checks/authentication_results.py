"""What a relay we trust wrote about a mail's sender: Authentication-Results (RFC 8601)."""

from __future__ import annotations

import re
from typing import Any

import authres

from atum_desk.kernel.config.settings import Settings
from atum_desk.mail.filing.classify import headers_named
from atum_desk.mail.models import Policy, Proof
from atum_desk.mail.sender_checks import notices
from atum_desk.mail.sender_checks.domains import aligned, domain_of
from atum_desk.mime import ParsedMail, parse_addresses

NAME = "Authentication-Results"
MAX_FIELD_CHARACTERS = 5_000
_POLICY = re.compile(r"\b(?:p|policy\.dmarc)=(none|quarantine|reject)\b", re.IGNORECASE)


def proof_of_relay(settings: Settings, mail: ParsedMail, domain: str) -> Proof | None:
    """Return what the nearest trusted relay says, None when it says nothing of use.

    Only the first field under each trusted name counts; a relay removes those that others wrote
    under its name.
    """
    trusted = [name.strip().lower() for name in settings.mail_trusted_authserv.split(",")]
    seen: set[str] = set()
    for value in headers_named(mail, NAME):
        name = value.split(";", 1)[0].strip().split(" ", 1)[0].lower()
        if name in seen or name not in trusted or not name:
            continue
        seen.add(name)
        if proof := _proof_in(value[:MAX_FIELD_CHARACTERS], mail, domain, name):
            return proof
    return None


def _proof_in(field: str, mail: ParsedMail, domain: str, relay: str) -> Proof | None:
    try:
        results = authres.AuthenticationResultsHeader.parse(f"{NAME}: {field}").results
    except Exception:
        # A field that nobody can read says nothing.
        return None

    def said(method: str, result: str, *names: str) -> list[str]:
        """Return what results of a method are about, its first property that is there."""
        about = [one for one in results if (one.method, one.result) == (method, result)]
        values = ([_value(one, name) for name in names] for one in about)
        return [next(filter(None, named), "") for named in values]

    def ours(addresses: list[str]) -> str | None:
        same = (one for one in addresses if aligned(domain_of(one) or "", domain))
        return next(same, None)

    about_domain = said("dmarc", "pass", "header.from")
    if about_domain:
        # Without the domain it is about, it can only be about a From of one address.
        alone = len(parse_addresses(next(iter(headers_named(mail, "from")), ""))) == 1
        named = [one or (domain if alone else "") for one in about_domain]
        return Proof.of("proven", notices.RelayDmarcPasses(relay)) if ours(named) else None
    if said("dmarc", "fail", "header.from"):
        policy = _policy_in(field)
        return Proof.of("failed", notices.RelayDmarcFails(relay, policy), policy)
    if signer := ours(said("dkim", "pass", "header.d", "header.i")):
        return Proof.of("proven", notices.RelaySigned(relay, signer.lstrip("@")))
    if sent := ours(said("spf", "pass", "smtp.mailfrom")):
        return Proof.of("proven", notices.RelaySent(relay, sent))
    sender = mail.from_.address.lower() if mail.from_ else ""
    if sender in [login.lower() for login in said("auth", "pass", "smtp.auth")]:
        return Proof.of("proven", notices.RelaySignedIn(relay, sender))
    for result in ("fail", "softfail"):
        if told := ours(said("spf", result, "smtp.mailfrom")):
            return Proof.of("failed", notices.RelaySpfSays(relay, told, result))
    return None


def _value(result: Any, name: str) -> str:
    values = (str(one.value) for one in result.properties if f"{one.type}.{one.name}" == name)
    return next(values, "")


def _policy_in(field: str) -> Policy:
    """Return the policy that a failed DMARC result names, in a property or a comment."""
    about = field[field.lower().find("dmarc=") :].split(";", 1)[0]
    found = _POLICY.search(about)
    policies: dict[str, Policy] = {"reject": "reject", "quarantine": "quarantine"}
    return policies.get(found.group(1).lower(), "none") if found else "none"
