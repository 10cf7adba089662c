"""The files of a release: `releases/<version>` with code, web application and an environment."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from atumctl.core.durable_files import sha256_if_readable
from atumctl.core.journal import Inverse
from atumctl.core.output import CommandRefused
from atumctl.core.releases import NAME
from atumctl.core.shell import run
from atumctl.steps.changes import Changes

# What is copied of a tree; what is not there is left out.
PARTS = ("api", "web/dist", "infra", "docs", "atum", "LICENSE", "CHANGELOG.md", "README.md")
LEFT_OUT = (
    *(".venv", ".env", "owner.env", "tests", "__pycache__", "*.pyc"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"),
)
LOCK = "api/requirements.lock"
PIP_OPTIONS = ("--no-cache-dir", "--no-deps", "--disable-pip-version-check")
BUILD_WEB = """
import sys; from pathlib import Path
from atum_desk.launch.web_build import build_web
print(build_web(Path(sys.argv[1])))
"""


def version_of(tree: Path) -> str:
    """Return a tree's version: what its release.json says, otherwise its api/pyproject.toml."""
    described = tree / NAME
    if described.is_file():
        return str(json.loads(described.read_text())["version"])
    project = tree / "api/pyproject.toml"
    found = re.search(r'^version = "([^"]+)"', project.read_text(), re.MULTILINE)
    if not found:
        raise CommandRefused(f"{project} names no version.")
    return found[1]


def check_tree(tree: Path) -> None:
    """Raise Refused unless a tree has all that a server needs."""
    web = "web/index.html" if is_checkout(tree) else "web/dist/index.html"
    for name in ("api/requirements.lock", "api/migrations/versions", web):
        if not (tree / name).exists():
            raise CommandRefused(f"{tree} is incomplete: {name} is missing; unpack the release again.")
    if altered := altered_files(tree):
        raise CommandRefused(f"{tree} differs from what was released: {', '.join(altered[:5])}.")


def is_checkout(tree: Path) -> bool:
    """Say whether a tree holds sources whose web application is yet to be built."""
    return not (tree / NAME).is_file() and (tree / "web/package-lock.json").is_file()


def altered_files(tree: Path) -> list[str]:
    """Return the files that differ from what a release says of itself; a checkout says nothing."""
    described = tree / NAME
    files = json.loads(described.read_text()).get("files", {}) if described.is_file() else {}
    return [name for name, digest in files.items() if sha256_if_readable(tree / name) != digest]


def install_release(changes: Changes, tree: Path) -> Path:
    """Put a tree in place as a release and return its folder; one that is there is left alone."""
    site = changes.site
    version = version_of(tree)
    target = site.release(version)
    if (target / NAME).is_file():
        return target
    inverse = {"kind": "remove_release", "path": str(target)}
    changes.act(f"release {version}", inverse, lambda: build_release(tree, target))
    return target


def build_release(tree: Path, target: Path) -> None:
    """Copy a tree and make its environment; under its name it exists only when complete."""
    draft = _draft_of(target)
    shutil.rmtree(draft, ignore_errors=True)
    for part in PARTS:
        _copy(tree / part, draft / part)
    if not _copy_environment(draft, target.parent):
        _make_environment(draft, tree / "wheels")
    # The services may not write here, so what they import is compiled now.
    run([draft / "api/.venv/bin/python", "-m", "compileall", "-q", draft / "api/atum_desk"])
    if is_checkout(tree):
        _build_web(tree, draft)
    described = description(tree)
    (draft / NAME).write_text(json.dumps(described, indent=2) + "\n")
    run(["chmod", "-R", "u=rwX,go=rX", draft])
    run(["chown", "-R", "0:0", draft])
    run(["sync", "-f", draft])
    draft.rename(target)


def remove_release(inverse: Inverse) -> None:
    """Remove a release that was installed, also one half installed."""
    target = Path(inverse["path"])
    for folder in (_draft_of(target), target):
        if folder.exists():
            shutil.rmtree(folder)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def _copy_environment(release: Path, releases: Path) -> bool:
    """Take the environment of a release that has the same lock; return whether there was one.

    Seconds instead of a minute, and no package index is needed. A venv is found by where its
    interpreter is, and nothing of ours uses the scripts in it that name its folder.
    """
    lock = (release / LOCK).read_bytes()
    python = Path("/usr/bin/python3").resolve()
    for described in sorted(releases.glob(f"[!.]*/{NAME}"), reverse=True):
        other = described.parent
        venv = other / "api/.venv"
        if (other / LOCK).read_bytes() == lock and (venv / "bin/python").resolve() == python:
            run(["cp", "-a", "--reflink=auto", venv, release / "api/.venv"])
            return True
    return False


def _make_environment(release: Path, wheels: Path) -> None:
    venv = release / "api/.venv"
    run(["/usr/bin/python3", "-m", "venv", venv])
    pip = [str(venv / "bin/python"), "-m", "pip", "install", "--quiet", *PIP_OPTIONS]
    # What comes as source has another hash once it is built, so wheels bring a lock of their own.
    source: list[str | Path] = (
        ["--no-index", "--find-links", wheels, "--requirement", wheels / "requirements.lock"]
        if wheels.is_dir()
        else ["--requirement", release / LOCK]
    )
    run([*pip, "--require-hashes", *source], timeout=1800)


def _build_web(tree: Path, draft: Path) -> None:
    """Build the web application of a checkout, as `./atum up` does; a current build needs no Node.

    Everything happens in the draft, so that neither the tree nor root's home keeps anything of it.
    """
    work = draft / ".web"
    ignored = shutil.ignore_patterns("node_modules", "__pycache__")
    shutil.copytree(tree / "web", work / "web", symlinks=True, ignore=ignored)
    python = str(draft / "api/.venv/bin/python")
    run(
        [python, "-c", BUILD_WEB, str(work / "web")],
        env={"HOME": str(work), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=draft / "api",
        timeout=1800,
    )
    shutil.rmtree(draft / "web", ignore_errors=True)
    (draft / "web").mkdir()
    (work / "web/dist").rename(draft / "web/dist")
    shutil.rmtree(work)
    shutil.rmtree(draft / "api/.venv/packaged", ignore_errors=True)


def description(tree: Path) -> dict[str, object]:
    """Return what a tree's release.json says; of a checkout, its version and schema."""
    if (tree / NAME).is_file():
        described: dict[str, object] = json.loads((tree / NAME).read_text())
        return described
    revisions = (tree / "api/migrations/versions").glob("*.sql")
    schema = max(path.name.partition("_")[0] for path in revisions)
    return {"version": version_of(tree), "schema": schema}


def _draft_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.new")
