"""What is told to people stops no verb, wherever it goes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atumctl.core.own_tree import INFRA

SCRIPT = """
import pathlib, sys
from atumctl.core import output
output.prepare(as_json=sys.argv[2] == "json")
for _line in range(3):
    output.step("begun")
    output.ok("done")
output.result({"done": True})
code = output.report_error("what went wrong", 1)
pathlib.Path(sys.argv[1]).write_text("went on")
sys.exit(code)
"""


def pipe_without_reader() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def full_disk() -> int:
    return os.open("/dev/full", os.O_WRONLY)


@pytest.mark.parametrize("kind", ["people", "json"])
@pytest.mark.parametrize("opened", [pipe_without_reader, full_disk], ids=["nobody reads", "disk is full"])
def test_a_verb_goes_on_where_nobody_can_be_told(opened: Callable[[], int], kind: str, tmp_path: Path) -> None:
    mark, nowhere = tmp_path / "mark", opened()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, mark, kind],
        check=False,
        stdout=nowhere,
        stderr=nowhere,
        env=os.environ | {"PYTHONPATH": str(INFRA)},
    )
    os.close(nowhere)
    assert mark.read_text() == "went on"
    assert done.returncode == 1
