"""The checks of sources find what they look for, and let ordinary code pass."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from atum_desk.launch import checks, source_checks
from atum_desk.launch.node import find_node
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.source_checks import WEB, committed_secrets, dead_code, secrets_in

# Put together here, so that this file holds none.
SECRETS = [
    "-----BEGIN " + "RSA PRIVATE KEY-----",
    "AKIA" + "IOSFODNN7EXAMPLQ",
    "ghp_" + "a1B2" * 9,
    "redis://desk:" + "s3cretw0rd@cache.example:6379/0",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_file_is_found_with_its_line(tmp_path: Path, secret: str) -> None:
    path = tmp_path / "settings.py"
    path.write_text(f"first = 1\nKEY = '{secret}'\n")
    assert [said.partition(":")[0] for said in secrets_in(path)] == ["2"]


@pytest.mark.parametrize(
    "line",
    [
        "smtp://user:password@host:587",
        'url = f"postgresql://{role}:{password}@127.0.0.1/{database}"',
        'parse("smtp://a:' + 'b@c")  # pragma: allowlist secret',
        "password: 'Current password'",
    ],
)
def test_examples_and_placeholders_are_none(tmp_path: Path, line: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(line)
    assert list(secrets_in(path)) == []


def test_contents_that_were_clean_are_not_searched_again_and_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []

    def noted(path: Path) -> Iterator[str]:
        searched.append(path.name)
        yield from secrets_in(path)

    monkeypatch.setattr(source_checks, "REPOSITORY", tmp_path)
    monkeypatch.setattr(source_checks, "tracked_files", lambda: ["clean.py", "leaky.py"])
    monkeypatch.setattr(source_checks, "secrets_in", noted)
    (tmp_path / "clean.py").write_text("KEY = 1\n")
    (tmp_path / "leaky.py").write_text(f"KEY = '{SECRETS[1]}'\n")
    known = tmp_path / "checks" / "known.txt"
    [leak] = committed_secrets(known)
    assert list(committed_secrets(known)) == [leak], "what is wrong is told each time"
    assert searched == ["clean.py", "leaky.py", "leaky.py"]
    (tmp_path / "clean.py").write_text(f"KEY = '{SECRETS[2]}'\n")
    assert len(list(committed_secrets(known))) == 2
    (tmp_path / "clean.py").write_text("KEY = 1\n")
    searched.clear()
    monkeypatch.setattr(source_checks, "_rules_of_secrets", lambda: "other detectors")
    list(committed_secrets(known))
    assert "clean.py" in searched


def test_what_nothing_calls_is_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "desk.py").write_text("def used():\n    return 1\n\n\ndef forgotten():\n    return used()\n")
    monkeypatch.setattr(source_checks, "PRODUCT", (tmp_path,))
    monkeypatch.setattr(source_checks, "REPOSITORY", tmp_path)
    assert list(dead_code()) == ["desk.py:5: unused function 'forgotten'"]


def test_files_exports_and_packages_that_nothing_in_the_web_imports_are_dead(tmp_path: Path) -> None:
    shutil.copy(WEB / "knip.json", tmp_path)
    (tmp_path / "package.json").write_text(json.dumps({"type": "module", "dependencies": {"forgotten-package": "1"}}))
    for name, text in {
        "app/startDesk.tsx": 'import { used } from "../lib/parts";\n\nexport const start = used;\n',
        "app/startPortal.tsx": "export const start = 1;\n",
        "lib/parts.ts": "export const used = 1;\nexport const forgottenExport = 2;\n",
        "lib/forgottenFile.ts": "export const alone = 1;\n",
    }.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    asked = [find_node().program, str(WEB / "node_modules/knip/bin/knip.js"), "--no-progress"]
    told = subprocess.run([*asked, "--directory", str(tmp_path)], check=False, capture_output=True, text=True)
    assert told.returncode == 1, told.stderr
    for name in ("forgottenExport", "forgottenFile.ts", "forgotten-package"):
        assert name in told.stdout
    assert "start " not in told.stdout


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause", True),
        ("MPL-2.0", True),
        ("GPL-2.0-only", False),
        ("UNKNOWN", False),
        ("Proprietary", False),
    ],
)
def test_a_licence_that_does_not_go_with_ours_is_named(licence: str, is_allowed: bool) -> None:
    assert bool(source_checks.ALLOWED_LICENCES.search(licence)) is is_allowed


def test_the_hook_is_written_once_and_no_other_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "REPOSITORY", tmp_path)
    with pytest.raises(LaunchError, match="no working copy"):
        checks.install_hook()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    hook = checks.install_hook()
    assert hook == tmp_path / ".git" / "hooks" / "pre-commit"
    assert hook.stat().st_mode & 0o111
    assert checks.install_hook() == hook
    (tmp_path / "atum").write_text("#!/bin/sh\necho checked\nexit 1\n")
    (tmp_path / "atum").chmod(0o755)
    refused = subprocess.run(
        ["git", "-C", str(tmp_path), "commit", "--allow-empty", "-m", "x"], check=False, capture_output=True, text=True
    )
    assert refused.returncode != 0
    assert "checked" in refused.stdout + refused.stderr
    hook.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(LaunchError, match="stands already"):
        checks.install_hook()
