"""The web application's files: built once for each state of its sources."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.node import Node, find_node, packages_are_installed
from atum_desk.launch.packaged import run_client
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.progress import step

WEB = REPOSITORY / "web"
STAMP = ".built-from"
SOURCE_FILES = ("index.html", "package-lock.json", "vite.config.ts", "tsconfig.json", "scripts/compressed.ts")
SOURCE_FOLDERS = ("src", "public")


def build_web(web: Path = WEB) -> Path:
    """Return the folder of the built application, building it when its sources changed.

    What is there already needs no Node. A build appears whole or not at all, and commands that need it
    at the same time wait for the first. Raises LaunchError with the builder's words when it fails.
    """
    built = web / "dist"
    if not (web / "index.html").exists():
        raise LaunchError(f"The web application's sources are missing in {web}.")
    if _stamp(built) == sources_hash(web):
        return built
    with _alone(web):
        return built if _stamp(built) == sources_hash(web) else _build(web, built)


@contextmanager
def _alone(web: Path) -> Iterator[None]:
    # The folder itself is locked: a file in it would be a source, or removed with the packages.
    folder = os.open(web, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _build(web: Path, built: Path) -> Path:
    sources = sources_hash(web)
    node = install_web_packages(web)
    draft = web / "node_modules" / ".dist"
    shutil.rmtree(draft, ignore_errors=True)
    vite = [node.program, "node_modules/vite/bin/vite.js", "build"]
    options = ["--outDir", str(draft), "--emptyOutDir", "--logLevel", "error"]
    with step("building the web application, which takes up to a minute once for each release"):
        run_client([*vite, *options], "Building the web application", cwd=web)
    (draft / STAMP).write_text(sources)
    shutil.rmtree(built, ignore_errors=True)
    draft.rename(built)
    return built


def install_web_packages(web: Path = WEB) -> Node:
    """Install the web application's packages unless they are there; return the Node used."""
    node = find_node()
    if not packages_are_installed(web):
        with step("installing the web application's packages, which takes a few minutes at first"):
            node.install_packages(web, "Installing the web application's packages")
    return node


def sources_hash(web: Path) -> str:
    """Return a hash over the names and contents of all that a build is made from."""
    total = hashlib.sha256()
    for path in _sources(web):
        total.update(str(path.relative_to(web)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _sources(web: Path) -> Iterator[Path]:
    for name in SOURCE_FILES:
        if (web / name).exists():
            yield web / name
    for folder in SOURCE_FOLDERS:
        yield from sorted(path for path in (web / folder).rglob("*") if path.is_file())


def _stamp(built: Path) -> str:
    try:
        return (built / STAMP).read_text()
    except OSError:
        return ""
