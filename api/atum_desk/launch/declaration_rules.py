"""A slice or feature that stands in no list is named, with the place and the line to add.

Two lists are written by hand, because their order means something: the slices, in the order in which
they may use each other, and the features of the web, in the order in which lists show what they add.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

# They stand below or above the slices, and declare nothing.
NO_SLICES = {"conditions", "entry", "kernel", "launch", "mime", "sandbox", "templates", "demo"}


def slice_offences(api: Path) -> Iterator[str]:
    """Yield the slices that declare nothing, are not listed, or have no place in the order of imports.

    `api` is the folder that holds `atum_desk` and `pyproject.toml`.
    """
    folders = {path.parent.name for path in (api / "atum_desk").glob("*/__init__.py")}
    listed = (api / "atum_desk/entry/features.py").read_text(encoding="utf-8")
    slices = re.findall(r'^    "(\w+)",$', listed.partition("SLICES = (")[2].partition(")")[0], re.MULTILINE)
    layered = re.findall(r"\w+", " ".join(_layers(api)))
    for name in sorted(folders):
        if name not in layered:
            yield f'api/pyproject.toml: "{name}" has no place in the layers of tool.importlinter; add "({name})"'
        if name in NO_SLICES:
            continue
        if not (api / "atum_desk" / name / "feature.py").exists():
            yield f'api/atum_desk/{name}/feature.py is missing; it holds FEATURE = Feature(name="{name}")'
        if name not in slices:
            yield f'api/atum_desk/entry/features.py: add "{name}", to SLICES'
    for name in sorted({*slices, *layered} - folders):
        yield f"api/atum_desk/{name}: there is no such folder, but SLICES or the layers of pyproject.toml name it"


def web_feature_offences(web: Path) -> Iterator[str]:
    """Yield the features of the web that declare nothing or that the desk does not collect."""
    collected = (web / "src/app/features.ts").read_text(encoding="utf-8")
    for folder in sorted(path for path in (web / "src/features").iterdir() if path.is_dir()):
        name = folder.name
        if not (folder / "feature.ts").exists():
            yield f"web/src/features/{name}/feature.ts is missing; it exports {name}Feature"
        elif not re.search(rf"^  {name}Feature,$", collected, re.MULTILINE):
            yield f"web/src/app/features.ts: add {name}Feature, to features"


def _layers(api: Path) -> list[str]:
    project = tomllib.loads((api / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    return next(one["layers"] for one in contracts if one["type"] == "layers")
