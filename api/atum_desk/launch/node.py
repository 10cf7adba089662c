"""Node: found on this machine or fetched, and what it is used for when starting."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec

from atum_desk.launch.packaged import fetch_node, run_client

OLDEST_NODE = (20, 19)


class Node(msgspec.Struct, frozen=True):
    """A Node program and the command that starts its npm."""

    program: str
    npm: tuple[str, ...]

    def install_packages(self, folder: Path, what: str) -> None:
        """Install a folder's `package-lock.json` exactly, running no package's scripts."""
        quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"]
        # npm starts `node` by name, which for a fetched Node is on nobody's path.
        path = f"{Path(self.program).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        command = ["env", f"PATH={path}", *self.npm, "ci", "--ignore-scripts", *quiet]
        run_client(command, what, cwd=folder)


def find_node() -> Node:
    """Return this machine's Node where it is new enough and has npm, otherwise a fetched one."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _version(program) >= OLDEST_NODE:
        return Node(program, (npm,))
    folder = fetch_node()
    program = str(folder / "bin/node")
    # The wheel's bin/npm does not work; its npm is started by its file.
    return Node(program, (program, str(folder / "lib/node_modules/npm/bin/npm-cli.js")))


def packages_are_installed(folder: Path) -> bool:
    """Say whether `node_modules` holds what `package-lock.json` asks for.

    npm writes its own account of what it installed as its last step; packages for other systems
    are optional and may be missing from it.
    """
    try:
        wanted = json.loads((folder / "package-lock.json").read_bytes())["packages"]
        present = json.loads((folder / "node_modules/.package-lock.json").read_bytes())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    same = all(wanted.get(name, {}).get("version") == package.get("version") for name, package in present.items())
    return same and all(
        name in present
        for name, package in wanted.items()
        if name and not package.get("optional") and not package.get("peer")
    )


def _version(program: str) -> tuple[int, ...]:
    try:
        run = subprocess.run([program, "--version"], check=False, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    return tuple(int(part) for part in re.findall(r"\d+", run.stdout)[:2])
