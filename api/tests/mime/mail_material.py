"""Where other people's mails and expectations lie; tests skip, saying so, where they do not."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from atum_desk.kernel.config.settings import REPOSITORY

ROOT = Path(os.environ.get("ATUM_MATERIAL") or REPOSITORY.parent / "shared" / "material")


def folder(name: str) -> Path:
    """Return the folder `name` of the material, or skip the test that needs it."""
    path = ROOT / name
    if not path.is_dir():
        pytest.skip(f"test material {name} is not at {ROOT} (set ATUM_MATERIAL)")
    return path


def files(name: str, pattern: str) -> list[Path]:
    """Return the files of the folder `name` that match `pattern`, sorted."""
    return sorted(path for path in folder(name).glob(pattern) if path.is_file())


def read_json(path: Path) -> Any:
    """Return the JSON document in `path`."""
    return json.loads(path.read_text(encoding="utf-8"))


def every_mail() -> list[Path]:
    """Return every file of the material that is or might be fed to the parser as a mail."""
    return (
        files("stalwart-mail-parser", "resources/eml/*/*.eml")
        + files("zammad2017", "boxes/*")
        + files("sisimai", "maildir/*/*")
        + files("cpython-email", "*")
        + files("talon", "tests/fixtures/*/*")
        + files("email_reply_trimmer", "test/*/*")
    )
