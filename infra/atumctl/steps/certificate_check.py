"""Finds what is wrong with a certificate and its key, as a browser would: by a TLS handshake.

The handshake happens in memory and with Python's own TLS, for openssl may not be installed yet.
"""

from __future__ import annotations

import ssl
from pathlib import Path

CONFLICTS = {
    "KEY_VALUES_MISMATCH": "{key} is not the key of {certificate}",
    "NO_START_LINE": "{certificate} or {key} is not PEM",
}
EXPIRED, NOT_YET, OTHER_NAME, OTHER_ADDRESS = 10, 9, 62, 64
WRONG = {EXPIRED: "has expired", NOT_YET: "is not valid yet"}
WRONG_NAME = (OTHER_NAME, OTHER_ADDRESS)
MAX_FLIGHTS = 8


def problem_with(certificate: Path, key: Path) -> str:
    """Return why a server cannot use the two, in a sentence without its stop; empty if it can."""
    for path in (certificate, key):
        try:
            path.read_bytes()
        except OSError as error:
            return f"{path} cannot be read: {error.strerror}"
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        server.load_cert_chain(certificate, key, password=_no_password)
    except EncryptedKey:
        return f"{key} is protected by a passphrase, which nobody can type when nginx starts"
    except (ssl.SSLError, ValueError) as error:
        reason = str(getattr(error, "reason", "") or error)
        words = CONFLICTS.get(reason, "{certificate} and {key} cannot be used: " + reason)
        return words.format(certificate=certificate, key=key)
    code = _verify(server, certificate, None)
    return f"{certificate} {WRONG[code]}" if code in WRONG else ""


def is_for(certificate: Path, key: Path, host: str) -> bool:
    """Say whether a usable certificate names a host; wildcards and IP addresses count."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key, password=_no_password)
    return _verify(server, certificate, host) not in WRONG_NAME


class EncryptedKey(Exception):
    """A private key cannot be read without a passphrase."""


def _no_password() -> str:
    raise EncryptedKey


def _verify(server: ssl.SSLContext, certificate: Path, host: str | None) -> int:
    """Return OpenSSL's code of what is wrong with what the server shows; 0 when nothing is.

    The certificate itself is trusted, so that it is not asked who signed it.
    """
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = host is not None
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client.load_verify_locations(cafile=certificate)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for _ in range(MAX_FLIGHTS):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                return error.verify_code
            except ssl.SSLError:
                return -1
    return 0
