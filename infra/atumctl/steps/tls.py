"""Certificate and key: the ones given, the ones kept by a removal, otherwise self-signed ones.

nginx reads copies of ours, so that it starts also while the originals are away; `source.json`
remembers where a given pair comes from, and `atumctl certificate` follows it there.
"""

from __future__ import annotations

import json
import shutil
from ipaddress import ip_address
from pathlib import Path

from atumctl.core.output import CommandRefused
from atumctl.core.shell import run
from atumctl.core.site import Site
from atumctl.steps.certificate_check import is_for, problem_with
from atumctl.steps.changes import Changes
from atumctl.steps.files import make_folder, write_file

DAYS = 3650
SOURCE = "source.json"
Pair = tuple[Path, Path]
# What to write, by path: content and mode. Nothing is to do where it is empty.
Files = dict[Path, tuple[bytes, int]]


def certificate(site: Site) -> Path:
    """Return the certificate's file, with its chain."""
    return site.tls / "certificate.pem"


def key(site: Site) -> Path:
    """Return the private key's file."""
    return site.tls / "key.pem"


def source(site: Site) -> Pair | None:
    """Return where a given pair comes from and is renewed; None for one that was made here."""
    try:
        named = json.loads((site.tls / SOURCE).read_text())
        return Path(named["certificate"]), Path(named["key"])
    except (OSError, ValueError, KeyError):
        return None


def wanted_files(site: Site, host: str, given: Pair | None, kept: Path | None, *, self_signed: bool) -> Files:
    """Return the files that are not as they should be, and no others.

    `given` is a pair of files named now, `kept` a folder of a removal, and `self_signed` says that
    a pair that is there was made here, so that another host needs another one.
    """
    if given:
        return _differing(_copies(site, given))
    there = (certificate(site), key(site))
    if all(path.exists() for path in there):
        followed = source(site)
        if followed and not problem_with(*followed):
            return _differing(_copies(site, followed))
        if not self_signed or (not problem_with(*there) and is_for(*there, host)):
            return {}
    elif kept:
        return {site.tls / path.name: (path.read_bytes(), _mode(path)) for path in _parts(kept)}
    made = _self_signed(host)
    return {there[0]: (made[0].encode(), 0o644), there[1]: (made[1].encode(), 0o600)}


def is_usable(kept: Path, host: str) -> bool:
    """Say whether the pair in a folder of a removal can be used, for this host."""
    pair = (kept / "certificate.pem", kept / "key.pem")
    return not problem_with(*pair) and is_for(*pair, host)


def folder_in_use(site: Site, kept: Path | None) -> Path | None:
    """Return the folder of the pair in use, otherwise that of a removal's."""
    return site.tls if certificate(site).exists() else kept


def has_source(folder: Path) -> bool:
    """Say whether the pair in a folder was given, and so is renewed elsewhere."""
    return (folder / SOURCE).is_file()


def write_pair(changes: Changes, files: Files) -> None:
    """Write what `wanted_files` returned, in folders that only root may enter."""
    if not files:
        return
    make_folder(changes, changes.site.tls.parent)
    make_folder(changes, changes.site.tls, mode=0o700)
    for path, (content, mode) in files.items():
        write_file(changes, path, content, mode=mode)


def require_usable(pair: Pair) -> None:
    """Raise Refused unless a server can use certificate and key."""
    if problem := problem_with(*pair):
        raise CommandRefused(f"{problem}.")


def _copies(site: Site, pair: Pair) -> Files:
    require_usable(pair)
    files: Files = {certificate(site): (pair[0].read_bytes(), 0o644), key(site): (pair[1].read_bytes(), 0o600)}
    if pair != (certificate(site), key(site)):
        named = json.dumps({"certificate": str(pair[0]), "key": str(pair[1])})
        files[site.tls / SOURCE] = (f"{named}\n".encode(), 0o600)
    return files


def _differing(files: Files) -> Files:
    return {p: found for p, found in files.items() if not p.exists() or p.read_bytes() != found[0]}


def _parts(folder: Path) -> list[Path]:
    names = ("certificate.pem", "key.pem", SOURCE)
    return [folder / name for name in names if (folder / name).is_file()]


def _mode(path: Path) -> int:
    return 0o644 if path.name == "certificate.pem" else 0o600


def _self_signed(host: str) -> tuple[str, str]:
    if shutil.which("openssl") is None:
        return "", ""  # a dry run on a machine that will get it
    try:
        alternative = f"IP:{ip_address(host)}"
    except ValueError:
        alternative = f"DNS:{host}"
    private = run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    request = ["req", "-x509", "-key", "/dev/stdin", "-days", str(DAYS), "-subj", f"/CN={host[:64]}"]
    extensions = ["-addext", f"subjectAltName={alternative},DNS:localhost,IP:127.0.0.1"]
    made = run(["openssl", *request, *extensions], input=private.stdout)
    return made.stdout, private.stdout
