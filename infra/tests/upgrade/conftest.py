"""Releases to rehearse, made of this tree and altered; the desk is that of the backup tests."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[3]

sys.path.append(str(Path(__file__).parents[1] / "backup"))
# By its path: each folder of tests has a conftest, and only one may have the name.
_spec = importlib.util.spec_from_file_location("desk_fixtures", Path(__file__).parents[1] / "backup/conftest.py")
assert _spec is not None
assert _spec.loader is not None
_desk = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_desk)
cluster, programs, filled, site, postgres = (_desk.cluster, _desk.programs, _desk.filled, _desk.site, _desk.postgres)

from altered_release import Alter, MakeRelease, add_migration, newest  # noqa: E402

from atumctl.backup import backup  # noqa: E402
from atumctl.backup.manifest import Manifest  # noqa: E402
from atumctl.core.site import Site  # noqa: E402
from atumctl.rehearsal import rehearse  # noqa: E402

# Another process compiles this file: it has another name in a moment.
BEING_WRITTEN = shutil.ignore_patterns("*.pyc.*")


@pytest.fixture
def make_release(site: Site) -> MakeRelease:
    """Lays this tree's code as a release of a version, altered as told."""

    def make(version: str, sql: str = "", alter: Alter = lambda api: None) -> Path:
        release = site.release(version)
        api = release / "api"
        for part in ("atum_desk", "migrations"):
            # Compiled as it is: each process of a release would compile all of it again.
            shutil.copytree(TREE / "api" / part, api / part, ignore=BEING_WRITTEN)
        (release / "web").mkdir()
        (release / "web/dist").symlink_to(TREE / "web/dist")
        (api / ".venv/bin").mkdir(parents=True)
        # A link to the interpreter alone would leave its packages behind.
        python = api / ".venv/bin/python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        schema = add_migration(api, sql) if sql else newest(api)
        alter(api)
        (release / "release.json").write_text(json.dumps({"version": version, "schema": schema}))
        return release

    return make


@pytest.fixture
def manifest(site: Site) -> Manifest:
    """A backup of the desk."""
    return backup.make_backup(site)


@pytest.fixture
def rehearsing(
    site: Site, manifest: Manifest, make_release: MakeRelease
) -> Iterator[Callable[[Path], rehearse.RehearsalResult]]:
    """Rehearses a release against the one in use, and leaves nothing."""
    old = make_release("1.0.0")
    inverse = rehearse.begin(site)
    yield lambda new: rehearse.rehearse(site, manifest, old, new)
    rehearse.end(site, inverse)
