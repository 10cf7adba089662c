"""The release archive: whole, without tests, and what it says of itself is true."""

import hashlib
import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from atum_desk.kernel.database.migrate import head_revision
from atum_desk.launch import release
from atum_desk.launch.problems import LaunchError


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One archive for all, with web files that nobody had to build."""
    folder = tmp_path_factory.mktemp("release")
    (folder / "built").mkdir()
    (folder / "built/index.html").write_text("<!doctype html>")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "build_web", lambda: folder / "built")
        return release.build_release(folder / "dist", uncommitted=True)


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


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed checkout of one's own, with as much in it as a release needs."""
    tree = tmp_path / "checkout"
    files = {
        "api/pyproject.toml": '[project]\nversion = "1.2.3"\n',
        "api/atum_desk/here.py": "HERE = 1\n",
        "api/tests/test_here.py": "",
        "infra/scripts/install.sh": "",
        "web/src/page.ts": "",
        ".gitignore": "*.log\n",
    }
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    git(tree, "init", "--quiet")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "test: a beginning")
    built = tmp_path / "built"
    built.mkdir()
    (built / "index.html").write_text("<!doctype html>")
    monkeypatch.setattr(release, "REPOSITORY", tree)
    monkeypatch.setattr(release, "build_web", lambda: built)
    return tree


def git(tree: Path, *words: str) -> str:
    person = ["-c", "user.name=Test", "-c", "user.email=test@atum.localhost"]
    command = ["git", *person, *words]
    return subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True).stdout


def test_a_release_of_a_committed_tree_names_its_commit_alone(checkout: Path) -> None:
    (checkout / "notes.txt").write_text("not of the release")
    (checkout / "api/run.log").write_text("ignored")
    (checkout / "api/tests/test_new.py").write_text("tests are not in a release")
    described = json.loads(contents(release.build_release(checkout / "dist"))["release.json"])
    assert described["commit"] == git(checkout, "rev-parse", "HEAD").strip()
    assert described["altered"] == []
    assert "api/run.log" not in described["files"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("api/atum_desk/here.py", "HERE = 2\n"),
        ("api/atum_desk/new file.py", "NEW = 1\n"),
        ("web/src/page.ts", "changed"),
        ("web/src/new.ts", "new"),
        ("infra/scripts/install.sh", None),
    ],
)
def test_a_tree_that_is_not_committed_is_refused_by_name(checkout: Path, name: str, text: str | None) -> None:
    if text is None:
        (checkout / name).unlink()
    else:
        (checkout / name).write_text(text)
    with pytest.raises(LaunchError, match=re.escape(name)):
        release.build_release(checkout / "dist")
    assert not (checkout / "dist").exists()


def test_a_renamed_and_staged_file_is_seen_too(checkout: Path) -> None:
    git(checkout, "mv", "api/atum_desk/here.py", "api/atum_desk/there.py")
    with pytest.raises(LaunchError, match=r"here\.py, api/atum_desk/there\.py"):
        release.build_release(checkout / "dist")


def test_an_uncommitted_release_holds_what_is_there_and_says_so(checkout: Path) -> None:
    (checkout / "api/atum_desk/here.py").write_text("HERE = 2\n")
    (checkout / "api/atum_desk/new.py").write_text("NEW = 1\n")
    held = contents(release.build_release(checkout / "dist", uncommitted=True))
    described = json.loads(held["release.json"])
    assert described["altered"] == ["api/atum_desk/here.py", "api/atum_desk/new.py"]
    assert held["api/atum_desk/here.py"] == b"HERE = 2\n"
    assert held["api/atum_desk/new.py"] == b"NEW = 1\n"
