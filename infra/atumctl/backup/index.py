"""`data/backups/index.json`: every backup with its proof; what the desk shows of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from atumctl.backup.manifest import STAMP, Manifest, read_manifest
from atumctl.core.durable_files import write_durably
from atumctl.core.output import CommandRefused
from atumctl.core.site import Site

MODE = 0o644  # it holds no secret, and the application reads it


@dataclass(frozen=True)
class Check:
    """One thing a proof looked at; `evidence` says what was seen."""

    what: str
    ok: bool
    evidence: str


@dataclass(frozen=True)
class ProofEntry:
    """How proving a backup ended; `failures` are sentences that name the part and the reason."""

    state: Literal["proven", "failed"]
    proven_at: str
    recovery_seconds: float
    checks: tuple[Check, ...] = ()
    failures: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexedCopy:
    """Where a backup was copied to, or why it was not."""

    to: str
    at: str
    encrypted: bool
    error: str = ""


@dataclass(frozen=True)
class BackupEntry:
    """A backup in the index: `bytes` is all of it, `new_bytes` what no backup had before it."""

    stamp: str
    made_at: str
    bytes: int
    version: str
    schema: str
    tickets: int
    manifest: str
    proof: ProofEntry | None = None
    copies: tuple[IndexedCopy, ...] = field(default=())
    new_bytes: int | None = None

    @property
    def is_proven(self) -> bool:
        """Say whether the last try to prove it succeeded."""
        return self.proof is not None and self.proof.state == "proven"


class Index:
    """The backups of a site, newest first. The manifests decide what exists."""

    def __init__(self, site: Site) -> None:
        self._folder = site.backups
        self._path = site.backups / "index.json"

    def entries(self) -> list[BackupEntry]:
        """Return every backup that has a manifest, with what the index knows of it."""
        known = {entry.stamp: entry for entry in self._read()}
        stamps = sorted(
            (found[1] for path in self._folder.glob("*.json") if (found := STAMP.match(path.name))), reverse=True
        )
        return [known.get(stamp) or self._found(stamp) for stamp in stamps]

    def find(self, stamp: str) -> BackupEntry | None:
        """Return a backup's entry."""
        return next((entry for entry in self.entries() if entry.stamp == stamp), None)

    def newest(self) -> BackupEntry:
        """Return the newest backup. Raises Refused when there is none."""
        if entries := self.entries():
            return entries[0]
        raise CommandRefused(f"There is no backup in {self._folder}.")

    def last_proven(self) -> BackupEntry | None:
        """Return the newest backup that is proven."""
        return next((entry for entry in self.entries() if entry.is_proven), None)

    def add(self, manifest: Manifest) -> None:
        """Take a new backup in."""
        self._write([_entry(manifest), *self.entries()])

    def record_proof(self, stamp: str, proof: ProofEntry) -> None:
        """Keep how proving a backup ended."""
        self._change(stamp, proof=proof)

    def record_copy(self, stamp: str, copied: IndexedCopy) -> None:
        """Keep where a backup was copied to, in place of what was known of that destination."""
        entry = self.find(stamp)
        others = [one for one in entry.copies if one.to != copied.to] if entry else []
        self._change(stamp, copies=(*others, copied))

    def forget_missing(self) -> None:
        """Drop what has no manifest any more."""
        self._write(self.entries())

    def _change(self, stamp: str, **changes: Any) -> None:
        self._write([replace(e, **changes) if e.stamp == stamp else e for e in self.entries()])

    def _found(self, stamp: str) -> BackupEntry:
        """Return the entry of a backup the index has lost or never knew."""
        path = self._folder / f"manifest_{stamp}.json"
        try:
            # The name counts: a copy under another one is another backup.
            return replace(_entry(read_manifest(path)), stamp=stamp, manifest=path.name)
        except CommandRefused:
            made = datetime.strptime(stamp, "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
            return BackupEntry(stamp, made.isoformat(), 0, "", "", 0, path.name)

    def _read(self) -> list[BackupEntry]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            new_bytes = document.get("new_bytes", {})
            return [_from_json(row, new_bytes) for row in document["backups"]]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # Lost or torn: the manifests are all there, and the proofs are made anew.
            return []

    def _write(self, entries: list[BackupEntry]) -> None:
        unique = {entry.stamp: entry for entry in reversed(entries)}
        rows = [asdict(entry) for _stamp, entry in sorted(unique.items(), reverse=True)]
        # Beside the rows: the release before takes no row that has more than it knows.
        new_bytes = {row["stamp"]: row.pop("new_bytes") for row in rows}
        document = {"backups": rows, "new_bytes": new_bytes}
        text = json.dumps(document, indent=1, ensure_ascii=False)
        write_durably(self._path, text.encode(), MODE)


def now() -> str:
    """Return the moment as the index writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _entry(manifest: Manifest) -> BackupEntry:
    return BackupEntry(
        stamp=manifest.stamp,
        made_at=manifest.made_at,
        bytes=manifest.bytes,
        version=manifest.version,
        schema=manifest.contents.schema,
        tickets=manifest.contents.rows.get("atum.tickets", 0),
        manifest=manifest.file,
        new_bytes=manifest.new_bytes,
    )


def _from_json(row: dict[str, Any], new_bytes: dict[str, int | None]) -> BackupEntry:
    proof, copies = row.pop("proof"), row.pop("copies")
    if proof:
        checks = tuple(Check(**check) for check in proof.pop("checks"))
        proof = ProofEntry(**proof | {"checks": checks, "failures": tuple(proof["failures"])})
    return BackupEntry(
        **row, proof=proof, copies=tuple(IndexedCopy(**copy) for copy in copies), new_bytes=new_bytes.get(row["stamp"])
    )
