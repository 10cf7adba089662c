"""CONTRIBUTING's walk as edits, and the copy of the tree that they are made to.

The edits are the blocks of CONTRIBUTING.md that name a file.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.database.migrate import head_revision
from suite.machine_speed import scaled

API = REPOSITORY / "api"

# What the copy needs: the program, its schema, and of the tests what the walk's steps use.
COPIED = (
    "atum_desk",
    "migrations",
    "openapi.json",
    "tests/suite",
    "tests/tickets/test_fields.py",
    "tests/walk/steps.py",
)
# Where an edit of a file that stands already goes: before this.
PLACES = {
    "fields.py": ")\n# Columns of `tickets` that are no property, and why.\n",
    "table.tsx": "} as const satisfies Record<PropertyName, Property>;\n",
    "web/src/locales/en/tickets.ts": "  },\n  snooze: {\n",
    "web/tests/fake/tickets.ts": "    message_count: 1,\n    version: 3,\n",
}
# Another process compiles this file: it has another name in a moment.
BEING_WRITTEN = shutil.ignore_patterns("*.pyc.*")
NEXT = f"{int(head_revision()) + 1:04}"
RENEW = "select renew_ticket_triggers();\n"


def edits(*folders: str) -> dict[str, str]:
    """Return the walk's edits of these folders (`api`, `web`): what to write, by file."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.findall(r"^ *```\w+ (\w+/\S+)\n(.*?)^ *```", text, re.M | re.S)
    return {
        numbered(path): numbered(re.sub(r"^   ", "", block, flags=re.M))
        for path, block in found
        if path.partition("/")[0] in folders
    }


def numbered(text: str) -> str:
    """Return a text of the walk with the numbers of its migration and of the one before."""
    return text.replace("NNNN", NEXT).replace("PPPP", head_revision())


def copied_tree(root: Path) -> Path:
    """Copy what the walk of the API needs, compiled as it is, and return the copy's `api`."""
    for name in (*COPIED, *(f"tests/{path.name}" for path in (API / "tests").glob("*.*"))):
        source, target = API / name, root / "api" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=BEING_WRITTEN)
        else:
            shutil.copy2(source, target)
    return root / "api"


def apply(root: Path, walk: dict[str, str]) -> None:
    """Make the edits."""
    for path, text in walk.items():
        target = root / path
        place = PLACES.get(path) or PLACES.get(target.name)
        if place is None:
            assert not target.exists()
            target.write_text(text, encoding="utf-8")
        else:
            before = target.read_text(encoding="utf-8")
            assert before.count(place) == 1, path
            target.write_text(before.replace(place, text + place), encoding="utf-8")


async def said(*command: str | Path, folder: Path) -> str:
    """Return what a command prints; whatever fails is part of it."""
    environment = os.environ | {"ATUM_TEST_SLOWNESS": str(scaled(1))}
    async with asyncio.timeout(scaled(120)):
        process = await asyncio.create_subprocess_exec(
            *map(str, command), cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        output, _ = await process.communicate()
    return output.decode()
