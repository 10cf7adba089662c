"""`./atum backup`, `verify` and `restore` on the database that `./atum up` keeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

API = Path(__file__).parents[2]


def atum(data: Path, *words: str, code: int = 0) -> str:
    """Run a verb as `./atum` does, with a data folder of its own, and return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATUM_")}
    done = subprocess.run(
        [sys.executable, "-m", "atum_desk.entry.cli", *words],
        env=kept | {"ATUM_DATA": str(data), "PYTHONPATH": str(API)},
        cwd=API,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def told(data: Path, *words: str) -> Any:
    return json.loads(atum(data, *words, "--json"))


def test_the_embedded_desk_is_backed_up_and_proven(tmp_path: Path) -> None:
    data = tmp_path / "a folder"
    atum(data, "migrate")
    made = told(data, "backup", "--verify")
    assert made["proof"] == "proven"
    assert Path(made["manifest"]).parent == data / "backups"
    assert told(data, "verify")["state"] == "proven"
    env = next((data / "backups").glob("env_*")).read_text()
    assert f"ATUM_SECRET={(data / 'secret').read_text()}" in env
    stamp = Path(made["manifest"]).stem.removeprefix("manifest_")
    assert "would: database atum_desk becomes" in atum(data, "restore", stamp, "--dry-run")
    assert not (data / "postgres" / "postmaster.pid").exists(), "it was started for the while only"


def test_the_embedded_desk_is_restored_returned_and_exported(tmp_path: Path) -> None:
    data = tmp_path / "a folder"
    atum(data, "migrate")
    stamp = Path(told(data, "backup")["manifest"]).stem.removeprefix("manifest_")
    atum(data, "restore", stamp, "--yes")
    assert list(data.glob("before_*"))
    atum(data, "restore", "--back", "--yes")
    assert told(data, "verify", stamp)["state"] == "proven"
    archive = Path(told(data, "export", stamp, "--to", str(tmp_path))["archive"])
    assert archive.name == f"atum_desk_backup_{stamp}.tar"
    carried = tmp_path / "carried"
    carried.mkdir()
    subprocess.run(["tar", "-xf", archive, "-C", carried], check=True)
    assert told(data, "verify", str(carried / f"manifest_{stamp}.json"))["state"] == "proven"
    assert "integrity.backup" in atum(data, "doctor", "--list")


def test_nothing_to_restore_is_refused_and_help_needs_no_database(tmp_path: Path) -> None:
    assert "--send-waiting-mail" in atum(tmp_path / "none", "restore", "--help")
    assert not (tmp_path / "none").exists()
