"""Signed and encrypted mail: recognised, kept whole, S/MIME signatures checked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from certificates import NOW, Authority, signed
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from atum_desk.mime import MailSignature, check_signature, parse_mail

ANN = "ann@example.org"
AUTHORITY = Authority()


def check(raw: bytes, authority: Authority | None = AUTHORITY, **more: object) -> MailSignature:
    authorities = [authority.certificate] if authority else []
    return check_signature(raw, authorities, ANN, more.get("at", NOW))  # type: ignore[arg-type]


@pytest.mark.parametrize("detached", [True, False])
@pytest.mark.parametrize("curve", [None, ec.SECP256R1()], ids=["rsa", "ec"])
def test_a_signature_of_a_known_authority_is_valid(detached: bool, curve: ec.EllipticCurve | None) -> None:
    key = ec.generate_private_key(curve) if curve else None
    raw = signed(*AUTHORITY.issue(ANN, key=key), detached=detached)
    assert check(raw) == MailSignature("smime", "valid", ANN)
    # Relays change line ends; that is no change of what was signed.
    if detached:
        assert check(raw.replace(b"\r\n", b"\n")).state == "valid"


def test_the_text_inside_of_a_signature_is_read_and_the_signature_kept() -> None:
    for detached, name in ((True, "application/x-pkcs7-signature"), (False, "application/pkcs7-mime")):
        parsed = parse_mail(signed(*AUTHORITY.issue(ANN), detached=detached))
        assert parsed.text.strip() == "It burns."
        assert parsed.signature == MailSignature("smime", "unchecked")
        assert name in [part.mime_type for part in parsed.attachments]


def test_what_was_changed_is_invalid() -> None:
    raw = signed(*AUTHORITY.issue(ANN))
    changed = check(raw.replace(b"It burns.", b"It turns."))
    assert (changed.state, changed.words) == ("invalid", "It was changed after it was signed.")
    other = signed(*AUTHORITY.issue(ANN), text=b"Another.\r\n")
    swapped = raw[: raw.rindex(b"MI")] + other[other.rindex(b"MI") :]
    assert check(swapped).state in ("invalid", "unchecked")


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("another authority", "No authority we know"),
        ("no authority", "No authorities are set"),
        ("another person", "not the sender's"),
        ("expired", "No authority we know"),
        ("not for mail", "not for mail"),
    ],
)
def test_who_signed_is_unknown(why: str, words: str) -> None:
    address = "eve@example.net" if why == "another person" else ANN
    usage = ExtendedKeyUsageOID.CODE_SIGNING if why == "not for mail" else ExtendedKeyUsageOID.EMAIL_PROTECTION
    raw = signed(*AUTHORITY.issue(address, days=1, usage=usage))
    authority: Authority | None = {"another authority": Authority(), "no authority": None}.get(why, AUTHORITY)
    at = NOW + timedelta(days=20) if why == "expired" else NOW
    found = check(raw, authority, at=at)
    assert (found.state, found.signer) == ("unknown_signer", address)
    assert words in found.words


@pytest.mark.parametrize("digest", [hashes.SHA224(), hashes.SHA384(), hashes.SHA512()])
def test_every_digest_that_still_proves_something_is_checked(digest: hashes.HashAlgorithm) -> None:
    raw = signed(*AUTHORITY.issue(ANN), digest=digest)
    assert check(raw).state == "valid"
    assert check(raw.replace(b"burns", b"turns")).state == "invalid"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (
            'multipart/signed; protocol="application/pgp-signature"; boundary=b',
            "--b\n\nhi\n--b\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--b--",
            ("pgp", "unchecked"),
        ),
        (
            'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
            "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nx\n--b--",
            ("pgp", "encrypted"),
        ),
        ("text/plain", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhi\n", ("pgp", "unchecked")),
        ("text/plain", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", ("pgp", "encrypted")),
        ("application/pkcs7-mime; smime-type=enveloped-data", "MIAG", ("smime", "encrypted")),
        ("text/plain", "Somebody wrote -----BEGIN PGP MESSAGE-----", None),
    ],
)
def test_other_forms_are_recognised(content_type: str, body: str, expected: tuple[str, str] | None) -> None:
    raw = f"From: {ANN}\nMIME-Version: 1.0\nContent-Type: {content_type}\n\n{body}\n".encode()
    parsed = parse_mail(raw)
    found = parsed.signature and (parsed.signature.kind, parsed.signature.state)
    assert found == expected
    if expected and body.startswith("--b"):
        assert parsed.attachments


@pytest.mark.parametrize("cut", range(0, 2400, 97))
def test_a_damaged_signature_never_raises(cut: int) -> None:
    raw = signed(*_ISSUED)
    assert check(raw[:cut]).state in ("unchecked", "invalid", "unknown_signer", "valid")
    flipped = raw[:cut] + bytes([raw[cut % len(raw)] ^ 0x15]) + raw[cut + 1 :]
    assert check(flipped).state in ("unchecked", "invalid", "unknown_signer", "valid")
    parse_mail(flipped)


_ISSUED = AUTHORITY.issue(ANN)
