"""Who wrote a mail: what DNS says, asked at a real server on loopback, and what a trusted relay says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import msgspec
import pytest
from mail_desk import letter
from names import Names, Signer

from atum_desk.kernel.config.name_servers import DnsAway
from atum_desk.kernel.config.setting_kinds import Networks
from atum_desk.kernel.config.settings import Settings
from atum_desk.mail.models import MailSource, Proof
from atum_desk.mail.sender_checks import examine
from atum_desk.mail.sender_checks.domains import aligned, organisation_of
from atum_desk.mail.sender_checks.notices import SentByServerOf, SignedBy
from atum_desk.mail.sender_checks.resolver import SILENCE_SECONDS, SILENT_QUESTIONS, Resolver
from atum_desk.mail.sender_checks.verify_sender import prove_sender
from atum_desk.mime import parse_mail

OUTSIDE = "203.0.113.7"


@pytest.fixture
def names() -> Iterator[Names]:
    with Names().running() as running:
        yield running


def prove(
    names: Names,
    raw: bytes,
    *,
    peer: str | None = OUTSIDE,
    sender: str = "ann@example.org",
    settings: Settings | None = None,
    helo: str | None = "mx.example.org",
) -> Proof:
    source = msgspec.structs.replace(source_of(raw, peer=peer, sender=sender), helo=helo)
    return prove_sender(settings or Settings(), Resolver(names.address), source, parse_mail(raw))


def source_of(raw: bytes, *, peer: str | None = OUTSIDE, sender: str = "ann@example.org") -> MailSource:
    return MailSource(
        id=1,
        state="received",
        mailbox_id=1,
        envelope_from=sender,
        envelope_to=[],
        attempts=0,
        peer=peer,
        helo="mx.example.org",
        released=False,
        received_at=datetime.now(UTC),
        raw=raw,
    )


def test_a_domain_that_says_nothing_leaves_its_mail_unknown(names: Names) -> None:
    proof = prove(names, letter().as_bytes())
    assert (proof.verdict, proof.policy) == ("unknown", "none")
    assert "example.org says nothing" in proof.words


def test_a_signature_of_the_senders_domain_proves_it(names: Names) -> None:
    raw = Signer("example.org", names).sign(letter())
    assert prove(names, raw) == Proof.of("proven", SignedBy("example.org"))
    assert prove(names, raw.replace(b"on fire", b"on hire")).verdict == "unknown"


def test_any_of_several_signatures_may_prove_it(names: Names) -> None:
    raw = Signer("lists.example.net", names).sign(Signer("example.org", names).sign(letter()))
    assert prove(names, raw).verdict == "proven"


def test_a_subdomain_signs_for_its_organisation_unless_alignment_is_strict(names: Names) -> None:
    raw = Signer("mail.example.org", names).sign(letter())
    assert prove(names, raw).verdict == "proven"
    names.text("_dmarc.example.org", "v=DMARC1; p=reject; adkim=s")
    assert prove(names, raw).verdict == "failed"


def test_a_signature_over_a_part_of_the_body_proves_nothing(names: Names) -> None:
    raw = Signer("example.org", names).sign(letter(), length=True)
    assert prove(names, raw + b"and more\r\n").verdict == "unknown"


@pytest.mark.parametrize(
    ("name", "of_another"),
    [("my-company.example", "my-other.example"), ("bank.example", "bank.example-evil.test"), ("a.co.uk", "b.co.uk")],
)
def test_a_signature_of_a_domain_that_only_looks_alike_proves_nothing(names: Names, name: str, of_another: str) -> None:
    names.text(f"_dmarc.{name}", "v=DMARC1; p=reject")
    raw = Signer(of_another, names).sign(letter(sender=f"ann@{name}"))
    proof = prove(names, raw, sender=f"ann@{of_another}")
    assert (proof.verdict, proof.policy) == ("failed", "reject")
    assert not aligned(of_another, name)


def test_spf_of_a_direct_peer_proves_or_fails(names: Names) -> None:
    names.text("example.org", "v=spf1 a:mx.example.org include:_spf.example.org -all")
    names.text("_spf.example.org", "v=spf1 ip4:203.0.113.0/24 ~all")
    names.records["mx.example.org", "A"] = ["198.51.100.9"]
    raw = letter().as_bytes()
    assert prove(names, raw) == Proof.of("proven", SentByServerOf("example.org"))
    assert prove(names, raw, peer="198.51.100.9").verdict == "proven"
    assert prove(names, raw, peer="192.0.2.1").verdict == "failed"
    assert prove(names, raw, sender="ann@example.net").verdict == "unknown"


def test_spf_says_nothing_about_mail_that_our_own_relay_hands_over(names: Names) -> None:
    names.text("example.org", "v=spf1 -all")
    names.text("_dmarc.example.org", "v=DMARC1; p=reject")
    for peer in ("127.0.0.1", None):
        proof = prove(names, letter().as_bytes(), peer=peer)
        assert proof.verdict == "unknown"
        assert "did not tell" in proof.words


@pytest.mark.parametrize(
    ("record", "at", "policy"),
    [
        ("v=DMARC1; p=reject", "example.org", "reject"),
        ("v=DMARC1;p=quarantine;pct=50", "example.org", "quarantine"),
        ("v=DMARC1; p=none", "example.org", "none"),
        ("v=DMARC1; p=none; sp=reject", "parent", "reject"),
        ("v=DMARC1; p=reject", "parent", "reject"),
    ],
)
def test_dmarc_tells_what_to_do_with_what_fails(names: Names, record: str, at: str, policy: str) -> None:
    domain = "news.example.org" if at == "parent" else "example.org"
    names.text("_dmarc.example.org", record)
    proof = prove(names, letter(sender=f"ann@{domain}").as_bytes(), sender=f"ann@{domain}")
    assert (proof.verdict, proof.policy) == ("failed", policy)


def test_two_dmarc_records_are_none(names: Names) -> None:
    names.text("_dmarc.example.org", "v=DMARC1; p=reject")
    names.text("_dmarc.example.org", "v=DMARC1; p=none")
    assert prove(names, letter().as_bytes()).verdict == "unknown"


def test_two_from_fields_fail_whatever_is_signed(names: Names) -> None:
    raw = Signer("example.org", names).sign(letter())
    proof = prove(names, b"From: boss@example.com\r\n" + raw)
    assert proof.verdict == "failed"


def test_a_flood_of_fields_proves_nothing(names: Names) -> None:
    raw = b"X-Pad: 1\r\n" * 300 + Signer("example.org", names).sign(letter())
    assert prove(names, raw).verdict == "unknown"


def test_answers_are_remembered(names: Names) -> None:
    names.text("_dmarc.example.org", "v=DMARC1; p=reject")
    resolver = Resolver(names.address)
    for _ in range(5):
        assert resolver.texts("_dmarc.example.org") == [b"v=DMARC1; p=reject"]
    assert names.asked.count(("_dmarc.example.org", "TXT")) == 1


def test_a_silent_server_is_soon_not_asked_any_more(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    names.silent = True
    resolver = Resolver(names.address)
    assert resolver._resolver is not None
    resolver._resolver.lifetime = resolver._resolver.timeout = 0.1
    for number in range(SILENT_QUESTIONS):
        with pytest.raises(DnsAway):
            resolver.texts(f"n{number}.example.org")
    asked = len(names.asked)
    with pytest.raises(DnsAway):
        resolver.texts("more.example.org")
    assert len(names.asked) == asked
    assert resolver.is_silent()
    proof = prove(names, letter().as_bytes(), settings=Settings(mail_dns="off"), peer=None)
    assert proof.verdict == "unknown"


async def test_while_nobody_is_asked_no_mail_waits_for_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Resolver("127.0.0.1:9")
    silent._silent_until = time.monotonic() + SILENCE_SECONDS
    monkeypatch.setattr(examine, "resolver_at", lambda where: Resolver("off") if where == "off" else silent)

    async def refuse(*_: object) -> None:
        raise AssertionError("a thread was taken")

    monkeypatch.setattr("asyncio.to_thread", refuse)
    raw = letter().as_bytes()
    evidence = await examine.examine(Settings(), source_of(raw), parse_mail(raw))
    assert evidence.proof
    assert "DNS did not answer" in evidence.proof.words


def with_results(*results: str) -> bytes:
    """Return a mail that relays wrote such fields on, the topmost first."""
    message: EmailMessage = letter()
    return b"".join(f"Authentication-Results: {one}\r\n".encode() for one in results) + (message.as_bytes())


RELAY = msgspec.structs.replace(
    Settings(), mail_trusted_authserv="mx.desk.example, gate", mail_trusted_networks=Networks("127.0.0.0/8")
)


@pytest.mark.parametrize(
    ("said", "verdict", "policy"),
    [
        ("dmarc=pass header.from=example.org", "proven", "none"),
        ("dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org", "proven", "none"),
        ("dmarc=fail (p=reject dis=reject) header.from=example.org", "failed", "reject"),
        ("dmarc=fail policy.dmarc=quarantine header.from=example.org", "failed", "quarantine"),
        ("dmarc=fail header.from=example.org; dkim=pass header.d=example.org", "failed", "none"),
        ("dkim=pass header.d=other.example; dkim=pass header.d=mail.example.org", "proven", "none"),
        ("dkim=pass header.i=@example.org header.s=x", "proven", "none"),
        ("spf=pass smtp.mailfrom=ann@example.org", "proven", "none"),
        ("auth=pass smtp.auth=Ann@example.org", "proven", "none"),
        ("auth=pass smtp.auth=eve@example.org", "unknown", "none"),
        ("spf=fail smtp.mailfrom=ann@example.org; dmarc=none", "failed", "none"),
        ("dkim=pass header.d=example.org.evil.example", "unknown", "none"),
        ("dmarc=pass header.from=evil.example", "unknown", "none"),
        ("none", "unknown", "none"),
        ("dkim=pass header.d=((((", "unknown", "none"),
    ],
)
def test_what_a_trusted_relay_says_counts(names: Names, said: str, verdict: str, policy: str) -> None:
    raw = with_results(f"mx.desk.example; {said}")
    proof = prove(names, raw, peer="127.0.0.1", settings=RELAY)
    assert (proof.verdict, proof.policy) == (verdict, policy)


def test_what_others_say_does_not_count(names: Names) -> None:
    good = "dmarc=pass header.from=example.org"
    for raw, peer in (
        (with_results(f"mx.evil.example; {good}"), "127.0.0.1"),
        (with_results(f"mx.desk.example; {good}"), OUTSIDE),
        (with_results("mx.desk.example; dmarc=fail header.from=example.org", f"mx.desk.example; {good}"), "127.0.0.1"),
    ):
        assert prove(names, raw, peer=peer, settings=RELAY).verdict != "proven"
    assert prove(names, with_results(f"gate; {good}"), peer=None, settings=RELAY).verdict == "proven"


def test_what_a_caller_of_the_api_hands_over_counts_by_its_address(names: Names) -> None:
    """No relay spoke, so SPF is not asked of the caller's address either."""
    said = with_results("mx.desk.example; dmarc=pass header.from=example.org")
    assert prove(names, said, peer=OUTSIDE, helo=None, settings=RELAY).verdict == "unknown"
    assert prove(names, said, peer="127.0.0.1", helo=None, settings=RELAY).verdict == "proven"
    names.text("example.org", f"v=spf1 ip4:{OUTSIDE} -all")
    assert prove(names, letter().as_bytes(), helo=None).verdict == "unknown"
    assert prove(names, letter().as_bytes(), peer="192.0.2.1", helo=None).verdict == "unknown"


def test_organisations_are_what_somebody_registered() -> None:
    assert organisation_of("a.b.example.co.uk") == "example.co.uk"
    assert organisation_of("mail.my-company.com") == "my-company.com"
    assert organisation_of("localhost") == "localhost"
