"""The release archive: whole, without tests, and what it says of itself is true."""

import hashlib
import json
import tarfile
from pathlib import Path

import pytest

from atum_desk.kernel.migrate import head_revision
from atum_desk.launch import release


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One archive for all, with web files that nobody had to build."""
    folder = tmp_path_factory.mktemp("release")
    (folder / "built").mkdir()
    (folder / "built/index.html").write_text("<!doctype html>")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "build_web", lambda: folder / "built")
        return release.build_release(folder / "dist")


def contents(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        opened = {entry.name: tar.extractfile(entry) for entry in tar if entry.isfile()}
        return {n.partition("/")[2]: file.read() for n, file in opened.items() if file}


def test_it_holds_what_a_server_needs_and_no_tests(archive: Path) -> None:
    names = contents(archive).keys()
    needed = {"api/requirements.lock", "api/atum_desk/entry/api.py", "web/dist/index.html"}
    assert needed | {"infra/scripts/install.sh", "infra/atumctl/cli.py", "atum"} <= names
    assert not [name for name in names if "/tests/" in name or name.endswith(".env")]


def test_every_file_is_named_with_its_hash(archive: Path) -> None:
    held = contents(archive)
    described = json.loads(held.pop("release.json"))
    assert described["schema"] == head_revision()
    assert described["files"] == {n: hashlib.sha256(c).hexdigest() for n, c in held.items()}


def test_the_checksum_file_is_one_that_sha256sum_reads(archive: Path) -> None:
    digest, name = archive.with_name(f"{archive.name}.sha256").read_text().split()
    assert name == archive.name
    assert digest == hashlib.sha256(archive.read_bytes()).hexdigest()


def test_scripts_can_be_executed_after_unpacking(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        modes = {entry.name.partition("/")[2]: entry.mode for entry in tar}
    assert modes["infra/scripts/install.sh"] == 0o755
    assert modes["README.md"] == 0o644
