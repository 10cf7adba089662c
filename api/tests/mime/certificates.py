"""Authorities and S/MIME certificates made for a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Authority:
    """A certificate authority with a key of its own."""

    def __init__(self, name: str = "Test Authority") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name)
        builder = _builder(self.name, self.name, self.key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        usage = x509.KeyUsage(*(n in (5, 6) for n in range(9)))
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False
        )
        self.certificate = builder.sign(self.key, hashes.SHA256())

    def issue(
        self,
        address: str,
        *,
        key: Any = None,
        days: int = 365,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ) -> tuple[Any, x509.Certificate]:
        """Return a key and a certificate for a mail address."""
        key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        builder = _builder(_name(address), self.name, key.public_key(), days)
        names = x509.SubjectAlternativeName([x509.RFC822Name(address)])
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        return key, builder.sign(self.key, hashes.SHA256())


def signed(
    key: Any,
    certificate: x509.Certificate,
    text: bytes = b"It burns.\r\n",
    *,
    detached: bool = True,
    digest: Any = None,
) -> bytes:
    """Return a mail from Ann, signed as mail programs do."""
    content = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(certificate, key, digest or hashes.SHA256())
    head = b"From: Ann <ann@example.org>\r\nSubject: signed\r\n"
    if detached:
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        return head + builder.sign(serialization.Encoding.SMIME, options)
    import base64

    body = base64.encodebytes(builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary]))
    return (
        head
        + b'MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, issuer: x509.Name, key: Any, days: int = 3650) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=30))
        .not_valid_after(NOW + timedelta(days=days))
    )
