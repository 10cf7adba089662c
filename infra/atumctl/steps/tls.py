"""Certificate and key: the ones given, otherwise self-signed ones."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from atumctl.output import Refused
from atumctl.shell import ShellError, run
from atumctl.site import Site
from atumctl.steps.changes import Changes
from atumctl.steps.files import make_folder, write_file

DAYS = 3650


def provide_certificate(changes: Changes, host: str, given: tuple[Path, Path] | None) -> None:
    """Lay certificate and key; without given ones those that are there stay."""
    site = changes.site
    make_folder(changes, site.tls.parent)
    make_folder(changes, site.tls, mode=0o700)
    if given:
        _check_pair(*given)
        write_file(changes, certificate(site), given[0].read_bytes())
        write_file(changes, key(site), given[1].read_bytes(), mode=0o600)
    elif not certificate(site).exists() or not key(site).exists():
        made = _self_signed(host)
        write_file(changes, certificate(site), made[0])
        write_file(changes, key(site), made[1], mode=0o600)


def certificate(site: Site) -> Path:
    """Return the certificate's file, with its chain."""
    return site.tls / "certificate.pem"


def key(site: Site) -> Path:
    """Return the private key's file."""
    return site.tls / "key.pem"


def _self_signed(host: str) -> tuple[str, str]:
    try:
        alternative = f"IP:{ip_address(host)}"
    except ValueError:
        alternative = f"DNS:{host}"
    private = run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    request = ["req", "-x509", "-key", "/dev/stdin", "-days", str(DAYS), "-subj", f"/CN={host}"]
    extensions = ["-addext", f"subjectAltName={alternative},DNS:localhost,IP:127.0.0.1"]
    made = run(["openssl", *request, *extensions], input=private.stdout)
    return made.stdout, private.stdout


def _check_pair(certificate_file: Path, key_file: Path) -> None:
    """Raise Refused unless both can be read and belong together."""
    try:
        public = run(["openssl", "x509", "-noout", "-pubkey", "-in", certificate_file]).stdout
        private = run(["openssl", "pkey", "-pubout", "-in", key_file]).stdout
    except ShellError as error:
        raise Refused(f"Certificate and key cannot be used: {error}") from None
    if public != private:
        raise Refused(f"{key_file} is not the key of {certificate_file}.")
