"""What mypy reads: the product, its operations, the bench, the migrations and all tests, in one run.

Tests import what lies beside them, as pytest lets them, so each of their folders is a root of imports.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY

API = REPOSITORY / "api"
ROOTS = (API, REPOSITORY, REPOSITORY / "infra")
TESTS = (API / "tests", REPOSITORY / "infra" / "tests", REPOSITORY / "web" / "tests")
CODE = (API / "atum_desk", API / "migrations", REPOSITORY / "bench", REPOSITORY / "infra" / "atumctl")
# mypy takes one module of a name, and every folder may have its conftest.py: the others are read by these links.
LINKS = API / ".mypy_cache" / "same_names"


def mypy_arguments() -> list[str]:
    """Return what mypy is to be called with, in `API`; makes the links that it needs."""
    LINKS.mkdir(parents=True, exist_ok=True)
    for link in LINKS.iterdir():
        link.unlink()
    files = [path for folder in CODE for path in _modules(folder)]
    names: set[str] = set()
    for path in (path for folder in TESTS for path in _modules(folder)):
        is_in_package = _is_package(path.parent)
        if path.name in names and not is_in_package:
            link = LINKS / f"{path.stem}_of_{'_'.join(path.parent.relative_to(REPOSITORY).parts)}.py"
            link.symlink_to(path)
            files.append(link)
            continue
        if not is_in_package:
            names.add(path.name)
        files.append(path)
    return ["--explicit-package-bases", *map(str, files)]


def mypy_environment() -> dict[str, str]:
    """Return the environment in which mypy finds what is imported."""
    folders = {path.parent for folder in TESTS for path in _modules(folder)}
    roots = [*ROOTS, LINKS, *sorted(folder for folder in folders if not _is_package(folder))]
    return {**os.environ, "MYPYPATH": os.pathsep.join(str(root) for root in roots if root.exists())}


def _modules(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*.py"))


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").exists()
