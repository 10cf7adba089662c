"""Certificates and keys to test with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from atum_desk.kernel import clock


def make_pair(
    folder: Path,
    host: str = "desk.example",
    *,
    days: int = 30,
    names: tuple[str, str] = ("fullchain.pem", "privkey.pem"),
) -> tuple[Path, Path]:
    """Make a certificate for a host, valid from 60 days ago until so many from now, and its key."""
    folder.mkdir(exist_ok=True)
    pair = (folder / names[0], folder / names[1])
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = clock.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pair[0].write_bytes(made.public_bytes(Encoding.PEM))
    pair[1].write_bytes(pem_of(key, NoEncryption()))
    return pair


def pem_of(key: ec.EllipticCurvePrivateKey, lock: KeySerializationEncryption) -> bytes:
    """Return a private key as PEM, locked or not."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
