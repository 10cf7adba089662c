"""What the tests on machines put into a release still runs there: a fault that does nothing proves nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[3]
sys.path.append(str(TREE / "infra" / "tests" / "machine"))

import test_upgrade  # noqa: E402

CASES = [(path, line, inserted) for _version, path, line, inserted, _words in test_upgrade.ALTERED]
CASES.append(("atum_desk/entry/api.py", test_upgrade.SERVE, test_upgrade.BREAKS_LATER))


@pytest.mark.parametrize(("path", "line", "inserted"), CASES)
def test_each_name_in_an_altered_release_is_known(path: str, line: str, inserted: str) -> None:
    text = (TREE / "api" / path).read_text()
    assert text.count(line) == 1
    altered = text.replace(line, f"{inserted}\n{line}", 1)
    asked = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F821", "--stdin-filename=altered.py", "-"]
    done = subprocess.run(asked, input=altered, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
