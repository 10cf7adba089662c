"""A proof restores and compares; whatever is wrong with a backup, it says which part and why."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from atumctl.backup import backup, restored_database, verify_backup
from atumctl.backup.folder import find_manifest
from atumctl.backup.index import Index, ProofEntry
from atumctl.backup.manifest import BackupPart, Manifest
from atumctl.core.durable_files import file_sha256
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import Postgres
from atumctl.core.shell import ShellError
from atumctl.core.site import Site


def proven(site: Site) -> ProofEntry:
    return verify_backup.prove(site, find_manifest(site))


def rewrite(path: Path, manifest: Manifest, **changes: object) -> None:
    """Write a manifest that fits itself, as a careful forger or a faulty backup would."""
    path.write_text(dataclasses.replace(manifest, **changes).to_json())  # type: ignore[arg-type]


def resealed(manifest: Manifest, folder: Path, name: str) -> dict[str, BackupPart]:
    """Return the parts with one measured anew."""
    file = folder / manifest.parts[name].file
    part = BackupPart(file.name, file_sha256(file), file.stat().st_size)
    return manifest.parts | {name: part}


def flip_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x40
    file.write_bytes(content)


def test_a_whole_backup_is_proven_and_its_recovery_time_kept(site: Site, postgres: Postgres) -> None:
    manifest = backup.make_backup(site)
    proof = proven(site)
    assert proof.failures == ()
    assert proof.state == "proven"
    assert [check.what for check in proof.checks] == [
        *("manifest", "dump", "uploads", "env", "settings", "stored uploads"),
        *("restore", "contents", "attachments", "sign-in and search"),
    ]
    assert "found ticket" in proof.checks[-1].evidence
    entry = Index(site).entries()[0]
    assert entry.proof == proof
    assert entry.is_proven
    assert 0 < proof.recovery_seconds < 120
    shown = json.loads((site.backups / "index.json").read_text())["backups"][0]
    assert shown["proof"]["recovery_seconds"] == proof.recovery_seconds
    assert shown["stamp"] == manifest.stamp
    assert not postgres.exists(verify_backup.scratch_name(postgres))


def test_proving_leaves_the_live_database_as_it_was(site: Site, postgres: Postgres) -> None:
    count = "select count(*) from atum.sessions union all select count(*) from atum.changes"
    before = postgres.query(count)
    backup.make_backup(site)
    proven(site)
    assert postgres.query(count) == before


def cut_the_dump_off(folder: Path, manifest: Manifest) -> None:
    file = folder / manifest.parts["dump"].file
    file.write_bytes(file.read_bytes()[:-1000])


def flip_a_byte_of(name: str) -> Callable[[Path, Manifest], None]:
    return lambda folder, manifest: flip_byte(folder / manifest.parts[name].file)


def remove(name: str) -> Callable[[Path, Manifest], None]:
    return lambda folder, manifest: (folder / manifest.parts[name].file).unlink()


def change_the_settings(folder: Path, manifest: Manifest) -> None:
    file = folder / manifest.parts["env"].file
    file.write_text(file.read_text().replace("desk.example", "dusk.example"))


def change_the_manifest(folder: Path, manifest: Manifest) -> None:
    file = folder / manifest.file
    tickets = f'"atum.tickets": {manifest.contents.rows["atum.tickets"]}'
    assert tickets in file.read_text()
    file.write_text(file.read_text().replace(tickets, '"atum.tickets": 41'))


def tear_the_manifest(folder: Path, manifest: Manifest) -> None:
    file = folder / manifest.file
    file.write_text(file.read_text()[:-20])


def another_count(folder: Path, manifest: Manifest) -> None:
    contents = manifest.contents
    rows = contents.rows | {"atum.messages": contents.rows["atum.messages"] + 1}
    changed = dataclasses.replace(contents, rows=rows)
    rewrite(folder / manifest.file, manifest, contents=changed)


def another_ledger(folder: Path, manifest: Manifest) -> None:
    changed = dataclasses.replace(manifest.contents, ledger_seal="1:2")
    rewrite(folder / manifest.file, manifest, contents=changed)


def no_secret(folder: Path, manifest: Manifest) -> None:
    (folder / manifest.parts["env"].file).write_text("ATUM_URL=https://desk.example\n")
    rewrite(folder / manifest.file, manifest, parts=resealed(manifest, folder, "env"))


def a_dump_that_never_was_one(folder: Path, manifest: Manifest) -> None:
    file = folder / manifest.parts["dump"].file
    flip_byte(file)
    file.write_bytes(b"PGDMQ" + file.read_bytes()[5:])
    rewrite(folder / manifest.file, manifest, parts=resealed(manifest, folder, "dump"))


def forget_an_upload(folder: Path, manifest: Manifest) -> None:
    file = folder / manifest.parts["uploads"].file
    kept = file.read_text().splitlines(keepends=True)[1:]
    file.write_text("".join(kept))
    uploads = dataclasses.replace(manifest.uploads, files=len(kept))
    parts = resealed(manifest, folder, "uploads")
    rewrite(folder / manifest.file, manifest, parts=parts, uploads=uploads)


CORRUPTIONS = [
    (cut_the_dump_off, r"^dump: atum_desk_\S+\.dump is truncated: [\d,]+ of [\d,]+ bytes"),
    (flip_a_byte_of("dump"), r"^dump: atum_desk_\S+\.dump was altered: its SHA-256"),
    (remove("dump"), r"^dump: atum_desk_\S+\.dump is missing"),
    (a_dump_that_never_was_one, r"^restore: .*pg_restore.*not appear to be a valid archive"),
    (flip_a_byte_of("uploads"), r"^uploads: uploads_\S+\.sha256 was altered"),
    (remove("uploads"), r"^uploads: uploads_\S+\.sha256 is missing"),
    (forget_an_upload, r"^attachments: .*attachment \d+ \(.+\) is missing from the backup"),
    (change_the_settings, r"^env: env_\S+ was altered"),
    (remove("env"), r"^env: env_\S+ is missing"),
    (no_secret, r"^settings: there is no ATUM_SECRET"),
    (change_the_manifest, r"^manifest: .* was altered: its own checksum does not fit"),
    (tear_the_manifest, r"^manifest: .* cannot be read"),
    (another_count, r"^contents: table atum\.messages has [\d,]+ rows, not [\d,]+"),
    (another_ledger, r"^contents: the ledger's seal differs"),
]

# The same in every process that shares the tests out.
IDS = [says.strip("^") for _corrupt, says in CORRUPTIONS]


@pytest.mark.parametrize(("corrupt", "says"), CORRUPTIONS, ids=IDS)
def test_every_corruption_is_found_and_its_part_named(
    site: Site, made: Manifest, corrupt: Callable[[Path, Manifest], None], says: str
) -> None:
    corrupt(site.backups, made)
    proof = proven(site)
    assert proof.state == "failed"
    assert len(proof.failures) == 1, proof.failures
    assert re.search(says, proof.failures[0]), proof.failures
    assert not Index(site).entries()[0].is_proven


def test_several_faults_are_all_named(site: Site, made: Manifest) -> None:
    for name in made.parts:
        flip_byte(site.backups / made.parts[name].file)
    assert [failure.partition(":")[0] for failure in proven(site).failures] == [*("dump", "uploads", "env")]


def test_a_file_the_store_had_lost_keeps_the_backup_from_being_proven(site: Site, postgres: Postgres) -> None:
    lost = postgres.value("select min(sha256) from atum.attachments")
    (site.uploads / lost[:2] / lost[2:4] / lost).unlink()
    backup.make_backup(site)
    assert "missing from the backup" in proven(site).failures[0]


def test_a_desk_that_nobody_could_sign_in_to_is_not_proven(site: Site, postgres: Postgres) -> None:
    postgres.query("set session_replication_role = replica; update atum.passwords set hash = '!'")
    backup.make_backup(site)
    assert proven(site).failures == ("sign-in and search: no active staff member has a password",)


def test_what_a_killed_proof_has_left_is_dropped_by_the_next(
    site: Site, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.make_backup(site)
    postgres.create(verify_backup.scratch_name(postgres))
    assert proven(site).state == "proven"
    assert not postgres.exists(verify_backup.scratch_name(postgres))


def test_the_scratch_database_is_dropped_when_the_proof_is_interrupted(
    site: Site, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.make_backup(site)

    def interrupted(*_: object) -> str:
        assert postgres.exists(verify_backup.scratch_name(postgres))
        raise KeyboardInterrupt

    monkeypatch.setattr(verify_backup, "check_desk", interrupted)
    with pytest.raises(KeyboardInterrupt):
        proven(site)
    assert not postgres.exists(verify_backup.scratch_name(postgres))


def test_too_little_disk_for_a_second_database_is_no_verdict_on_the_backup(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.make_backup(site)
    monkeypatch.setattr(restored_database, "SPARE_BYTES", 1 << 60)
    with pytest.raises(CommandRefused, match="free"):
        proven(site)
    assert Index(site).entries()[0].proof is None


def test_a_server_that_does_not_answer_is_no_verdict_on_the_backup(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.make_backup(site)
    with monkeypatch.context() as patched:
        patched.setenv("ATUM_PG_DSN", f"postgresql://postgres@/none?host={tmp_path}")
        with pytest.raises(ShellError, match="No such file"):
            proven(site)
    assert Index(site).entries()[0].proof is None


def test_nothing_to_prove_is_said(site: Site) -> None:
    with pytest.raises(CommandRefused, match="There is no backup"):
        find_manifest(site)
    with pytest.raises(CommandRefused, match="There is no manifest 20990101_000000"):
        find_manifest(site, "20990101_000000")
