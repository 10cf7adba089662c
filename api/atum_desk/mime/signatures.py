"""Signed and encrypted mail: recognised, kept as it is, and S/MIME signatures checked.

S/MIME is RFC 8551 over CMS (RFC 5652); PGP (RFC 3156) is recognised only.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from atum_desk.kernel.notices import Notice, NoticeError, Sayable
from atum_desk.mime import notices

from .charset import clean_text
from .models import MailSignature
from .structure import Part, parse_structure
from .transfer import decode_transfer

LARGEST_ENVELOPE_BYTES = 60_000_000
MAX_CERTIFICATES = 30
SMIME_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature")
SMIME_WHOLE = ("application/pkcs7-mime", "application/x-pkcs7-mime")
PGP_SIGNATURE = "application/pgp-signature"
# What older digests prove, anybody can forge.
HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class _Unreadable(NoticeError):
    """The signature has a form that is not checked here; the words say which."""


def find_signature(root: Part, text: str) -> MailSignature | None:
    """Return what the structure of a mail says about signing and encryption, nothing checked."""
    if root.media_type == "multipart/signed" and len(root.children) >= 2:
        kind = root.children[1].media_type
        if kind in SMIME_SIGNATURES:
            return MailSignature("smime", "unchecked")
        if kind == PGP_SIGNATURE:
            return _told("pgp", "unchecked", notices.PgpNotChecked())
    if root.media_type in SMIME_WHOLE and root.parameters.get("smime-type") != "certs-only":
        opaque = signed_content(root) is not None
        return MailSignature("smime", "unchecked" if opaque else "encrypted")
    if root.media_type == "multipart/encrypted" or text.startswith("-----BEGIN PGP MESSAGE-----"):
        return MailSignature("pgp", "encrypted")
    if text.startswith("-----BEGIN PGP SIGNED MESSAGE-----"):
        return _told("pgp", "unchecked", notices.PgpNotChecked())
    return None


def signed_content(root: Part) -> bytes | None:
    """Return the mail that a signature holds inside of itself (smime-type=signed-data), or None."""
    if root.media_type not in SMIME_WHOLE:
        return None
    try:
        content = _signed_data(_decoded(root))["encap_content_info"]["content"].native
    except (_Unreadable, ValueError, TypeError, KeyError):
        return None
    return content if isinstance(content, bytes) else None


def check_signature(raw: bytes, authorities: list[x509.Certificate], sender: str, at: datetime) -> MailSignature:
    """Check an S/MIME signature as it stood at a moment; `sender` is the address of From.

    Never raises for any bytes. Call it for mails whose parsed signature is S/MIME and unchecked.
    """
    root, _problems = parse_structure(raw)
    try:
        data, content = _signature_and_content(root)
        info = data["signer_infos"][0]
        certificates = _certificates(data)
        signer = _signer_of(info, certificates)
        _require_intact(info, signer, content)
    except InvalidSignature:
        return _told("smime", "invalid", notices.ChangedAfterwards())
    except _Unreadable as error:
        return _told("smime", "unchecked", error.notice)
    except Exception:
        # Two libraries read what a stranger wrote; what they trip over is no signature we can check.
        return _told("smime", "unchecked", notices.NotReadableSignature())
    addresses = _addresses(signer)
    name = clean_text(", ".join(addresses) or signer.subject.rfc4514_string())[:320]
    if doubt := _doubt(signer, certificates, authorities, addresses, sender, at):
        return _told("smime", "unknown_signer", doubt, name)
    return MailSignature("smime", "valid", name)


def _told(
    kind: Literal["smime", "pgp"],
    state: Literal["invalid", "unknown_signer", "unchecked"],
    notice: Sayable,
    signer: str | None = None,
) -> MailSignature:
    return MailSignature(kind, state, signer, notice.text, notice.ref)


def _signature_and_content(root: Part) -> tuple[Any, bytes]:
    if root.media_type == "multipart/signed" and len(root.children) >= 2:
        signed = root.children[0]
        content = root.raw[signed.header_start : signed.end]
        return _signed_data(_decoded(root.children[1])), _with_crlf(content)
    data = _signed_data(_decoded(root))
    inside = data["encap_content_info"]["content"].native
    if not isinstance(inside, bytes):
        raise _Unreadable(notices.HoldsNoMail())
    return data, inside


def _decoded(part: Part) -> bytes:
    if part.end - part.start > LARGEST_ENVELOPE_BYTES:
        raise _Unreadable(notices.TooLargeSignature())
    content, problem = decode_transfer(part.body, part.transfer_encoding, is_text=False)
    if problem:
        raise _Unreadable(notices.DamagedSignature())
    return content


def _signed_data(content: bytes) -> Any:
    # Imported where it is used: 2 MB of each process that knows mail, for the few that are signed.
    from asn1crypto import cms

    info = cms.ContentInfo.load(content)
    if info["content_type"].native != "signed_data":
        raise _Unreadable(notices.NoSignature())
    return info["content"]


def _with_crlf(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _certificates(data: Any) -> list[x509.Certificate]:
    return [
        x509.load_der_x509_certificate(one.chosen.dump())
        for one in list(data["certificates"])[:MAX_CERTIFICATES]
        if one.name == "certificate"
    ]


def _signer_of(info: Any, certificates: list[x509.Certificate]) -> x509.Certificate:
    sid = info["sid"]
    for certificate in certificates:
        if sid.name == "issuer_and_serial_number":
            issuer = certificate.issuer.public_bytes()
            same = sid.chosen["issuer"].dump() == issuer
            if same and sid.chosen["serial_number"].native == certificate.serial_number:
                return certificate
        else:
            key = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
            if sid.chosen.native == key:
                return certificate
    raise _Unreadable(notices.CertificateNotThere())


def _require_intact(info: Any, signer: x509.Certificate, content: bytes) -> None:
    """Raise InvalidSignature unless the signer signed exactly this content."""
    digest = info["digest_algorithm"]["algorithm"].native
    if digest not in HASHES:
        raise _Unreadable(notices.WeakMethod(str(digest)))
    signed = content
    attributes = info["signed_attrs"]
    if attributes.native:
        wanted = [one["values"][0].native for one in attributes if one["type"].native == "message_digest"]
        if wanted != [hashlib.new(digest, content).digest()]:
            raise InvalidSignature
        signed = attributes.untag().dump()
    _verify(signer.public_key(), info, signed, HASHES[digest]())


def _verify(key: Any, info: Any, signed: bytes, digest: hashes.HashAlgorithm) -> None:
    signature = info["signature"].native
    algorithm = info["signature_algorithm"]
    if isinstance(key, rsa.RSAPublicKey):
        pad: padding.AsymmetricPadding = padding.PKCS1v15()
        if algorithm["algorithm"].native == "rsassa_pss":
            pad = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
        key.verify(signature, signed, pad, digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, signed)
    else:
        raise _Unreadable(notices.UnknownKey())


def _addresses(certificate: x509.Certificate) -> list[str]:
    found: list[str] = []
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found += names.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        pass
    subject = certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
    return list(dict.fromkeys([*found, *(str(one.value) for one in subject)]))


def _doubt(
    signer: x509.Certificate,
    certificates: list[x509.Certificate],
    authorities: list[x509.Certificate],
    addresses: list[str],
    sender: str,
    at: datetime,
) -> Notice | None:
    """Return why a signature that is right does not prove the sender, None when it does."""
    if sender.lower() not in [one.lower() for one in addresses]:
        return notices.OtherSender()
    if not authorities:
        return notices.NoAuthorities()
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    mail_uses = (ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    if usage is not None and not any(use in mail_uses for use in usage):
        return notices.CertificateNotForMail()
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(authorities))
        .time(at)
        .extension_policies(
            ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(),
            ee_policy=verification.ExtensionPolicy.permit_all(),
        )
        .build_client_verifier()
    )
    try:
        verifier.verify(signer, [one for one in certificates if one != signer])
    except verification.VerificationError as error:
        return notices.NoAuthorityVouches(str(error)[:200])
    return None
