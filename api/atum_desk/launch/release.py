"""`./atum release`: everything a server needs in one archive, so that it needs no Node.

The archive unpacks to one folder with `release.json`, which names every file and its SHA-256;
`infra/atumctl` refuses a tree that differs from it.
"""

import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.database.migrate import head_revision
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.web_build import build_web

PARTS = ("api", "infra", "docs", "atum", "LICENSE", "README.md", "CHANGELOG.md")
# The web application is built from here, so a change here is a change of the release as well.
BUILT_FROM = ("web",)
MOST_NAMED = 8
LEFT_OUT = ("api/tests/", "infra/tests/")
NAME = "release.json"
WHEELS_LOCK = "requirements.lock"


class ReleaseTree(msgspec.Struct, frozen=True):
    """What `release.json` says; `altered` names the files that differ from the commit."""

    version: str
    schema: str
    commit: str
    built_at: str
    files: dict[str, str]
    altered: list[str] = []


def build_release(target: Path = REPOSITORY / "dist", *, wheels: bool = False, uncommitted: bool = False) -> Path:
    """Build the archive and its checksum file; return the archive's path.

    With `wheels` the Python packages for this machine's Python and platform are in it, so that a
    server needs no package index. With `uncommitted` the tree is taken as it is, new files
    included, and the release says which differ from its commit. Raises LaunchError when something
    is not to be had, and for a tree that is not committed.
    """
    version = _version()
    altered = _altered()
    if altered and not uncommitted:
        raise LaunchError(_refusal(altered))
    with tempfile.TemporaryDirectory() as scratch:
        files = dict(_sources())
        files |= dict(_below(build_web(), "web/dist"))
        if wheels:
            files |= dict(_below(_make_wheels(Path(scratch)), "wheels"))
        release = ReleaseTree(
            version=version,
            schema=head_revision(),
            commit=_git("rev-parse", "HEAD").strip(),
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            files={name: _sha256(path) for name, path in sorted(files.items())},
            altered=altered,
        )
        target.mkdir(parents=True, exist_ok=True)
        archive = target / f"atum-desk-{version}.tar.gz"
        _write_archive(archive, release, files)
    checksum = f"{_sha256(archive)}  {archive.name}\n"
    archive.with_name(archive.name + ".sha256").write_text(checksum)
    return archive


def _altered() -> list[str]:
    """Return what differs from the commit: changed, removed, renamed and new files, none ignored."""
    # `--no-renames` gives one name for each entry, so that the list can be split at its zeros.
    words = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all"]
    entries = _git(*words, "--", *PARTS, *BUILT_FROM).split("\0")
    names = [entry[3:] for entry in entries if entry]
    return sorted(name for name in names if not name.startswith(LEFT_OUT))


def _refusal(altered: list[str]) -> str:
    more = len(altered) - MOST_NAMED
    named = ", ".join(altered[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return (
        f"These files are not as in the commit that the release would name: {named}. Commit them, "
        "or say --uncommitted: then the release holds them and says so."
    )


def _sources() -> Iterator[tuple[str, Path]]:
    """Yield what git tracks of the parts, and what is new in them; what it ignores is no release's."""
    listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in _git(*listed, "--", *PARTS).split("\0"):
        path = REPOSITORY / name
        if name and not name.startswith(LEFT_OUT) and path.is_file():
            yield name, path


def _below(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{prefix}/{path.relative_to(folder).as_posix()}", path


def _make_wheels(scratch: Path) -> Path:
    """Fetch the locked packages, build those that come as source, and say what is there to install.

    A package built here has another hash than its source in the lock, so the wheels have a lock of
    their own; what it was built from was checked against the lock.
    """
    lock = REPOSITORY / "api" / "requirements.lock"
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    only = ["--require-hashes", "--no-deps", "--wheel-dir", str(scratch)]
    done = subprocess.run([*command, *only, "--requirement", str(lock)], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["no word why"]
        raise LaunchError(f"The Python packages could not be fetched: {said[-1]}")
    lines = [_requirement(path) for path in sorted(scratch.glob("*.whl"))]
    (scratch / WHEELS_LOCK).write_text("\n".join(lines) + "\n")
    return scratch


def _requirement(wheel: Path) -> str:
    name, version, _ = wheel.name.split("-", 2)
    return f"{name}=={version} --hash=sha256:{_sha256(wheel)}"


def _write_archive(archive: Path, release: ReleaseTree, files: dict[str, Path]) -> None:
    """Write the archive under a draft's name; owners, times and order say nothing of this machine."""
    folder = f"atum-desk-{release.version}"
    moment = int(datetime.fromisoformat(release.built_at).timestamp())
    described = msgspec.json.format(msgspec.json.encode(release), indent=2) + b"\n"
    draft = archive.with_name(f".{archive.name}")
    with (
        draft.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        contents = {name: path.read_bytes() for name, path in sorted(files.items())}
        for name, content in (contents | {NAME: described}).items():
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime = len(content), moment
            executable = name in files and files[name].stat().st_mode & 0o100
            entry.mode = 0o755 if executable else 0o644
            tar.addfile(entry, io.BytesIO(content))
    draft.replace(archive)


def _version() -> str:
    project = tomllib.loads((REPOSITORY / "api" / "pyproject.toml").read_text())
    version: str = project["project"]["version"]
    return version


def _git(*words: str) -> str:
    if not shutil.which("git") or not (REPOSITORY / ".git").exists():
        raise LaunchError("A release is built from a checkout, with git.")
    done = subprocess.run(["git", *words], cwd=REPOSITORY, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise LaunchError(f"git failed: {done.stderr.strip()}")
    return done.stdout


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
