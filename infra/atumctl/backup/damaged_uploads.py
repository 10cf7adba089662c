"""Stored uploads that a proof found damaged or missing, and the backups that need them.

The damaged file loses its name, so the next backup stores it again if the desk has it right. Then
the proofs of before count again, for the files they looked at are there again by their SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from atumctl.backup import uploads_store
from atumctl.backup.index import Index
from atumctl.backup.manifest import uploads_list
from atumctl.backup.uploads_archive import BadArchive
from atumctl.backup.uploads_store import BackupStore
from atumctl.core.site import Site

# How the failure of a proof begins that was good until a stored file was lost.
LOST = "stored uploads: since this proof, "
MAX_NAMED = 3


def needing(folder: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the stamps of the backups in a folder that need these files, each with which."""
    lost = set(names)
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob(uploads_list("*"))):
        stamp = path.name.removeprefix("uploads_").removesuffix(".sha256")
        try:
            if needed := lost.intersection(uploads_store.read_list(path)):
                found[stamp] = sorted(needed)
        except BadArchive:
            continue  # its own proof says so
    return found


def describe(folder: Path, names: list[str]) -> str:
    """Return in words which files are damaged or missing and which backups need them."""
    stamps = ", ".join(needing(folder, names))
    return f"{listed(names)} damaged or missing in {folder / uploads_store.STORE}, which the backups {stamps} need"


def listed(names: list[str]) -> str:
    """Return some names of files, and how many more there are."""
    more = f" and {len(names) - MAX_NAMED:,} more" if len(names) > MAX_NAMED else ""
    return f"{', '.join(names[:MAX_NAMED])}{more}"


def record(site: Site, names: list[str]) -> None:
    """Take the names from damaged files, and say of every proven backup that needs one that it does."""
    store, index = BackupStore(site.backups), Index(site)
    for name in names:
        if store.size(name) is not None:
            store.set_aside(name)
    for stamp, needed in needing(site.backups, names).items():
        entry = index.find(stamp)
        if entry and entry.proof and entry.is_proven:
            words = f"{LOST}{listed(needed)} was found damaged or missing"
            index.record_proof(stamp, replace(entry.proof, state="failed", failures=(words,)))


def forget_healed(site: Site) -> None:
    """Let proofs count again whose backups have all their uploads again."""
    store, index = BackupStore(site.backups), Index(site)
    for entry in index.entries():
        proof = entry.proof
        if proof is None or not proof.failures:
            continue
        was_good = all(one.startswith(LOST) for one in proof.failures)
        if was_good and _is_there(store, site.backups / uploads_list(entry.stamp)):
            index.record_proof(entry.stamp, replace(proof, state="proven", failures=()))


def _is_there(store: BackupStore, names: Path) -> bool:
    try:
        return all(store.size(name) is not None for name in uploads_store.read_list(names))
    except BadArchive:
        return False
