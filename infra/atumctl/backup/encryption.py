"""Encryption of what leaves the machine, with age, to a public key.

Uploads get other names there: their own would tell whoever reads the place which known files the
desk has. The name is derived from the secret of the backup's settings, which are encrypted.
"""

from __future__ import annotations

import hmac
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from atumctl.backup import uploads_store
from atumctl.backup.env_part import SECRET
from atumctl.backup.manifest import Manifest
from atumctl.backup.uploads_archive import BadArchive
from atumctl.backup.uploads_store import STORE, BackupStore, relative
from atumctl.core.output import CommandRefused
from atumctl.core.shell import run
from atumctl.core.site import read_env_file

MAX_SECONDS = 6 * 3600.0
PUBLIC_KEY = re.compile(r"^(age1|ssh-ed25519 |ssh-rsa )")
PURPOSE = "atum-desk names of uploads: "
ENDING = ".age"


def command(recipient: str) -> list[str]:
    """Return the words that encrypt standard input, or a file named after them, to a public key.

    `recipient` is a key or a file of keys. Raises Refused where the program is missing.
    """
    _require_age()
    option = "--recipient" if PUBLIC_KEY.match(recipient) else "--recipients-file"
    return ["age", "--encrypt", option, recipient]


def encrypt(recipient: str, source: Path, target: Path) -> None:
    """Encrypt a file to a public key."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    run([*command(recipient), "--output", target, source], timeout=MAX_SECONDS)


def encrypted_paths(env: Path, names: Iterable[str]) -> dict[str, str]:
    """Return where an encrypted place keeps each upload, by its SHA-256.

    `env` is the file of a backup's settings. Raises Refused where it has no secret.
    """
    secret = read_env_file(env).get(SECRET, "")
    if not secret:
        raise CommandRefused(f"There is no {SECRET} in {env.name}, which the names of uploads derive from.")
    key = secret.encode()
    hidden = {n: hmac.new(key, (PURPOSE + n).encode(), "sha256").hexdigest() for n in names}
    return {name: f"{STORE}/{relative(other)}{ENDING}" for name, other in hidden.items()}


def decrypt_set(folder: Path, manifest: Manifest, identity: Path, target: Path) -> None:
    """Decrypt a copied backup into a folder, with the private key that opens it.

    An upload that is missing stays so; who looks at the backup then says which.
    """
    _require_age()
    for part in manifest.parts.values():
        sealed = folder / f"{part.file}{ENDING}"
        if not sealed.exists():
            raise CommandRefused(f"{sealed} is missing.")
        _decrypt(identity, sealed, target / part.file)
    if manifest.is_archived:
        return
    store, env = BackupStore(target), target / manifest.parts["env"].file
    try:
        names = uploads_store.read_list(target / manifest.parts["uploads"].file)
    except BadArchive as error:
        raise CommandRefused(f"The backup cannot be used: {error}.") from None
    for name, path in encrypted_paths(env, names).items():
        sealed, opened = folder / path, store.path(name)
        if sealed.exists():
            opened.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _decrypt(identity, sealed, opened)


def _decrypt(identity: Path, source: Path, target: Path) -> None:
    words = ["age", "--decrypt", "--identity", str(identity), "--output"]
    run([*words, target, source], timeout=MAX_SECONDS)


def _require_age() -> None:
    if not shutil.which("age"):
        raise CommandRefused("age is not on this machine; install it (apt install age).")
